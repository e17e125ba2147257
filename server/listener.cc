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

// Connections of an earlier run in TIME_WAIT do not keep the port, ip(7). An IPv6
// socket takes IPv4 clients too where its address is "::", whatever the machine's
// default is, ipv6(7).
bool SetOptions(int socket, int family) {
  const int on = 1;
  const int off = 0;
  return setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
         (family != AF_INET6 ||
          setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) == 0);
}

}  // namespace

absl::StatusOr<Listener> Listen(const SocketAddress& address, int backlog) {
  // Non-blocking, so that a client that went away between ppoll and accept cannot
  // keep the parent waiting, see accept(2).
  UniqueFd listen_fd(socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listen_fd.valid()) return ListenError(errno, address);

  if (!SetOptions(listen_fd.get(), address.family()) ||
      bind(listen_fd.get(), address.address(), address.size()) != 0 ||
      listen(listen_fd.get(), backlog) != 0) {
    return ListenError(errno, address);
  }

  sockaddr_storage bound = {};
  socklen_t size = sizeof(bound);
  if (getsockname(listen_fd.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    return ListenError(errno, address);
  }
  return Listener{std::move(listen_fd), SocketAddress(bound)};
}

}  // namespace prong
