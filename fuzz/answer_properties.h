// What is true of every answer of the server's, and of the line that it logs.

#ifndef PRONG_FUZZ_ANSWER_PROPERTIES_H_
#define PRONG_FUZZ_ANSWER_PROPERTIES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "fuzz/connection_model.h"
#include "fuzz/response_parser.h"

namespace prong {

// Aborts with a message unless `response` is `expected`: status, fields and each
// byte of the body.
void RequireAnswer(const ParsedResponse& response, const ExpectedAnswer& expected);

// The same of a response that was cut: its body is the start of that of `expected`.
void RequireStart(const ParsedResponse& response, const ExpectedAnswer& expected);

// When `response` was made, in seconds since 1970: its date, which it must have.
int64_t DateOf(const ParsedResponse& response);

// What holds of any response, whatever it answers: it has the fields that it must
// have and no other.
void RequireFields(const ParsedResponse& response);

// Aborts with a message unless `line`, without its line end, is one of the Common
// Log Format in printable ASCII.
void RequireLogLine(absl::string_view line);

// The same, and that it tells of `response`: when, which status, how much of a body.
// Returns what is between its quotation marks.
absl::string_view RequireLogLine(absl::string_view line, const ParsedResponse& response);

}  // namespace prong

#endif  // PRONG_FUZZ_ANSWER_PROPERTIES_H_
