// Files that are kept compressed beside the file that they are of: "app.js.br" for
// "app.js", sent with Content-Encoding to whoever accepts that. RFC 9110 section 8.4.

#ifndef PRONG_SERVER_CONTENT_CODING_H_
#define PRONG_SERVER_CONTENT_CODING_H_

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/request.h"

namespace prong {

struct ContentCoding {
  absl::string_view name;    // in Content-Encoding and Accept-Encoding, section 8.4.1
  absl::string_view suffix;  // of the name of a file
};

using ContentCodings = absl::InlinedVector<ContentCoding, 3>;  // views of static storage

// The codings to look for, the most wanted first: those that Accept-Encoding gives a
// weight, and no lower one than to no coding at all. Where weights are equal the order is
// br, zstd, gzip: that of how small files get. None without the field.
ContentCodings WantedCodings(absl::Span<const Field> fields);

}  // namespace prong

#endif  // PRONG_SERVER_CONTENT_CODING_H_
