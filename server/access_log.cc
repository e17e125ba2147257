#include "server/access_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
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

std::string Escaped(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char c : text) {
    if (absl::ascii_isprint(static_cast<unsigned char>(c)) && c != '"' && c != '\\') {
      escaped.push_back(c);
    } else {
      absl::StrAppendFormat(&escaped, "\\x%02X", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

}  // namespace

absl::StatusOr<AccessLog> AccessLog::Open(const std::string& destination) {
  AccessLog log(destination);
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

void AccessLog::Write(const AccessLogEntry& entry) const {
  if (destination_ == "none") return;
  const std::string line = FormatAccessLogLine(entry);
  [[maybe_unused]] const ssize_t written =
      write(is_file() ? file_.get() : STDERR_FILENO, line.data(), line.size());
}

std::string FormatAccessLogLine(const AccessLogEntry& entry) {
  const std::string time = absl::FormatTime("%d/%b/%Y:%H:%M:%S +0000",
                                            absl::FromUnixSeconds(entry.time), absl::UTCTimeZone());
  return absl::StrCat(entry.client, " - - [", time, "] \"",
                      entry.request_line.empty() ? "-" : Escaped(entry.request_line), "\" ",
                      entry.status, " ", entry.body_bytes, "\n");
}

}  // namespace prong
