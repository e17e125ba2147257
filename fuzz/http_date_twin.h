// HTTP-dates a second time, RFC 9110 section 5.6.7: by moulds of fixed columns and
// arithmetic on days, where the parser reads from left to right and asks Abseil.

#ifndef PRONG_FUZZ_HTTP_DATE_TWIN_H_
#define PRONG_FUZZ_HTTP_DATE_TWIN_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace prong {

// Seconds since 1970, or nothing if `text` is not an HTTP-date that exists. `now`
// tells the century of a year of two digits.
std::optional<int64_t> ReadHttpDate(absl::string_view text, int64_t now);

}  // namespace prong

#endif  // PRONG_FUZZ_HTTP_DATE_TWIN_H_
