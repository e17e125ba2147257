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

constexpr absl::string_view kIndex = "index.html";

// The one dotfile that every site may publish, RFC 8615.
constexpr absl::string_view kWellKnown = ".well-known";

bool NamesDotfile(absl::string_view path) {
  for (absl::string_view segment : absl::StrSplit(path, '/')) {
    const bool well_known = segment == kWellKnown && segment.data() == path.data();
    if (absl::StartsWith(segment, ".") && !well_known) return true;
  }
  return false;
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
    case EAGAIN:  // the path was being renamed meanwhile, more than once
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return absl::UnavailableError("");
    default:
      return absl::InternalError("");
  }
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

absl::StatusOr<Resource> DocumentRoot::Find(const RequestTarget& target) const {
  if (!dotfiles_ && NamesDotfile(target.path)) return absl::NotFoundError("");
  if (!target.names_directory) return OpenFile(target.path, "");

  absl::StatusOr<Resource> index = OpenFile(target.path, kIndex);
  if (!absl::IsNotFound(index.status())) return index;
  // No index: is there a directory?
  const absl::StatusOr<Resource> directory = OpenFile(target.path, "");
  if (directory.ok() && directory->kind == Resource::Kind::kDirectoryWithoutSlash) {
    return absl::PermissionDeniedError("");
  }
  return index;
}

absl::StatusOr<UniqueFd> DocumentRoot::OpenBeneath(absl::string_view path,
                                                   absl::string_view name) const {
  const absl::string_view separator = path.empty() || name.empty() ? "" : "/";
  std::string joined = absl::StrCat(path, separator, name);
  if (joined.empty()) joined = ".";

  // O_NONBLOCK: opening a FIFO does not wait for its other end.
  open_how how = {O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0,
                  RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  if (!follow_symlinks_) how.resolve |= RESOLVE_NO_SYMLINKS;
  UniqueFd fd(OpenAt2(fd_.get(), joined.c_str(), how));
  if (!fd.valid()) return ToStatus(errno);
  return fd;
}

absl::StatusOr<Resource> DocumentRoot::OpenFile(absl::string_view path,
                                                absl::string_view name) const {
  absl::StatusOr<UniqueFd> fd = OpenBeneath(path, name);
  if (!fd.ok()) return fd.status();
  struct stat status;
  if (fstat(fd->get(), &status) != 0) return ToStatus(errno);

  Resource resource;
  if (S_ISDIR(status.st_mode) && name.empty()) {
    resource.kind = Resource::Kind::kDirectoryWithoutSlash;
    return resource;
  }
  if (!S_ISREG(status.st_mode)) return absl::NotFoundError("");
  resource.fd = *std::move(fd);
  resource.size = static_cast<uint64_t>(status.st_size);
  resource.modified = status.st_mtim.tv_sec;
  resource.media_type = MediaTypeOf(name.empty() ? path : name);
  return resource;
}

}  // namespace prong
