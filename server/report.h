// What the server says to its operator: lines on standard error.

#ifndef PRONG_SERVER_REPORT_H_
#define PRONG_SERVER_REPORT_H_

#include "absl/strings/string_view.h"

namespace prong {

// Writes "prong: MESSAGE" and a line end in one write(2), so that the lines of
// several processes do not mix. A message that cannot be written is dropped: there
// is nobody to tell.
void Report(absl::string_view message);

}  // namespace prong

#endif  // PRONG_SERVER_REPORT_H_
