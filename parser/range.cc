#include "parser/range.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "parser/character_set.h"
#include "parser/white_space.h"

namespace prong {
namespace {

// A position or a length: 1*DIGIT, of which there may be any number.
struct Number {
  absl::string_view digits;  // without leading zeros
  uint64_t value;            // the largest of 64 bits also stands for all that are larger
};

bool operator<(const Number& a, const Number& b) {
  if (a.digits.size() != b.digits.size()) return a.digits.size() < b.digits.size();
  return a.digits < b.digits;
}

std::optional<Number> ParseNumber(absl::string_view text) {
  if (text.empty() || !kDigits.ContainsAll(text)) return std::nullopt;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  Number number = {text, 0};
  if (!text.empty() && !absl::SimpleAtoi(text, &number.value)) {
    number.value = std::numeric_limits<uint64_t>::max();
  }
  return number;
}

// int-range or suffix-range against `size`; an empty range if it is outside;
// nothing if it is malformed.
std::optional<ByteRange> ParseRangeSpec(absl::string_view spec, uint64_t size) {
  const size_t dash = spec.find('-');
  if (dash == absl::string_view::npos) return std::nullopt;
  const absl::string_view first_text = spec.substr(0, dash);
  const absl::string_view last_text = spec.substr(dash + 1);

  if (first_text.empty()) {
    const std::optional<Number> suffix = ParseNumber(last_text);
    if (!suffix) return std::nullopt;
    return ByteRange{size - std::min(suffix->value, size), size};
  }
  const std::optional<Number> first = ParseNumber(first_text);
  if (!first) return std::nullopt;
  if (last_text.empty()) return ByteRange{std::min(first->value, size), size};
  const std::optional<Number> last = ParseNumber(last_text);
  if (!last || *last < *first) return std::nullopt;
  const uint64_t end = last->value < size ? last->value + 1 : size;
  return ByteRange{std::min(first->value, end), end};
}

// Joins the sorted `ranges`.
std::variant<Ranges, NoRanges> Coalesce(absl::Span<const ByteRange> ranges) {
  Ranges joined;
  ByteRange current = ranges[0];
  for (const ByteRange& range : ranges.subspan(1)) {
    if (range.begin <= current.end) {
      current.end = std::max(current.end, range.end);
      continue;
    }
    if (joined.get().size() + 1 == kMaxRanges) return NoRanges::kIgnore;
    joined.Append(current);
    current = range;
  }
  joined.Append(current);
  return joined;
}

}  // namespace

std::variant<Ranges, NoRanges> ParseRange(absl::string_view value, uint64_t size) noexcept {
  constexpr absl::string_view kUnit = "bytes=";
  if (!absl::StartsWithIgnoreCase(value, kUnit)) return NoRanges::kIgnore;

  std::array<ByteRange, kMaxRangeSpecs> ranges;
  size_t count = 0;
  size_t specs = 0;
  for (absl::string_view element : absl::StrSplit(value.substr(kUnit.size()), ',')) {
    const absl::string_view spec = TrimWhiteSpace(element);
    if (spec.empty()) continue;  // RFC 9110 section 5.6.1.2
    const std::optional<ByteRange> range = ParseRangeSpec(spec, size);
    if (!range || ++specs > kMaxRangeSpecs) return NoRanges::kIgnore;
    if (range->size() > 0) ranges[count++] = *range;
  }
  if (specs == 0) return NoRanges::kIgnore;
  if (count == 0) return NoRanges::kUnsatisfiable;

  const absl::Span<ByteRange> satisfiable = absl::MakeSpan(ranges).first(count);
  std::sort(satisfiable.begin(), satisfiable.end(),
            [](const ByteRange& a, const ByteRange& b) { return a.begin < b.begin; });
  return Coalesce(satisfiable);
}

}  // namespace prong
