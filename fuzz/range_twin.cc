#include "fuzz/range_twin.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "fuzz/characters.h"

namespace prong {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

// Whether the number that `a` spells, digits only, is below that of `b`: as text of
// one length.
bool IsBelow(absl::string_view a, absl::string_view b) {
  const size_t width = std::max(a.size(), b.size());
  const auto padded = [width](absl::string_view digits) {
    return absl::StrCat(std::string(width - digits.size(), '0'), digits);
  };
  return padded(a) < padded(b);
}

// The number that `text`, digits only, spells. What exceeds 64 bits is compared as
// text, so that nothing overflows, and counts as the greatest number.
uint64_t Number(absl::string_view text) {
  constexpr absl::string_view kGreatest = "18446744073709551615";
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  if (text.size() > kGreatest.size()) return kMax;
  if (text.size() == kGreatest.size() && text > kGreatest) return kMax;
  uint64_t number = 0;
  for (const char digit : text) number = number * 10 + static_cast<uint64_t>(digit - '0');
  return number;
}

// int-range and suffix-range, RFC 9110 section 14.1.1.
std::optional<ByteRange> ReadSpec(absl::string_view spec, uint64_t size) {
  const std::vector<absl::string_view> numbers = absl::StrSplit(spec, '-');
  if (numbers.size() != 2) return std::nullopt;
  const absl::string_view first = numbers[0];
  const absl::string_view last = numbers[1];
  if (first.empty() && last.empty()) return std::nullopt;
  if (!first.empty() && !IsMadeOf(first, IsDigit)) return std::nullopt;
  if (!last.empty() && !IsMadeOf(last, IsDigit)) return std::nullopt;

  if (first.empty()) return ByteRange{Number(last) < size ? size - Number(last) : 0, size};
  if (!last.empty() && IsBelow(last, first)) return std::nullopt;
  if (Number(first) >= size) return ByteRange{size, size};
  if (last.empty() || Number(last) >= size) return ByteRange{Number(first), size};
  return ByteRange{Number(first), Number(last) + 1};
}

bool Covers(const RangeSpecs& specs, uint64_t position) {
  return std::any_of(specs.begin(), specs.end(), [position](const ByteRange& spec) {
    return spec.begin <= position && position < spec.end;
  });
}

}  // namespace

std::optional<RangeSpecs> ReadRangeSpecs(absl::string_view value, uint64_t size) {
  constexpr absl::string_view kUnit = "bytes=";
  if (absl::AsciiStrToLower(value.substr(0, kUnit.size())) != kUnit) return std::nullopt;
  RangeSpecs specs;
  for (const absl::string_view element : absl::StrSplit(value.substr(kUnit.size()), ',')) {
    const absl::string_view text = WithoutSpaceAround(element);
    if (text.empty()) continue;
    const std::optional<ByteRange> spec = ReadSpec(text, size);
    if (!spec) return std::nullopt;
    specs.push_back(*spec);
  }
  if (specs.empty() || specs.size() > kMaxRangeSpecs) return std::nullopt;
  return specs;
}

std::vector<ByteRange> RunsOfBitmap(const RangeSpecs& specs, uint64_t size) {
  std::vector<bool> bitmap(size + 1);  // with a clear bit behind the last
  for (uint64_t position = 0; position < size; ++position) {
    bitmap[position] = Covers(specs, position);
  }
  std::vector<ByteRange> runs;
  for (uint64_t position = 0; position < size; ++position) {
    if (!bitmap[position]) continue;
    if (position == 0 || !bitmap[position - 1]) runs.push_back({position, position});
    if (!bitmap[position + 1]) runs.back().end = position + 1;
  }
  return runs;
}

std::vector<ByteRange> Runs(const RangeSpecs& specs) {
  std::set<uint64_t> begins;
  std::set<uint64_t> ends;
  for (const ByteRange& spec : specs) {
    if (spec.size() == 0) continue;
    if (spec.begin == 0 || !Covers(specs, spec.begin - 1)) begins.insert(spec.begin);
    if (!Covers(specs, spec.end)) ends.insert(spec.end);
  }
  // Runs do not overlap: in order, each ends at the end that is next.
  std::vector<ByteRange> runs;
  auto end = ends.begin();
  for (const uint64_t begin : begins) runs.push_back({begin, *end++});
  return runs;
}

}  // namespace prong
