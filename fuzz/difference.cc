#include "fuzz/difference.h"

#include <variant>

#include "absl/algorithm/container.h"
#include "absl/strings/str_split.h"
#include "fuzz/method_names.h"
#include "parser/request.h"

namespace prong {
namespace {

bool IsSameField(const Field& a, const Field& b) { return a.name == b.name && a.value == b.value; }

bool IsSameFraming(const Framing& a, const Framing& b) {
  return a.chunked == b.chunked && a.content_length == b.content_length;
}

}  // namespace

absl::string_view NameOf(Aspect aspect) {
  switch (aspect) {
    case Aspect::kAcceptance:
      return "acceptance";
    case Aspect::kMethod:
      return "method";
    case Aspect::kTarget:
      return "target";
    case Aspect::kVersion:
      return "version";
    case Aspect::kFields:
      return "fields";
    case Aspect::kSize:
      return "size";
    case Aspect::kFraming:
      return "framing";
    case Aspect::kPersistence:
      return "persistence";
  }
  return "";
}

std::vector<Aspect> DifferingAspects(const Comparison& comparison) {
  const PeerReading& theirs = comparison.theirs;
  const bool they_accept = theirs.verdict == Verdict::kAccepted;
  const auto* request = std::get_if<Request>(&comparison.ours);
  if ((request != nullptr) != they_accept) return {Aspect::kAcceptance};
  if (request == nullptr) return {};

  std::vector<Aspect> aspects;
  const auto compare = [&aspects](Aspect aspect, bool same) {
    if (!same) aspects.push_back(aspect);
  };
  const std::vector<absl::string_view> words = absl::StrSplit(request->line, ' ');
  compare(Aspect::kMethod,
          words[0] == theirs.method && request->method == MethodNamed(theirs.method));
  compare(Aspect::kTarget, words[1] == theirs.target);
  compare(Aspect::kVersion,
          theirs.major_version == 1 && request->minor_version == theirs.minor_version);
  compare(Aspect::kFields, absl::c_equal(request->fields, theirs.fields, IsSameField));
  compare(Aspect::kSize, request->size == theirs.size);
  if (theirs.meaning) {
    compare(Aspect::kFraming, IsSameFraming(request->framing, theirs.meaning->framing));
    compare(Aspect::kPersistence, request->persistent == theirs.meaning->persistent);
  }
  return aspects;
}

}  // namespace prong
