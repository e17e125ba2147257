// Conditional requests and content negotiation a second time: RFC 9110 sections
// 13.1, 13.2.2 and 12.5.3, for a representation that exists; and whom proxies name: RFC
// 7239, whose grammar is a regular expression here.

#ifndef PRONG_FUZZ_CONDITIONAL_TWIN_H_
#define PRONG_FUZZ_CONDITIONAL_TWIN_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/preconditions.h"
#include "parser/request.h"

namespace prong {

// A request and what it is about.
struct Conditional {
  Method method;
  absl::Span<const Field> fields;
  Validators validators;
  int64_t now;
};

// What EvaluatePreconditions has to answer.
Precondition Evaluate(const Conditional& request);

// What RangeMayApply has to answer.
bool IfRangeHolds(const Conditional& request);

// What WeightOfCoding has to answer.
int WeightByHand(absl::Span<const Field> fields, absl::string_view coding);

// What PrefersMediaType has to answer; both are in lower case.
bool PrefersByHand(absl::Span<const Field> fields, absl::string_view type, absl::string_view other);

// What ForwardedFor has to yield.
std::vector<absl::string_view> ForwardedByGrammar(absl::Span<const Field> fields);

}  // namespace prong

#endif  // PRONG_FUZZ_CONDITIONAL_TWIN_H_
