// What the fields of a request say about its body and its connection: how the
// body is delimited (RFC 9112 section 6), whether the connection persists
// (section 9.3), what is expected (RFC 9110 section 10.1.1).

#ifndef PRONG_PARSER_FRAMING_H_
#define PRONG_PARSER_FRAMING_H_

#include <variant>

#include "absl/types/span.h"
#include "parser/rejection.h"
#include "parser/request.h"

namespace prong {

// Any doubt about where a body ends is a way to smuggle a request past one of two
// servers in a row, so there is none: at most one Content-Length of digits only,
// or chunked alone, and never both. Rejections: those of "Message body framing".
std::variant<Framing, Rejection> ParseFraming(absl::Span<const Field> fields,
                                              int minor_version) noexcept;

// Whether the client wants the connection to persist: by default from HTTP/1.1
// on, by `keep-alive` before; `close` overrides both.
bool WantsPersistence(absl::Span<const Field> fields, int minor_version) noexcept;

// Whether the client waits for 100 (Continue) before it sends the body. HTTP/1.0
// has no expectations: there the field is ignored. Rejection: kExpectationUnknown.
std::variant<bool, Rejection> ParseExpectation(absl::Span<const Field> fields,
                                               int minor_version) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_FRAMING_H_
