#include "server/utf8.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace prong {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Characters whose first byte is from `first` to `last`. Of those behind it the first is
// from `low` to `high`, others from 80 to BF.
struct Form {
  unsigned char first;
  unsigned char last;
  unsigned char size;
  unsigned char low;
  unsigned char high;
};

// UTF8-1 to UTF8-4, in the order of the grammar.
constexpr Form kForms[] = {
    {0x00, 0x7F, 1, 0x80, 0xBF}, {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

bool IsBetween(unsigned char low, char c, unsigned char high) {
  const auto byte = static_cast<unsigned char>(c);
  return low <= byte && byte <= high;
}

}  // namespace

size_t Utf8CharacterSize(absl::string_view text) {
  if (text.empty()) return 0;
  for (const Form& form : kForms) {
    if (!IsBetween(form.first, text[0], form.last)) continue;
    const absl::string_view tail = text.substr(1, size_t{form.size} - 1);
    if (tail.size() + 1 < form.size) return 0;
    if (!tail.empty() && !IsBetween(form.low, tail[0], form.high)) return 0;
    const bool is_whole =
        std::all_of(tail.begin(), tail.end(), [](char c) { return IsBetween(0x80, c, 0xBF); });
    return is_whole ? form.size : 0;
  }
  return 0;
}

std::string ValidUtf8(absl::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const size_t size = Utf8CharacterSize(text);
    absl::StrAppend(&valid, size == 0 ? kReplacement : text.substr(0, size));
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  return valid;
}

}  // namespace prong
