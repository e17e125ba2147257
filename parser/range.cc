#include "parser/range.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "parser/character_set.h"
#include "parser/white_space.h"

namespace prong {
namespace {

// 1*DIGIT; what exceeds 64 bits is as far beyond any representation as the largest
// number of 64 bits.
std::optional<uint64_t> ParsePosition(absl::string_view text) {
  if (text.empty() || !kDigits.ContainsAll(text)) return std::nullopt;
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  uint64_t value = 0;
  for (char c : text) {
    const auto digit = static_cast<uint64_t>(c - '0');
    if (value > (kMax - digit) / 10) return kMax;
    value = value * 10 + digit;
  }
  return value;
}

// int-range or suffix-range against `size`; an empty range if it is outside;
// nothing if it is malformed.
std::optional<ByteRange> ParseRangeSpec(absl::string_view spec, uint64_t size) {
  const size_t dash = spec.find('-');
  if (dash == absl::string_view::npos) return std::nullopt;
  const absl::string_view first_text = spec.substr(0, dash);
  const absl::string_view last_text = spec.substr(dash + 1);

  if (first_text.empty()) {
    const std::optional<uint64_t> suffix = ParsePosition(last_text);
    if (!suffix) return std::nullopt;
    return ByteRange{size - std::min(*suffix, size), size};
  }
  const std::optional<uint64_t> first = ParsePosition(first_text);
  if (!first) return std::nullopt;
  if (last_text.empty()) return ByteRange{std::min(*first, size), size};
  const std::optional<uint64_t> last = ParsePosition(last_text);
  if (!last || *last < *first) return std::nullopt;
  const uint64_t end = *last < size ? *last + 1 : size;
  return ByteRange{std::min(*first, end), end};
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
