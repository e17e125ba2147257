// The file by which a unix socket is known, see unix(7).

#ifndef PRONG_SERVER_SOCKET_FILE_H_
#define PRONG_SERVER_SOCKET_FILE_H_

#include <sys/types.h>

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/socket_address.h"

namespace prong {

// Owns the file, or none: it is removed by the destructor.
class SocketFile {
 public:
  SocketFile() = default;
  SocketFile(SocketFile&& other) noexcept { *this = std::move(other); }
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile() { Remove(); }

  // Binds `socket`, which is borrowed, to the path of `address`, where a file with the
  // permissions `mode` comes to be; it never had others. A socket that is there and that
  // nobody listens on, as an earlier run left it, is replaced; every other file is an
  // error: AlreadyExists, and the message says what it is.
  //
  // Two servers that are given the same path at the same moment may both take it for
  // one that an earlier run left; then the later one has it.
  static absl::StatusOr<SocketFile> Bind(int socket, const SocketAddress& address, mode_t mode);

  const std::string& path() const { return path_; }  // empty if there is no file

  // Removes the file, unless another has its name by now. To be called while `socket` is
  // still open: until then no other file can have its inode number.
  void Remove();

 private:
  SocketFile(std::string path, dev_t device, ino_t inode)
      : path_(std::move(path)), device_(device), inode_(inode) {}

  std::string path_;  // empty if there is no file
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace prong

#endif  // PRONG_SERVER_SOCKET_FILE_H_
