// What the service manager that has started the server wants to be told, see sd_notify(3).

#ifndef PRONG_SERVER_SERVICE_MANAGER_H_
#define PRONG_SERVER_SERVICE_MANAGER_H_

#include "absl/strings/string_view.h"
#include "server/unique_fd.h"

namespace prong {

// A connection to the socket that the environment variable NOTIFY_SOCKET names, if it is set:
// a path, or "@" and the name of an abstract socket. It is made before the sandbox is entered,
// in which there is no making one. Failures are reported, see report.h: the server can do
// without.
class ServiceManager {
 public:
  static ServiceManager Connect();

  // Sends `state`, such as "READY=1". Waits for the service manager for at most a second.
  void Notify(absl::string_view state) const;

  void Close() { socket_.Close(); }

 private:
  UniqueFd socket_;  // invalid if there is nobody to tell
};

}  // namespace prong

#endif  // PRONG_SERVER_SERVICE_MANAGER_H_
