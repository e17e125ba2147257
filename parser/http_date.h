// Dates as HTTP writes them, RFC 9110 section 5.6.7.

#ifndef PRONG_PARSER_HTTP_DATE_H_
#define PRONG_PARSER_HTTP_DATE_H_

#include <array>
#include <cstdint>

namespace prong {

// An IMF-fixdate without a terminator: "Sun, 06 Nov 1994 08:49:37 GMT".
using HttpDate = std::array<char, 29>;

// The last second that an IMF-fixdate can name: 9999-12-31 23:59:59 UTC.
inline constexpr int64_t kMaxHttpDate = 253402300799;

// REQUIRES: 0 <= `unix_seconds` <= kMaxHttpDate. Reads no time-zone data and does
// not allocate.
HttpDate FormatHttpDate(int64_t unix_seconds) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_HTTP_DATE_H_
