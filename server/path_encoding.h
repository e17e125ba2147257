// Paths as references to them spell them, RFC 3986.

#ifndef PRONG_SERVER_PATH_ENCODING_H_
#define PRONG_SERVER_PATH_ENCODING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace prong {

// `path`, which may hold any byte, with all but slashes and unreserved characters
// (section 2.3) percent-encoded: a path for every reader, as no scheme, query or
// fragment can begin in it.
std::string EncodePath(absl::string_view path);

}  // namespace prong

#endif  // PRONG_SERVER_PATH_ENCODING_H_
