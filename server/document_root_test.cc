#include "server/document_root.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "parser/request.h"
#include "server/content_coding.h"
#include "server/options.h"
#include "server/testing.h"

namespace prong {
namespace {

// The target whose path, as it would be typed, is "/" and `path`.
RequestTarget TargetOf(absl::string_view path) {
  RequestTarget target;
  target.names_directory = path.empty() || absl::EndsWith(path, "/");
  target.path = absl::StripSuffix(path, "/");
  return target;
}

// Up to 64 KiB of what `resource` is to be read from.
std::string ContentOf(const Resource& resource) {
  std::string content(64 * 1024, '\0');
  const ssize_t size = read(resource.fd.get(), content.data(), content.size());
  content.resize(static_cast<size_t>(size < 0 ? 0 : size));
  return content;
}

// What a Find came to, in a word: the content of a file, or one of these.
constexpr char kDirectory[] = "<directory>";
constexpr char kListed[] = "<listed directory>";
constexpr char kNotFound[] = "<NOT_FOUND>";
constexpr char kDenied[] = "<PERMISSION_DENIED>";

std::string Outcome(const absl::StatusOr<Resource>& resource) {
  if (!resource.ok())
    return absl::StrFormat("<%s>", absl::StatusCodeToString(resource.status().code()));
  if (resource->kind == Resource::Kind::kDirectoryWithoutSlash) return kDirectory;
  if (resource->kind == Resource::Kind::kDirectory) return kListed;
  return ContentOf(*resource);
}

struct Case {
  absl::string_view path;
  std::string outcome;
};

class DocumentRootTest : public testing::Test {
 protected:
  DocumentRootTest() {
    tree_.AddDirectory("root");
    tree_.AddDirectory("outside");
    tree_.AddFile("outside/secret", "the secret");
    tree_.AddFile("root.secret", "the root's name is a prefix of this");  // CVE-2015-5638
  }

  // Adds to the directory that is served.
  std::string InRoot(absl::string_view name) const { return absl::StrCat("root/", name); }

  DocumentRootOptions Options() const { return {tree_.PathOf("root"), false, false, false}; }

  DocumentRoot Open(const DocumentRootOptions& options) const {
    absl::StatusOr<DocumentRoot> root = DocumentRoot::Open(options);
    if (!root.ok()) ADD_FAILURE() << root.status();
    return *std::move(root);
  }

  // Expects each of `cases` to be found as it says, and no descriptor to be open
  // afterwards that was not before.
  template <typename Cases>
  void ExpectFinds(const DocumentRootOptions& options, const Cases& cases) const {
    const DocumentRoot root = Open(options);
    const auto before = OpenDescriptors();
    for (const auto& c : cases) {
      EXPECT_EQ(Outcome(root.Find(TargetOf(c.path), {})), c.outcome) << "/" << c.path;
      EXPECT_EQ(OpenDescriptors(), before) << "/" << c.path;
    }
  }

  TempTree tree_;
};

TEST_F(DocumentRootTest, FindsFilesByTheirPath) {
  tree_.AddFile(InRoot("a.txt"), "top");
  tree_.AddFile(InRoot("empty"), "");
  tree_.AddDirectory(InRoot("d"));
  tree_.AddDirectory(InRoot("d/e"));
  tree_.AddFile(InRoot("d/e/f.css"), "deep");
  const Case kCases[] = {
      {"a.txt", "top"},
      {"empty", ""},
      {"d/e/f.css", "deep"},
      {"A.TXT", kNotFound},
      {"a.txt.", kNotFound},
      {"missing", kNotFound},
      {"missing/a.txt", kNotFound},
      {"d/missing", kNotFound},
      {"a.txt/b", kNotFound},  // a file is no directory
      {"a.txt/", kNotFound},
      {"root.secret", kNotFound},
  };
  ExpectFinds(Options(), kCases);
}

// What Find comes to: the content coding, a colon, and the outcome.
std::string CodedOutcome(const DocumentRoot& root, absl::string_view path,
                         const ContentCodings& codings) {
  const absl::StatusOr<Resource> resource = root.Find(TargetOf(path), codings);
  return absl::StrCat(resource.ok() ? resource->content_coding : "", ":", Outcome(resource));
}

TEST_F(DocumentRootTest, WhatIsKeptInACodingThatIsWantedIsFoundInstead) {
  tree_.AddDirectory(InRoot("d"));
  for (const absl::string_view name : {"all.js", "gz.css", "d/index.html"}) {
    tree_.AddFile(InRoot(name), "plain");
    tree_.AddFile(InRoot(absl::StrCat(name, ".gz")), "gzip");
  }
  tree_.AddFile(InRoot("all.js.br"), "brotli");
  tree_.AddFile(InRoot("all.js.zst"), "zstandard");
  tree_.AddFile(InRoot("orphan.gz"), "of no file");
  tree_.AddFile(InRoot("fifo"), "plain");
  tree_.AddFifo(InRoot("fifo.gz"));
  tree_.AddFile(InRoot("directory"), "plain");
  tree_.AddDirectory(InRoot("directory.gz"));
  tree_.AddFile(InRoot("out"), "plain");
  tree_.AddSymlink(InRoot("out.gz"), "../outside/secret");
  tree_.AddFile(InRoot("linked"), "plain");
  tree_.AddSymlink(InRoot("linked.gz"), "all.js.gz");
  const ContentCoding br = {"br", ".br"};
  const ContentCoding zstd = {"zstd", ".zst"};
  const ContentCoding gzip = {"gzip", ".gz"};
  const struct {
    absl::string_view path;
    ContentCodings codings;
    absl::string_view outcome;
  } kCases[] = {
      {"all.js", {}, ":plain"},
      {"all.js", {br, zstd, gzip}, "br:brotli"},
      {"all.js", {zstd, br}, "zstd:zstandard"},
      {"all.js", {gzip}, "gzip:gzip"},
      {"gz.css", {br, zstd, gzip}, "gzip:gzip"},
      {"gz.css", {br, zstd}, ":plain"},
      {"d/", {gzip}, "gzip:gzip"},
      {"d/index.html", {gzip}, "gzip:gzip"},
      {"d", {gzip}, ":<directory>"},
      {"all.js.gz", {gzip}, ":gzip"},  // asked for as what it is
      {"orphan", {gzip}, ":<NOT_FOUND>"},
      {"fifo", {gzip}, ":plain"},
      {"directory", {gzip}, ":plain"},
      {"out", {gzip}, ":plain"},
      {"linked", {gzip}, ":plain"},
  };
  DocumentRoot root = Open(Options());
  const auto before = OpenDescriptors();
  for (const auto& c : kCases) {
    EXPECT_EQ(CodedOutcome(root, c.path, c.codings), c.outcome) << c.path;
    EXPECT_EQ(OpenDescriptors(), before) << c.path;
  }

  DocumentRootOptions options = Options();
  options.follow_symlinks = true;
  root = Open(options);
  EXPECT_EQ(CodedOutcome(root, "linked", {gzip}), "gzip:gzip");
  EXPECT_EQ(CodedOutcome(root, "out", {gzip}), ":plain");
}

// It is another representation of the same resource: of its own size, age and tag.
TEST_F(DocumentRootTest, WhatIsKeptInACodingIsDescribedAsItself) {
  tree_.AddFile(InRoot("page.html"), "plain");
  tree_.AddFile(InRoot("page.html.gz"), "zip");
  const DocumentRoot root = Open(Options());
  const absl::StatusOr<Resource> plain = root.Find(TargetOf("page.html"), {});
  const absl::StatusOr<Resource> coded = root.Find(TargetOf("page.html"), {{"gzip", ".gz"}});
  ASSERT_TRUE(plain.ok() && coded.ok());
  EXPECT_EQ(coded->media_type, "text/html; charset=utf-8");
  EXPECT_EQ(coded->size, 3u);
  EXPECT_NE(coded->tag.text(), plain->tag.text());
}

TEST_F(DocumentRootTest, WithSpaFallbackWhatIsNotFoundIsTheIndexOfTheRoot) {
  tree_.AddFile(InRoot("index.html"), "app");
  tree_.AddFile(InRoot("file"), "file");
  tree_.AddDirectory(InRoot("d"));
  tree_.AddFile(InRoot(".hidden"), "hidden");
  tree_.AddSymlink(InRoot("link"), "../outside/secret");
  tree_.AddFifo(InRoot("fifo"));
  const Case kCases[] = {
      {"", "app"},
      {"file", "file"},
      {"users", "app"},
      {"users/", "app"},
      {"users/7", "app"},
      {"v1.2/users", "app"},
      {"file/below", "app"},
      {"fifo", "app"},
      {"d", kDirectory},
      {"d/", kDenied},
      {"link", kDenied},
      {"app.js", kNotFound},  // a page in place of a script helps nobody
      {"users/photo.png", kNotFound},
      {".hidden", kNotFound},
      {".git/config", kNotFound},
      {"users/.git/config", kNotFound},
  };
  DocumentRootOptions options = Options();
  options.spa_fallback = true;
  ExpectFinds(options, kCases);
}

TEST_F(DocumentRootTest, WithSpaFallbackAndNoIndexNothingIsFound) {
  const Case kCases[] = {{"users", kNotFound}, {"", kDenied}};
  DocumentRootOptions options = Options();
  options.spa_fallback = true;
  ExpectFinds(options, kCases);
}

TEST_F(DocumentRootTest, ADirectoryWithoutIndexIsListedIfThatIsAsked) {
  tree_.AddFile(InRoot("file"), "file");
  tree_.AddDirectory(InRoot("d"));
  tree_.AddDirectory(InRoot("indexed"));
  tree_.AddFile(InRoot("indexed/index.html"), "index");
  tree_.AddDirectory(InRoot("linked"));
  tree_.AddSymlink(InRoot("linked/index.html"), "../file");
  tree_.AddDirectory(InRoot(".git"));
  tree_.AddSymlink(InRoot("link"), "d");
  tree_.AddSymlink(InRoot("out"), "../outside");
  tree_.AddFifo(InRoot("fifo"));
  const Case kCases[] = {
      {"", kListed},        {"d/", kListed},         {"indexed/", "index"}, {"d", kDirectory},
      {"linked/", kDenied}, {".git/", kNotFound},    {"link/", kDenied},    {"out/", kDenied},
      {"file/", kNotFound}, {"missing/", kNotFound}, {"fifo/", kNotFound},
  };
  DocumentRootOptions options = Options();
  options.directory_listing = true;
  ExpectFinds(options, kCases);
  options.follow_symlinks = true;
  const Case kFollowedCases[] = {{"link/", kListed}, {"out/", kDenied}, {"linked/", "file"}};
  ExpectFinds(options, kFollowedCases);
}

TEST_F(DocumentRootTest, ADirectoryThatMayNotBeReadIsNotListed) {
  tree_.AddDirectory(InRoot("d"));
  tree_.SetMode(InRoot("d"), 0100);
  DocumentRootOptions options = Options();
  options.directory_listing = true;
  {
    const ScopedUnprivileged unprivileged;
    ExpectFinds(options, std::vector<Case>{{"d/", kDenied}});
  }
  tree_.SetMode(InRoot("d"), 0700);
}

TEST_F(DocumentRootTest, ADirectoryIsItsIndexOrARedirectOrNothingToSee) {
  tree_.AddFile(InRoot("index.html"), "home");
  tree_.AddDirectory(InRoot("with"));
  tree_.AddFile(InRoot("with/index.html"), "index");
  tree_.AddDirectory(InRoot("without"));
  tree_.AddFile(InRoot("without/INDEX.HTML"), "another name");
  tree_.AddDirectory(InRoot("of_directory"));
  tree_.AddDirectory(InRoot("of_directory/index.html"));
  tree_.AddFile(InRoot("of_directory/index.html/index.html"), "deeper");
  tree_.AddDirectory(InRoot("of_fifo"));
  tree_.AddFifo(InRoot("of_fifo/index.html"));
  const Case kCases[] = {
      {"", "home"},
      {"index.html", "home"},
      {"with", kDirectory},
      {"with/", "index"},
      {"without", kDirectory},
      {"without/", kDenied},
      {"of_directory/", kDenied},
      {"of_directory/index.html", kDirectory},
      {"of_directory/index.html/", "deeper"},
      {"of_fifo/", kDenied},
      {"missing/", kNotFound},
  };
  ExpectFinds(Options(), kCases);
}

TEST_F(DocumentRootTest, TheRootItselfMayHaveNoIndex) {
  const Case kCases[] = {{"", kDenied}, {"index.html", kNotFound}};
  ExpectFinds(Options(), kCases);
}

TEST_F(DocumentRootTest, NamesWithADotInFrontAreHiddenUnlessServed) {
  tree_.AddFile(InRoot(".htpasswd"), "dotfile");
  tree_.AddFile(InRoot("..."), "dots");
  tree_.AddDirectory(InRoot(".git"));
  tree_.AddFile(InRoot(".git/config"), "config");
  tree_.AddFile(InRoot(".git/index.html"), "index");
  tree_.AddDirectory(InRoot("a"));
  tree_.AddFile(InRoot("a/.b"), "below");
  tree_.AddFile(InRoot("a.b"), "dot within");
  tree_.AddFile(InRoot("a."), "dot behind");
  const Case kHidden[] = {
      {".htpasswd", kNotFound},   {"...", kNotFound},  {".git", kNotFound},   {".git/", kNotFound},
      {".git/config", kNotFound}, {"a/.b", kNotFound}, {"a.b", "dot within"}, {"a.", "dot behind"},
  };
  ExpectFinds(Options(), kHidden);

  const Case kServed[] = {
      {".htpasswd", "dotfile"},  {"...", "dots"},   {".git", kDirectory},  {".git/", "index"},
      {".git/config", "config"}, {"a/.b", "below"}, {"a.b", "dot within"}, {"a.", "dot behind"},
  };
  DocumentRootOptions options = Options();
  options.dotfiles = true;
  ExpectFinds(options, kServed);
}

// RFC 8615: at the root of the site, and nothing hidden within.
TEST_F(DocumentRootTest, WellKnownIsServedAtTheRootOnly) {
  tree_.AddDirectory(InRoot(".well-known"));
  tree_.AddFile(InRoot(".well-known/security.txt"), "contact");
  tree_.AddFile(InRoot(".well-known/.secret"), "hidden");
  tree_.AddDirectory(InRoot(".well-known/.well-known"));
  tree_.AddFile(InRoot(".well-known/.well-known/a"), "hidden");
  tree_.AddFile(InRoot(".well-known2"), "hidden");
  tree_.AddFile(InRoot(".well-know"), "hidden");
  tree_.AddDirectory(InRoot("a"));
  tree_.AddDirectory(InRoot("a/.well-known"));
  tree_.AddFile(InRoot("a/.well-known/x"), "hidden");
  const Case kCases[] = {
      {".well-known", kDirectory},
      {".well-known/", kDenied},
      {".well-known/security.txt", "contact"},
      {".well-known/.secret", kNotFound},
      {".well-known/.well-known/a", kNotFound},
      {".well-known2", kNotFound},
      {".well-know", kNotFound},
      {"a/.well-known/x", kNotFound},
  };
  ExpectFinds(Options(), kCases);
}

// A FIFO would keep a blocking open waiting for its writer.
TEST_F(DocumentRootTest, WhatIsNeitherFileNorDirectoryIsNotFoundAtOnce) {
  tree_.AddFifo(InRoot("fifo"));
  tree_.AddSocket(InRoot("socket"));
  const Case kCases[] = {
      {"fifo", kNotFound}, {"fifo/", kNotFound}, {"socket", kNotFound}, {"socket/", kNotFound}};
  ExpectFinds(Options(), kCases);
}

TEST_F(DocumentRootTest, ADeviceIsNotFound) {
  const Case kCases[] = {{"null", kNotFound}, {"null/", kNotFound}, {"zero", kNotFound}};
  ExpectFinds({"/dev", false, false, false}, kCases);
}

class SymlinkTest : public DocumentRootTest {
 protected:
  SymlinkTest() {
    tree_.AddFile(InRoot("file"), "inside");
    tree_.AddDirectory(InRoot("d"));
    tree_.AddFile(InRoot("d/file"), "deeper");
    tree_.AddFile(InRoot("d/index.html"), "index");
    tree_.AddDirectory(InRoot("i"));
    tree_.AddSymlink(InRoot("i/index.html"), "../file");

    tree_.AddSymlink(InRoot("to_file"), "file");
    tree_.AddSymlink(InRoot("to_directory"), "d");
    tree_.AddSymlink(InRoot("d/up"), "../file");
    tree_.AddSymlink(InRoot("chain"), "to_file");
    tree_.AddSymlink(InRoot("dangling"), "missing");
    tree_.AddSymlink(InRoot("loop"), "loop");
    tree_.AddSymlink(InRoot("loop1"), "loop2");
    tree_.AddSymlink(InRoot("loop2"), "loop1");
    tree_.AddSymlink(InRoot("absolute_inside"), tree_.PathOf(InRoot("file")));
    tree_.AddSymlink(InRoot("outside"), "../outside/secret");
    tree_.AddSymlink(InRoot("outside_directory"), "../outside");
    tree_.AddSymlink(InRoot("absolute"), tree_.PathOf("outside/secret"));
    tree_.AddSymlink(InRoot("absolute_directory"), "/");
    tree_.AddSymlink(InRoot("out_and_in"), "../root/file");
    tree_.AddSymlink(InRoot("by_way_of_a_link"), "outside_directory/secret");
    tree_.AddSymlink(InRoot("sibling"), "../root.secret");
    tree_.AddSymlink(InRoot("magic"), "/proc/self/root");
    tree_.AddSymlink(InRoot("to_hidden"), ".hidden");
    tree_.AddFile(InRoot(".hidden"), "hidden");
  }
};

TEST_F(SymlinkTest, NoneIsFollowedByDefault) {
  const Case kCases[] = {
      {"file", "inside"},
      {"d/file", "deeper"},
      {"to_file", kDenied},
      {"to_file/", kDenied},
      {"to_directory", kDenied},
      {"to_directory/", kDenied},
      {"to_directory/file", kDenied},
      {"to_directory/missing", kDenied},  // tells nothing of what is behind
      {"i/", kDenied},
      {"d/up", kDenied},
      {"chain", kDenied},
      {"dangling", kDenied},
      {"loop", kDenied},
      {"absolute_inside", kDenied},
      {"outside", kDenied},
      {"outside_directory", kDenied},
      {"outside_directory/secret", kDenied},
      {"absolute", kDenied},
      {"absolute_directory/etc/passwd", kDenied},
      {"out_and_in", kDenied},
      {"by_way_of_a_link", kDenied},
      {"sibling", kDenied},
      {"magic/etc/passwd", kDenied},
  };
  ExpectFinds(Options(), kCases);
}

// openat2(2), RESOLVE_BENEATH: an absolute link leads out, wherever it would end,
// and so does one that only passes by the outside.
TEST_F(SymlinkTest, AreFollowedInsideTheRootIfThatIsWantedAndNeverOutOfIt) {
  const Case kCases[] = {
      {"file", "inside"},
      {"to_file", "inside"},
      {"to_file/", kNotFound},
      {"to_directory", kDirectory},
      {"to_directory/", "index"},
      {"to_directory/file", "deeper"},
      {"to_directory/up", "inside"},
      {"to_directory/missing", kNotFound},
      {"i/", "inside"},
      {"d/up", "inside"},
      {"chain", "inside"},
      {"dangling", kNotFound},
      {"loop", kDenied},
      {"loop1", kDenied},
      {"absolute_inside", kDenied},
      {"outside", kDenied},
      {"outside_directory", kDenied},
      {"outside_directory/", kDenied},
      {"outside_directory/secret", kDenied},
      {"absolute", kDenied},
      {"absolute_directory/etc/passwd", kDenied},
      {"out_and_in", kDenied},
      {"by_way_of_a_link", kDenied},
      {"sibling", kDenied},
      {"magic/etc/passwd", kDenied},
      {"to_hidden", "hidden"},  // who made the link published it
  };
  DocumentRootOptions options = Options();
  options.follow_symlinks = true;
  ExpectFinds(options, kCases);
}

TEST_F(SymlinkTest, TheRootMayBeOneInAnyCase) {
  tree_.AddSymlink("link_to_root", "root");
  const Case kCases[] = {{"file", "inside"}};
  ExpectFinds({tree_.PathOf("link_to_root"), false, false, false}, kCases);
}

// The parser makes no such path; the kernel would not follow it either.
TEST_F(DocumentRootTest, APathThatClimbsIsRefusedByTheKernel) {
  tree_.AddDirectory(InRoot("d"));
  const Case kCases[] = {
      {"..", kDenied},
      {"../outside/secret", kDenied},
      {"d/../../outside/secret", kDenied},
      {"/etc/passwd", kDenied},
  };
  DocumentRootOptions options = Options();
  options.dotfiles = true;
  ExpectFinds(options, kCases);
}

TEST_F(DocumentRootTest, EveryByteButSlashAndNulNamesAFile) {
  std::vector<std::string> names;
  for (int byte = 1; byte < 256; ++byte) {
    if (byte != '/' && byte != '.') names.emplace_back(1, static_cast<char>(byte));
    if (byte != '/')
      names.push_back(absl::StrCat("x", std::string(1, static_cast<char>(byte)), "y"));
  }
  for (const std::string& name : names) tree_.AddFile(InRoot(name), absl::StrCat("<", name, ">"));
  const DocumentRoot root = Open(Options());
  for (const std::string& name : names) {
    RequestTarget target;
    target.path = name;
    EXPECT_EQ(Outcome(root.Find(target, {})), absl::StrCat("<", name, ">"))
        << testing::PrintToString(name);
  }
}

// See limits.h of the C library: NAME_MAX is 255, PATH_MAX 4096 with the NUL.
TEST_F(DocumentRootTest, NamesAreFoundUpToTheLimitsAndNotBeyond) {
  const std::string longest(NAME_MAX, 'n');
  const std::string too_long(NAME_MAX + 1, 'n');
  tree_.AddFile(InRoot(longest), "longest name");
  const std::string longest_request(8190, 'x');
  const Case kCases[] = {
      {longest, "longest name"},
      {too_long, kNotFound},
      {longest_request, kNotFound},
  };
  ExpectFinds(Options(), kCases);
}

TEST_F(DocumentRootTest, APathOfPathMaxBytesIsNotFound) {
  const DocumentRoot root = Open(Options());
  for (size_t size = PATH_MAX - 2; size <= PATH_MAX + 1; ++size) {
    std::string path;
    while (path.size() + 2 <= size) absl::StrAppend(&path, "d/");
    path.resize(size, 'd');
    RequestTarget target;
    target.path = path;
    for (bool names_directory : {false, true}) {
      target.names_directory = names_directory;
      EXPECT_EQ(Outcome(root.Find(target, {})), kNotFound) << size;
    }
  }
}

TEST_F(DocumentRootTest, AFileIsDescribedAsItWasWhenItWasOpened) {
  tree_.AddFile(InRoot("page.html"), "twelve bytes");
  tree_.AddDirectory(InRoot("d"));
  tree_.AddFile(InRoot("d/index.html"), "x");
  const timespec times[] = {{0, UTIME_OMIT}, {784111777, 999'999'999}};
  ASSERT_EQ(utimensat(AT_FDCWD, tree_.PathOf(InRoot("page.html")).c_str(), times, 0), 0);

  const DocumentRoot root = Open(Options());
  const absl::StatusOr<Resource> page = root.Find(TargetOf("page.html"), {});
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->size, 12u);
  EXPECT_EQ(page->modified, 784111777);
  EXPECT_EQ(page->media_type, "text/html; charset=utf-8");
  EXPECT_EQ(fcntl(page->fd.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(page->fd.get(), F_GETFL) & O_ACCMODE, O_RDONLY);

  const absl::StatusOr<Resource> index = root.Find(TargetOf("d/"), {});
  ASSERT_TRUE(index.ok()) << index.status();
  EXPECT_EQ(index->media_type, "text/html; charset=utf-8");
}

TEST_F(DocumentRootTest, SizesAndTimesBeyond32BitsAreKept) {
  constexpr int64_t kSize = (int64_t{5} << 30) + 1;
  tree_.AddFile(InRoot("big"), "");
  const std::string path = tree_.PathOf(InRoot("big"));
  if (truncate(path.c_str(), kSize) != 0) GTEST_SKIP() << "no sparse file of 5 GiB here";
  const timespec times[] = {{0, UTIME_OMIT}, {4102444800, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  const absl::StatusOr<Resource> big = Open(Options()).Find(TargetOf("big"), {});
  ASSERT_TRUE(big.ok()) << big.status();
  EXPECT_EQ(big->size, static_cast<uint64_t>(kSize));
  EXPECT_EQ(big->modified, 4102444800);
}

TEST_F(DocumentRootTest, ARootThatIsRenamedOrReplacedIsServedOn) {
  tree_.AddFile(InRoot("file"), "the one that was opened");
  const DocumentRoot root = Open(Options());
  ASSERT_EQ(std::rename(tree_.PathOf("root").c_str(), tree_.PathOf("moved").c_str()), 0);
  EXPECT_EQ(Outcome(root.Find(TargetOf("file"), {})), "the one that was opened");
  tree_.AddDirectory("root");
  tree_.AddFile(InRoot("file"), "another");
  EXPECT_EQ(Outcome(root.Find(TargetOf("file"), {})), "the one that was opened");
}

TEST_F(DocumentRootTest, HoldsOneDescriptorThatNoProgramInherits) {
  const auto before = OpenDescriptors();
  {
    const DocumentRoot root = Open(Options());
    const auto during = OpenDescriptors();
    EXPECT_EQ(during.size(), before.size() + 1);
    for (const auto& [fd, target] : during) {
      if (before.count(fd) > 0) continue;
      EXPECT_EQ(target, tree_.PathOf("root"));
      EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
    }
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST_F(DocumentRootTest, WhatMayNotBeReadIsDenied) {
  tree_.AddFile(InRoot("unreadable"), "secret");
  tree_.AddDirectory(InRoot("closed"));
  tree_.AddFile(InRoot("closed/file"), "secret");
  tree_.AddDirectory(InRoot("i"));
  tree_.AddFile(InRoot("i/index.html"), "secret");
  tree_.SetMode(InRoot("unreadable"), 0);
  tree_.SetMode(InRoot("closed"), 0);
  tree_.SetMode(InRoot("i/index.html"), 0);
  const Case kCases[] = {
      {"unreadable", kDenied},  {"closed", kDirectory},      {"closed/", kDenied},
      {"closed/file", kDenied}, {"closed/missing", kDenied}, {"i/", kDenied},
  };
  const ScopedUnprivileged unprivileged;
  ExpectFinds(Options(), kCases);
}

// Its files are served, though a client cannot learn their names.
TEST_F(DocumentRootTest, ADirectoryNeedNotBeReadable) {
  tree_.AddDirectory(InRoot("searched"));
  tree_.AddFile(InRoot("searched/file"), "found");
  tree_.SetMode(InRoot("searched"), 0311);
  const Case kCases[] = {
      {"searched", kDirectory},
      {"searched/", kDenied},
      {"searched/file", "found"},
      {"searched/missing", kNotFound},
  };
  const ScopedUnprivileged unprivileged;
  ExpectFinds(Options(), kCases);
}

TEST_F(DocumentRootTest, AShortageOfDescriptorsIsUnavailable) {
  tree_.AddFile(InRoot("index.html"), "home");
  const DocumentRoot root = Open(Options());
  {
    const ScopedDescriptorLimit limit;
    for (absl::string_view path : {"index.html", "", "missing"}) {
      EXPECT_EQ(Outcome(root.Find(TargetOf(path), {})), "<UNAVAILABLE>") << path;
    }
  }
  EXPECT_EQ(Outcome(root.Find(TargetOf(""), {})), "home");
}

TEST_F(DocumentRootTest, ARootThatCannotBeServedIsNamedWithTheReasonAndARemedy) {
  const struct {
    std::string path;
    absl::string_view reason;
  } kCases[] = {
      {"", "No such file or directory"},
      {tree_.PathOf("missing"), "No such file or directory"},
      {tree_.PathOf("root.secret"), "Not a directory"},
      {tree_.PathOf("root.secret/x"), "Not a directory"},
      {"/dev/null", "Not a directory"},
  };
  const auto before = OpenDescriptors();
  for (const auto& c : kCases) {
    EXPECT_EQ(DocumentRoot::Open({c.path, false, false, false}).status().message(),
              absl::StrCat("cannot serve --root=", c.path, ": ", c.reason,
                           "; name a directory that you may read"));
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST_F(DocumentRootTest, ARootThatMayNotBeReadOrSearchedIsNamedWithARemedy) {
  const std::string path = tree_.PathOf("root");
  const ScopedUnprivileged unprivileged;
  const auto before = OpenDescriptors();
  tree_.SetMode("root", 0311);
  EXPECT_EQ(DocumentRoot::Open(Options()).status().message(),
            absl::StrCat("cannot serve --root=", path,
                         ": Permission denied; name a directory that you may read"));
  tree_.SetMode("root", 0644);
  EXPECT_EQ(DocumentRoot::Open(Options()).status().message(),
            absl::StrCat("cannot serve --root=", path,
                         ": Permission denied; name a directory that you may search"));
  EXPECT_EQ(OpenDescriptors(), before);
  tree_.SetMode("root", 0755);
}

}  // namespace
}  // namespace prong
