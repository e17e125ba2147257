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
#include "parser/head_lines.h"
#include "parser/limits.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_line.h"

namespace prong {

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
  ParseOutcome ParseHead(absl::string_view buffer);
  std::optional<Rejection> ParseRequestLine(absl::string_view line);
  std::optional<Rejection> AddField(absl::string_view line);
  ParseOutcome FinishRequest(size_t size);

  RequestLinePattern pattern_;

  // Progress within the current head.
  bool skipped_empty_line_ = false;
  bool has_request_line_ = false;
  HeadLines lines_;
  size_t section_start_ = 0;  // where the header section starts
  size_t field_count_ = 0;
  Request request_;  // of which each request writes all

  std::array<Field, kMaxFields> fields_;
  std::array<char, kMaxRequestLineSize> path_;
};

}  // namespace prong

#endif  // PRONG_PARSER_REQUEST_PARSER_H_
