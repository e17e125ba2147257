// For whom proxies sent a request: the field X-Forwarded-For, which all proxies know and
// no standard, and Forwarded, RFC 7239.
//
//   ForwardedFor forwarded(request.fields);
//   while (const std::optional<absl::string_view> address = forwarded.Next()) ...
//
// Each proxy adds at the right whom it had the request from. What is at the left of that
// it was told, and anyone may have made it up. So the list is read from right to left, and
// nothing at the left, such as a quotation mark without its other, changes what is read at
// the right.

#ifndef PRONG_PARSER_FORWARDED_H_
#define PRONG_PARSER_FORWARDED_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/request.h"

namespace prong {

class ForwardedFor {
 public:
  // Views `fields`, of a request. Reads X-Forwarded-For or, where there is none, Forwarded.
  // Field lines of one name are one list, RFC 9110 section 5.3.
  explicit ForwardedFor(absl::Span<const Field> fields) noexcept;

  // The IP address that the next element names, from the last one to the first: its
  // literal, without brackets and port. Nothing behind the first element, and from the
  // first on that names none: that is malformed, that has no parameter "for" or more than one,
  // that says "unknown" or an obfuscated identifier (RFC 7239 section 6).
  //
  // Elements that are empty are passed over, RFC 9110 section 5.6.1.
  //
  // An element of X-Forwarded-For is what "for" may be in Forwarded, or an IPv6 address without
  // brackets. Stricter than RFC 7239: an address has no quoted-pair in it. Tolerance: white
  // space around the semicolons of Forwarded, as in the RFC's own examples.
  std::optional<absl::string_view> Next() noexcept;

 private:
  // The last element of what is not read, without it from then on; empty at the end.
  absl::string_view TakeElement();

  bool standard_;                   // Forwarded
  absl::Span<const Field> fields_;  // that are not read
  absl::string_view value_;         // what is not read of the field behind them
};

}  // namespace prong

#endif  // PRONG_PARSER_FORWARDED_H_
