// The request target: the input is one, tried with a method for each form that the
// method decides.
//
// Properties:
//   - the parser accepts a target that has no fault, and of one that has some it
//     names one of them (target_properties.h);
//   - what it makes of an accepted one is right: the path is decoded once, resolved
//     as an independent resolver does, and relative without a way up;
//   - the path, encoded again byte by byte or only where it must be, is itself;
//   - nothing is written beyond the storage (AddressSanitizer).

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fuzz/characters.h"
#include "fuzz/property.h"
#include "fuzz/request_line_twin.h"
#include "fuzz/target_properties.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_target.h"

namespace prong {
namespace {

// Whether request_line.h would hand `text` to the parser of targets.
bool IsRequestTarget(absl::string_view text) {
  const auto line = ReadRequestLine(absl::StrCat("GET ", text, " HTTP/1.1"));
  return std::holds_alternative<RequestLineParts>(line);
}

// A target in origin-form for `path`, percent-encoded but where `as_it_is` holds.
template <typename Class>
std::string Encode(const RequestTarget& target, const Class& as_it_is) {
  std::string text = "/";
  for (const char c : target.path) {
    if (c == '/' || as_it_is(c)) {
      text.push_back(c);
    } else {
      absl::StrAppend(&text, "%", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  if (target.names_directory && !target.path.empty()) text.push_back('/');
  return absl::StrCat(text, target.query);
}

// REQUIRES: the path of `target` is below the root, so that `text` names it.
void RequireNames(absl::string_view text, const RequestTarget& target) {
  std::vector<char> storage(text.size());
  const auto outcome = ParseRequestTarget(Method::kGet, text, absl::MakeSpan(storage));
  const auto* again = std::get_if<RequestTarget>(&outcome);
  Require(again != nullptr, "an accepted path, encoded again, is accepted");
  Require(again->path == target.path && again->query == target.query &&
              again->names_directory == target.names_directory,
          "an accepted path, encoded again, is itself");
}

void RequireIdempotence(const RequestTarget& target) {
  if (target.form != TargetForm::kOrigin && target.form != TargetForm::kAbsolute) return;
  RequireNames(Encode(target, [](char) { return false; }), target);
  RequireNames(Encode(target, IsRegNameCharacter), target);
}

void CheckTarget(Method method, absl::string_view text) {
  std::vector<char> storage(text.size());
  const auto outcome = ParseRequestTarget(method, text, absl::MakeSpan(storage));
  const std::set<Rejection> faults = TargetFaults(method, text);
  if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
    return Require(faults.count(*rejection) == 1, "a refusal names a fault that there is");
  }
  const auto& target = std::get<RequestTarget>(outcome);
  RequireRightTarget(target, method, text);
  Require(faults.empty(), "a target with a fault is refused");
  RequireIdempotence(target);
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (!prong::IsRequestTarget(text)) return 0;
  for (const auto method :
       {prong::Method::kGet, prong::Method::kOptions, prong::Method::kConnect}) {
    prong::CheckTarget(method, text);
  }
  return 0;
}
