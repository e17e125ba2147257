// What --verbose shows: the bytes of both directions, on standard error.

#ifndef PRONG_TOOLS_HTTP_GET_TRANSCRIPT_H_
#define PRONG_TOOLS_HTTP_GET_TRANSCRIPT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace prong {

// `bytes` with a backslash escape for each that is not printable ASCII, and for the
// backslash: what a server sent must not control a terminal, or be taken for another
// line of output.
std::string Escaped(absl::string_view bytes);

class Transcript {
 public:
  // Shows nothing unless `on`. Bytes are escaped if standard error is a terminal.
  explicit Transcript(bool on);

  // Shows bytes that were sent, with "> " before each line.
  void Sent(absl::string_view bytes) { Show("> ", bytes); }
  // The same with "< ", for what was received.
  void Received(absl::string_view bytes) { Show("< ", bytes); }
  // Ends the line that is not ended yet.
  void End();

 private:
  void Show(absl::string_view direction, absl::string_view bytes);

  const bool on_;
  const bool escapes_;
  absl::string_view in_line_of_;  // the direction of a line that is not ended yet, or empty
};

}  // namespace prong

#endif  // PRONG_TOOLS_HTTP_GET_TRANSCRIPT_H_
