// The methods by name, RFC 9110 section 9.3 and RFC 5789, for the oracles.

#ifndef PRONG_FUZZ_METHOD_NAMES_H_
#define PRONG_FUZZ_METHOD_NAMES_H_

#include "absl/strings/string_view.h"
#include "parser/request.h"

namespace prong {

struct MethodName {
  absl::string_view name;
  Method method;
};

inline constexpr MethodName kMethodNames[] = {
    {"CONNECT", Method::kConnect}, {"DELETE", Method::kDelete},   {"GET", Method::kGet},
    {"HEAD", Method::kHead},       {"OPTIONS", Method::kOptions}, {"PATCH", Method::kPatch},
    {"POST", Method::kPost},       {"PUT", Method::kPut},         {"TRACE", Method::kTrace},
};

// The method that `name` names, with regard to case.
constexpr Method MethodNamed(absl::string_view name) {
  for (const MethodName& row : kMethodNames) {
    if (row.name == name) return row.method;
  }
  return Method::kUnknown;
}

}  // namespace prong

#endif  // PRONG_FUZZ_METHOD_NAMES_H_
