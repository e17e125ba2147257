// Dates as HTTP writes and reads them, RFC 9110 section 5.6.7.

#ifndef PRONG_PARSER_HTTP_DATE_H_
#define PRONG_PARSER_HTTP_DATE_H_

#include <array>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace prong {

// An IMF-fixdate without a terminator: "Sun, 06 Nov 1994 08:49:37 GMT".
using HttpDate = std::array<char, 29>;

// The last second that an IMF-fixdate can name: 9999-12-31 23:59:59 UTC.
inline constexpr int64_t kMaxHttpDate = 253402300799;

// REQUIRES: 0 <= `unix_seconds` <= kMaxHttpDate. Reads no time-zone data and does
// not allocate.
HttpDate FormatHttpDate(int64_t unix_seconds) noexcept;

// Seconds since 1970 of a date in any of the three forms, or nothing:
//
//   Sun, 06 Nov 1994 08:49:37 GMT    IMF-fixdate
//   Sunday, 06-Nov-94 08:49:37 GMT   rfc850-date
//   Sun Nov  6 08:49:37 1994         asctime-date
//
// A date that does not exist, or whose day of the week is another, is nothing. The
// two digits of an rfc850-date name the year of the century up to 50 years after
// `now` (seconds since 1970). A leap second is the second after it.
std::optional<int64_t> ParseHttpDate(absl::string_view text, int64_t now) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_HTTP_DATE_H_
