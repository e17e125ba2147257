// All strings over an alphabet, for tests that compare what code says of each with
// what its grammar says.

#ifndef PRONG_PARSER_TEST_STRINGS_H_
#define PRONG_PARSER_TEST_STRINGS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace prong {

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

#endif  // PRONG_PARSER_TEST_STRINGS_H_
