// A listing as a page, in pieces: the start, a row for each entry, the end. HTML without
// script; what is not prong's own, the names, is escaped, and cannot make anything else
// of the page.
//
// Links are relative, but for none of them to leave the server, and for all to lead where
// they say behind a proxy that has the server below a path of its own.

#ifndef PRONG_SERVER_LISTING_PAGE_H_
#define PRONG_SERVER_LISTING_PAGE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "server/directory_entry.h"
#include "server/listing.h"

namespace prong {

// The value of Content-Security-Policy for the page: nothing but its own style sheet has
// an effect, by its hash. See CSP Level 3, section 2.3.1.
extern const absl::string_view kListingPagePolicy;

// Up to the rows. Where the listing is not `sorted` the page says so, and has no links to
// sort it by.
std::string ListingPageStart(const Listing& listing, bool sorted);

void AppendListingRow(const DirectoryEntry& entry, std::string& out);

struct ListingCount {
  int64_t directories = 0;
  int64_t files = 0;
};

// From behind the rows, of which there were so many.
std::string ListingPageEnd(const ListingCount& count);

// `size` in bytes, in the greatest unit of which there is one, rounded to a tenth: "512 B",
// "1.0 KiB", "16.0 EiB". Aligned to the right, in digits of one width, units stand below
// each other, for "B" is as wide as they are by spaces that do not break.
std::string FormatSize(uint64_t size);

// `text`, which may hold any byte, as text of a page: valid UTF-8, HTML's own characters
// escaped, and a picture (U+2400 and what follows) for each control character.
std::string EscapeHtml(absl::string_view text);

}  // namespace prong

#endif  // PRONG_SERVER_LISTING_PAGE_H_
