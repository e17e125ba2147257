// What the service manager that has started the server wants to be told, see sd_notify(3).

#ifndef PRONG_SERVER_SERVICE_MANAGER_H_
#define PRONG_SERVER_SERVICE_MANAGER_H_

#include "absl/strings/string_view.h"

namespace prong {

// Sends `state`, such as "READY=1", to the socket that the environment variable
// NOTIFY_SOCKET names, if it is set: a path, or "@" and the name of an abstract socket.
// No descriptor is left open. A failure is reported, see report.h: the server can do
// without. Waits for the service manager for at most a second.
void NotifyServiceManager(absl::string_view state);

}  // namespace prong

#endif  // PRONG_SERVER_SERVICE_MANAGER_H_
