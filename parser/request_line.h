// The request line, RFC 9112 section 3:
//
//   request-line = method SP request-target SP HTTP-version
//
//   RequestLinePattern pattern;
//   auto result = pattern.Parse("GET /flag HTTP/1.0");
//   if (auto* line = std::get_if<RequestLine>(&result)) line->target;  // "/flag"
//
// One RE2 pattern decides. It knows the characters of a target, not its grammar:
// that is request_target.h. It bounds no length, as RE2 repeats at most 1000
// times: request_parser.h bounds the line before it is matched.

#ifndef PRONG_PARSER_REQUEST_LINE_H_
#define PRONG_PARSER_REQUEST_LINE_H_

#include <variant>

#include "absl/strings/string_view.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "re2/re2.h"

namespace prong {

struct RequestLine {
  Method method = Method::kUnknown;
  absl::string_view target;  // not empty
  int minor_version = 1;     // the digit after "HTTP/1."
};

// Compiled once, in the constructor, which aborts if RE2 refuses the pattern.
// Thread-compatible; a forked child shares what its parent compiled.
class RequestLinePattern {
 public:
  RequestLinePattern();

  // `line` is without its CRLF. The result views `line`. Rejections:
  // kRequestLineMalformed, kVersionUnsupported.
  std::variant<RequestLine, Rejection> Parse(absl::string_view line) const noexcept;

 private:
  RE2 pattern_;
};

}  // namespace prong

#endif  // PRONG_PARSER_REQUEST_LINE_H_
