#include "parser/weight.h"

#include "absl/strings/strip.h"
#include "parser/character_set.h"

namespace prong {

std::optional<Weight> ParseWeight(absl::string_view parameter) noexcept {
  absl::string_view text = parameter;
  if (!absl::ConsumePrefix(&text, "q=") && !absl::ConsumePrefix(&text, "Q=")) return std::nullopt;
  // qvalue: 0 to 1 with at most three decimals.
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  Weight weight = (text[0] - '0') * kFullWeight;
  text.remove_prefix(1);
  if (text.empty()) return weight;
  if (!absl::ConsumePrefix(&text, ".") || text.size() > 3 || !kDigits.ContainsAll(text))
    return std::nullopt;
  Weight place = kFullWeight / 10;
  for (char digit : text) {
    weight += (digit - '0') * place;
    place /= 10;
  }
  if (weight > kFullWeight) return std::nullopt;
  return weight;
}

}  // namespace prong
