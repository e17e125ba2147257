#include "parser/percent_encoding.h"

namespace prong {

std::optional<int> HexDigitValue(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

std::optional<char> DecodeTriplet(absl::string_view text) noexcept {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const std::optional<int> high = HexDigitValue(text[1]);
  const std::optional<int> low = HexDigitValue(text[2]);
  if (!high || !low) return std::nullopt;
  return static_cast<char>(*high * 16 + *low);
}

}  // namespace prong
