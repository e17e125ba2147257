// What the flags decide, see main.cc for their names and defaults.

#ifndef PRONG_SERVER_OPTIONS_H_
#define PRONG_SERVER_OPTIONS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/access_log_line.h"
#include "server/address_block.h"
#include "server/sandbox_mode.h"
#include "server/socket_address.h"

namespace prong {

// Who is served, see access_control.h.
struct AccessControlOptions {
  std::vector<AddressBlock> trusted_proxies;
  std::vector<AddressBlock> allow;  // empty for all
  std::vector<AddressBlock> deny;
};

// What a connection may do and for how long; the durations are finite and positive.
struct ConnectionOptions {
  absl::Duration header_timeout;
  absl::Duration idle_timeout;
  int64_t min_send_rate;                // bytes per second
  int64_t max_requests_per_connection;  // at least 1
  absl::Duration connection_timeout;    // from accept, for the last request to arrive
  AccessControlOptions access_control = {};
};

struct DocumentRootOptions {
  std::string path;
  bool dotfiles = false;
  bool follow_symlinks = false;
  bool directory_listing = false;
  bool spa_fallback = false;
  bool allow_root_directory = false;
};

struct Options {
  SocketAddress listen_address;  // if no socket is passed, see socket_activation.h
  mode_t unix_socket_mode;       // of its file, if it has one
  int backlog;
  bool reuse_port;                     // others may listen on the port too, see listener.h
  int64_t max_connections;             // children alive at once, at least 1
  int64_t max_connections_per_client;  // of these for a client; 0 for no limit
  absl::Duration drain_timeout;
  SandboxMode sandbox;
  std::string user;        // to become; empty for none
  std::string access_log;  // a path, "stderr" or "none"
  LogFormat log_format;
  DocumentRootOptions document_root;
  ConnectionOptions connection;
};

}  // namespace prong

#endif  // PRONG_SERVER_OPTIONS_H_
