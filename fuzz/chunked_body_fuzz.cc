// The chunked transfer coding: the input is what follows the head of a request.
//
// Properties, against an independent decoder (chunked_body_twin.h):
//   - a body is complete where the decoder says so, which is how much is consumed;
//   - its data is the data of its chunks;
//   - what no body starts with is refused, at the first byte that makes it so;
//   - neither depends on how the input arrives: at once, byte by byte, in two pieces.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "fuzz/chunked_body_twin.h"
#include "fuzz/property.h"
#include "parser/chunked_body.h"
#include "parser/rejection.h"

namespace prong {
namespace {

struct Outcome {
  bool complete = false;
  std::optional<Rejection> rejection;
  // Bytes consumed; with a rejection, those of the pieces before it.
  size_t consumed = 0;
  std::string data;

  bool operator==(const Outcome& other) const {
    return complete == other.complete && rejection == other.rejection && data == other.data &&
           (rejection || consumed == other.consumed);
  }
};

// Discards `input` as it arrives: `first` bytes, then `step` at a time.
Outcome DiscardInPieces(absl::string_view input, size_t first, size_t step) {
  ChunkedBody body;
  Outcome outcome;
  size_t size = first;
  while (!input.empty() && !body.complete()) {
    const absl::string_view piece = input.substr(0, size);
    const std::variant<size_t, Rejection> result = body.Discard(piece);
    if (const auto* rejection = std::get_if<Rejection>(&result)) {
      outcome.rejection = *rejection;
      return outcome;
    }
    const size_t consumed = std::get<size_t>(result);
    Require(consumed == piece.size() || (consumed < piece.size() && body.complete()),
            "fewer bytes than all are consumed only when the body is complete");
    outcome.consumed += consumed;
    input.remove_prefix(consumed);
    size = step;
  }
  outcome.complete = body.complete();
  return outcome;
}

// The same, but the data is wanted.
Outcome DecodeInPieces(absl::string_view input, size_t step) {
  ChunkedBody body;
  Outcome outcome;
  while (!input.empty() && !body.complete()) {
    const std::variant<ChunkedBody::Piece, Rejection> result = body.Decode(input.substr(0, step));
    if (const auto* rejection = std::get_if<Rejection>(&result)) {
      outcome.rejection = *rejection;
      return outcome;
    }
    const auto& piece = std::get<ChunkedBody::Piece>(result);
    Require(piece.size > 0, "bytes of a body are consumed until it is complete");
    outcome.consumed += piece.size;
    outcome.data.append(piece.data.data(), piece.data.size());
    input.remove_prefix(piece.size);
  }
  outcome.complete = body.complete();
  return outcome;
}

// `outcome` is that of the bytes one by one.
void RequireAsRead(const Outcome& outcome, const BodyReading& reading) {
  using Verdict = BodyReading::Verdict;
  Require(outcome.complete == (reading.verdict == Verdict::kComplete),
          "a body is complete when it is");
  Require(outcome.rejection.has_value() == (reading.verdict == Verdict::kRefused),
          "what no body starts with is refused, and nothing else");
  Require(outcome.consumed == reading.position,
          "a body is consumed to its end, or to the first byte that is wrong");
}

void CheckBody(absl::string_view input) {
  const BodyReading reading = ReadChunkedBody(input);
  Outcome bytewise = DiscardInPieces(input, 1, 1);
  RequireAsRead(bytewise, reading);

  Require(DiscardInPieces(input, input.size(), input.size()) == bytewise,
          "at once the outcome is the same");
  // Every cut of what is short. What is long was cut everywhere, byte by byte.
  constexpr size_t kShort = 64;
  const size_t cuts = input.size() < kShort ? input.size() : 2;
  for (size_t cut = 1; cut < cuts; ++cut) {
    Require(DiscardInPieces(input, cut, input.size()) == bytewise,
            "in two pieces the outcome is the same");
  }

  bytewise.data = reading.data;
  Require(DecodeInPieces(input, 1) == bytewise && DecodeInPieces(input, input.size()) == bytewise,
          "the data of a body is that of its chunks");
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  prong::CheckBody(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
