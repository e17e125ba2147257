// The host and optional port of a Host field or a request target, RFC 9110
// section 7.2 and RFC 3986 section 3.2.2.

#ifndef PRONG_PARSER_HOST_H_
#define PRONG_PARSER_HOST_H_

#include <variant>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/rejection.h"
#include "parser/request.h"

namespace prong {

// Whether `text` is uri-host [ ":" port ]: a registered name or IPv4 address, or
// an IPv6 address in brackets, then a port of at most 65535 that may be empty.
//
// Stricter than RFC 3986, as section 4.2.1 of RFC 9110 asks for "http": the host
// must not be empty. Neither IPvFuture nor zone identifiers are addresses here.
bool IsHostWithOptionalPort(absl::string_view text) noexcept;

// The value of the only Host field, or empty if an HTTP/1.0 request has none,
// RFC 9112 section 3.2. Rejections: kHostMissing, kHostRepeated, kHostInvalid.
std::variant<absl::string_view, Rejection> ParseHost(absl::Span<const Field> fields,
                                                     int minor_version) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_HOST_H_
