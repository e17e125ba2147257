#include "tests/vectors/record.h"

#include "absl/status/statusor.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

// The bytes of the only value in `text`.
std::string BytesOf(absl::string_view text) {
  const absl::StatusOr<std::vector<Record>> records = ParseRecords("f", text);
  EXPECT_TRUE(records.ok()) << records.status();
  if (!records.ok() || records->empty()) return "";
  return (*records)[0].entries[0].bytes.value_or("words");
}

TEST(ParseRecords, FindsRecordsBetweenEmptyLines) {
  const absl::StatusOr<std::vector<Record>> records =
      ParseRecords("f", "# comment\n\na: b\nc: d\n\n\n# comment\ne: f\n# comment\ng: h");
  ASSERT_TRUE(records.ok()) << records.status();
  ASSERT_EQ(records->size(), 2u);
  ASSERT_EQ((*records)[1].entries.size(), 2u);
  EXPECT_EQ((*records)[1].file, "f");
  EXPECT_EQ((*records)[1].entries[1].key, "g");
  EXPECT_EQ((*records)[1].entries[1].words, "h");
  EXPECT_EQ((*records)[1].entries[1].line, 10);
}

TEST(ParseRecords, FindsNothingInNothing) {
  EXPECT_TRUE(ParseRecords("f", "")->empty());
  EXPECT_TRUE(ParseRecords("f", "\n# a\n\n")->empty());
}

TEST(ParseRecords, JoinsWordsBySpaces) {
  EXPECT_EQ((*ParseRecords("f", "a: b   c\n  d"))[0].entries[0].words, "b c d");
}

TEST(ParseRecords, KnowsItsEscapes) {
  EXPECT_EQ(BytesOf(R"(a: "\r\n\t\"\\\x41\xfF")"), "\r\n\t\"\\A\xff");
  EXPECT_EQ(BytesOf(R"(a: "\x00b")"), std::string("\0b", 2));
}

TEST(ParseRecords, JoinsStringsAcrossLines) {
  EXPECT_EQ(BytesOf("a: \"b\" \"c\"\n   \"d\""), "bcd");
  EXPECT_EQ(BytesOf("a: \"\""), "");
}

TEST(ParseRecords, RepeatsWhatIsInBraces) {
  EXPECT_EQ(BytesOf(R"(a: "b" {"cd"*3} "e")"), "bcdcdcde");
  EXPECT_EQ(BytesOf(R"(a: {"}\"*"*2})"), "}\"*}\"*");
  EXPECT_EQ(BytesOf(R"(a: {"b"*0})"), "");
  EXPECT_EQ(BytesOf(R"(a: {"a"*8192})").size(), 8192u);
}

}  // namespace
}  // namespace prong
