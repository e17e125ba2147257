// The request line: the input is one, without its CRLF.
//
// Properties: the parser's RE2 pattern and the twin of its grammar that is written
// by hand (request_line_twin.h) agree on the verdict, and on each part down to where
// it is in the input.

#include <cstddef>
#include <cstdint>
#include <variant>

#include "absl/strings/string_view.h"
#include "fuzz/method_names.h"
#include "fuzz/property.h"
#include "fuzz/request_line_twin.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_line.h"

namespace prong {
namespace {

void RequireSameParts(const RequestLine& line, const RequestLineParts& parts) {
  Require(line.method == MethodNamed(parts.method), "the method is the one that is named");
  Require(line.target.data() == parts.target.data() && line.target.size() == parts.target.size(),
          "the target is a view of the second word");
  Require(line.minor_version == parts.minor_version - '0', "the minor version is its digit");
}

void CheckLine(absl::string_view text) {
  static const RequestLinePattern& pattern = *new RequestLinePattern;
  const std::variant<RequestLine, Rejection> outcome = pattern.Parse(text);
  const std::variant<RequestLineParts, Rejection> twin = ReadRequestLine(text);
  const auto* line = std::get_if<RequestLine>(&outcome);
  const auto* parts = std::get_if<RequestLineParts>(&twin);
  Require((line == nullptr) == (parts == nullptr), "RE2 accepts what the grammar accepts");
  if (line != nullptr) return RequireSameParts(*line, *parts);
  Require(std::get<Rejection>(outcome) == std::get<Rejection>(twin),
          "RE2 tells a malformed line from another version of HTTP");
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  prong::CheckLine(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
