#include "server/report.h"

#include <unistd.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace prong {

void Report(absl::string_view message) {
  std::string line = "prong: ";
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_iscntrl(byte)) {
      absl::StrAppendFormat(&line, "\\x%02X", byte);
    } else {
      line.push_back(c);
    }
  }
  line.push_back('\n');
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

void RepeatedReport::Report(absl::string_view message, Deadline now) {
  if (now < next_) {
    ++unsaid_;
    return;
  }
  const std::string more =
      unsaid_ == 0 ? "" : absl::StrCat("; ", unsaid_, " more since the last such line");
  prong::Report(absl::StrCat(message, more));
  next_ = now + absl::ToChronoNanoseconds(kReportInterval);
  unsaid_ = 0;
}

}  // namespace prong
