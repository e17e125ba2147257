// The request target, RFC 9112 section 3.2, down to a relative path.
//
//   char storage[100];
//   ParseRequestTarget(Method::kGet, "/a/./b%20c/../d?x=1", storage)
//     -> {form: kOrigin, path: "a/d", names_directory: false, query: "?x=1"}
//
// The path is rewritten totally: every byte of the output was put there by this
// function, so that no input can name anything above the root. What would climb
// is refused rather than clipped.

#ifndef PRONG_PARSER_REQUEST_TARGET_H_
#define PRONG_PARSER_REQUEST_TARGET_H_

#include <variant>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/rejection.h"
#include "parser/request.h"

namespace prong {

// Parses a target that request_line.h accepted. REQUIRES: `storage` is at least
// as long as `target`; the result's path is a view of it, the rest of `target`.
// Rejections: those of the group kTarget.
std::variant<RequestTarget, Rejection> ParseRequestTarget(Method method, absl::string_view target,
                                                          absl::Span<char> storage) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_REQUEST_TARGET_H_
