// The front door of the parser, as a connection uses it: the input is all that a
// client sends.
//
// Properties:
//   - the outcome does not depend on how the input arrives: at once, byte by byte,
//     or in two pieces, nor on what the parser was used for before; and no byte is
//     read before it arrives (AddressSanitizer);
//   - a request is accepted at its last byte, and is a right reading of the input
//     (request_properties.h);
//   - a rejection is a row of the table;
//   - more is asked for only while the buffer is shorter than kMaxHeadSize;
//   - all this again for what follows a request and its body.

#include <sanitizer/asan_interface.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "absl/algorithm/container.h"
#include "absl/strings/string_view.h"
#include "fuzz/property.h"
#include "fuzz/request_properties.h"
#include "parser/chunked_body.h"
#include "parser/limits.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_parser.h"

namespace prong {
namespace {

bool IsSameView(absl::string_view a, absl::string_view b) {
  return a.data() == b.data() && a.size() == b.size();
}

bool IsSameField(const Field& a, const Field& b) {
  return IsSameView(a.name, b.name) && IsSameView(a.value, b.value);
}

// Paths are equal, as each parser stores its own; all else is the same.
bool IsSameTarget(const RequestTarget& a, const RequestTarget& b) {
  return a.form == b.form && IsSameView(a.authority, b.authority) && a.path == b.path &&
         a.names_directory == b.names_directory && IsSameView(a.query, b.query);
}

bool IsSameRequest(const Request& a, const Request& b) {
  return IsSameView(a.line, b.line) && a.method == b.method && IsSameTarget(a.target, b.target) &&
         a.minor_version == b.minor_version && absl::c_equal(a.fields, b.fields, IsSameField) &&
         IsSameView(a.host, b.host) && a.framing.chunked == b.framing.chunked &&
         a.framing.content_length == b.framing.content_length &&
         a.expects_continue == b.expects_continue && a.persistent == b.persistent &&
         a.size == b.size;
}

bool IsSameOutcome(const ParseOutcome& a, const ParseOutcome& b) {
  if (a.index() != b.index()) return false;
  if (const auto* rejection = std::get_if<Rejection>(&a)) {
    return *rejection == std::get<Rejection>(b);
  }
  if (const auto* request = std::get_if<Request>(&a)) {
    return IsSameRequest(*request, std::get<Request>(b));
  }
  return true;
}

// Hides the bytes that have not arrived from whoever would read them, where
// AddressSanitizer is there to see it.
class Arrival {
 public:
  explicit Arrival(absl::string_view input) : input_(input) {
    ASAN_POISON_MEMORY_REGION(input.data(), input.size());
  }
  Arrival(const Arrival&) = delete;
  Arrival& operator=(const Arrival&) = delete;
  ~Arrival() { ASAN_UNPOISON_MEMORY_REGION(input_.data(), input_.size()); }

  // What there is when `size` bytes have arrived. REQUIRES: no fewer than before.
  absl::string_view Arrive(size_t size) {
    ASAN_UNPOISON_MEMORY_REGION(input_.data() + arrived_, size - arrived_);
    arrived_ = size;
    return input_.substr(0, size);
  }

 private:
  absl::string_view input_;
  size_t arrived_ = 0;
};

struct Arrived {
  ParseOutcome outcome;
  size_t size;  // bytes that had arrived
};

// Parses `input` as it arrives: `first` bytes, then `step` at a time.
// REQUIRES: 0 < `first` <= `input.size()`, 0 < `step`.
Arrived ParseInPieces(RequestParser& parser, absl::string_view input, size_t first, size_t step) {
  Arrival arrival(input);
  for (size_t size = first;; size += std::min(step, input.size() - size)) {
    const ParseOutcome outcome = parser.Parse(arrival.Arrive(size));
    if (size == input.size() || !std::holds_alternative<NeedMore>(outcome)) return {outcome, size};
  }
}

// FNV-1a. Choices that depend on it depend on every byte of the input, which need
// hold nothing but requests.
uint32_t Hash(absl::string_view input) {
  uint32_t hash = 2166136261;
  for (const char c : input) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  return hash;
}

// The bytes at the start of `rest` that are the body of `request`, or nothing if
// the body does not end there.
std::optional<size_t> BodySize(const Request& request, absl::string_view rest) {
  if (!request.framing.chunked) {
    if (request.framing.content_length > rest.size()) return std::nullopt;
    return request.framing.content_length;
  }
  ChunkedBody body;
  const std::variant<size_t, Rejection> consumed = body.Discard(rest);
  if (!body.complete() || std::holds_alternative<Rejection>(consumed)) return std::nullopt;
  Require(std::get<size_t>(consumed) <= rest.size(), "a body is in the input");
  return std::get<size_t>(consumed);
}

// Two are used for all inputs, as a server uses them for all requests. The third is
// made anew for the first input and then for one in 32, or else nothing would be
// seen of what Reset() forgets to reset in all three. Not for each: to compile the
// grammar takes longer than to check an input.
struct Parsers {
  std::unique_ptr<RequestParser> at_once;
  RequestParser bytewise;
  RequestParser in_two;
};

Parsers& ParsersFor(absl::string_view input) {
  static auto& parsers = *new Parsers;
  if (parsers.at_once == nullptr || Hash(input) % 32 == 0) {
    parsers.at_once = std::make_unique<RequestParser>();
  }
  return parsers;
}

// The outcome for `input`, not empty, with every property checked.
ParseOutcome CheckedOutcome(Parsers& parsers, absl::string_view input) {
  const size_t first_piece = 1 + Hash(input) % input.size();
  (void)parsers.in_two.Parse(input.substr(0, first_piece));
  parsers.in_two.Reset();

  const ParseOutcome outcome = parsers.at_once->Parse(input);
  const Arrived bytewise = ParseInPieces(parsers.bytewise, input, 1, 1);
  const Arrived in_two = ParseInPieces(parsers.in_two, input, first_piece, input.size());
  Require(IsSameOutcome(outcome, bytewise.outcome), "byte by byte the outcome is the same");
  Require(IsSameOutcome(outcome, in_two.outcome), "in two pieces the outcome is the same");

  if (const auto* request = std::get_if<Request>(&outcome)) {
    RequireRightReading(*request, input);
    Require(bytewise.size == request->size, "a request is accepted at its last byte");
  } else if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
    Require(absl::c_any_of(AllRejections(),
                           [rejection](const auto& row) { return row.rejection == *rejection; }),
            "a rejection is a row of the table");
  } else {
    Require(input.size() < kMaxHeadSize, "a buffer of kMaxHeadSize is enough");
    parsers.at_once->Reset();
    parsers.bytewise.Reset();
    parsers.in_two.Reset();
  }
  return outcome;
}

void CheckConnection(absl::string_view input) {
  Parsers& parsers = ParsersFor(input);
  while (!input.empty()) {
    const ParseOutcome outcome = CheckedOutcome(parsers, input);
    const auto* request = std::get_if<Request>(&outcome);
    if (request == nullptr) return;
    input.remove_prefix(request->size);
    const std::optional<size_t> body = BodySize(*request, input);
    if (!body) return;
    input.remove_prefix(*body);
  }
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  prong::CheckConnection(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
