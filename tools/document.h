// What the documents that are made of tables in the code have in common.

#ifndef PRONG_TOOLS_DOCUMENT_H_
#define PRONG_TOOLS_DOCUMENT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace prong {

// "RFC 9112 section 2.2" as a link.
std::string LinkToClause(absl::string_view reference);

// Writes docs/`name` of the workspace in which Bazel runs the program. Returns its exit
// status, and says what is wrong if that is not 0.
int WriteDocument(absl::string_view name, absl::string_view text);

}  // namespace prong

#endif  // PRONG_TOOLS_DOCUMENT_H_
