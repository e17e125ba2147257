// What the server says to its operator: lines on standard error.

#ifndef PRONG_SERVER_REPORT_H_
#define PRONG_SERVER_REPORT_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/wait.h"

namespace prong {

// Writes "prong: MESSAGE" and a line end in one write(2), so that the lines of
// several processes do not mix. It is one line whatever is quoted in the message: control
// characters are written as \xHH. A message that cannot be written is dropped: there
// is nobody to tell.
void Report(absl::string_view message);

// Reports about what may happen thousands of times a second: at most one in
// kReportInterval is said, and says how many were not.
inline constexpr absl::Duration kReportInterval = absl::Seconds(10);

class RepeatedReport {
 public:
  void Report(absl::string_view message, Deadline now = Deadline::clock::now());

 private:
  Deadline next_;  // not before
  int64_t unsaid_ = 0;
};

}  // namespace prong

#endif  // PRONG_SERVER_REPORT_H_
