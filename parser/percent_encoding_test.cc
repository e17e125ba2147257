#include "parser/percent_encoding.h"

#include <cstddef>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

using ::testing::Optional;

// HEXDIG, RFC 5234 appendix B.1, of both cases as RFC 3986 section 2.1 asks:
// what stands at 2n and 2n + 1 has the value n.
constexpr char kHexDigits[] = "00112233445566778899AaBbCcDdEeFf";

std::optional<int> ExpectedDigit(char c) {
  const size_t position = std::string(kHexDigits).find(c);
  if (position == std::string::npos) return std::nullopt;
  return static_cast<int>(position / 2);
}

TEST(HexDigitValue, KnowsExactlyTheDigitsOfBothCases) {
  int digits = 0;
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    EXPECT_EQ(HexDigitValue(byte), ExpectedDigit(byte)) << "byte " << c;
    if (HexDigitValue(byte)) ++digits;
  }
  EXPECT_EQ(digits, 22);
}

TEST(DecodeTriplet, DecodesExactlyThePairsOfDigits) {
  int decoded = 0;
  for (int high = 0; high < 256; ++high) {
    for (int low = 0; low < 256; ++low) {
      const char text[] = {'%', static_cast<char>(high), static_cast<char>(low)};
      const std::optional<int> high_value = ExpectedDigit(text[1]);
      const std::optional<int> low_value = ExpectedDigit(text[2]);
      std::optional<char> expected;
      if (high_value && low_value) expected = static_cast<char>((*high_value << 4) | *low_value);

      const std::optional<char> actual = DecodeTriplet(absl::string_view(text, sizeof(text)));
      ASSERT_EQ(actual, expected) << "after the percent sign: " << high << ", " << low;
      if (actual) ++decoded;
    }
  }
  EXPECT_EQ(decoded, 22 * 22);
}

TEST(DecodeTriplet, TellsNulFromNothing) { EXPECT_THAT(DecodeTriplet("%00"), Optional('\0')); }

TEST(DecodeTriplet, GivesBytesThatAreNotAscii) {
  EXPECT_THAT(DecodeTriplet("%80"), Optional('\x80'));
  EXPECT_THAT(DecodeTriplet("%fF"), Optional('\xff'));
}

TEST(DecodeTriplet, StartsWithAPercentSignOnly) {
  for (int c = 0; c < 256; ++c) {
    const char text[] = {static_cast<char>(c), '4', '1'};
    EXPECT_EQ(DecodeTriplet(absl::string_view(text, sizeof(text))).has_value(), c == '%')
        << "byte " << c;
  }
}

TEST(DecodeTriplet, DoesNotReadBehindTheEnd) {
  // The view ends before digits that would complete the triplet.
  const absl::string_view text = "%41";
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(DecodeTriplet(text.substr(0, size)), std::nullopt) << size << " bytes";
  }
  EXPECT_EQ(DecodeTriplet(absl::string_view()), std::nullopt);
}

TEST(DecodeTriplet, LooksAtTheFirstThreeBytesOnly) {
  EXPECT_THAT(DecodeTriplet("%41%zz"), Optional('A'));
  EXPECT_EQ(DecodeTriplet("a%41"), std::nullopt);
  EXPECT_EQ(DecodeTriplet("%4%41"), std::nullopt);
}

TEST(DecodeTriplet, DecodesOnce) {
  EXPECT_THAT(DecodeTriplet("%2541"), Optional('%'));
  // %32 is "2" and %65 "e", but "%%32%65" is not "%2e": CVE-2021-42013.
  EXPECT_EQ(DecodeTriplet("%%32%65"), std::nullopt);
}

TEST(DecodeTriplet, TakesNoOtherNotationOfANumber) {
  for (const char* text : {"%+1", "%-1", "% 1", "%1 ", "%0x", "%0x41", "%u0041", "%\t1", "%1h"}) {
    EXPECT_EQ(DecodeTriplet(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace prong
