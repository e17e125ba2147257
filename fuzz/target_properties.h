// What is true of a request target that the parser accepts, and of one that it
// refuses, decided from the target's bytes by other means than the parser's.

#ifndef PRONG_FUZZ_TARGET_PROPERTIES_H_
#define PRONG_FUZZ_TARGET_PROPERTIES_H_

#include <set>

#include "absl/strings/string_view.h"
#include "parser/rejection.h"
#include "parser/request.h"

namespace prong {

// Aborts with a message unless `target` is what has to become of `text`, the target
// of a request with `method`: its form, its views of `text`, and a path that is the
// text's decoded once, resolved, and unable to climb.
void RequireRightTarget(const RequestTarget& target, Method method, absl::string_view text);

// All that is wrong with `text`. A refusal names one of them; without any the target
// is accepted.
std::set<Rejection> TargetFaults(Method method, absl::string_view text);

}  // namespace prong

#endif  // PRONG_FUZZ_TARGET_PROPERTIES_H_
