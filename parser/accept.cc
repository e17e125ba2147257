#include "parser/accept.h"

#include <optional>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "parser/character_set.h"
#include "parser/weight.h"
#include "parser/white_space.h"

namespace prong {
namespace {

// How exactly a range names the types that it holds.
enum class Exactness { kNone, kAny, kAllOfKind, kOne };

struct Range {
  absl::string_view kind;     // before the slash, or "*"
  absl::string_view subtype;  // behind it, or "*"
  Weight weight = kFullWeight;
};

// media-range [ weight ]
std::optional<Range> ParseElement(absl::string_view element) {
  Range range;
  bool first = true;
  for (absl::string_view part : absl::StrSplit(element, ';')) {
    part = TrimWhiteSpace(part);
    if (first) {
      const size_t slash = part.find('/');
      if (slash == part.npos) return std::nullopt;
      range.kind = part.substr(0, slash);
      range.subtype = part.substr(slash + 1);
      first = false;
    } else if (absl::StartsWithIgnoreCase(part, "q=")) {
      const std::optional<Weight> weight = ParseWeight(part);
      if (!weight) return std::nullopt;
      range.weight = *weight;
    }
  }
  for (const absl::string_view name : {range.kind, range.subtype})
    if (name.empty() || !kTokenCharacters.ContainsAll(name)) return std::nullopt;
  if (range.kind == "*" && range.subtype != "*") return std::nullopt;
  return range;
}

Exactness ExactnessOf(const Range& range, absl::string_view type) {
  if (range.kind == "*") return Exactness::kAny;
  if (!absl::StartsWithIgnoreCase(type, range.kind)) return Exactness::kNone;
  absl::string_view subtype = type.substr(range.kind.size());
  if (!absl::ConsumePrefix(&subtype, "/")) return Exactness::kNone;
  if (range.subtype == "*") return Exactness::kAllOfKind;
  return absl::EqualsIgnoreCase(range.subtype, subtype) ? Exactness::kOne : Exactness::kNone;
}

// In the order of preference.
using Preference = std::tuple<Weight, Exactness>;

Preference PreferenceFor(absl::Span<const Field> fields, absl::string_view type) {
  Weight weight = 0;
  Exactness most_exact = Exactness::kNone;
  for (const Field& field : fields) {
    if (!field.IsCalled("Accept")) continue;
    for (const absl::string_view element : absl::StrSplit(field.value, ',')) {
      const std::optional<Range> range = ParseElement(element);
      if (!range) continue;
      const Exactness exactness = ExactnessOf(*range, type);
      if (exactness <= most_exact) continue;
      most_exact = exactness;
      weight = range->weight;
    }
  }
  return {weight, most_exact};
}

}  // namespace

bool PrefersMediaType(absl::Span<const Field> fields, absl::string_view type,
                      absl::string_view other) noexcept {
  const Preference preference = PreferenceFor(fields, type);
  return std::get<Weight>(preference) > 0 && preference > PreferenceFor(fields, other);
}

}  // namespace prong
