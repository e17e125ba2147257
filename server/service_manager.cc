#include "server/service_manager.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "server/report.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

// Like send(2) to the socket of that name, see unix(7): 0, or the errno.
int SendTo(absl::string_view name, absl::string_view message) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (name.empty() || (name[0] != '/' && name[0] != '@')) return EAFNOSUPPORT;
  if (name.size() >= sizeof(address.sun_path)) return ENAMETOOLONG;
  name.copy(address.sun_path, name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';
  const size_t size = offsetof(sockaddr_un, sun_path) + name.size();

  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return errno;
  const timeval second = {1, 0};
  if (setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second)) != 0 ||
      connect(socket.get(), reinterpret_cast<const sockaddr*>(&address),
              static_cast<socklen_t>(size)) != 0 ||
      send(socket.get(), message.data(), message.size(), MSG_NOSIGNAL) < 0) {
    return errno;
  }
  return 0;
}

}  // namespace

void NotifyServiceManager(absl::string_view state) {
  const char* const name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr) return;
  const int error = SendTo(name, state);
  if (error == 0) return;
  Report(absl::StrCat("cannot send ", state, " to NOTIFY_SOCKET=", name, ": ", strerror(error)));
}

}  // namespace prong
