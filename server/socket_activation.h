// Socket activation: a service manager has made the listening socket and passes it on,
// see sd_listen_fds(3) and systemd.socket(5).

#ifndef PRONG_SERVER_SOCKET_ACTIVATION_H_
#define PRONG_SERVER_SOCKET_ACTIVATION_H_

#include <optional>

#include "absl/status/statusor.h"
#include "server/listener.h"

namespace prong {

// The number of the descriptor that is passed, SD_LISTEN_FDS_START.
inline constexpr int kPassedSocket = 3;

// Takes the socket that was passed to this process, if one was: LISTEN_PID is this
// process, and not one that has started it. To be called before anything is opened, and
// by one thread alone: it removes LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES from the
// environment.
//
// One stream socket of IPv4, IPv6 or the unix domain is what it takes, and it must be
// listening; else the error says what was passed and what the socket unit should say. The
// file of a unix socket remains who bound it's.
absl::StatusOr<std::optional<Listener>> TakePassedListener();

}  // namespace prong

#endif  // PRONG_SERVER_SOCKET_ACTIVATION_H_
