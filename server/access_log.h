// The access log: a line for each request, in the format that access_log_line.h has.
//
// A line is one write(2). To a file, which is open with O_APPEND, it is whole and by
// itself however many processes write: a line has at most some 200 KiB, of the limits of
// parser/limits.h with each byte escaped. To a pipe that is so up to PIPE_BUF bytes,
// pipe(7), 4 KiB on Linux: a longer line may have lines of others within.

#ifndef PRONG_SERVER_ACCESS_LOG_H_
#define PRONG_SERVER_ACCESS_LOG_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/access_log_line.h"
#include "server/unique_fd.h"

namespace prong {

class AccessLog {
 public:
  // `destination` is "none", "stderr", or the path of a file that is made if it is
  // missing and appended to. The error says what to do about it.
  static absl::StatusOr<AccessLog> Open(const std::string& destination, LogFormat format);

  // Opens the file again after it was renamed: see
  // logrotate(8). On failure the old file is still written to. So it is by processes
  // that were forked before, to their end.
  absl::Status Reopen();

  // Writes the line of `entry` in one write(2). A line that cannot be written is
  // lost: a full disk does not stop the server. It is put together in `memory`, which
  // keeps its capacity: where that is enough, nothing is allocated.
  void Write(const AccessLogEntry& entry, std::string& memory) const;

 private:
  AccessLog(std::string destination, LogFormat format)
      : destination_(std::move(destination)), format_(format) {}

  bool is_file() const { return destination_ != "none" && destination_ != "stderr"; }

  std::string destination_;
  LogFormat format_;
  UniqueFd file_;  // only if is_file()
};

}  // namespace prong

#endif  // PRONG_SERVER_ACCESS_LOG_H_
