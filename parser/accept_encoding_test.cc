#include "parser/accept_encoding.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "parser/weight.h"

namespace prong {
namespace {

Weight WeightIn(absl::string_view value, absl::string_view coding) {
  const std::vector<Field> fields = {{"Accept", "br;q=0.1"}, {"accept-encoding", value}};
  return WeightOfCoding(fields, coding);
}

TEST(WeightOfCoding, OfTheExamplesOfTheRfc) {  // RFC 9110 section 12.5.3
  const struct {
    const char* value;
    Weight gzip, compress, identity;
  } rows[] = {
      {"compress, gzip", 1000, 1000, 1},
      {"", 0, 0, 1},
      {"*", 1000, 1000, 1000},
      {"compress;q=0.5, gzip;q=1.0", 1000, 500, 1},
      {"gzip;q=1.0, identity; q=0.5, *;q=0", 1000, 0, 500},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(WeightIn(row.value, "gzip"), row.gzip) << row.value;
    EXPECT_EQ(WeightIn(row.value, "compress"), row.compress) << row.value;
    EXPECT_EQ(WeightIn(row.value, "identity"), row.identity) << row.value;
  }
}

TEST(WeightOfCoding, ReadsEveryFormOfAWeight) {
  const struct {
    const char* weight;
    Weight expected;
  } rows[] = {
      {";q=1", 1000},     {";q=0", 0},       {";q=0.", 0},      {";q=1.", 1000},
      {";q=0.1", 100},    {";q=0.12", 120},  {";q=0.123", 123}, {";q=0.001", 1},
      {";q=1.000", 1000}, {" ; q=0.5", 500}, {";Q=0.5", 500},   {"\t;\tq=0.5\t", 500},
  };
  for (const auto& row : rows)
    EXPECT_EQ(WeightIn(absl::StrCat("br", row.weight), "br"), row.expected) << row.weight;
}

TEST(WeightOfCoding, PassesOverAMalformedElement) {
  for (absl::string_view element :
       {"br;q=", "br;q=2", "br;q=1.001", "br;q=0.1234", "br;q=-1", "br;q=.5", "br;q=0,5",
        "br;q=1e0", "br;q =1", "br;q= 1", "br;x=1", "br;", "br q=1", "b r", "br;q=0.5;q=1", ";q=1",
        "br/1"}) {
    EXPECT_EQ(WeightIn(element, "br"), 0) << element;
    EXPECT_EQ(WeightIn(absl::StrCat(element, ", gzip;q=0.5"), "gzip"), 500) << element;
  }
}

TEST(WeightOfCoding, ComparesNamesWithoutCaseAndKnowsXGzip) {
  EXPECT_EQ(WeightIn("GZip;q=0.3", "gzip"), 300);
  EXPECT_EQ(WeightIn("x-gzip;q=0.3", "gzip"), 300);
  EXPECT_EQ(WeightIn("gzip2, xgzip", "gzip"), 0);
}

TEST(WeightOfCoding, PrefersTheCodingsOwnElementToTheStar) {
  EXPECT_EQ(WeightIn("*;q=0.1, br;q=0.9", "br"), 900);
  EXPECT_EQ(WeightIn("br;q=0.9, *;q=0.1", "br"), 900);
  EXPECT_EQ(WeightIn("br;q=0, *", "br"), 0);
  EXPECT_EQ(WeightIn("br, *;q=0", "identity"), 0);
  EXPECT_EQ(WeightIn("identity;q=0.2, *;q=0", "identity"), 200);
}

TEST(WeightOfCoding, TakesTheFirstOfRepeatedElements) {
  EXPECT_EQ(WeightIn("br;q=0.1, br;q=0.9", "br"), 100);
  EXPECT_EQ(WeightIn("*;q=0.1, *;q=0.9", "br"), 100);
}

TEST(WeightOfCoding, TakesAllFieldsTogether) {
  const std::vector<Field> fields = {{"Accept-Encoding", "gzip"}, {"ACCEPT-ENCODING", "br;q=0.5"}};
  EXPECT_EQ(WeightOfCoding(fields, "gzip"), 1000);
  EXPECT_EQ(WeightOfCoding(fields, "br"), 500);
}

TEST(WeightOfCoding, WithoutTheFieldIsIdentity) {
  EXPECT_EQ(WeightOfCoding({}, "identity"), kLeastWeight);
  EXPECT_EQ(WeightOfCoding({}, "gzip"), 0);
}

}  // namespace
}  // namespace prong
