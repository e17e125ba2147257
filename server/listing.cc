#include "server/listing.h"

#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "parser/accept.h"

namespace prong {
namespace {

using Key = ListingOrder::Key;

std::optional<Key> KeyOf(absl::string_view value) {
  if (value == "name") return Key::kName;
  if (value == "size") return Key::kSize;
  if (value == "date") return Key::kDate;
  return std::nullopt;
}

std::optional<bool> IsDescending(absl::string_view value) {
  if (value == "asc") return false;
  if (value == "desc") return true;
  return std::nullopt;
}

// Less than 0 if `a` has less of `key` than `b`, 0 if as much.
int Compare(const DirectoryEntry& a, const DirectoryEntry& b, Key key) {
  const auto compare = [](auto one, auto other) {
    return one < other ? -1 : static_cast<int>(one > other);
  };
  switch (key) {
    case Key::kName:
      return a.name.compare(b.name);
    case Key::kSize:
      return a.is_directory ? 0 : compare(a.size, b.size);
    case Key::kDate:
      return compare(a.modified, b.modified);
  }
  return 0;
}

}  // namespace

Listing RequestedListing(const Request& request) {
  std::string path(request.target.path);
  const bool json = PrefersMediaType(request.fields, "application/json", "text/html");
  return {json ? Listing::Format::kJson : Listing::Format::kPage, OrderOf(request.target.query),
          std::move(path)};
}

ListingOrder OrderOf(absl::string_view query) {
  std::optional<Key> key;
  std::optional<bool> descending;
  for (const absl::string_view parameter : absl::StrSplit(absl::StripPrefix(query, "?"), '&')) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(parameter, absl::MaxSplits('=', 1));
    if (pair.first == "sort" && !key) key = KeyOf(pair.second);
    if (pair.first == "order" && !descending) descending = IsDescending(pair.second);
  }
  return {key.value_or(Key::kName), descending.value_or(false)};
}

bool ComesBefore(const DirectoryEntry& a, const DirectoryEntry& b, const ListingOrder& order) {
  if (a.is_directory != b.is_directory) return a.is_directory;
  const int compared = Compare(a, b, order.key);
  if (compared == 0) return a.name < b.name;
  return order.descending ? compared > 0 : compared < 0;
}

}  // namespace prong
