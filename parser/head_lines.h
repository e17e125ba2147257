// The lines of a head as its bytes arrive, RFC 9112 section 2.2: a line ends with CRLF, and
// has neither CR nor LF before that.
//
//   HeadLines lines;
//   while (...) {
//     const HeadLines::Line line = lines.Next(buffer, kFieldLines, limit);
//     if (const auto* text = std::get_if<absl::string_view>(&line)) ...  // without its CRLF
//   }
//
// Small, and all of it here, so that whoever reads many lines can do so with a copy that
// the compiler keeps in registers.

#ifndef PRONG_PARSER_HEAD_LINES_H_
#define PRONG_PARSER_HEAD_LINES_H_

#include <algorithm>
#include <cstddef>
#include <variant>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "parser/prefix_scan.h"
#include "parser/rejection.h"

namespace prong {

// The buffer begins like a request and does not hold all of its head.
struct NeedMore {};

class HeadLines {
 public:
  // What lines of a kind are made of, and how those are refused that are not.
  struct Kind {
    PrefixScan<2> allowed;
    Rejection not_allowed;
    Rejection too_long;
  };

  // A line without its CRLF, or why there is none.
  using Line = std::variant<NeedMore, Rejection, absl::string_view>;

  // The line behind the last one. Its CRLF ends at `limit` or before, else the outcome is
  // `too_long`.
  //
  // REQUIRES: `buffer` is the same memory with the same bytes as before and perhaps more
  // behind them.
  ABSL_ATTRIBUTE_ALWAYS_INLINE Line Next(absl::string_view buffer, const Kind& kind,
                                         size_t limit) noexcept {
    const size_t last_lf = limit - 1;
    const size_t end = std::min(buffer.size(), last_lf);
    if (scanned_ < end) scanned_ += kind.allowed.Size(buffer.substr(scanned_, end - scanned_));

    // Past it where the last line filled the section.
    if (scanned_ >= last_lf) return kind.too_long;
    if (scanned_ == buffer.size()) return NeedMore();
    if (buffer[scanned_] == '\n') return Rejection::kBareLf;
    if (buffer[scanned_] != '\r') return kind.not_allowed;
    if (scanned_ + 1 == buffer.size()) return NeedMore();
    if (buffer[scanned_ + 1] != '\n') return Rejection::kBareCr;

    const absl::string_view line = buffer.substr(start_, scanned_ - start_);
    scanned_ += 2;
    start_ = scanned_;
    return line;
  }

  // Where the line behind the last one starts in the buffer.
  size_t start() const noexcept { return start_; }

 private:
  size_t start_ = 0;
  size_t scanned_ = 0;  // bytes before it need not be looked at again
};

}  // namespace prong

#endif  // PRONG_PARSER_HEAD_LINES_H_
