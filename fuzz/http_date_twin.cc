#include "fuzz/http_date_twin.h"

#include <cstddef>

#include "fuzz/characters.h"

namespace prong {
namespace {

// 0 is a digit, _ a space or a digit, x any byte, all else itself.
constexpr absl::string_view kImfFixdate = "xxx, 00 xxx 0000 00:00:00 GMT";
constexpr absl::string_view kAsctime = "xxx xxx _0 00:00:00 0000";
constexpr absl::string_view kRfc850 = ", 00-xxx-00 00:00:00 GMT";  // behind the weekday

constexpr absl::string_view kLongWeekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                               "Thursday", "Friday", "Saturday"};
constexpr absl::string_view kShortWeekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr absl::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr int kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

constexpr int64_t kDaysTo1970 = 719528;  // from the first of January of the year 0
constexpr int64_t kSecondsPerDay = 86400;

bool Fits(absl::string_view text, absl::string_view mould) {
  if (text.size() != mould.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = IsDigit(text[i]);
    if (mould[i] == '0' && !digit) return false;
    if (mould[i] == '_' && !digit && text[i] != ' ') return false;
    if (mould[i] != '0' && mould[i] != '_' && mould[i] != 'x' && mould[i] != text[i]) return false;
  }
  return true;
}

// The index of `name` in `names`, or -1.
template <size_t kSize>
int IndexOf(absl::string_view name, const absl::string_view (&names)[kSize]) {
  for (size_t i = 0; i < kSize; ++i) {
    if (names[i] == name) return static_cast<int>(i);
  }
  return -1;
}

// Digits, perhaps behind a space.
int Number(absl::string_view text) {
  int number = 0;
  for (const char c : text) number = c == ' ' ? 0 : number * 10 + (c - '0');
  return number;
}

bool IsLeapYear(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

// Days from the first of January of the year 0 to that of `year`, which is positive
// or 0: a day for each leap year before it, the year 0 among them.
int64_t DaysBefore(int year) {
  const int64_t y = year;
  return 365 * y + (y + 3) / 4 - (y + 99) / 100 + (y + 399) / 400;
}

int YearOf(int64_t unix_seconds) {
  const int64_t days = kDaysTo1970 + unix_seconds / kSecondsPerDay;
  auto year = static_cast<int>(days / 365);  // or less
  while (DaysBefore(year) > days) --year;
  return year;
}

// The last year that ends in `digits` and is at most 50 years after that of `now`.
int YearOfTwoDigits(int digits, int64_t now) {
  int year = YearOf(now) + 50;
  while (year % 100 != digits) --year;
  return year;
}

struct Columns {
  int weekday;
  int year;
  absl::string_view month;
  absl::string_view day;
  absl::string_view time;  // 00:00:00
};

std::optional<int64_t> ToSeconds(const Columns& columns) {
  const int month = IndexOf(columns.month, kMonths);
  const int day = Number(columns.day);
  if (columns.weekday < 0 || month < 0 || day < 1) return std::nullopt;
  const bool leap_day = month == 1 && day == 29 && IsLeapYear(columns.year);
  if (day > kLengths[month] && !leap_day) return std::nullopt;

  int64_t days = DaysBefore(columns.year) + day - 1;
  for (int i = 0; i < month; ++i) days += kLengths[i];
  if (month > 1 && IsLeapYear(columns.year)) ++days;
  constexpr int kWeekdayOfDay0 = 6;  // the year 0 began on a Saturday
  if ((days + kWeekdayOfDay0) % 7 != columns.weekday) return std::nullopt;

  const int hour = Number(columns.time.substr(0, 2));
  const int minute = Number(columns.time.substr(3, 2));
  const int second = Number(columns.time.substr(6, 2));
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return (days - kDaysTo1970) * kSecondsPerDay + hour * 3600 + minute * 60 + second;
}

std::optional<int64_t> ReadRfc850Date(absl::string_view text, int64_t now) {
  const size_t comma = text.find(',');
  if (comma == absl::string_view::npos || !Fits(text.substr(comma), kRfc850)) return std::nullopt;
  const absl::string_view rest = text.substr(comma);
  return ToSeconds({IndexOf(text.substr(0, comma), kLongWeekdays),
                    YearOfTwoDigits(Number(rest.substr(9, 2)), now), rest.substr(5, 3),
                    rest.substr(2, 2), rest.substr(12, 8)});
}

}  // namespace

std::optional<int64_t> ReadHttpDate(absl::string_view text, int64_t now) {
  if (Fits(text, kImfFixdate)) {
    return ToSeconds({IndexOf(text.substr(0, 3), kShortWeekdays), Number(text.substr(12, 4)),
                      text.substr(8, 3), text.substr(5, 2), text.substr(17, 8)});
  }
  if (Fits(text, kAsctime)) {
    return ToSeconds({IndexOf(text.substr(0, 3), kShortWeekdays), Number(text.substr(20, 4)),
                      text.substr(4, 3), text.substr(8, 2), text.substr(11, 8)});
  }
  return ReadRfc850Date(text, now);
}

}  // namespace prong
