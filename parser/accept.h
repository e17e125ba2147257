// The Accept field, RFC 9110 section 12.5.1.

#ifndef PRONG_PARSER_ACCEPT_H_
#define PRONG_PARSER_ACCEPT_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/request.h"

namespace prong {

// Whether a client with these fields would rather have the media type `type`
// ("application/json") than `other`: it gives it more weight, or the same and names it
// more exactly, as in "application/json, */*".
//
// The weight of a type is that of the most exact range that holds it, of which the first
// counts, or 0 if there is none; without the field all types are alike. Types compare
// without case, and their parameters do not count, so that "text/html;charset=utf-8" is
// text/html. An element that is malformed is as if it were not there.
bool PrefersMediaType(absl::Span<const Field> fields, absl::string_view type,
                      absl::string_view other) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_ACCEPT_H_
