// The listening socket: socket, bind, listen.

#ifndef PRONG_SERVER_LISTENER_H_
#define PRONG_SERVER_LISTENER_H_

#include <sys/types.h>

#include "absl/status/statusor.h"
#include "server/socket_address.h"
#include "server/socket_file.h"
#include "server/unique_fd.h"

namespace prong {

struct Listener {
  // Stops listening. A child, to which the file does not belong, closes only the socket.
  void Close() {
    file.Remove();
    socket.Close();
  }

  UniqueFd socket;        // listening, non-blocking
  SocketAddress address;  // with the port that the kernel chose, if it was 0
  SocketFile file;        // of a unix socket that was bound here
};

// See socket(2), bind(2), listen(2). "::" is listened on for IPv4 too. The error says
// what could not be done to which address, and what to do about it.
//
// The file of a unix socket has the permissions `unix_socket_mode`. With `reuse_port` others
// that have it, of the same user, listen on the port too, and the kernel gives each a share of
// the connections: SO_REUSEPORT of socket(7).
absl::StatusOr<Listener> Listen(const SocketAddress& address, int backlog,
                                mode_t unix_socket_mode = 0, bool reuse_port = false);

}  // namespace prong

#endif  // PRONG_SERVER_LISTENER_H_
