#include "parser/http_date.h"

#include <algorithm>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace prong {
namespace {

// Indexed by absl::Weekday and by month - 1.
constexpr absl::string_view kWeekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr absl::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

HttpDate FormatHttpDate(int64_t unix_seconds) noexcept {
  const absl::CivilSecond utc = absl::CivilSecond(1970, 1, 1) + unix_seconds;

  HttpDate date;
  char* out = date.data();
  const auto text = [&out](absl::string_view value) {
    out = std::copy(value.begin(), value.end(), out);
  };
  const auto two_digits = [&out](int64_t value) {
    *out++ = static_cast<char>('0' + value / 10);
    *out++ = static_cast<char>('0' + value % 10);
  };
  text(kWeekdays[static_cast<int>(absl::GetWeekday(utc))]);
  text(", ");
  two_digits(utc.day());
  text(" ");
  text(kMonths[utc.month() - 1]);
  text(" ");
  two_digits(utc.year() / 100);
  two_digits(utc.year() % 100);
  text(" ");
  two_digits(utc.hour());
  text(":");
  two_digits(utc.minute());
  text(":");
  two_digits(utc.second());
  text(" GMT");
  return date;
}

}  // namespace prong
