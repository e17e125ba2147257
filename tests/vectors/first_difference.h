// Compares what the parser made of a request with what its vector expects.
//
//   EXPECT_EQ(FirstDifference(vector, vector.bytes, parser.Parse(vector.bytes)), "");

#ifndef PRONG_TESTS_VECTORS_FIRST_DIFFERENCE_H_
#define PRONG_TESTS_VECTORS_FIRST_DIFFERENCE_H_

#include "absl/strings/string_view.h"
#include "parser/request_parser.h"
#include "tests/vectors/vectors.h"

namespace prong {

// The name of the first part of `outcome` that is not as `vector` has it, or empty.
// `buffer` is what was parsed: all bytes of the vector, at any address.
//
// Neither allocates nor calls the system, for tests in which nobody must.
absl::string_view FirstDifference(const RequestVector& vector, absl::string_view buffer,
                                  const ParseOutcome& outcome) noexcept;

}  // namespace prong

#endif  // PRONG_TESTS_VECTORS_FIRST_DIFFERENCE_H_
