// Requests and chunked bodies with their outcome, shared by the tests that ask
// the same of every input: does a split change the outcome, is every rejection
// produced by something?

#ifndef PRONG_PARSER_TEST_CASES_H_
#define PRONG_PARSER_TEST_CASES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "parser/rejection.h"

namespace prong {

// None of the cases is incomplete.
struct Case {
  std::string bytes;
  std::optional<Rejection> rejection;  // none if accepted
};

// For RequestParser. What it accepts may be followed by more.
const std::vector<Case>& RequestCases();

// For ChunkedBody.
const std::vector<Case>& ChunkedBodyCases();

// Where to cut `bytes` in two: everywhere, or if they are many at both ends and
// at some places between.
std::vector<size_t> CutsOf(absl::string_view bytes);

}  // namespace prong

#endif  // PRONG_PARSER_TEST_CASES_H_
