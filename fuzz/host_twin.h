// uri-host [ ":" port ], RFC 9110 section 4.2.1, a second time: the grammar of IPv6
// addresses from RFC 3986 section 3.2.2, where the parser asks inet_pton(3).

#ifndef PRONG_FUZZ_HOST_TWIN_H_
#define PRONG_FUZZ_HOST_TWIN_H_

#include "absl/strings/string_view.h"

namespace prong {

struct HostReading {
  bool valid;     // a host that is not empty, with an optional port of up to 65535
  bool has_port;  // what is behind its colon is not empty
};

HostReading ReadHost(absl::string_view text);

// Literals of addresses, RFC 3986 section 3.2.2, without brackets.
bool IsIpv4ByGrammar(absl::string_view text);
bool IsIpv6ByGrammar(absl::string_view text);

}  // namespace prong

#endif  // PRONG_FUZZ_HOST_TWIN_H_
