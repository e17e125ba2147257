// URLs of the scheme http, RFC 9110 section 4.2.1:
//
//   http-URI = "http" "://" authority path-abempty [ "?" query ]

#ifndef PRONG_TOOLS_HTTP_GET_URL_H_
#define PRONG_TOOLS_HTTP_GET_URL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace prong {

struct Url {
  std::string authority;  // host and port as the URL has them, for the Host field
  std::string host;       // without the brackets of an IPv6 address
  std::string port;       // decimal; 80 if the URL has none
  std::string target;     // path and query, which is what is asked for; "/" at least
};

// InvalidArgument, with what to do, if `text` is no such URL. A fragment is dropped: it
// is for the client alone. What is not printable ASCII must be percent-encoded, so that
// no URL smuggles a line into the request.
absl::StatusOr<Url> ParseUrl(absl::string_view text);

}  // namespace prong

#endif  // PRONG_TOOLS_HTTP_GET_URL_H_
