// The Range field, RFC 9110 section 14.2, resolved against a representation.
//
//   ParseRange("bytes=0-4,2-9,-1", 100)  ->  Ranges: [0, 10), [99, 100)

#ifndef PRONG_PARSER_RANGE_H_
#define PRONG_PARSER_RANGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace prong {

// The most range-specs that are read, and the most ranges that are left of them.
// More is an attack rather than a use (CVE-2011-3192): the field is ignored.
inline constexpr size_t kMaxRangeSpecs = 100;
inline constexpr size_t kMaxRanges = 16;

// Bytes from `begin` to before `end`; never empty.
struct ByteRange {
  uint64_t begin = 0;
  uint64_t end = 0;

  uint64_t size() const noexcept { return end - begin; }
};

// From 1 to kMaxRanges ranges within the representation, in ascending order, with
// at least one byte between them.
class Ranges {
 public:
  absl::Span<const ByteRange> get() const noexcept {
    return absl::MakeConstSpan(ranges_).first(count_);
  }

  // REQUIRES: fewer than kMaxRanges so far.
  void Append(ByteRange range) noexcept { ranges_[count_++] = range; }

 private:
  std::array<ByteRange, kMaxRanges> ranges_ = {};
  size_t count_ = 0;
};

enum class NoRanges {
  kIgnore,         // not a bytes range, malformed, or too many: send all, 200
  kUnsatisfiable,  // well-formed and outside the representation: 416
};

// Resolves the value of a Range field against a representation of `size` bytes.
// Overlapping and adjoining ranges are joined, and sorted.
std::variant<Ranges, NoRanges> ParseRange(absl::string_view value, uint64_t size) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_RANGE_H_
