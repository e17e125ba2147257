// HTTP-dates: the input is one, and its first bytes are also a second to format.
//
// Properties:
//   - the parser accepts what an independent reading accepts (http_date_twin.h), as
//     the same second, whatever the century that two digits name;
//   - an accepted date, formatted, is a date of the same second;
//   - a second, formatted, is an IMF-fixdate of that second.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "fuzz/http_date_twin.h"
#include "fuzz/property.h"
#include "parser/http_date.h"

namespace prong {
namespace {

void RequireRoundTrip(int64_t second) {
  const HttpDate date = FormatHttpDate(second);
  const absl::string_view text(date.data(), date.size());
  constexpr int64_t kAnyNow = 0;
  Require(ReadHttpDate(text, kAnyNow) == second, "a formatted second is a date of that second");
  Require(ParseHttpDate(text, kAnyNow) == second, "to parse what was formatted is identity");
}

void CheckDate(absl::string_view text, int64_t now) {
  const std::optional<int64_t> second = ParseHttpDate(text, now);
  Require(second == ReadHttpDate(text, now), "a date is what an independent reading makes of it");
  // Dates before 1970, and a leap second behind the last, are only read.
  if (second && *second >= 0 && *second <= kMaxHttpDate) RequireRoundTrip(*second);
}

// A second from the first bytes of `text`.
int64_t SecondOf(absl::string_view text) {
  uint64_t bits = 0;
  for (const char c : text.substr(0, sizeof(bits)))
    bits = bits << 8 | static_cast<unsigned char>(c);
  return static_cast<int64_t>(bits % (uint64_t{kMaxHttpDate} + 1));
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  // 1970; the last second of 1999 and the next, whose centuries differ; the end.
  for (const int64_t now :
       {int64_t{0}, int64_t{946684799}, int64_t{946684800}, prong::kMaxHttpDate}) {
    prong::CheckDate(text, now);
  }
  prong::RequireRoundTrip(prong::SecondOf(text));
  return 0;
}
