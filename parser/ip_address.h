// Literals of IP addresses, RFC 3986 section 3.2.2, as inet_pton(3) reads them.

#ifndef PRONG_PARSER_IP_ADDRESS_H_
#define PRONG_PARSER_IP_ADDRESS_H_

#include "absl/strings/string_view.h"

namespace prong {

// Whether `text` is four numbers from 0 to 255, without leading zeros.
bool IsIpv4Address(absl::string_view text) noexcept;

// Whether `text` is an IPv6 address, without brackets and zone.
bool IsIpv6Address(absl::string_view text) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_IP_ADDRESS_H_
