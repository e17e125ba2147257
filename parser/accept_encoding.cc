#include "parser/accept_encoding.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "parser/character_set.h"
#include "parser/white_space.h"

namespace prong {
namespace {

constexpr Weight kFull = 1000;

// qvalue, RFC 9110 section 12.4.2: 0 to 1 with at most three decimals.
std::optional<Weight> ParseQValue(absl::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  Weight weight = (text[0] - '0') * kFull;
  text.remove_prefix(1);
  if (text.empty()) return weight;
  if (!absl::ConsumePrefix(&text, ".") || text.size() > 3 || !kDigits.ContainsAll(text))
    return std::nullopt;
  Weight place = kFull / 10;
  for (char digit : text) {
    weight += (digit - '0') * place;
    place /= 10;
  }
  if (weight > kFull) return std::nullopt;
  return weight;
}

struct Element {
  absl::string_view coding;
  Weight weight = kFull;
};

// codings [ weight ]
std::optional<Element> ParseElement(absl::string_view text) {
  const size_t semicolon = text.find(';');
  Element element;
  element.coding = TrimWhiteSpace(text.substr(0, semicolon));
  if (element.coding.empty() || !kTokenCharacters.ContainsAll(element.coding)) return std::nullopt;
  if (semicolon == absl::string_view::npos) return element;

  absl::string_view parameter = TrimWhiteSpace(text.substr(semicolon + 1));
  if (!absl::ConsumePrefix(&parameter, "q=") && !absl::ConsumePrefix(&parameter, "Q="))
    return std::nullopt;
  const std::optional<Weight> weight = ParseQValue(parameter);
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
    if (!absl::EqualsIgnoreCase(field.name, "Accept-Encoding")) continue;
    for (absl::string_view text : absl::StrSplit(field.value, ',')) {
      const std::optional<Element> element = ParseElement(text);
      if (!element) continue;
      if (Names(element->coding, coding)) return element->weight;
      if (element->coding == "*" && !any) any = element->weight;
    }
  }
  const Weight unnamed = coding == "identity" ? kFull : 0;
  return any.value_or(unnamed);
}

}  // namespace prong
