// Conditional requests, content negotiation and proxies: the input is fields, one a line,
// "name: value", tried with methods that read and one that writes, and with
// representations whose tag is strong and weak and whose date is and is not strong.
//
// Properties, against an independent evaluation (conditional_twin.h):
//   - the preconditions are evaluated in the order of RFC 9110 section 13.2.2;
//   - If-Range holds if its tag or its date is a strong validator that matches;
//   - each coding has the weight that Accept-Encoding gives it, from 0 to 1000;
//   - of two media types that is preferred which Accept gives more weight, or names more
//     exactly with the same;
//   - proxies name addresses from right to left, up to what names none.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "fuzz/characters.h"
#include "fuzz/conditional_twin.h"
#include "fuzz/property.h"
#include "parser/accept.h"
#include "parser/accept_encoding.h"
#include "parser/forwarded.h"
#include "parser/preconditions.h"
#include "parser/request.h"

namespace prong {
namespace {

constexpr int64_t kLastModified = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr char kTag[] = "a,b";                // of a representation: a comma is not a delimiter

std::vector<Field> FieldsOf(absl::string_view input) {
  std::vector<Field> fields;
  for (absl::string_view line : absl::StrSplit(input, '\n')) {
    (void)absl::ConsumeSuffix(&line, "\r");
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos) continue;
    fields.push_back({line.substr(0, colon), WithoutSpaceAround(line.substr(colon + 1))});
  }
  return fields;
}

void CheckConditional(const Conditional& request) {
  Require(EvaluatePreconditions(request.method, request.fields, request.validators, request.now) ==
              Evaluate(request),
          "preconditions are evaluated in their order");
  Require(RangeMayApply(request.fields, request.validators, request.now) == IfRangeHolds(request),
          "If-Range compares strong validators");
}

void CheckWeights(absl::Span<const Field> fields) {
  for (const absl::string_view coding : {"gzip", "br", "zstd", "identity"}) {
    const Weight weight = WeightOfCoding(fields, coding);
    Require(weight >= 0 && weight <= 1000, "a weight is from 0 to 1000");
    Require(weight == WeightByHand(fields, coding), "a weight is what Accept-Encoding says");
  }
}

void CheckPreferences(absl::Span<const Field> fields) {
  constexpr absl::string_view kTypes[] = {"application/json", "text/html", "text/plain"};
  for (const absl::string_view type : kTypes) {
    for (const absl::string_view other : kTypes) {
      Require(PrefersMediaType(fields, type, other) == PrefersByHand(fields, type, other),
              "a media type is preferred if Accept says so");
    }
  }
}

void CheckForwarded(absl::Span<const Field> fields) {
  ForwardedFor forwarded(fields);
  std::vector<absl::string_view> addresses;
  while (const auto address = forwarded.Next()) addresses.push_back(*address);
  Require(addresses == ForwardedByGrammar(fields), "proxies name addresses from right to left");
  Require(!forwarded.Next(), "what names no address ends the list");
}

void CheckFields(absl::Span<const Field> fields) {
  CheckForwarded(fields);
  CheckWeights(fields);
  CheckPreferences(fields);
  for (const Method method : {Method::kGet, Method::kHead, Method::kPut}) {
    for (const bool weak : {false, true}) {
      for (const int64_t age : {59, 60}) {
        CheckConditional({method, fields, {{weak, kTag}, kLastModified}, kLastModified + age});
      }
    }
  }
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  prong::CheckFields(prong::FieldsOf(input));
  return 0;
}
