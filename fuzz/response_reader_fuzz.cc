// Responses as http_get reads them: the input is what a server sends.
//
// Properties, for a response to GET and one to HEAD, against an independent reader
// (response_twin.h):
//   - a response is complete where the twin says so, and what none starts with is
//     refused;
//   - its head and its body are what the twin finds;
//   - none of that depends on how the input arrives: at once, byte by byte, in two pieces;
//   - a connection that ends makes whole what nothing else ends, and nothing else.
// And against the parser by which the server is judged (response_parser.h): what the
// server may send is read as that parser reads it.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fuzz/property.h"
#include "fuzz/response_parser.h"
#include "fuzz/response_twin.h"
#include "parser/request.h"
#include "tools/http_get/response_reader.h"

namespace prong {
namespace {

using Verdict = ResponseReading::Verdict;

struct Outcome {
  bool refused = false;
  bool complete = false;
  bool whole_at_end = false;  // whether it is complete if the connection ends now
  bool has_head = false;
  int status = 0;
  int minor_version = 0;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  size_t size = 0;  // bytes consumed; not of what is refused

  auto Tie() const {
    return std::tie(refused, complete, whole_at_end, has_head, status, minor_version, reason,
                    fields, body, size);
  }
};

template <typename Head>
void SetHead(const Head& head, Outcome& outcome) {
  outcome.has_head = true;
  outcome.status = head.status;
  outcome.minor_version = head.minor_version;
  outcome.reason = std::string(head.reason);
  for (const Field& field : head.fields) {
    outcome.fields.emplace_back(field.name, field.value);
  }
}

// Reads `input` as it arrives: `first` bytes, then `step` at a time.
Outcome ReadInPieces(absl::string_view input, Method method, size_t first, size_t step) {
  ResponseReader reader(method);
  Outcome outcome;
  size_t arrived = first;
  while (!reader.complete() && outcome.size < input.size()) {
    const absl::string_view bytes = input.substr(outcome.size, arrived);
    const absl::StatusOr<ResponseReader::Piece> piece = reader.Read(bytes);
    outcome.refused = !piece.ok();
    if (outcome.refused) break;
    Require(piece->size > 0 && piece->size <= bytes.size(),
            "bytes are consumed until the response is complete");
    outcome.body.append(piece->body.data(), piece->body.size());
    outcome.size += piece->size;
    // The rest of a piece is read before the next one arrives.
    arrived = piece->size < bytes.size() ? bytes.size() - piece->size : step;
  }
  outcome.complete = reader.complete();
  if (reader.has_head()) SetHead(reader.head(), outcome);
  if (outcome.refused) {
    outcome.size = 0;
  } else {
    outcome.whole_at_end = reader.End().ok();
  }
  return outcome;
}

Outcome Expected(const ResponseReading& reading) {
  Outcome outcome;
  outcome.refused = reading.verdict == Verdict::kRefused;
  outcome.complete = reading.verdict == Verdict::kComplete;
  outcome.whole_at_end = outcome.complete || reading.verdict == Verdict::kUnbound;
  if (reading.has_head) SetHead(reading, outcome);
  outcome.body = reading.body;
  return outcome;
}

// `outcome` is that of the bytes one by one.
void RequireAsRead(Outcome outcome, const ResponseReading& reading, size_t input_size) {
  const Outcome expected = Expected(reading);
  Require(outcome.refused == expected.refused,
          "what no response starts with is refused, and nothing else");
  Require(outcome.complete == expected.complete, "a response is complete when it is");
  Require(outcome.whole_at_end == expected.whole_at_end,
          "the end of the connection is the end of what nothing else ends");
  Require(outcome.refused || outcome.size == (outcome.complete ? reading.size : input_size),
          "a response is consumed to its end");
  Require(outcome.body == expected.body, "the body is what was sent as such");
  outcome.size = expected.size;
  Require(outcome.Tie() == expected.Tie(), "the head is what was sent");
}

void RequireAsServerIsJudged(absl::string_view input, Method method) {
  const absl::StatusOr<ParsedResponse> parsed =
      ParseResponse(input, method == Method::kHead ? RequestMethod::kHead : RequestMethod::kOther);
  constexpr uint64_t kMaxLength = std::numeric_limits<int64_t>::max();
  if (!parsed.ok() || parsed->status < 200 || parsed->content_length.value_or(0) > kMaxLength)
    return;
  // That parser has no limits.
  const Outcome outcome = ReadInPieces(input, method, input.size(), input.size());
  if (outcome.refused && input.size() > kMaxStatusLineSize) return;
  Require(outcome.complete && outcome.size == parsed->size && outcome.status == parsed->status &&
              outcome.reason == parsed->reason && outcome.body == parsed->body &&
              outcome.fields.size() == parsed->fields.size(),
          "what the server may send is read as it is judged");
}

void CheckResponse(absl::string_view input, Method method) {
  const Outcome bytewise = ReadInPieces(input, method, 1, 1);
  RequireAsRead(bytewise, ReadResponse(input, method), input.size());

  Require(ReadInPieces(input, method, input.size(), input.size()).Tie() == bytewise.Tie(),
          "at once the outcome is the same");
  // Every cut of what is short. What is long was cut everywhere, byte by byte.
  constexpr size_t kShort = 64;
  const size_t cuts = input.size() < kShort ? input.size() : 2;
  for (size_t cut = 1; cut < cuts; ++cut) {
    Require(ReadInPieces(input, method, cut, input.size()).Tie() == bytewise.Tie(),
            "in two pieces the outcome is the same");
  }
  RequireAsServerIsJudged(input, method);
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  prong::CheckResponse(input, prong::Method::kGet);
  prong::CheckResponse(input, prong::Method::kHead);
  return 0;
}
