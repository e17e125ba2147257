#include "server/listing_json.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "parser/http_date.h"

namespace prong {
namespace {

constexpr int64_t kModified = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT

std::string Json(const DirectoryEntry& entry) {
  std::string json;
  AppendListingJson(entry, true, json);
  return json;
}

// What is between the quotation marks of "name".
std::string NameOf(absl::string_view name) {
  const std::string json = Json({name, true, 0, 0});
  const size_t start = absl::string_view("\n{\"name\":\"").size();
  return json.substr(start, json.find("\",\"href\"") - start);
}

TEST(ListingJson, TheMembersAreThoseOfTheHeader) {
  std::string json;
  AppendListingJson({"a b", true, 7, kModified}, true, json);
  AppendListingJson({"c", false, 4, kModified}, false, json);
  EXPECT_EQ(absl::StrCat(kListingJsonStart, json, kListingJsonEnd),
            "[\n"
            R"({"name":"a b","href":"a%20b/","type":"directory",)"
            R"("mtime":"Sun, 06 Nov 1994 08:49:37 GMT"},)"
            "\n"
            R"({"name":"c","href":"c","type":"file",)"
            R"("mtime":"Sun, 06 Nov 1994 08:49:37 GMT","size":4})"
            "\n]\n");
}

TEST(ListingJson, OfNamesEveryByteIsEscapedOrItself) {
  for (int byte = 1; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string name = NameOf(absl::string_view(&c, 1));
    if (byte < 0x20) {
      EXPECT_EQ(name, absl::StrCat("\\u00", absl::Hex(byte, absl::kZeroPad2)));
    } else if (c == '"' || c == '\\') {
      EXPECT_EQ(name, absl::StrCat("\\", std::string(1, c)));
    } else if (byte < 0x80) {
      EXPECT_EQ(name, std::string(1, c));
    } else {
      EXPECT_EQ(name, "\xEF\xBF\xBD");
    }
  }
}

TEST(ListingJson, ADateThatHttpCannotWriteIsTheNearest) {
  EXPECT_TRUE(absl::StrContains(Json({"a", false, 0, -1}), "\"Thu, 01 Jan 1970 00:00:00 GMT\""));
  for (const int64_t late : {kMaxHttpDate, kMaxHttpDate + 1, std::numeric_limits<int64_t>::max()}) {
    EXPECT_TRUE(
        absl::StrContains(Json({"a", false, 0, late}), "\"Fri, 31 Dec 9999 23:59:59 GMT\""));
  }
}

TEST(ListingJson, TheGreatestSizeIsWrittenInFull) {
  EXPECT_TRUE(absl::StrContains(Json({"a", false, std::numeric_limits<uint64_t>::max(), 0}),
                                "\"size\":18446744073709551615}"));
}

}  // namespace
}  // namespace prong
