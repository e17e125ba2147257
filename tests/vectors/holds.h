// Whether the parser does what a vector says.
//
// Nothing here allocates or calls the system, beyond what the parser itself does:
// for tests of that.

#ifndef PRONG_TESTS_VECTORS_HOLDS_H_
#define PRONG_TESTS_VECTORS_HOLDS_H_

#include "parser/request_parser.h"
#include "tests/vectors/vectors.h"

namespace prong {

bool Holds(const RequestVector& vector, RequestParser& parser) noexcept;
bool Holds(const ChunkedBodyVector& vector) noexcept;
bool Holds(const RangeVector& vector) noexcept;
bool Holds(const DateVector& vector) noexcept;
bool Holds(const EntityTagsVector& vector) noexcept;
bool Holds(const PreconditionsVector& vector) noexcept;
bool Holds(const AcceptEncodingVector& vector) noexcept;

// The label of the first of all vectors that does not hold, or null.
const VectorLabel* FirstThatFails(const Vectors& vectors, RequestParser& parser) noexcept;

}  // namespace prong

#endif  // PRONG_TESTS_VECTORS_HOLDS_H_
