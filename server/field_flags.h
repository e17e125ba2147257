// Types of command-line flags whose values become fields of responses: none can end its
// field, and so none can split a response (see absl/flags/marshalling.h).

#ifndef PRONG_SERVER_FIELD_FLAGS_H_
#define PRONG_SERVER_FIELD_FLAGS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace prong {

// The most of a value, in bytes: a head stays within what clients take.
inline constexpr size_t kMaxFieldFlagSize = 4096;

// A field line "Name: value", RFC 9112 section 5. Not of a field that the server makes
// itself: there would be two of it. Of a flag that may be repeated, see repeated_flag.h;
// none of it is none.
struct FieldLineFlag {
  std::vector<std::string> values;  // one at most, with one space behind the colon
};
bool AbslParseFlag(absl::string_view text, FieldLineFlag* flag, std::string* error);
std::string AbslUnparseFlag(const FieldLineFlag& flag);

// A field value of printable ASCII, RFC 9110 section 5.5. Empty for none.
struct FieldValueFlag {
  std::string value;
};
bool AbslParseFlag(absl::string_view text, FieldValueFlag* flag, std::string* error);
std::string AbslUnparseFlag(const FieldValueFlag& flag);

// "*", or an origin as a browser serializes it, RFC 6454 section 6.2: compared byte by
// byte. Empty for none.
struct OriginFlag {
  std::string value;
};
bool AbslParseFlag(absl::string_view text, OriginFlag* flag, std::string* error);
std::string AbslUnparseFlag(const OriginFlag& flag);

}  // namespace prong

#endif  // PRONG_SERVER_FIELD_FLAGS_H_
