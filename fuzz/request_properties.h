// What is true of every request that the parser accepts, whatever it was made of.
//
// Each property is decided from the bytes of the input, by other means than the
// parser's own, so that a mistake would have to be made twice to be missed.

#ifndef PRONG_FUZZ_REQUEST_PROPERTIES_H_
#define PRONG_FUZZ_REQUEST_PROPERTIES_H_

#include "absl/strings/string_view.h"
#include "fuzz/fields_twin.h"
#include "parser/request.h"

namespace prong {

// Aborts with a message unless `request` is a right reading of the start of
// `input`, the buffer that it was parsed from:
//   - its line, names and values are views of `input` and, with the delimiters
//     between them, spell all of its head;
//   - its path is the path of the target decoded once, and cannot climb;
//   - host and framing are what the fields say, which leave no doubt;
//   - limits are kept.
void RequireRightReading(const Request& request, absl::string_view input);

// Aborts with a message unless host, framing, expectation and persistence are those
// of `reading`, which is of the fields of `request`.
void RequireMeaning(const Request& request, const FieldsReading& reading);

}  // namespace prong

#endif  // PRONG_FUZZ_REQUEST_PROPERTIES_H_
