// What the flags decide, see main.cc for their names and defaults.

#ifndef PRONG_SERVER_OPTIONS_H_
#define PRONG_SERVER_OPTIONS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "server/socket_address.h"

namespace prong {

// What a connection may do and for how long; the durations are finite and positive.
struct ConnectionOptions {
  absl::Duration header_timeout;
  absl::Duration idle_timeout;
  int64_t min_send_rate;                // bytes per second
  int64_t max_requests_per_connection;  // at least 1
  absl::Duration connection_timeout;    // from accept, for the last request to arrive
};

struct DocumentRootOptions {
  std::string path;
  bool dotfiles;
  bool follow_symlinks;
  bool directory_listing;
};

struct ResponseOptions {
  std::string boundary;  // between the parts of a response: what no file is known to hold
};

struct Options {
  SocketAddress listen_address;  // if no socket is passed, see socket_activation.h
  mode_t unix_socket_mode;       // of its file, if it has one
  int backlog;
  int64_t max_connections;             // children alive at once, at least 1
  int64_t max_connections_per_client;  // of these for a client; 0 for no limit
  absl::Duration drain_timeout;
  std::string access_log;  // a path, "stderr" or "none"
  DocumentRootOptions document_root;
  ConnectionOptions connection;
};

}  // namespace prong

#endif  // PRONG_SERVER_OPTIONS_H_
