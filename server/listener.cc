#include "server/listener.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace prong {
namespace {

absl::string_view Advice(int error) {
  switch (error) {
    case EADDRINUSE:
      return "; choose another --port, or --port=0 for a free one";
    case EADDRNOTAVAIL:
      return "; choose a --bind_address of this machine";
    case EACCES:
      return "; choose a --port above 1023, or run with CAP_NET_BIND_SERVICE";
    case EAFNOSUPPORT:
      return "; choose a --bind_address of a family that this machine has";
    default:
      return "";
  }
}

absl::Status ListenError(int error, const SocketAddress& address) {
  const absl::Status status =
      absl::ErrnoToStatus(error, absl::StrCat("cannot listen on ", address.LiteralWithPort()));
  return absl::Status(status.code(), absl::StrCat(status.message(), Advice(error)));
}

// Binds `socket` to the port of `address`, see socket(7), ip(7) and ipv6(7). Returns whether
// it could.
bool BindPort(int socket, const SocketAddress& address, bool reuse_port) {
  // Connections of an earlier run in TIME_WAIT do not keep the port.
  const int on = 1;
  if (setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0) return false;
  // To have effect, it must be set before bind, in each process that listens there.
  if (reuse_port && setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0)
    return false;
  // "::" takes IPv4 too, whatever this machine does unless told.
  const int off = 0;
  if (address.family() == AF_INET6 &&
      setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0)
    return false;
  return bind(socket, address.address(), address.size()) == 0;
}

}  // namespace

absl::StatusOr<Listener> Listen(const SocketAddress& address, int backlog, mode_t unix_socket_mode,
                                bool reuse_port) {
  // Non-blocking, so that a client that went away between ppoll and accept cannot
  // keep the parent waiting, see accept(2).
  UniqueFd listen_fd(socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listen_fd.valid()) return ListenError(errno, address);

  SocketFile socket_file;
  if (address.is_unix()) {
    absl::StatusOr<SocketFile> bound_file =
        SocketFile::Bind(listen_fd.get(), address, unix_socket_mode);
    if (!bound_file.ok()) return bound_file.status();
    socket_file = *std::move(bound_file);
  } else if (!BindPort(listen_fd.get(), address, reuse_port)) {
    return ListenError(errno, address);
  }
  if (listen(listen_fd.get(), backlog) != 0) return ListenError(errno, address);

  sockaddr_storage bound = {};
  socklen_t size = sizeof(bound);
  if (getsockname(listen_fd.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    return ListenError(errno, address);
  }
  return Listener{std::move(listen_fd), SocketAddress(bound), std::move(socket_file)};
}

}  // namespace prong
