// The access log: one line a request, in the Common Log Format.
//
//   127.0.0.1 - - [23/Nov/2026:13:09:44 +0000] "GET /flag HTTP/1.0" 200 4
//
// Whatever a client sent, a line is one line of printable ASCII: every other byte,
// the quotation mark and the backslash are written as \xHH.

#ifndef PRONG_SERVER_ACCESS_LOG_H_
#define PRONG_SERVER_ACCESS_LOG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/unique_fd.h"

namespace prong {

struct AccessLogEntry {
  std::string client;              // the address, without the port
  int64_t time = 0;                // of the response, in seconds since 1970
  absl::string_view request_line;  // as it was received; "-" is logged for none
  int status = 0;
  uint64_t body_bytes = 0;
};

class AccessLog {
 public:
  // `destination` is "none", "stderr", or the path of a file that is made if it is
  // missing and appended to. The error says what to do about it.
  static absl::StatusOr<AccessLog> Open(const std::string& destination);

  // Opens the file again after it was renamed: see
  // logrotate(8). On failure the old file is still written to.
  absl::Status Reopen();

  // Writes the line of `entry` in one write(2). A line that cannot be written is
  // lost: a full disk does not stop the server.
  void Write(const AccessLogEntry& entry) const;

 private:
  explicit AccessLog(std::string destination) : destination_(std::move(destination)) {}

  bool is_file() const { return destination_ != "none" && destination_ != "stderr"; }

  std::string destination_;
  UniqueFd file_;  // only if is_file()
};

// The line of `entry`, with its line end.
std::string FormatAccessLogLine(const AccessLogEntry& entry);

}  // namespace prong

#endif  // PRONG_SERVER_ACCESS_LOG_H_
