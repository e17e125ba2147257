// The front door of the parser: bytes in, a request or a rejection out.
//
//   RequestParser parser;  // compiles the grammar: once, before any fork
//   while (...) {
//     size += <bytes read to buffer + size>;
//     ParseOutcome outcome = parser.Parse({buffer, size});
//     if (auto* rejection = std::get_if<Rejection>(&outcome)) ...  // answer, close
//     if (auto* request = std::get_if<Request>(&outcome)) ...      // answer;
//         // the next request begins at buffer + request->size
//     // else NeedMore: read again
//   }
//
// A buffer of kMaxHeadSize bytes (limits.h) is always enough.
//
// No I/O, no clock, no exception, and after construction no allocation.
//
// Incremental: a call goes on where the last one stopped, so that a request costs
// time in proportion to its size however it was split into reads, and every split
// has the same outcome.

#ifndef PRONG_PARSER_REQUEST_PARSER_H_
#define PRONG_PARSER_REQUEST_PARSER_H_

#include <array>
#include <cstddef>
#include <optional>
#include <variant>

#include "absl/strings/string_view.h"
#include "parser/character_set.h"
#include "parser/limits.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_line.h"

namespace prong {

// The buffer begins like a request and does not hold all of its head.
struct NeedMore {};

using ParseOutcome = std::variant<NeedMore, Rejection, Request>;

class RequestParser {
 public:
  RequestParser() = default;
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Parses the head of the request at the start of `buffer`. After a request or a
  // rejection the next call starts anew.
  //
  // REQUIRES: after NeedMore, `buffer` is the same memory with the same bytes as
  // before and perhaps more behind them.
  ParseOutcome Parse(absl::string_view buffer) noexcept;

  // Forgets a head that was begun: the next call starts anew.
  void Reset() noexcept;

 private:
  // A line without its CRLF, or why there is none.
  using Line = std::variant<NeedMore, Rejection, absl::string_view>;

  // The line that starts at line_start_. Goes on from scanned_, and moves both
  // behind the line's CRLF if that is there. The CRLF ends at `limit` or before,
  // else the outcome is `too_long`.
  Line NextLine(absl::string_view buffer, const CharacterSet& allowed, size_t limit,
                Rejection not_allowed, Rejection too_long);

  ParseOutcome ParseHead(absl::string_view buffer);
  std::optional<Rejection> ParseRequestLine(absl::string_view line);
  std::optional<Rejection> AddField(absl::string_view line);
  ParseOutcome FinishRequest();

  RequestLinePattern pattern_;

  // Progress within the current head.
  bool skipped_empty_line_ = false;
  bool has_request_line_ = false;
  size_t line_start_ = 0;     // where the current line starts in the buffer
  size_t scanned_ = 0;        // bytes before it need not be looked at again
  size_t section_start_ = 0;  // where the header section starts
  size_t field_count_ = 0;
  Request request_;

  std::array<Field, kMaxFields> fields_;
  std::array<char, kMaxRequestLineSize> path_;
};

}  // namespace prong

#endif  // PRONG_PARSER_REQUEST_PARSER_H_
