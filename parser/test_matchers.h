// What the parser's unit tests share: the matcher of a rejection, and how the
// parser's types print when a test fails.
//
//   EXPECT_THAT(ParseHost(fields, 1), RejectedFor(Rejection::kHostMissing));

#ifndef PRONG_PARSER_TEST_MATCHERS_H_
#define PRONG_PARSER_TEST_MATCHERS_H_

#include <cstddef>
#include <ostream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "parser/rejection.h"
#include "parser/request.h"

namespace prong {

// Matches a std::variant that holds `rejection`.
inline auto RejectedFor(Rejection rejection) { return testing::VariantWith<Rejection>(rejection); }

// Matches a Field.
MATCHER_P2(IsField, name, value, "") { return arg.name == name && arg.value == value; }

// `text` for a failure's message.
inline std::string Quoted(absl::string_view text) {
  constexpr size_t kShown = 200;
  const bool cut = text.size() > kShown;
  return "\"" + absl::CHexEscape(text.substr(0, kShown)) + (cut ? "\"..." : "\"");
}

inline void PrintTo(Rejection rejection, std::ostream* out) {
  *out << "rejection " << static_cast<int>(rejection);
  for (const RejectionInfo& info : AllRejections()) {
    if (info.rejection == rejection) *out << " (" << info.sentence << ")";
  }
}

inline void PrintTo(const Field& field, std::ostream* out) {
  *out << Quoted(field.name) << ": " << Quoted(field.value);
}

inline void PrintTo(const Framing& framing, std::ostream* out) {
  *out << (framing.chunked ? "chunked, " : "") << "Content-Length " << framing.content_length;
}

inline void PrintTo(const RequestTarget& target, std::ostream* out) {
  *out << "form " << static_cast<int>(target.form) << ", authority " << Quoted(target.authority)
       << ", path " << Quoted(target.path) << (target.names_directory ? " (directory)" : "")
       << ", query " << Quoted(target.query);
}

inline void PrintTo(const Request& request, std::ostream* out) {
  *out << "request of " << request.size << " bytes, line " << Quoted(request.line);
}

}  // namespace prong

#endif  // PRONG_PARSER_TEST_MATCHERS_H_
