#include "server/access_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/keyed_system_call.h"

namespace prong {
namespace {

absl::StatusOr<UniqueFd> OpenLogFile(const std::string& path) {
  UniqueFd file(
      KeyedOpen(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640));
  if (file.valid()) return file;
  const absl::Status status =
      absl::ErrnoToStatus(errno, absl::StrCat("cannot write --access_log=", path));
  return absl::Status(
      status.code(),
      absl::StrCat(status.message(), "; name a file that you may write, or stderr, or none"));
}

}  // namespace

absl::StatusOr<AccessLog> AccessLog::Open(const std::string& destination, LogFormat format) {
  AccessLog log(destination, format);
  if (!log.is_file()) return log;
  absl::StatusOr<UniqueFd> file = OpenLogFile(destination);
  if (!file.ok()) return file.status();
  log.file_ = *std::move(file);
  return log;
}

absl::Status AccessLog::Reopen() {
  if (!is_file()) return absl::OkStatus();
  absl::StatusOr<UniqueFd> file = OpenLogFile(destination_);
  if (!file.ok()) return file.status();
  file_ = *std::move(file);
  return absl::OkStatus();
}

void AccessLog::Write(const AccessLogEntry& entry, std::string& memory) const {
  if (destination_ == "none") return;
  const std::string& line = memory = FormatAccessLogLine(entry, format_, std::move(memory));
  [[maybe_unused]] const ssize_t written =
      write(is_file() ? file_.get() : STDERR_FILENO, line.data(), line.size());
}

}  // namespace prong
