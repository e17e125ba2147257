#include "parser/character_set.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

// The rules of the RFCs, written again from their ABNF and independently of the
// tables: as comparisons and lists of the bytes as numbers.

bool Between(int c, int first, int last) { return first <= c && c <= last; }

// RFC 5234 appendix B.1.
bool IsDigit(int c) { return Between(c, 0x30, 0x39); }
bool IsAlpha(int c) { return Between(c, 0x41, 0x5a) || Between(c, 0x61, 0x7a); }
bool IsVchar(int c) { return Between(c, 0x21, 0x7e); }
bool IsSpace(int c) { return c == 0x20; }
bool IsTab(int c) { return c == 0x09; }

// tchar = any VCHAR, except delimiters; delimiters are DQUOTE and
// "(),/:;<=>?@[\]{}". RFC 9110 section 5.6.2.
bool IsTokenCharacter(int c) {
  const std::string delimiters = "\"(),/:;<=>?@[\\]{}";
  return IsVchar(c) && delimiters.find(static_cast<char>(c)) == std::string::npos;
}

// obs-text = %x80-FF, RFC 9110 section 5.5.
bool IsObsoleteText(int c) { return Between(c, 0x80, 0xff); }

// unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~", RFC 3986 section 2.3.
bool IsUnreserved(int c) {
  return IsAlpha(c) || IsDigit(c) || c == 0x2d || c == 0x2e || c == 0x5f || c == 0x7e;
}

// sub-delims = "!" / "$" / "&" / "'" / "(" / ")" / "*" / "+" / "," / ";" / "=",
// RFC 3986 section 2.2.
bool IsSubDelimiter(int c) {
  return c == 0x21 || c == 0x24 || Between(c, 0x26, 0x2c) || c == 0x3b || c == 0x3d;
}

struct Rule {
  const char* name;
  const CharacterSet& set;
  bool (*contains)(int c);
};

const Rule kRules[] = {
    {"DIGIT", kDigits, [](int c) { return IsDigit(c); }},
    {"ALPHA / DIGIT", kAlphanumerics, [](int c) { return IsAlpha(c) || IsDigit(c); }},
    {"tchar", kTokenCharacters, [](int c) { return IsTokenCharacter(c); }},
    {"request line", kRequestLineCharacters, [](int c) { return IsVchar(c) || IsSpace(c); }},
    {"field line", kFieldLineCharacters,
     [](int c) { return IsVchar(c) || IsObsoleteText(c) || IsSpace(c) || IsTab(c); }},
    {"scheme", kSchemeCharacters,
     [](int c) { return IsAlpha(c) || IsDigit(c) || c == '+' || c == '-' || c == '.'; }},
    {"reg-name", kRegNameCharacters, [](int c) { return IsUnreserved(c) || IsSubDelimiter(c); }},
    // pchar = unreserved / pct-encoded / sub-delims / ":" / "@", then the characters
    // that the header names as tolerated.
    {"segment", kSegmentCharacters,
     [](int c) {
       return IsUnreserved(c) || IsSubDelimiter(c) || c == ':' || c == '@' || c == '[' ||
              c == ']' || c == '|';
     }},
};

TEST(CharacterSet, HoldsExactlyTheBytesOfItsRule) {
  for (const Rule& rule : kRules) {
    for (int c = 0; c < 256; ++c) {
      EXPECT_EQ(rule.set.Contains(static_cast<char>(c)), rule.contains(c))
          << "byte " << c << " of " << rule.name;
    }
  }
}

TEST(CharacterSet, HoldsNoControlCharacterButTheTabOfFieldLines) {
  for (const Rule& rule : kRules) {
    for (int c = 0; c < 0x20; ++c) {
      const bool tab_of_field_line = c == '\t' && &rule.set == &kFieldLineCharacters;
      EXPECT_EQ(rule.set.Contains(static_cast<char>(c)), tab_of_field_line)
          << "byte " << c << " of " << rule.name;
    }
    EXPECT_FALSE(rule.set.Contains('\x7f')) << "DEL of " << rule.name;
  }
}

TEST(CharacterSet, StartsEmpty) {
  for (int c = 0; c < 256; ++c) EXPECT_FALSE(CharacterSet().Contains(static_cast<char>(c)));
}

TEST(CharacterSet, GrowsByTheBytesGiven) {
  constexpr CharacterSet kSet = CharacterSet().With("xz");
  static_assert(kSet.Contains('x') && !kSet.Contains('y') && kSet.Contains('z'));

  constexpr CharacterSet kGrown = kSet.With("y");
  static_assert(kGrown.ContainsAll("xyz"));
  static_assert(!kSet.Contains('y'), "With leaves the set that it was called on");
}

TEST(CharacterSet, GrowsByNulLikeByAnyByte) {
  const CharacterSet set = CharacterSet().With(absl::string_view("\0", 1));
  EXPECT_TRUE(set.Contains('\0'));
  EXPECT_FALSE(set.Contains('0'));
}

TEST(CharacterSet, GrowsByARangeWithBothItsEnds) {
  constexpr CharacterSet kSet = CharacterSet().WithRange('b', 'd');
  static_assert(!kSet.Contains('a') && kSet.ContainsAll("bcd") && !kSet.Contains('e'));

  constexpr CharacterSet kOne = CharacterSet().WithRange('b', 'b');
  static_assert(!kOne.Contains('a') && kOne.Contains('b') && !kOne.Contains('c'));
}

TEST(CharacterSet, TakesTheRangeOfAllBytes) {
  const CharacterSet set = CharacterSet().WithRange(0x00, 0xff);
  for (int c = 0; c < 256; ++c) EXPECT_TRUE(set.Contains(static_cast<char>(c)));
}

TEST(CharacterSet, CountsTheBytesBeforeTheFirstThatIsNoMember) {
  EXPECT_EQ(kDigits.PrefixSize(""), 0u);
  EXPECT_EQ(kDigits.PrefixSize("x123"), 0u);
  EXPECT_EQ(kDigits.PrefixSize("12x3"), 2u);
  EXPECT_EQ(kDigits.PrefixSize("123"), 3u);
  EXPECT_EQ(kDigits.PrefixSize(absl::string_view("1\0002", 3)), 1u);
}

TEST(CharacterSet, ContainsAllOfAnEmptyText) {
  EXPECT_TRUE(CharacterSet().ContainsAll(""));
  EXPECT_TRUE(kDigits.ContainsAll(absl::string_view()));
}

TEST(CharacterSet, ContainsAllOnlyIfItContainsEach) {
  EXPECT_TRUE(kDigits.ContainsAll("0123456789"));
  EXPECT_FALSE(kDigits.ContainsAll("x123"));
  EXPECT_FALSE(kDigits.ContainsAll("12x3"));
  EXPECT_FALSE(kDigits.ContainsAll("123x"));
  EXPECT_FALSE(kDigits.ContainsAll(absl::string_view("123\0", 4)));
}

}  // namespace
}  // namespace prong
