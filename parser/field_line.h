// A field line of the header section, RFC 9112 section 5:
//
//   field-line = field-name ":" OWS field-value OWS
//
// Strict where peers have been lax: no line folding, no white space before the
// colon, no empty name.

#ifndef PRONG_PARSER_FIELD_LINE_H_
#define PRONG_PARSER_FIELD_LINE_H_

#include <optional>
#include <variant>

#include "absl/strings/string_view.h"
#include "parser/rejection.h"
#include "parser/request.h"

namespace prong {

// Parses a line that is without its CRLF, not empty, and made of
// kFieldLineCharacters only. The result views `line`. Rejections:
// kFieldLineFolded, kFieldLineWithoutColon, kFieldNameEmpty, kFieldNameInvalid,
// kSpaceBeforeColon.
std::variant<Field, Rejection> ParseFieldLine(absl::string_view line) noexcept;

// The same, but to `field`, which is as it was after a rejection.
std::optional<Rejection> ParseFieldLineTo(Field& field, absl::string_view line) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_FIELD_LINE_H_
