#include "fuzz/hostile_tree.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <climits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "fuzz/property.h"

namespace prong {
namespace {

constexpr absl::string_view kIndex = "/index.html";

// Up to this size a file is read and sent with the head; longer ones by sendfile.
constexpr size_t kReadSize = 16384;

constexpr absl::string_view kHtml = "text/html; charset=utf-8";
constexpr absl::string_view kText = "text/plain; charset=utf-8";
constexpr absl::string_view kJavaScript = "text/javascript; charset=utf-8";

constexpr int64_t kDay = 24 * 60 * 60;

// Names that begin with a dot are hidden, but for the first one of RFC 8615.
bool IsHidden(absl::string_view path) {
  if (absl::StartsWith(path, ".") && path != ".well-known" &&
      !absl::StartsWith(path, ".well-known/")) {
    return true;
  }
  return absl::StrContains(path, "/.");
}

}  // namespace

HostileTree::HostileTree() {
  tree_.AddFile("canary", kCanary);
  tree_.AddDirectory("root");
  names_[""] = {Kind::kDirectory};
  AddFiles();
  AddTypesAndDates();
  AddOddNames();
  AddListed();
  AddCoded();
  AddSpecialFiles();
  AddSymlinks();
}

// No two files have one content or one date, so that either tells which one it is of.
void HostileTree::AddFiles() {
  AddFile("index.html", "<p>home", kHtml);
  AddFile("flag", "flag");
  AddFile("empty", "");
  AddFile("page.css", PatternedBytes(kReadSize), "text/css; charset=utf-8");
  AddFile("page1.js", PatternedBytes(kReadSize + 1), kJavaScript);
  AddFile("big.png", PatternedBytes(20000), "image/png");
  AddDirectory("d");
  AddFile("d/index.html", "<p>directory", kHtml);
  AddFile("d/f.txt", "d/f", kText);
  AddDirectory("d/e");
  AddFile("d/e/f", "deep");
  AddDirectory("bare");
  AddFile("bare/f", "a file beside no index");
  AddDirectory("a");  // where an index may be a directory
  AddDirectory("a/index.html");
}

void HostileTree::AddTypesAndDates() {
  AddFile("code.min.JS", "two dots", kJavaScript);
  AddFile("old", "before 1970");
  SetModified("old", -kDay);
  AddFile("new", "after this year");
  SetModified("new", 47482 * kDay);  // 2100
}

// Names that mean something to somebody who decodes twice, cuts at a NUL, quotes
// or splits.
void HostileTree::AddOddNames() {
  AddDirectory("%2e%2e");
  AddFile("%2e%2e/canary", "%2e%2e");
  AddFile("%2e%2e%2fcanary", "%2e%2e%2f");
  AddFile("flag%00.html", "flag%00.html", kHtml);
  AddDirectory("\xff\r\n\"<b>");
  AddFile("\xff\r\n\"<b>/f\\ ?#", "odd bytes");
  AddFile("sp ace", "sp ace");
  AddFile("x..", "..");
  AddFile("C:", "C");
}

// What a listing has to sort, to encode and to leave out.
void HostileTree::AddListed() {
  AddDirectory("list");
  AddFile("list/n", "list/n");
  AddFile("list/b", "list/b");
  AddFile("list/\xff\"'<b>&", "list/quotes");
  AddFile("list/a?x#y%41:", "list/reference");
  AddFile("list/Z", "list/Z of another size");
  AddDirectory("list/m");
  AddDirectory("list/M");
  AddDirectory("list/x\n");
  AddFile("list/.hidden", std::string(kCanary));
  AddFifo("list/fifo");
  AddSocket("list/socket");
  AddSymlink("list/link", "n");
  AddSymlink("list/up", "..");
}

// Files that are kept compressed too, and what only looks like that.
void HostileTree::AddCoded() {
  AddFile("c.js", "plain", kJavaScript);
  AddFile("c.js.br", "in brotli");
  AddFile("c.js.zst", "in zstandard", "application/zstd");
  AddFile("c.js.gz", "in gzip", "application/gzip");
  AddFile("z", std::string(kReadSize + 2, 'z'));
  AddFile("z.gz", "zipped", "application/gzip");
  AddDirectory("coded");
  AddFile("coded/index.html", "<p>plain", kHtml);
  AddFile("coded/index.html.zst", PatternedBytes(kReadSize + 3), "application/zstd");
  AddDirectory("flag.br");
  AddFifo("flag.gz");
  AddSymlink("empty.gz", "../canary");
  AddFile("orphan.gz", "of no file", "application/gzip");
}

void HostileTree::AddSpecialFiles() {
  AddFile(".hidden", std::string(kCanary));
  AddDirectory("d/.git");
  AddFile("d/.git/config", std::string(kCanary));
  AddDirectory(".well-known");
  AddFile(".well-known/security.txt", "well known", kText);
  AddDirectory(".well-known/.hidden");
  AddFile(".well-known/.hidden/f", std::string(kCanary));
  AddDirectory("d/.well-known");
  AddFile("d/.well-known/f", std::string(kCanary));
  AddFifo("fifo");
  AddSocket("socket");
  AddDirectory("trap");
  AddFifo("trap/index.html");
}

void HostileTree::AddSymlinks() {
  AddSymlink("in", "flag");
  AddSymlink("in_d", "d");
  AddSymlink("out", "../canary");
  AddSymlink("d/out", "../../canary");
  AddSymlink("absolute", tree_.PathOf("canary"));
  AddSymlink("up", "..");
  AddSymlink("top", "/");
  AddSymlink("magic", absl::StrCat("/proc/self/root", tree_.PathOf("canary")));
  AddSymlink("dangling", "nowhere");
  AddSymlink("loop", "loop");
  AddDirectory("linked");
  AddSymlink("linked/index.html", "../../canary");
}

void HostileTree::AddFile(absl::string_view name, std::string content,
                          absl::string_view media_type) {
  tree_.AddFile(absl::StrCat("root/", name), content);
  const std::string& kept = contents_[std::string(name)] = std::move(content);
  names_[std::string(name)] = {Kind::kFile, kept, media_type};
  SetModified(name, static_cast<int64_t>(names_.size()) * kDay);
}

void HostileTree::SetModified(absl::string_view name, int64_t modified) {
  const timespec times[] = {{0, UTIME_OMIT}, {modified, 0}};
  const std::string path = tree_.PathOf(absl::StrCat("root/", name));
  Require(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0, "a file may have any date");
  names_[std::string(name)].modified = modified;
  struct stat status = {};
  Require(stat(path.c_str(), &status) == 0, "a file that was made is there");
  names_[std::string(name)].tag =
      absl::StrFormat("%x-%x-%x.0", status.st_ino, status.st_size, static_cast<uint64_t>(modified));
}

void HostileTree::AddDirectory(absl::string_view name) {
  tree_.AddDirectory(absl::StrCat("root/", name));
  names_[std::string(name)] = {Kind::kDirectory};
}

void HostileTree::AddSymlink(absl::string_view name, absl::string_view target) {
  tree_.AddSymlink(absl::StrCat("root/", name), target);
  names_[std::string(name)] = {Kind::kSymlink};
}

// Of a FIFO and a socket there is nothing to say: they are not served.
void HostileTree::AddFifo(absl::string_view name) { tree_.AddFifo(absl::StrCat("root/", name)); }

void HostileTree::AddSocket(absl::string_view name) {
  tree_.AddSocket(absl::StrCat("root/", name));
}

HostileTree::Named HostileTree::Walk(absl::string_view path) const {
  if (path.size() >= PATH_MAX) return {};  // ENAMETOOLONG, before any of it is looked at
  for (size_t end = 0; end != path.npos;) {
    end = path.find('/', end + 1);
    const auto found = names_.find(path.substr(0, end));
    if (found == names_.end()) return {};
    if (end == path.npos || found->second.kind == Kind::kSymlink) {
      Named named = found->second;
      named.path = found->first;
      return named;
    }
  }
  return {};
}

HostileTree::Named HostileTree::Look(const RequestTarget& target) const {
  if (IsHidden(target.path)) return {};
  if (!target.names_directory) return Walk(target.path);
  const std::string index = absl::StrCat(target.path, kIndex);
  const Named named = Walk(target.path.empty() ? kIndex.substr(1) : absl::string_view(index));
  if (named.kind == Kind::kFile || named.kind == Kind::kSymlink) return named;
  const Named directory = Walk(target.path);
  return directory.kind == Kind::kFile ? Named{} : directory;
}

std::optional<HostileTree::Named> HostileTree::InCoding(const Named& file, absl::string_view coding,
                                                        absl::string_view suffix) const {
  Named coded = Walk(absl::StrCat(file.path, suffix));
  if (coded.kind != Kind::kFile) return std::nullopt;
  coded.media_type = file.media_type;
  coded.coding = coding;
  return coded;
}

std::vector<std::string> HostileTree::List(absl::string_view path) const {
  const std::string above = path.empty() ? "" : absl::StrCat(path, "/");
  std::vector<std::string> directories;
  std::vector<std::string> files;
  for (const auto& [name, named] : names_) {  // in the order of their bytes
    absl::string_view below = name;
    if (!absl::ConsumePrefix(&below, above) || below.empty() || below[0] == '.') continue;
    if (absl::StrContains(below, "/")) continue;
    if (named.kind == Kind::kDirectory) directories.push_back(absl::StrCat(below, "/"));
    if (named.kind == Kind::kFile) files.emplace_back(below);
  }
  directories.insert(directories.end(), files.begin(), files.end());
  return directories;
}

bool HostileTree::Publishes(absl::string_view content) const {
  if (content == kCanary) return false;
  for (const auto& [name, published] : contents_) {
    if (published == content) return true;
  }
  return false;
}

}  // namespace prong
