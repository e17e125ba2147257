// A listing as JSON, RFC 8259, with the members that nginx's autoindex_format has, and
// "href":
//
//   [
//   {"name":"a b","href":"a%20b/","type":"directory","mtime":"Sun, 06 Nov 1994 08:49:37 GMT"},
//   {"name":"c","href":"c","type":"file","mtime":"Sun, 06 Nov 1994 08:49:37 GMT","size":4}
//   ]
//
// A name is any bytes, and JSON is UTF-8: where "name" had to have U+FFFD, "href" is
// exact nonetheless. It is a reference relative to the directory. A date that HTTP cannot
// write, before 1970 or after 9999, is the nearest that it can.

#ifndef PRONG_SERVER_LISTING_JSON_H_
#define PRONG_SERVER_LISTING_JSON_H_

#include <string>

#include "server/directory_entry.h"

namespace prong {

inline constexpr char kListingJsonStart[] = "[";
inline constexpr char kListingJsonEnd[] = "\n]\n";

// Appends `entry`, with the comma behind the one before it, unless it is the `first`.
void AppendListingJson(const DirectoryEntry& entry, bool first, std::string& out);

}  // namespace prong

#endif  // PRONG_SERVER_LISTING_JSON_H_
