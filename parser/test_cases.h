// Inputs that several tests share: requests and chunked bodies with their outcome,
// for tests that ask the same of every input (does a split change the outcome, is
// every rejection produced by something?), and all strings over an alphabet.

#ifndef PRONG_PARSER_TEST_CASES_H_
#define PRONG_PARSER_TEST_CASES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
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

// Calls `visit` with every string over `alphabet` of up to `max_size` letters, or
// until an ASSERT fails.
template <typename Visit>
void ForEachString(absl::string_view alphabet, size_t max_size, const Visit& visit) {
  std::vector<size_t> letters;
  while (letters.size() <= max_size && !testing::Test::HasFatalFailure()) {
    std::string text;
    for (size_t letter : letters) text.push_back(alphabet[letter]);
    visit(text);
    size_t i = 0;
    while (i < letters.size() && letters[i] == alphabet.size() - 1) letters[i++] = 0;
    if (i == letters.size()) {
      letters.push_back(0);
    } else {
      ++letters[i];
    }
  }
}

}  // namespace prong

#endif  // PRONG_PARSER_TEST_CASES_H_
