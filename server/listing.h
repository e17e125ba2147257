// A listing of a directory as it was asked for: by Accept, RFC 9110 section 12.5.1, and
// by the query, as links of the page have it: "?sort=size&order=desc".

#ifndef PRONG_SERVER_LISTING_H_
#define PRONG_SERVER_LISTING_H_

#include <string>

#include "absl/strings/string_view.h"
#include "parser/request.h"
#include "server/directory_entry.h"

namespace prong {

struct ListingOrder {
  enum class Key { kName, kSize, kDate };

  Key key = Key::kName;
  bool descending = false;
};

struct Listing {
  enum class Format {
    kPage,  // HTML, see listing_page.h
    kJson,  // see listing_json.h
  };

  Format format = Format::kPage;
  ListingOrder order;
  std::string path;  // of the directory, from the root, without a slash at its end
};

// The listing that `request` asks for: JSON for who would rather have that than HTML.
Listing RequestedListing(const Request& request);

// The order that `query` asks for, which is as it was received: "sort" is name, size or
// date, "order" is asc or desc. By name, ascending, if it does not say. Of a parameter
// that is repeated the first that is known counts; the rest is ignored.
ListingOrder OrderOf(absl::string_view query);

// Whether `a` comes before `b`: directories before files whatever the order; then by the
// key; then by name, byte by byte. Total, as no two entries have one name.
bool ComesBefore(const DirectoryEntry& a, const DirectoryEntry& b, const ListingOrder& order);

}  // namespace prong

#endif  // PRONG_SERVER_LISTING_H_
