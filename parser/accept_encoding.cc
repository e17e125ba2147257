#include "parser/accept_encoding.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "parser/character_set.h"
#include "parser/weight.h"
#include "parser/white_space.h"

namespace prong {
namespace {

struct Element {
  absl::string_view coding;
  Weight weight = kFullWeight;
};

// codings [ weight ]
std::optional<Element> ParseElement(absl::string_view text) {
  const size_t semicolon = text.find(';');
  Element element;
  element.coding = TrimWhiteSpace(text.substr(0, semicolon));
  if (element.coding.empty() || !kTokenCharacters.ContainsAll(element.coding)) return std::nullopt;
  if (semicolon == absl::string_view::npos) return element;

  const std::optional<Weight> weight = ParseWeight(TrimWhiteSpace(text.substr(semicolon + 1)));
  if (!weight) return std::nullopt;
  element.weight = *weight;
  return element;
}

bool Names(absl::string_view element, absl::string_view coding) {
  return absl::EqualsIgnoreCase(element, coding) ||
         (coding == "gzip" && absl::EqualsIgnoreCase(element, "x-gzip"));
}

}  // namespace

Weight WeightOfCoding(absl::Span<const Field> fields, absl::string_view coding) noexcept {
  std::optional<Weight> any;
  for (const Field& field : fields) {
    if (!field.IsCalled("Accept-Encoding")) continue;
    for (absl::string_view text : absl::StrSplit(field.value, ',')) {
      const std::optional<Element> element = ParseElement(text);
      if (!element) continue;
      if (Names(element->coding, coding)) return element->weight;
      if (element->coding == "*" && !any) any = element->weight;
    }
  }
  const Weight unnamed = coding == "identity" ? kLeastWeight : 0;
  return any.value_or(unnamed);
}

}  // namespace prong
