#include "tools/http_get/transcript.h"

#include <unistd.h>

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace prong {
namespace {

// What cannot be written is dropped: there is nowhere else to show it.
void WriteError(absl::string_view text) {
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

std::string Escaped(absl::string_view bytes) {
  std::string escaped;
  for (const char c : bytes) {
    if (c == '\r') {
      escaped += "\\r";
    } else if (c == '\n') {
      escaped += "\\n";
    } else if (absl::ascii_isprint(static_cast<unsigned char>(c)) && c != '\\') {
      escaped.push_back(c);
    } else {
      absl::StrAppendFormat(&escaped, "\\x%02x", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

Transcript::Transcript(bool on) : on_(on), escapes_(isatty(STDERR_FILENO) == 1) {}

void Transcript::Show(absl::string_view direction, absl::string_view bytes) {
  if (!on_) return;
  if (in_line_of_ != direction) End();
  std::string shown;
  while (!bytes.empty()) {
    if (in_line_of_.empty()) absl::StrAppend(&shown, direction);
    const size_t lf = bytes.find('\n');
    const absl::string_view line = bytes.substr(0, lf == bytes.npos ? lf : lf + 1);
    bytes.remove_prefix(line.size());
    absl::StrAppend(&shown, escapes_ ? Escaped(line) : line);
    const bool ends = lf != absl::string_view::npos;
    if (ends && escapes_) shown.push_back('\n');
    in_line_of_ = ends ? "" : direction;
  }
  WriteError(shown);
}

void Transcript::End() {
  if (!in_line_of_.empty()) WriteError("\n");
  in_line_of_ = "";
}

}  // namespace prong
