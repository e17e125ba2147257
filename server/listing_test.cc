#include "server/listing.h"

#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

using Key = ListingOrder::Key;

// "name", or "-name" where it is descending.
std::string Spelled(const ListingOrder& order) {
  constexpr absl::string_view kNames[] = {"name", "size", "date"};
  return absl::StrCat(order.descending ? "-" : "", kNames[static_cast<size_t>(order.key)]);
}

TEST(OrderOf, ReadsWhatItKnowsAndIgnoresTheRest) {
  const struct {
    absl::string_view query, order;
  } kRows[] = {
      {"", "name"},
      {"?", "name"},
      {"?sort=name", "name"},
      {"?sort=size", "size"},
      {"?sort=date", "date"},
      {"?sort=date&order=asc", "date"},
      {"?sort=date&order=desc", "-date"},
      {"?order=desc&sort=size", "-size"},
      {"?order=desc", "-name"},
      {"?sort=size&sort=date", "size"},
      {"?sort=owner&sort=date", "date"},
      {"?order=asc&order=desc", "name"},
      {"?sort=Size", "name"},
      {"?Sort=size", "name"},
      {"?sort=", "name"},
      {"?sort", "name"},
      {"?sort=size=", "name"},
      {"?sort=%73ize", "name"},
      {"?sort=size;order=desc", "name"},
      {"?x=sort=size", "name"},
      {"?&&sort=size&&", "size"},
      {"??sort=size", "name"},
      {"?sort=size&order=descending", "size"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Spelled(OrderOf(row.query)), row.order) << row.query;
}

// The names of some entries in an order.
std::string Sorted(const ListingOrder& order) {
  std::vector<DirectoryEntry> entries = {
      {"b", false, 10, 300}, {"a", false, 30, 100}, {"B", false, 10, 200}, {"\xff", false, 20, 300},
      {"z", true, 99, 200},  {"y", true, 1, 300},   {"10", false, 0, 50},  {"9", false, 10, 300},
  };
  absl::c_sort(entries,
               [&order](const auto& a, const auto& b) { return ComesBefore(a, b, order); });
  return absl::StrJoin(entries, " ", [](std::string* out, const DirectoryEntry& entry) {
    absl::StrAppend(out, entry.name == "\xff" ? "FF" : entry.name);
  });
}

TEST(ComesBefore, DirectoriesAreFirstInEachOrder) {
  EXPECT_EQ(Sorted({Key::kName, false}), "y z 10 9 B a b FF");
  EXPECT_EQ(Sorted({Key::kName, true}), "z y FF b a B 9 10");
  EXPECT_EQ(Sorted({Key::kSize, false}), "y z 10 9 B b FF a");
  EXPECT_EQ(Sorted({Key::kSize, true}), "y z a FF 9 B b 10");
  EXPECT_EQ(Sorted({Key::kDate, false}), "z y 10 a B 9 b FF");
  EXPECT_EQ(Sorted({Key::kDate, true}), "y z 9 b FF B a 10");
}

TEST(RequestedListing, IsAPageUnlessJsonIsWantedMore) {
  const Field kJson[] = {{"Accept", "application/json"}};
  Request request;
  request.target.path = "a/b";
  request.target.query = "?sort=size";
  EXPECT_EQ(RequestedListing(request).format, Listing::Format::kPage);
  request.fields = kJson;
  const Listing listing = RequestedListing(request);
  EXPECT_EQ(listing.format, Listing::Format::kJson);
  EXPECT_EQ(listing.path, "a/b");
  EXPECT_EQ(Spelled(listing.order), "size");
}

}  // namespace
}  // namespace prong
