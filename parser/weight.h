// How much a client wants one of several representations, RFC 9110 section 12.4.2.

#ifndef PRONG_PARSER_WEIGHT_H_
#define PRONG_PARSER_WEIGHT_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace prong {

// In thousandths: 0 for "not acceptable", 1000 for the most wanted.
using Weight = int;

inline constexpr Weight kLeastWeight = 1;
inline constexpr Weight kFullWeight = 1000;

// The value of a parameter "q=0.5", or nothing if `parameter` is no such.
std::optional<Weight> ParseWeight(absl::string_view parameter) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_WEIGHT_H_
