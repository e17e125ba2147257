// What the service manager that has started the server wants to be told, see sd_notify(3).

#ifndef PRONG_SERVER_SERVICE_MANAGER_H_
#define PRONG_SERVER_SERVICE_MANAGER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "server/unique_fd.h"

namespace prong {

// A connection to the socket that the environment variable NOTIFY_SOCKET names, if it is set:
// a path, or "@" and the name of an abstract socket. It is made before the sandbox is entered,
// in which there is no making one.
class ServiceManager {
 public:
  static ServiceManager Connect();

  // Sends `state`, such as "READY=1". Waits for the service manager for at most a second. A
  // failure, also one to connect, is reported, see report.h: the server can do without.
  void Notify(absl::string_view state) const;

  void Close() { socket_.Close(); }

 private:
  std::string name_;  // empty if there is nobody to tell
  UniqueFd socket_;   // invalid if it could not be connected
  int error_ = 0;     // why not
};

}  // namespace prong

#endif  // PRONG_SERVER_SERVICE_MANAGER_H_
