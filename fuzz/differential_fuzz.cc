// The parser and its peers, on the same bytes: the input is the head of a request.
//
// Properties, for each peer:
//   - a request that the parser accepts, the peer accepts, with the same method, target,
//     version, fields and size, and, where the peer knows of these, the same framing of
//     the body and persistence of the connection; what the parser does not accept, the
//     peer does not;
//   - or else the difference is a known one (known_differences.h).

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "fuzz/difference.h"
#include "fuzz/http_parser_peer.h"
#include "fuzz/known_differences.h"
#include "fuzz/picohttpparser_peer.h"
#include "parser/request_parser.h"

namespace prong {
namespace {

void CheckDifferences(absl::string_view input) {
  static RequestParser& parser = *new RequestParser;
  const ParseOutcome outcome = parser.Parse(input);
  RequireExplained(KnownDifferences(), {input, outcome, ReadWithHttpParser(input)});
  RequireExplained(KnownDifferences(), {input, outcome, ReadWithPicohttpparser(input)});
  parser.Reset();
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 0) {
    prong::CheckDifferences(absl::string_view(reinterpret_cast<const char*>(data), size));
  }
  return 0;
}
