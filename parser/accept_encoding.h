// The Accept-Encoding field, RFC 9110 section 12.5.3.

#ifndef PRONG_PARSER_ACCEPT_ENCODING_H_
#define PRONG_PARSER_ACCEPT_ENCODING_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/request.h"
#include "parser/weight.h"

namespace prong {

// The weight of the content coding `coding` ("gzip", "br", "zstd", "identity") by
// the fields of a request: that of its own element, else that of "*", else 0, but
// for identity, which is acceptable unless an element excludes it: kLeastWeight, as
// whatever a client names it wants more. Names compare without case; "x-gzip" is gzip
// (section 8.4.1.3). Of an element that is repeated the first counts.
//
// Without the field any coding is acceptable (section 12.5.3), yet 0 is returned
// for all but identity: a client that does not speak of codings may not know any.
// An element that is malformed is as if it were not there.
Weight WeightOfCoding(absl::Span<const Field> fields, absl::string_view coding) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_ACCEPT_ENCODING_H_
