#include "server/document_root.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/media_type.h"

namespace prong {
namespace {

constexpr char kIndex[] = "index.html";

// The one dotfile that every site may publish, RFC 8615.
constexpr absl::string_view kWellKnown = ".well-known";

bool NamesDotfile(absl::string_view path) {
  for (absl::string_view segment : absl::StrSplit(path, '/')) {
    const bool well_known = segment == kWellKnown && segment.data() == path.data();
    if (absl::StartsWith(segment, ".") && !well_known) return true;
  }
  return false;
}

// Whether the last segment of `path` has a dot, as the name of a file that a page needs does:
// it is better not found than a page.
bool LooksLikeFile(absl::string_view path) {
  return absl::StrContains(path.substr(path.rfind('/') + 1), '.');
}

// What a failed openat2 or fstat means for the client. The message is for nobody:
// the code is what the response is made from.
absl::Status ToStatus(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ENXIO:  // a socket, or a device that is not there
    case ENODEV:
      return absl::NotFoundError("");
    case EACCES:
    case EPERM:
    case ELOOP:  // a symbolic link, with RESOLVE_NO_SYMLINKS
    case EXDEV:  // a symbolic link out of the root, with RESOLVE_BENEATH
      return absl::PermissionDeniedError("");
    case EINTR:   // by signals, again and again
    case EAGAIN:  // the path was being renamed meanwhile, more than once
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return absl::UnavailableError("");
    default:
      return absl::InternalError("");
  }
}

// RFC 9110 section 8.8.3: a file that is replaced has another inode, one that is
// written to another time, as long as the clock of the file system has moved.
FileTag TagOf(const struct stat& status) {
  FileTag tag;
  const auto append = [&tag](absl::Hex number) { tag.Append(absl::AlphaNum(number).Piece()); };
  append(absl::Hex(status.st_ino));
  tag.Append("-");
  append(absl::Hex(status.st_size));
  tag.Append("-");
  append(absl::Hex(status.st_mtim.tv_sec));
  tag.Append(".");
  append(absl::Hex(status.st_mtim.tv_nsec));
  return tag;
}

Resource Directory() {
  Resource directory;
  directory.kind = Resource::Kind::kDirectoryWithoutSlash;
  return directory;
}

int OpenAt2(int directory, const char* path, const open_how& how) {
  // With RESOLVE_BENEATH the kernel gives up with EAGAIN where a rename raced with
  // the walk; openat2(2) says to try again.
  constexpr int kAttempts = 10;
  int fd = -1;
  for (int i = 0; i < kAttempts; ++i) {
    fd = static_cast<int>(syscall(SYS_openat2, directory, path, &how, sizeof(how)));
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) break;
  }
  return fd;
}

}  // namespace

absl::StatusOr<DocumentRoot> DocumentRoot::Open(const DocumentRootOptions& options) {
  const auto error = [&options](absl::string_view advice) {
    const absl::Status status =
        absl::ErrnoToStatus(errno, absl::StrCat("cannot serve --root=", options.path));
    return absl::Status(status.code(), absl::StrCat(status.message(), "; ", advice));
  };
  UniqueFd fd(open(options.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return error("name a directory that you may read");

  // Asks the kernel for openat2 and for permission to search, once for all.
  DocumentRoot root(std::move(fd), options);
  const open_how how = {O_PATH | O_CLOEXEC, 0, RESOLVE_BENEATH};
  const UniqueFd self(OpenAt2(root.fd_.get(), ".", how));
  if (!self.valid()) {
    return error(errno == ENOSYS ? "prong needs openat2, of Linux 5.6"
                                 : "name a directory that you may search");
  }
  return root;
}

absl::StatusOr<Resource> DocumentRoot::Find(const RequestTarget& target,
                                            const ContentCodings& codings) const {
  if (!dotfiles_ && NamesDotfile(target.path)) return absl::NotFoundError("");
  absl::StatusOr<Resource> found = FindPath(target, codings);
  const bool is_route = spa_fallback_ && !LooksLikeFile(target.path);
  return is_route && absl::IsNotFound(found.status()) ? OpenFile(kIndex, codings)
                                                      : std::move(found);
}

absl::StatusOr<Resource> DocumentRoot::FindPath(const RequestTarget& target,
                                                const ContentCodings& codings) const {
  const std::string path(target.path);
  if (target.names_directory) {
    absl::StatusOr<Resource> index =
        OpenFile(path.empty() ? kIndex : absl::StrCat(path, "/", kIndex), codings);
    const bool is_directory = index.ok() && index->kind != Resource::Kind::kFile;
    if (!is_directory && !absl::IsNotFound(index.status())) return index;
    if (directory_listing_) return OpenDirectory(path);
    const absl::Status directory = CheckDirectory(path);
    return directory.ok() ? absl::PermissionDeniedError("") : directory;
  }
  absl::StatusOr<Resource> file = OpenFile(path, codings);
  if (!absl::IsPermissionDenied(file.status())) return file;
  // A directory that may be searched but not read is one, too.
  const absl::Status directory = CheckDirectory(path);
  if (directory.ok()) return Directory();
  return absl::IsNotFound(directory) ? file.status() : directory;
}

absl::StatusOr<struct stat> DocumentRoot::StatusOf(int directory, absl::string_view path,
                                                   const char* name) const {
  // Only names that begin with a dot are hidden here: of a path that is, there is no directory.
  if (!dotfiles_ && name[0] == '.') return absl::NotFoundError("");
  struct stat status;
  if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return ToStatus(errno);
  if (!S_ISLNK(status.st_mode)) return status;
  if (!follow_symlinks_) return absl::PermissionDeniedError("");
  const UniqueFd fd = OpenBeneath(path.empty() ? name : absl::StrCat(path, "/", name), O_PATH);
  if (!fd.valid() || fstat(fd.get(), &status) != 0) return ToStatus(errno);
  return status;
}

UniqueFd DocumentRoot::OpenBeneath(const std::string& path, uint64_t flags) const {
  open_how how = {flags | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  if (!follow_symlinks_) how.resolve |= RESOLVE_NO_SYMLINKS;
  return UniqueFd(OpenAt2(fd_.get(), path.empty() ? "." : path.c_str(), how));
}

absl::Status DocumentRoot::CheckDirectory(const std::string& path) const {
  // O_PATH: it is enough that the directory may be searched.
  const UniqueFd fd = OpenBeneath(path, O_PATH | O_DIRECTORY);
  return fd.valid() ? absl::OkStatus() : ToStatus(errno);
}

absl::StatusOr<Resource> DocumentRoot::OpenDirectory(const std::string& path) const {
  Resource directory;
  directory.kind = Resource::Kind::kDirectory;
  directory.fd = OpenBeneath(path, O_RDONLY | O_DIRECTORY);
  if (!directory.fd.valid()) return ToStatus(errno);
  return directory;
}

absl::StatusOr<Resource> DocumentRoot::OpenFile(const std::string& path,
                                                const ContentCodings& codings) const {
  absl::StatusOr<Resource> file = OpenExactly(path);
  if (!file.ok() || file->kind != Resource::Kind::kFile) return file;
  for (const ContentCoding& coding : codings) {
    absl::StatusOr<Resource> coded = OpenExactly(absl::StrCat(path, coding.suffix));
    if (!coded.ok() || coded->kind != Resource::Kind::kFile) continue;
    coded->media_type = file->media_type;
    coded->content_coding = coding.name;
    return coded;
  }
  return file;
}

absl::StatusOr<Resource> DocumentRoot::OpenExactly(const std::string& path) const {
  // O_NONBLOCK: opening a FIFO does not wait for its other end.
  UniqueFd fd = OpenBeneath(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd.valid()) return ToStatus(errno);
  struct stat status;
  if (fstat(fd.get(), &status) != 0) return ToStatus(errno);
  if (S_ISDIR(status.st_mode)) return Directory();
  if (!S_ISREG(status.st_mode)) return absl::NotFoundError("");

  Resource resource;
  resource.fd = std::move(fd);
  resource.size = static_cast<uint64_t>(status.st_size);
  resource.modified = status.st_mtim.tv_sec;
  resource.tag = TagOf(status);
  resource.media_type = MediaTypeOf(path);
  return resource;
}

}  // namespace prong
