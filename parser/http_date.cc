#include "parser/http_date.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "parser/character_set.h"

namespace prong {
namespace {

// Indexed by absl::Weekday, and by month - 1. The short names are the first three
// letters.
constexpr absl::string_view kWeekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
constexpr absl::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr size_t kShortName = 3;

constexpr absl::CivilSecond kEpoch(1970, 1, 1);

// Reads a date from left to right; once something is not as expected, nothing is.
class DateReader {
 public:
  explicit DateReader(absl::string_view text) : rest_(text) {}

  void Literal(absl::string_view literal) { Check(absl::ConsumePrefix(&rest_, literal)); }

  // Exactly `digits` decimal digits.
  int Number(size_t digits) {
    if (!Check(rest_.size() >= digits && kDigits.ContainsAll(rest_.substr(0, digits)))) return 0;
    int value = 0;
    for (char digit : rest_.substr(0, digits)) value = value * 10 + (digit - '0');
    rest_.remove_prefix(digits);
    return value;
  }

  // Two digits, or a space and one: the day of an asctime-date.
  int PaddedNumber() { return Number(absl::ConsumePrefix(&rest_, " ") ? 1 : 2); }

  // The index of the name that comes next, as short as `size` letters.
  int Name(absl::Span<const absl::string_view> names, size_t size) {
    const auto* name =
        std::find_if(names.begin(), names.end(), [this, size](absl::string_view candidate) {
          return absl::StartsWith(rest_, candidate.substr(0, size));
        });
    if (!Check(name != names.end())) return 0;
    rest_.remove_prefix(std::min(size, name->size()));
    return static_cast<int>(name - names.begin());
  }

  void Time(int& hour, int& minute, int& second) {
    hour = Number(2);
    Literal(":");
    minute = Number(2);
    Literal(":");
    second = Number(2);
  }

  // Whether all was as expected, to the end.
  bool done() const { return good_ && rest_.empty(); }

 private:
  bool Check(bool expected) {
    good_ = good_ && expected;
    return good_;
  }

  absl::string_view rest_;
  bool good_ = true;
};

struct DateParts {
  int weekday = 0;  // of absl::Weekday
  int year = 0;
  int month = 0;  // 1 to 12
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

std::optional<DateParts> ReadImfFixdate(absl::string_view text) {
  DateReader reader(text);
  DateParts parts;
  parts.weekday = reader.Name(kWeekdays, kShortName);
  reader.Literal(", ");
  parts.day = reader.Number(2);
  reader.Literal(" ");
  parts.month = reader.Name(kMonths, kShortName) + 1;
  reader.Literal(" ");
  parts.year = reader.Number(4);
  reader.Literal(" ");
  reader.Time(parts.hour, parts.minute, parts.second);
  reader.Literal(" GMT");
  if (!reader.done()) return std::nullopt;
  return parts;
}

std::optional<DateParts> ReadRfc850Date(absl::string_view text, int64_t now) {
  DateReader reader(text);
  DateParts parts;
  parts.weekday = reader.Name(kWeekdays, absl::string_view::npos);
  reader.Literal(", ");
  parts.day = reader.Number(2);
  reader.Literal("-");
  parts.month = reader.Name(kMonths, kShortName) + 1;
  reader.Literal("-");
  parts.year = reader.Number(2);
  reader.Literal(" ");
  reader.Time(parts.hour, parts.minute, parts.second);
  reader.Literal(" GMT");
  if (!reader.done()) return std::nullopt;

  // The last year with these digits that is at most 50 years ahead.
  const auto latest = static_cast<int>((kEpoch + now).year()) + 50;
  parts.year += (latest - parts.year) / 100 * 100;
  return parts;
}

std::optional<DateParts> ReadAsctimeDate(absl::string_view text) {
  DateReader reader(text);
  DateParts parts;
  parts.weekday = reader.Name(kWeekdays, kShortName);
  reader.Literal(" ");
  parts.month = reader.Name(kMonths, kShortName) + 1;
  reader.Literal(" ");
  parts.day = reader.PaddedNumber();
  reader.Literal(" ");
  reader.Time(parts.hour, parts.minute, parts.second);
  reader.Literal(" ");
  parts.year = reader.Number(4);
  if (!reader.done()) return std::nullopt;
  return parts;
}

// Seconds since 1970, or nothing if there is no such date.
std::optional<int64_t> ToUnixSeconds(const DateParts& parts) {
  const absl::CivilDay day(parts.year, parts.month, parts.day);
  const bool exists = day.month() == parts.month && day.day() == parts.day &&
                      static_cast<int>(absl::GetWeekday(day)) == parts.weekday && parts.hour < 24 &&
                      parts.minute < 60 && parts.second <= 60;
  if (!exists) return std::nullopt;
  return absl::CivilSecond(day) + parts.hour * 3600 + parts.minute * 60 + parts.second - kEpoch;
}

}  // namespace

HttpDate FormatHttpDate(int64_t unix_seconds) noexcept {
  const absl::CivilSecond utc = kEpoch + unix_seconds;

  HttpDate date;
  char* out = date.data();
  const auto text = [&out](absl::string_view value) {
    out = std::copy(value.begin(), value.end(), out);
  };
  const auto two_digits = [&out](int64_t value) {
    *out++ = static_cast<char>('0' + value / 10);
    *out++ = static_cast<char>('0' + value % 10);
  };
  text(kWeekdays[static_cast<int>(absl::GetWeekday(utc))].substr(0, kShortName));
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

std::optional<int64_t> ParseHttpDate(absl::string_view text, int64_t now) noexcept {
  std::optional<DateParts> parts = ReadImfFixdate(text);
  if (!parts) parts = ReadRfc850Date(text, now);
  if (!parts) parts = ReadAsctimeDate(text);
  if (!parts) return std::nullopt;
  return ToUnixSeconds(*parts);
}

}  // namespace prong
