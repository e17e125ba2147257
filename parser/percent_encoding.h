// Percent-encoding, RFC 3986 section 2.1.

#ifndef PRONG_PARSER_PERCENT_ENCODING_H_
#define PRONG_PARSER_PERCENT_ENCODING_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace prong {

// The value of HEXDIG, of either case (RFC 5234 appendix B.1), or nothing.
std::optional<int> HexDigitValue(char c) noexcept;

// The byte that the pct-encoded triplet at the start of `text` stands for, or
// nothing if `text` does not start with one. Decodes once: "%2541" gives '%'.
std::optional<char> DecodeTriplet(absl::string_view text) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_PERCENT_ENCODING_H_
