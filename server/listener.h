// The listening socket: socket, bind, listen.

#ifndef PRONG_SERVER_LISTENER_H_
#define PRONG_SERVER_LISTENER_H_

#include "absl/status/statusor.h"
#include "server/socket_address.h"
#include "server/unique_fd.h"

namespace prong {

struct Listener {
  UniqueFd socket;        // listening, non-blocking
  SocketAddress address;  // with the port that the kernel chose, if it was 0
};

// See socket(2), bind(2), listen(2). "::" is listened on for IPv4 too. The error says
// what could not be done to which address, and what to do about it.
absl::StatusOr<Listener> Listen(const SocketAddress& address, int backlog);

}  // namespace prong

#endif  // PRONG_SERVER_LISTENER_H_
