// The grammar of the request line, RFC 9112 section 3, a second time and by hand:
//
//   request-line = method SP request-target SP HTTP-version
//
// The parser's pattern is data to RE2, so that coverage sees nothing of it. Each
// byte of the grammar is a branch here: the fuzzer learns the grammar from the twin,
// and RE2 is held to what it learned.

#ifndef PRONG_FUZZ_REQUEST_LINE_TWIN_H_
#define PRONG_FUZZ_REQUEST_LINE_TWIN_H_

#include <variant>

#include "absl/strings/string_view.h"
#include "parser/rejection.h"

namespace prong {

struct RequestLineParts {
  absl::string_view method;
  absl::string_view target;
  char minor_version;  // the digit
};

// What RequestLinePattern::Parse has to make of `line`. The parts view `line`.
std::variant<RequestLineParts, Rejection> ReadRequestLine(absl::string_view line);

}  // namespace prong

#endif  // PRONG_FUZZ_REQUEST_LINE_TWIN_H_
