#include "server/listing_page.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

using Key = ListingOrder::Key;

Listing ListingOf(absl::string_view path, ListingOrder order = {}) {
  return {Listing::Format::kPage, order, std::string(path)};
}

std::string Row(const DirectoryEntry& entry) {
  std::string row;
  AppendListingRow(entry, row);
  return row;
}

TEST(FormatSize, IsInTheGreatestUnitAndRounded) {
  constexpr uint64_t kKiB = 1024;
  constexpr uint64_t kMiB = kKiB * kKiB;
  constexpr uint64_t kEiB = kMiB * kMiB * kMiB;
  const struct {
    uint64_t size;
    std::string formatted;
  } kRows[] = {
      {0, "0 B\u00A0\u00A0"},
      {1, "1 B\u00A0\u00A0"},
      {1023, "1023 B\u00A0\u00A0"},
      {kKiB, "1.0 KiB"},
      {kKiB + 51, "1.0 KiB"},
      {kKiB + 52, "1.1 KiB"},
      {1536, "1.5 KiB"},
      {1023 * kKiB, "1023.0 KiB"},
      {kMiB - 52, "1023.9 KiB"},
      {kMiB - 51, "1.0 MiB"},
      {kMiB - 1, "1.0 MiB"},
      {kMiB, "1.0 MiB"},
      {5 * kMiB * kKiB, "5.0 GiB"},
      {kMiB * kMiB, "1.0 TiB"},
      {kMiB * kMiB * kKiB, "1.0 PiB"},
      {kEiB - 1, "1.0 EiB"},
      {kEiB, "1.0 EiB"},
      {std::numeric_limits<uint64_t>::max(), "16.0 EiB"},
  };
  for (const auto& row : kRows) EXPECT_EQ(FormatSize(row.size), row.formatted) << row.size;
}

TEST(FormatSize, UnitsStandBelowEachOther) {
  for (uint64_t size = 1; size != 0; size <<= 1) {
    const std::string formatted = FormatSize(size);
    const std::string unit = formatted.substr(formatted.find(' ') + 1);
    const size_t width = absl::EndsWith(unit, "B\u00A0\u00A0") ? 3 : unit.size();
    EXPECT_EQ(width, 3u) << formatted;
  }
}

TEST(EscapeHtml, EveryByteIsTextAndNothingElse) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string escaped = EscapeHtml(absl::string_view(&c, 1));
    if (byte < 0x20) {
      EXPECT_EQ(escaped, std::string("\xE2\x90") + static_cast<char>(0x80 + byte));  // U+2400 on
    } else if (byte == 0x7F) {
      EXPECT_EQ(escaped, "\u2421");
    } else if (byte > 0x7F) {
      EXPECT_EQ(escaped, "\uFFFD") << byte;
    } else if (absl::StrContains("&<>\"'", escaped.substr(0, 1)) || escaped.size() > 1) {
      EXPECT_TRUE(absl::StartsWith(escaped, "&") && absl::EndsWith(escaped, ";")) << byte;
      EXPECT_TRUE(absl::StrContains("&<>\"'", absl::string_view(&c, 1))) << byte;
    } else {
      EXPECT_EQ(escaped, std::string(1, c));
    }
  }
  EXPECT_EQ(EscapeHtml("<a href=\"x\">&amp;'"), "&lt;a href=&quot;x&quot;&gt;&amp;amp;&#39;");
  EXPECT_EQ(EscapeHtml("na\u00EFve \u20AC"), "na\u00EFve \u20AC");
}

TEST(ListingPage, ARowHasALinkASizeAndADate) {
  EXPECT_EQ(Row({"a b", false, 1536, 784111777}),
            "<tr><th scope=\"row\"><a href=\"a%20b\"><bdi>a b</bdi></a></th>"
            "<td class=\"size\"><data value=\"1536\">1.5 KiB</data></td>"
            "<td class=\"date\"><time datetime=\"1994-11-06T08:49:37Z\">1994-11-06"
            "<span> 08:49</span></time></td></tr>\n");
  EXPECT_EQ(Row({"<d>", true, 4096, -1}),
            "<tr><th scope=\"row\" class=\"folder\"><a href=\"%3Cd%3E/\"><bdi>&lt;d&gt;</bdi>/</a>"
            "</th><td class=\"size\"></td>"
            "<td class=\"date\"><time datetime=\"1969-12-31T23:59:59Z\">1969-12-31"
            "<span> 23:59</span></time></td></tr>\n");
}

TEST(ListingPage, TheHeadingLeadsToEachDirectoryAbove) {
  const std::string root = ListingPageStart(ListingOf(""), true);
  EXPECT_TRUE(absl::StrContains(root, "<title>Index of /</title>"));
  EXPECT_TRUE(
      absl::StrContains(root, "<h1>Index of <a href=\"./\" aria-current=\"page\">/</a></h1>"));
  EXPECT_FALSE(absl::StrContains(root, "../"));

  const std::string below = ListingPageStart(ListingOf("a/<b>"), true);
  EXPECT_TRUE(absl::StrContains(below, "<title>Index of /a/&lt;b&gt;/</title>"));
  EXPECT_TRUE(
      absl::StrContains(below,
                        "<h1>Index of <a href=\"../../\" aria-label=\"root\">/</a>"
                        "<a href=\"../\"><bdi>a</bdi></a>/"
                        "<a href=\"./\" aria-current=\"page\"><bdi>&lt;b&gt;</bdi></a>/</h1>"));
  EXPECT_TRUE(absl::StrContains(below, "<a href=\"../\">Parent folder</a>"));
}

TEST(ListingPage, AColumnSortsByItselfOrTheOtherWayRound) {
  const struct {
    ListingOrder order;
    absl::string_view name, size, date;
  } kRows[] = {
      {{Key::kName, false},
       " aria-sort=\"ascending\"><a href=\"?sort=name&amp;order=desc\">",
       "><a href=\"?sort=size&amp;order=desc\">",
       "><a href=\"?sort=date&amp;order=desc\">"},
      {{Key::kName, true},
       " aria-sort=\"descending\"><a href=\"?sort=name\">",
       "><a href=\"?sort=size&amp;order=desc\">",
       "><a href=\"?sort=date&amp;order=desc\">"},
      {{Key::kSize, true},
       "><a href=\"?sort=name\">",
       " aria-sort=\"descending\"><a href=\"?sort=size\">",
       "><a href=\"?sort=date&amp;order=desc\">"},
      {{Key::kDate, false},
       "><a href=\"?sort=name\">",
       "><a href=\"?sort=size&amp;order=desc\">",
       " aria-sort=\"ascending\"><a href=\"?sort=date&amp;order=desc\">"},
  };
  for (const auto& row : kRows) {
    const std::string page = ListingPageStart(ListingOf("", row.order), true);
    EXPECT_TRUE(
        absl::StrContains(page, absl::StrCat("<th scope=\"col\"", row.name, "Name</a></th>")))
        << page;
    EXPECT_TRUE(absl::StrContains(
        page, absl::StrCat("<th scope=\"col\" class=\"size\"", row.size, "Size</a></th>")))
        << page;
    EXPECT_TRUE(
        absl::StrContains(page, absl::StrCat("<th scope=\"col\"", row.date, "Modified</a></th>")))
        << page;
  }
}

TEST(ListingPage, OneThatIsNotSortedSaysSoAndHasNoLinkToSortIt) {
  const std::string page = ListingPageStart(ListingOf(""), false);
  EXPECT_TRUE(absl::StrContains(page, "too many entries to sort"));
  EXPECT_FALSE(absl::StrContains(page, "?sort"));
  EXPECT_FALSE(absl::StrContains(page, " aria-sort=\""));
  EXPECT_FALSE(absl::StrContains(ListingPageStart(ListingOf(""), true), "too many"));
}

TEST(ListingPage, TheEndCountsWhatThereWas) {
  EXPECT_TRUE(absl::StrContains(ListingPageEnd({0, 0}), "0 folders, 0 files"));
  EXPECT_TRUE(absl::StrContains(ListingPageEnd({1, 1}), "1 folder, 1 file."));
  EXPECT_TRUE(absl::StrContains(ListingPageEnd({2, 30}), "2 folders, 30 files"));
  EXPECT_TRUE(absl::EndsWith(ListingPageEnd({0, 0}), "</html>\n"));
}

}  // namespace
}  // namespace prong
