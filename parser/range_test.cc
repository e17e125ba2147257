#include "parser/range.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "parser/test_strings.h"

namespace prong {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

// "416", "ignored", or the ranges as "[begin,end)".
std::string Resolve(absl::string_view value, uint64_t size) {
  const std::variant<Ranges, NoRanges> result = ParseRange(value, size);
  if (const auto* none = std::get_if<NoRanges>(&result)) {
    return *none == NoRanges::kIgnore ? "ignored" : "416";
  }
  return absl::StrJoin(std::get<Ranges>(result).get(), " ",
                       [](std::string* out, const ByteRange& range) {
                         absl::StrAppend(out, "[", range.begin, ",", range.end, ")");
                       });
}

struct Row {
  const char* value;
  uint64_t size;
  const char* resolved;
};

TEST(ParseRange, ResolvesTheExamplesOfTheRfc) {  // RFC 9110 section 14.1.2
  const Row rows[] = {
      {"bytes=0-499", 10000, "[0,500)"},
      {"bytes=500-999", 10000, "[500,1000)"},
      {"bytes=-500", 10000, "[9500,10000)"},
      {"bytes=9500-", 10000, "[9500,10000)"},
      {"bytes=0-0,-1", 10000, "[0,1) [9999,10000)"},
      {"bytes= 0-999, 4500-5499, -1000", 10000, "[0,1000) [4500,5500) [9000,10000)"},
      {"bytes=500-600,601-999", 10000, "[500,1000)"},
      {"bytes=500-700,601-999", 10000, "[500,1000)"},
  };
  for (const Row& row : rows) EXPECT_EQ(Resolve(row.value, row.size), row.resolved) << row.value;
}

TEST(ParseRange, StaysWithinTheRepresentation) {
  const Row rows[] = {
      {"bytes=0-", 1, "[0,1)"},
      {"bytes=0-99", 10, "[0,10)"},
      {"bytes=9-9", 10, "[9,10)"},
      {"bytes=9-10", 10, "[9,10)"},
      {"bytes=-99", 10, "[0,10)"},
      {"bytes=-10", 10, "[0,10)"},
      {"bytes=0-18446744073709551615", 10, "[0,10)"},
      {"bytes=0-18446744073709551616", 10, "[0,10)"},
      {"bytes=0-99999999999999999999999999", 10, "[0,10)"},
      {"bytes=-18446744073709551616", 10, "[0,10)"},
      {"bytes=0-18446744073709551615", kMax, "[0,18446744073709551615)"},
      {"bytes=18446744073709551614-", kMax, "[18446744073709551614,18446744073709551615)"},
      {"bytes=10-10,0-0", 10, "[0,1)"},
  };
  for (const Row& row : rows) EXPECT_EQ(Resolve(row.value, row.size), row.resolved) << row.value;
}

TEST(ParseRange, IsUnsatisfiableOutsideTheRepresentation) {
  for (absl::string_view value :
       {"bytes=10-", "bytes=10-10", "bytes=-0", "bytes=18446744073709551615-",
        "bytes=99999999999999999999999-", "bytes=10-, -0, 11-12"}) {
    EXPECT_EQ(Resolve(value, 10), "416") << value;
  }
  for (absl::string_view value : {"bytes=0-", "bytes=0-0", "bytes=-1"})
    EXPECT_EQ(Resolve(value, 0), "416") << value;
}

TEST(ParseRange, IgnoresWhatIsMalformed) {
  for (absl::string_view value : {"",
                                  "bytes",
                                  "bytes=",
                                  "bytes=,",
                                  "bytes=-",
                                  "bytes=--1",
                                  "bytes=1",
                                  "bytes=a-b",
                                  "bytes=0x1-2",
                                  "bytes=+1-2",
                                  "bytes=1-+2",
                                  "bytes=2-1",
                                  "bytes=0-1,2-1",
                                  "bytes=0-1,x",
                                  "bytes=0 -1",
                                  "bytes=0- 1",
                                  "bytes =0-1",
                                  "bytes 0-1",
                                  "items=0-1",
                                  "bytes=0-1-2",
                                  "bytes=1.5-2",
                                  "=0-1",
                                  "bytes:0-1"}) {
    EXPECT_EQ(Resolve(value, 10), "ignored") << value;
  }
}

TEST(ParseRange, TakesTheUnitInAnyCaseAndEmptyElements) {
  EXPECT_EQ(Resolve("BYTES=0-1", 10), "[0,2)");
  EXPECT_EQ(Resolve("bytes=,0-1, ,\t3-4,", 10), "[0,2) [3,5)");
}

TEST(ParseRange, SortsAndJoins) {
  const Row rows[] = {
      {"bytes=8-9,0-1", 10, "[0,2) [8,10)"}, {"bytes=0-9,2-3", 10, "[0,10)"},
      {"bytes=2-3,0-9", 10, "[0,10)"},       {"bytes=0-1,2-3,4-5", 10, "[0,6)"},
      {"bytes=4-5,0-1,2-3", 10, "[0,6)"},    {"bytes=0-0,2-2", 10, "[0,1) [2,3)"},
      {"bytes=0-0,0-0", 10, "[0,1)"},
  };
  for (const Row& row : rows) EXPECT_EQ(Resolve(row.value, row.size), row.resolved) << row.value;
}

std::string DisjointRanges(size_t count) {
  std::vector<std::string> specs;
  for (size_t i = 0; i < count; ++i) specs.push_back(absl::StrCat(2 * i, "-", 2 * i));
  return "bytes=" + absl::StrJoin(specs, ",");
}

std::string EqualRanges(size_t count) {
  return "bytes=" + absl::StrJoin(std::vector<std::string>(count, "0-0"), ",");
}

TEST(ParseRange, IgnoresMoreRangesThanTheLimitAfterJoining) {
  const auto result = ParseRange(DisjointRanges(kMaxRanges), 1000);
  ASSERT_TRUE(std::holds_alternative<Ranges>(result));
  EXPECT_EQ(std::get<Ranges>(result).get().size(), kMaxRanges);
  EXPECT_EQ(Resolve(DisjointRanges(kMaxRanges + 1), 1000), "ignored");
}

TEST(ParseRange, IgnoresMoreSpecsThanTheLimitBeforeJoining) {  // CVE-2011-3192
  EXPECT_EQ(Resolve(EqualRanges(kMaxRangeSpecs), 1000), "[0,1)");
  EXPECT_EQ(Resolve(EqualRanges(kMaxRangeSpecs + 1), 1000), "ignored");
  EXPECT_EQ(Resolve(EqualRanges(1300), 1000), "ignored");
}

// Compared with a bitmap: the ranges hold exactly the bytes that were asked for.
TEST(ParseRange, HoldsTheBytesThatWereAskedForAndNoOthers) {
  constexpr uint64_t kSize = 5;
  const auto check = [&](uint64_t first1, uint64_t last1, uint64_t first2, uint64_t last2) {
    const std::string value = absl::StrCat("bytes=", first1, "-", last1, ",", first2, "-", last2);
    const std::variant<Ranges, NoRanges> result = ParseRange(value, kSize);
    std::vector<bool> expected(kSize);
    for (uint64_t i = 0; i < kSize; ++i) {
      expected[i] = (first1 <= i && i <= last1) || (first2 <= i && i <= last2);
    }
    std::vector<bool> actual(kSize);
    if (const auto* ranges = std::get_if<Ranges>(&result)) {
      std::optional<uint64_t> last_end;
      for (const ByteRange& range : ranges->get()) {
        EXPECT_LT(range.begin, range.end) << value;
        EXPECT_TRUE(!last_end || range.begin > *last_end) << value;
        last_end = range.end;
        ASSERT_LE(range.end, kSize) << value;
        for (uint64_t i = range.begin; i < range.end; ++i) actual[i] = true;
      }
    }
    EXPECT_EQ(actual, expected) << value;
  };
  for (uint64_t first1 = 0; first1 < 7; ++first1) {
    for (uint64_t last1 = first1; last1 < 7; ++last1) {
      for (uint64_t first2 = 0; first2 < 7; ++first2) {
        for (uint64_t last2 = first2; last2 < 7; ++last2) check(first1, last1, first2, last2);
      }
    }
  }
}

TEST(ParseRange, NeverLeavesTheRepresentationWhateverTheValue) {
  ForEachString("0-9, ", 6, [](const std::string& specs) {
    const std::variant<Ranges, NoRanges> result = ParseRange("bytes=" + specs, 7);
    if (const auto* ranges = std::get_if<Ranges>(&result)) {
      ASSERT_FALSE(ranges->get().empty()) << specs;
      for (const ByteRange& range : ranges->get()) {
        ASSERT_LT(range.begin, range.end) << specs;
        ASSERT_LE(range.end, 7) << specs;
      }
    }
  });
}

}  // namespace
}  // namespace prong
