#include "parser/http_date.h"

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kDay = 24 * 60 * kMinute;

std::string Format(int64_t unix_seconds) {
  const HttpDate date = FormatHttpDate(unix_seconds);
  return std::string(date.begin(), date.end());
}

// An IMF-fixdate as Abseil's general formatter writes it.
std::string Expected(int64_t unix_seconds) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

int64_t Seconds(int64_t year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return absl::CivilSecond(year, month, day, hour, minute, second) - absl::CivilSecond(1970, 1, 1);
}

TEST(FormatHttpDate, WritesTheExampleOfTheRfc) {  // RFC 9110 section 5.6.7
  EXPECT_EQ(Format(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(FormatHttpDate, WritesKnownDates) {
  struct Row {
    int64_t unix_seconds;
    const char* date;
  };
  const Row rows[] = {
      {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
      {1, "Thu, 01 Jan 1970 00:00:01 GMT"},
      {59, "Thu, 01 Jan 1970 00:00:59 GMT"},
      {60, "Thu, 01 Jan 1970 00:01:00 GMT"},
      {86399, "Thu, 01 Jan 1970 23:59:59 GMT"},
      {86400, "Fri, 02 Jan 1970 00:00:00 GMT"},
      {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
      {1000000000, "Sun, 09 Sep 2001 01:46:40 GMT"},
      {1709164800, "Thu, 29 Feb 2024 00:00:00 GMT"},
      // Around 2^31 and 2^32: nothing here is 32 bits wide.
      {2147483647, "Tue, 19 Jan 2038 03:14:07 GMT"},
      {2147483648, "Tue, 19 Jan 2038 03:14:08 GMT"},
      {4294967295, "Sun, 07 Feb 2106 06:28:15 GMT"},
      {4294967296, "Sun, 07 Feb 2106 06:28:16 GMT"},
  };
  for (const Row& row : rows) EXPECT_EQ(Format(row.unix_seconds), row.date);
}

TEST(FormatHttpDate, WritesTheLastSecondOfTheYear9999) {
  EXPECT_EQ(kMaxHttpDate, Seconds(9999, 12, 31, 23, 59, 59));
  EXPECT_EQ(Format(kMaxHttpDate), "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST(FormatHttpDate, KnowsTheLeapYearsOfTheGregorianCalendar) {
  struct Row {
    int64_t year;
    const char* day_before_march;
  };
  const Row rows[] = {
      {1972, "Tue, 29 Feb 1972 00:00:00 GMT"}, {1999, "Sun, 28 Feb 1999 00:00:00 GMT"},
      {2000, "Tue, 29 Feb 2000 00:00:00 GMT"}, {2100, "Sun, 28 Feb 2100 00:00:00 GMT"},
      {2400, "Tue, 29 Feb 2400 00:00:00 GMT"}, {9996, "Thu, 29 Feb 9996 00:00:00 GMT"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Format(Seconds(row.year, 3, 1) - kDay), row.day_before_march);
  }
}

TEST(FormatHttpDate, WritesEveryDayOfALeapYear) {
  for (int64_t time = Seconds(2024, 1, 1); time < Seconds(2025, 1, 1); time += kDay) {
    EXPECT_EQ(Format(time), Expected(time));
  }
}

TEST(FormatHttpDate, WritesEverySecondOfADay) {
  const int64_t midnight = Seconds(2026, 11, 23);
  for (int64_t time = midnight; time < midnight + kDay; ++time) {
    ASSERT_EQ(Format(time), Expected(time));
  }
}

TEST(FormatHttpDate, AgreesWithAbseilOverTheWholeRange) {
  // A step that is prime meets every second, minute, hour, weekday and month.
  constexpr int64_t kStep = 2000003;
  for (int64_t time = 0; time <= kMaxHttpDate; time += kStep) {
    ASSERT_EQ(Format(time), Expected(time)) << time;
  }
}

TEST(FormatHttpDate, AgreesWithAbseilAroundEveryNewYear) {
  for (int64_t year = 1970; year <= 9999; ++year) {
    const int64_t first = Seconds(year, 1, 1);
    ASSERT_EQ(Format(first), Expected(first));
    const int64_t last = Seconds(year, 12, 31, 23, 59, 59);
    ASSERT_EQ(Format(last), Expected(last));
  }
}

constexpr int64_t kNow = 1795439384;  // 2026-11-23

TEST(ParseHttpDate, ReadsTheThreeFormsOfTheRfc) {  // RFC 9110 section 5.6.7
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", kNow), 784111777);
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", kNow), 784111777);
  EXPECT_EQ(ParseHttpDate("Sun Nov  6 08:49:37 1994", kNow), 784111777);
  EXPECT_EQ(ParseHttpDate("Wed Nov 16 08:49:37 1994", kNow), 784111777 + 10 * kDay);
}

TEST(ParseHttpDate, IsTheInverseOfFormatting) {
  for (int64_t time = 0; time <= kMaxHttpDate; time += 1234567 * kMinute + 7) {
    ASSERT_EQ(ParseHttpDate(Format(time), kNow), time);
  }
  for (int64_t time : {int64_t{0}, kMaxHttpDate})
    EXPECT_EQ(ParseHttpDate(Format(time), kNow), time);
  for (int64_t day = 0; day < 400 * 366; ++day)
    ASSERT_EQ(ParseHttpDate(Format(day * kDay), kNow), day * kDay);
}

TEST(ParseHttpDate, TakesTwoDigitsForAYearUpToFiftyAhead) {
  const struct {
    const char* text;
    int64_t year;
  } rows[] = {
      {"Sunday, 01-Jan-26 00:00:00 GMT", 0},  // 2026 began on a Thursday
      {"Thursday, 01-Jan-26 00:00:00 GMT", 2026}, {"Wednesday, 01-Jan-76 00:00:00 GMT", 2076},
      {"Saturday, 01-Jan-77 00:00:00 GMT", 1977}, {"Saturday, 01-Jan-00 00:00:00 GMT", 2000},
  };
  for (const auto& row : rows) {
    const std::optional<int64_t> expected =
        row.year == 0 ? std::nullopt : std::optional<int64_t>(Seconds(row.year, 1, 1));
    EXPECT_EQ(ParseHttpDate(row.text, kNow), expected) << row.text;
  }
}

TEST(ParseHttpDate, CountsALeapSecondOn) {
  EXPECT_EQ(ParseHttpDate("Sat, 31 Dec 2016 23:59:60 GMT", kNow), Seconds(2017, 1, 1));
}

TEST(ParseHttpDate, IsBeforeTheEpochToo) {
  EXPECT_EQ(ParseHttpDate("Wed, 31 Dec 1969 23:59:59 GMT", kNow), -1);
}

TEST(ParseHttpDate, RefusesADateThatDoesNotExist) {
  for (absl::string_view text : {"Mon, 06 Nov 1994 08:49:37 GMT", "Wed, 30 Feb 1994 08:49:37 GMT",
                                 "Wed, 29 Feb 2023 00:00:00 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
                                 "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
                                 "Sun, 06 Nov 1994 08:49:61 GMT", "Monday, 06-Nov-94 08:49:37 GMT",
                                 "Mon Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(ParseHttpDate(text, kNow), std::nullopt) << text;
  }
}

TEST(ParseHttpDate, RefusesWhatIsNoDate) {
  for (absl::string_view text : {"",
                                 " ",
                                 "0",
                                 "784111777",
                                 "Sun, 06 Nov 1994 08:49:37",
                                 "Sun, 06 Nov 1994 08:49:37 UTC",
                                 "Sun, 06 Nov 1994 08:49:37 GMT ",
                                 " Sun, 06 Nov 1994 08:49:37 GMT",
                                 "sun, 06 nov 1994 08:49:37 gmt",
                                 "Sun, 6 Nov 1994 08:49:37 GMT",
                                 "Sun,06 Nov 1994 08:49:37 GMT",
                                 "Sun, 06-Nov-1994 08:49:37 GMT",
                                 "Sunday, 06 Nov 1994 08:49:37 GMT",
                                 "Sun, 06-Nov-94 08:49:37 GMT",
                                 "Sun Nov 6 08:49:37 1994",
                                 "Sun Nov 06 08:49:37 94",
                                 "Sun Nov  6 08:49:37 1994 GMT",
                                 "Sun, 06 Nov 94 08:49:37 GMT",
                                 "Sun, 06 Nov 1994 8:49:37 GMT",
                                 "Sun, 06 Nov 1994 08:49 GMT",
                                 "Sun, +6 Nov 1994 08:49:37 GMT",
                                 "1994-11-06T08:49:37Z"}) {
    EXPECT_EQ(ParseHttpDate(text, kNow), std::nullopt) << text;
  }
}

// A date cut off anywhere, or with any one byte changed to another of these, is
// another date or none: never a crash, and never the same date.
TEST(ParseHttpDate, NoticesEveryByte) {
  for (const std::string date : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                                 "Sun Nov  6 08:49:37 1994"}) {
    for (size_t i = 0; i < date.size(); ++i) {
      EXPECT_EQ(ParseHttpDate(date.substr(0, i), kNow), std::nullopt);
      for (char c : {'\0', ' ', '9', 'x', ':', '\xff'}) {
        std::string changed = date;
        changed[i] = c;
        EXPECT_TRUE(changed == date || ParseHttpDate(changed, kNow) != 784111777) << changed;
      }
    }
  }
}

}  // namespace
}  // namespace prong
