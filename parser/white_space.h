// White space within a line, RFC 9110 section 5.6.3:
//
//   OWS = *( SP / HTAB )
//
// Two characters, where C and Abseil know six: a vertical tab is part of a value,
// so that "\vchunked" never becomes "chunked".

#ifndef PRONG_PARSER_WHITE_SPACE_H_
#define PRONG_PARSER_WHITE_SPACE_H_

#include "absl/strings/string_view.h"

namespace prong {

constexpr bool IsWhiteSpace(char c) noexcept { return c == ' ' || c == '\t'; }

// `text` without the white space at both its ends.
inline absl::string_view TrimWhiteSpace(absl::string_view text) noexcept {
  while (!text.empty() && IsWhiteSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsWhiteSpace(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace prong

#endif  // PRONG_PARSER_WHITE_SPACE_H_
