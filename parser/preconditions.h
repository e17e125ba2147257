// Conditional requests, RFC 9110 section 13.
//
//   Validators validators{tag, last_modified};
//   switch (EvaluatePreconditions(request.method, request.fields, validators, now)) ...

#ifndef PRONG_PARSER_PRECONDITIONS_H_
#define PRONG_PARSER_PRECONDITIONS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "parser/entity_tag.h"
#include "parser/request.h"

namespace prong {

// What the server knows of the representation that it would send.
struct Validators {
  EntityTag tag;
  int64_t last_modified = 0;  // in seconds since 1970
};

enum class Precondition {
  kHolds,        // go on
  kNotModified,  // 304: the client has this representation
  kFailed,       // 412
};

// Evaluates If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since in
// the order of section 13.2.2, for an existing representation. A date that is not
// an HTTP-date, or that is repeated, is ignored, as sections 13.1.3 and 13.1.4 ask.
// `now` is in seconds since 1970.
Precondition EvaluatePreconditions(Method method, absl::Span<const Field> fields,
                                   const Validators& validators, int64_t now) noexcept;

// Whether Range may be acted upon: there is no If-Range, or its tag (by the strong
// comparison) or its date (exactly) is that of the representation, section 13.1.5.
//
// A date is a weak validator unless the representation is known to have been
// unchanged for a minute (section 8.8.2.2), which is asked for here.
bool RangeMayApply(absl::Span<const Field> fields, const Validators& validators,
                   int64_t now) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_PRECONDITIONS_H_
