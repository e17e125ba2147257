#include "parser/entity_tag.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

constexpr EntityTag kTag = {false, "a,b"};

bool Matches(absl::string_view value, const EntityTag& tag, TagComparison comparison) {
  const std::vector<Field> fields = {{"host", "h"}, {"if-none-match", value}};
  return AnyTagMatches(fields, "If-None-Match", tag, comparison);
}

bool MatchesStrongly(absl::string_view value) {
  return Matches(value, kTag, TagComparison::kStrong);
}

TEST(ParseEntityTag, ReadsWhatIsBetweenTheQuotationMarks) {
  const auto tag = ParseEntityTag("\"xyz zy\"");
  EXPECT_FALSE(tag.has_value()) << "a space is no etagc";
  ASSERT_TRUE(ParseEntityTag("\"xyzzy\"").has_value());
  EXPECT_EQ(ParseEntityTag("\"xyzzy\"")->opaque, "xyzzy");
  EXPECT_FALSE(ParseEntityTag("\"xyzzy\"")->weak);
  EXPECT_EQ(ParseEntityTag("\"\"")->opaque, "");
  EXPECT_EQ(ParseEntityTag("\"a,b\"")->opaque, "a,b");
}

TEST(ParseEntityTag, TellsWeakFromStrong) {
  ASSERT_TRUE(ParseEntityTag("W/\"xyzzy\"").has_value());
  EXPECT_TRUE(ParseEntityTag("W/\"xyzzy\"")->weak);
  EXPECT_EQ(ParseEntityTag("W/\"xyzzy\"")->opaque, "xyzzy");
}

TEST(ParseEntityTag, RefusesWhatIsNotAllOfATag) {
  for (absl::string_view text :
       {"", "xyzzy", "\"", "\"xyzzy", "xyzzy\"", "w/\"a\"", "W/", "W/a", "W /\"a\"", "\"a\" ",
        " \"a\"", "\"a\"b", "\"a\"\"b\"", "'a'", "*"}) {
    EXPECT_FALSE(ParseEntityTag(text).has_value()) << text;
  }
}

// etagc = %x21 / %x23-7E / obs-text
TEST(ParseEntityTag, TakesTheBytesOfTheGrammarOnly) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool allowed = byte == 0x21 || (byte >= 0x23 && byte <= 0x7e) || byte >= 0x80;
    EXPECT_EQ(ParseEntityTag(absl::StrCat("\"a", std::string(1, c), "b\"")).has_value(), allowed)
        << byte;
  }
}

// The table of RFC 9110 section 8.8.3.2.
TEST(TagsMatch, ComparesAsTheTableOfTheRfc) {
  const EntityTag weak1 = {true, "1"};
  const EntityTag weak2 = {true, "2"};
  const EntityTag strong1 = {false, "1"};
  const struct {
    EntityTag a, b;
    bool strong, weak;
  } rows[] = {
      {weak1, weak1, false, true},
      {weak1, weak2, false, false},
      {weak1, strong1, false, true},
      {strong1, strong1, true, true},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(TagsMatch(row.a, row.b, TagComparison::kStrong), row.strong);
    EXPECT_EQ(TagsMatch(row.b, row.a, TagComparison::kStrong), row.strong);
    EXPECT_EQ(TagsMatch(row.a, row.b, TagComparison::kWeak), row.weak);
    EXPECT_EQ(TagsMatch(row.b, row.a, TagComparison::kWeak), row.weak);
  }
}

TEST(AnyTagMatches, FindsTheTagWhereverItStands) {
  for (absl::string_view value :
       {"\"a,b\"", "\"x\", \"a,b\"", "\"a,b\",\"x\"", "\"x\" ,\t\"a,b\" , \"y\"", ",, \"a,b\",",
        "W/\"a,b\", \"a,b\"", "*"}) {
    EXPECT_TRUE(MatchesStrongly(value)) << value;
  }
}

TEST(AnyTagMatches, DoesNotFindWhatIsNotThere) {
  for (absl::string_view value :
       {"", ",", "\"x\"", "\"a\"", "\"b\"", "\"a\",\"b\"", "\"A,B\"", "W/\"a,b\"", "* ,"}) {
    EXPECT_FALSE(MatchesStrongly(value)) << value;
  }
}

// A list that goes wrong anywhere is no list: neither half of it counts.
TEST(AnyTagMatches, MatchesNothingInAMalformedList) {
  for (absl::string_view value : {"\"a,b\" \"x\"", "\"a,b\"; x", "\"a,b\", x", "x, \"a,b\"",
                                  "\"a,b\", *", "*, \"a,b\"", "\"a,b\", \"", "\"x, \"a,b\""}) {
    EXPECT_FALSE(MatchesStrongly(value)) << value;
  }
}

TEST(AnyTagMatches, ComparesWeaklyWhereAsked) {
  EXPECT_TRUE(Matches("W/\"a,b\"", kTag, TagComparison::kWeak));
  EXPECT_TRUE(Matches("\"a,b\"", {true, "a,b"}, TagComparison::kWeak));
  EXPECT_FALSE(Matches("\"a,b\"", {true, "a,b"}, TagComparison::kStrong));
}

TEST(AnyTagMatches, TakesAllFieldsOfTheNameTogether) {
  const std::vector<Field> fields = {
      {"If-Match", "\"x\""}, {"IF-MATCH", "\"a,b\""}, {"If-None-Match", "\"n\""}};
  EXPECT_TRUE(AnyTagMatches(fields, "If-Match", kTag, TagComparison::kStrong));
  EXPECT_FALSE(AnyTagMatches(fields, "If-Match", {false, "n"}, TagComparison::kStrong));
}

}  // namespace
}  // namespace prong
