#include "parser/accept.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

bool PrefersJson(const std::vector<Field>& fields) {
  return PrefersMediaType(fields, "application/json", "text/html");
}

bool PrefersJson(absl::string_view value) {
  return PrefersJson({{"Accept-Encoding", "application/json"}, {"accept", value}});
}

TEST(PrefersMediaType, WhatIsAskedForAlone) {
  for (const absl::string_view value :
       {"application/json", "APPLICATION/Json", " application/json ", "application/json;q=0.001",
        "application/json;charset=utf-8", "application/json ; charset=utf-8 ; q=0.1",
        "application/*", "application/*;q=0.2", "text/plain, application/json"}) {
    EXPECT_TRUE(PrefersJson(value)) << value;
  }
}

TEST(PrefersMediaType, NotWhatNobodyAsksFor) {
  for (const absl::string_view value :
       {"", "*/*", "text/html", "text/html, application/json", "text/*, application/*",
        "text/plain", "application/json;q=0", "application/json2", "application", "applicationx/*",
        "app/json", "application/jso", "*/json", "json"}) {
    EXPECT_FALSE(PrefersJson(value)) << value;
  }
  EXPECT_FALSE(PrefersJson(std::vector<Field>()));
}

TEST(PrefersMediaType, WhatHasMoreWeight) {
  EXPECT_TRUE(PrefersJson("text/html;q=0.8, application/json;q=0.9"));
  EXPECT_TRUE(PrefersJson("text/html;q=0.8, */*;q=0.9"));
  EXPECT_TRUE(PrefersJson("text/html;Q=0, */*;q=0.001"));
  EXPECT_FALSE(PrefersJson("text/html;q=0.9, application/json;q=0.8"));
  EXPECT_FALSE(PrefersJson("application/json;q=0.8, */*"));
  EXPECT_FALSE(PrefersJson("application/json;q=0.8, application/*, text/html;q=0.9"));
}

TEST(PrefersMediaType, WhatIsNamedMoreExactlyWithTheSameWeight) {
  EXPECT_TRUE(PrefersJson("application/json, text/plain, */*"));
  EXPECT_TRUE(PrefersJson("*/*, application/*"));
  EXPECT_TRUE(PrefersJson("text/*, application/json"));
  EXPECT_FALSE(PrefersJson("text/html, application/*"));
  // What a browser sends.
  EXPECT_FALSE(
      PrefersJson("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
                  "image/webp,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"));
}

TEST(PrefersMediaType, OfARepeatedElementTheFirstCounts) {
  EXPECT_TRUE(PrefersJson("application/json;q=0.9, application/json;q=0.1, text/html;q=0.5"));
  EXPECT_TRUE(PrefersJson({{"Accept", "application/json"}, {"Accept", "text/html;q=0.5"}}));
}

TEST(PrefersMediaType, PassesOverAMalformedElement) {
  for (const absl::string_view element :
       {"application/json;q=", "application/json;q=2", "application/json;q=1.001",
        "application/json;q=.5", "application /json", "application/ json", "application/json/x",
        "application/", "/json", "/", ";q=1", "\"application/json\""}) {
    EXPECT_FALSE(PrefersJson(element)) << element;
    EXPECT_TRUE(PrefersJson(absl::StrCat(element, ", application/*"))) << element;
  }
}

}  // namespace
}  // namespace prong
