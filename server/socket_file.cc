#include "server/socket_file.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/keyed_system_call.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

std::string CannotListen(const SocketAddress& address) {
  return absl::StrCat("cannot listen on ", address.LiteralWithPort());
}

absl::Status SystemError(int error, const SocketAddress& address) {
  const absl::Status status = absl::ErrnoToStatus(error, CannotListen(address));
  return absl::Status(
      status.code(),
      absl::StrCat(status.message(), "; choose a --unix_socket in a directory that you may write"));
}

absl::Status IsTaken(const SocketAddress& address, absl::string_view by_what_and_advice) {
  return absl::AlreadyExistsError(absl::StrCat(CannotListen(address), ": ", by_what_and_advice,
                                               ", or choose another --unix_socket"));
}

// Binds `socket` to a file that has `mode` from the beginning. Returns 0 or the errno.
int BindWithMode(int socket, const SocketAddress& address, mode_t mode) {
  const mode_t saved = umask(ACCESSPERMS & ~mode);
  const int error = bind(socket, address.address(), address.size()) == 0 ? 0 : errno;
  umask(saved);
  return error;
}

// Removes the socket at `address` if nobody listens on it.
absl::Status RemoveStale(const SocketAddress& address) {
  struct stat status;
  if (lstat(address.path(), &status) != 0) return SystemError(errno, address);
  if (!S_ISSOCK(status.st_mode)) return IsTaken(address, "a file that is no socket; remove it");

  const UniqueFd client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!client.valid()) return SystemError(errno, address);
  const int error = connect(client.get(), address.address(), address.size()) == 0 ? 0 : errno;
  // unix(7): the queue of its connections is full, or it is of another type.
  if (error == 0 || error == EAGAIN || error == EPROTOTYPE)
    return IsTaken(address, "it is in use; stop who listens there");
  if (error != ECONNREFUSED || unlink(address.path()) != 0) return SystemError(errno, address);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SocketFile> SocketFile::Bind(int socket, const SocketAddress& address, mode_t mode) {
  int error = BindWithMode(socket, address, mode);
  if (error == EADDRINUSE) {
    const absl::Status removed = RemoveStale(address);
    if (!removed.ok()) return removed;
    error = BindWithMode(socket, address, mode);
  }
  struct stat status;
  if (error == 0 && lstat(address.path(), &status) != 0) error = errno;
  if (error != 0) return SystemError(error, address);
  return SocketFile(address.path(), status.st_dev, status.st_ino);
}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  if (this != &other) {
    Remove();
    path_ = std::exchange(other.path_, {});
    device_ = other.device_;
    inode_ = other.inode_;
  }
  return *this;
}

void SocketFile::Remove() {
  const std::string path = std::exchange(path_, {});
  struct stat status;
  if (path.empty() || lstat(path.c_str(), &status) != 0) return;
  if (status.st_dev == device_ && status.st_ino == inode_) KeyedUnlink(path.c_str());
}

}  // namespace prong
