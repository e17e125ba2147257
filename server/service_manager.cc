#include "server/service_manager.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/report.h"

namespace prong {
namespace {

// A connection to the socket of that name, see unix(7), or an invalid one and errno.
UniqueFd ConnectTo(absl::string_view name) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const bool is_name = absl::StartsWith(name, "/") || absl::StartsWith(name, "@");
  if (!is_name || name.size() >= sizeof(address.sun_path)) {
    errno = is_name ? ENAMETOOLONG : EAFNOSUPPORT;
    return UniqueFd();
  }
  name.copy(address.sun_path, name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';
  const size_t size = offsetof(sockaddr_un, sun_path) + name.size();

  UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const timeval second = {1, 0};
  if (!socket.valid() ||
      setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second)) != 0 ||
      connect(socket.get(), reinterpret_cast<const sockaddr*>(&address),
              static_cast<socklen_t>(size)) != 0) {
    return UniqueFd();
  }
  return socket;
}

}  // namespace

ServiceManager ServiceManager::Connect() {
  ServiceManager manager;
  const char* const name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr) return manager;
  manager.name_ = absl::StrCat("NOTIFY_SOCKET=", name);
  manager.socket_ = ConnectTo(name);
  manager.error_ = errno;
  return manager;
}

void ServiceManager::Notify(absl::string_view state) const {
  if (name_.empty()) return;
  const bool sent =
      socket_.valid() && send(socket_.get(), state.data(), state.size(), MSG_NOSIGNAL) >= 0;
  if (sent) return;
  const int error = socket_.valid() ? errno : error_;
  Report(absl::StrCat("cannot send ", state, " to ", name_, ": ", strerror(error)));
}

}  // namespace prong
