#include "server/socket_activation.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace prong {
namespace {

// The value of a variable, which is removed from the environment; empty if it is not set.
std::string Take(const char* name) {
  const char* const value = std::getenv(name);
  std::string taken = value == nullptr ? "" : value;
  unsetenv(name);
  return taken;
}

absl::Status NoSocket(int error) {
  return absl::InvalidArgumentError(absl::StrCat(
      "cannot listen on descriptor ", kPassedSocket, ", which is to be a socket by LISTEN_FDS=1: ",
      strerror(error), "; pass a listening socket, or unset LISTEN_PID"));
}

absl::StatusOr<int> Option(int option) {
  int value = 0;
  socklen_t size = sizeof(value);
  if (getsockopt(kPassedSocket, SOL_SOCKET, option, &value, &size) == 0) return value;
  return NoSocket(errno);
}

absl::Status NotUsable(absl::string_view what_it_is_and_advice) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot listen on the socket that was passed: ", what_it_is_and_advice,
                   " in its socket unit, see systemd.socket(5)"));
}

// Whether the descriptor is a socket to accept connections from. socket(7) has the
// options, ip(7), ipv6(7) and unix(7) the families.
absl::Status CheckPassedSocket() {
  // Not by getsockopt, as what uses a closed descriptor is an error of this program.
  if (fcntl(kPassedSocket, F_GETFD) < 0) return NoSocket(errno);
  const absl::StatusOr<int> family = Option(SO_DOMAIN);
  if (!family.ok()) return family.status();
  if (*family != AF_INET && *family != AF_INET6 && *family != AF_UNIX) {
    return NotUsable(absl::StrCat("it is of address family ", *family,
                                  "; set ListenStream= to a port, an address with one, or a path"));
  }
  const absl::StatusOr<int> type = Option(SO_TYPE);
  if (!type.ok()) return type.status();
  if (*type != SOCK_STREAM) return NotUsable("it is no stream socket; set ListenStream=");
  const absl::StatusOr<int> listening = Option(SO_ACCEPTCONN);
  if (!listening.ok()) return listening.status();
  if (*listening == 0) return NotUsable("it does not listen; set Accept=no");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<Listener>> TakePassedListener() {
  const std::string pid = Take("LISTEN_PID");
  const std::string count = Take("LISTEN_FDS");
  Take("LISTEN_FDNAMES");
  pid_t recipient;
  if (!absl::SimpleAtoi(pid, &recipient) || recipient != getpid()) return std::nullopt;
  if (count != "1") {
    return NotUsable(
        absl::StrCat("LISTEN_FDS is '", count, "', and there may be one; leave one ListenStream="));
  }
  const absl::Status checked = CheckPassedSocket();
  if (!checked.ok()) return checked;

  UniqueFd passed(kPassedSocket);
  // As of sockets that listener.h makes.
  const int flags = fcntl(passed.get(), F_GETFL);
  sockaddr_storage bound = {};
  socklen_t size = sizeof(bound);
  if (flags < 0 || fcntl(passed.get(), F_SETFL, flags | O_NONBLOCK) < 0 ||
      fcntl(passed.get(), F_SETFD, FD_CLOEXEC) < 0 ||
      getsockname(passed.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    return absl::ErrnoToStatus(errno, "cannot listen on the socket that was passed");
  }
  return Listener{std::move(passed), SocketAddress(bound), SocketFile()};
}

}  // namespace prong
