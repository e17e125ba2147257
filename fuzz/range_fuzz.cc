// The Range field: the input is its value, tried against representations from empty
// to the greatest.
//
// Properties:
//   - ranges are in bounds, not empty, ascending, with a byte between them, and no
//     more than kMaxRanges;
//   - they are the positions that the specs cover: for small representations those of
//     a bitmap, for any size those of range_twin.h;
//   - 416 is for well-formed specs of which none can be satisfied; what is malformed
//     or too much is ignored.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <variant>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fuzz/property.h"
#include "fuzz/range_twin.h"
#include "parser/range.h"

namespace prong {
namespace {

bool IsSameRange(const ByteRange& a, const ByteRange& b) {
  return a.begin == b.begin && a.end == b.end;
}

void RequireWellFormed(absl::Span<const ByteRange> ranges, uint64_t size) {
  Require(!ranges.empty() && ranges.size() <= kMaxRanges, "there are 1 to kMaxRanges ranges");
  for (size_t i = 0; i < ranges.size(); ++i) {
    Require(ranges[i].begin < ranges[i].end, "no range is empty");
    Require(ranges[i].end <= size, "a range is within the representation");
    Require(i == 0 || ranges[i - 1].end < ranges[i].begin, "there is a byte between ranges");
  }
}

std::vector<ByteRange> ExpectedRuns(const RangeSpecs& specs, uint64_t size) {
  constexpr uint64_t kSmall = 128;
  const std::vector<ByteRange> runs = Runs(specs);
  Require(size > kSmall || absl::c_equal(runs, RunsOfBitmap(specs, size), IsSameRange),
          "the twin's runs are those of a bitmap");
  return runs;
}

void CheckRange(absl::string_view value, uint64_t size) {
  const std::variant<Ranges, NoRanges> outcome = ParseRange(value, size);
  const std::optional<RangeSpecs> specs = ReadRangeSpecs(value, size);
  const auto* none = std::get_if<NoRanges>(&outcome);
  if (!specs) {
    return Require(none != nullptr && *none == NoRanges::kIgnore,
                   "what is malformed or too much is ignored");
  }
  const std::vector<ByteRange> runs = ExpectedRuns(*specs, size);
  if (none != nullptr) {
    if (*none == NoRanges::kIgnore) {
      return Require(runs.size() > kMaxRanges, "what is well-formed and not too much counts");
    }
    return Require(runs.empty(), "ranges are unsatisfiable if none covers a byte");
  }
  const absl::Span<const ByteRange> ranges = std::get<Ranges>(outcome).get();
  RequireWellFormed(ranges, size);
  Require(absl::c_equal(ranges, runs, IsSameRange), "ranges are the positions of the specs");
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr uint64_t kGreatest = std::numeric_limits<uint64_t>::max();
  const absl::string_view value(reinterpret_cast<const char*>(data), size);
  for (const uint64_t length :
       {uint64_t{0}, uint64_t{1}, uint64_t{10}, uint64_t{100}, uint64_t{10000000000}, kGreatest}) {
    prong::CheckRange(value, length);
  }
  return 0;
}
