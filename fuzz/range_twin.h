// The Range field a second time, RFC 9110 section 14.2: sets of positions, where the
// parser sorts and joins.

#ifndef PRONG_FUZZ_RANGE_TWIN_H_
#define PRONG_FUZZ_RANGE_TWIN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "parser/range.h"

namespace prong {

// A range-spec against a representation: the positions from `begin` to before `end`,
// or none at all if they are equal.
using RangeSpecs = std::vector<ByteRange>;

// The specs of `value` against a representation of `size` bytes, or nothing if
// `value` is not a byte range, or malformed, or has more than kMaxRangeSpecs.
std::optional<RangeSpecs> ReadRangeSpecs(absl::string_view value, uint64_t size);

// The runs of positions that `specs` cover, in order: position by position.
// REQUIRES: `size` is small.
std::vector<ByteRange> RunsOfBitmap(const RangeSpecs& specs, uint64_t size);

// The same for any size: by the positions where a run may begin or end.
std::vector<ByteRange> Runs(const RangeSpecs& specs);

}  // namespace prong

#endif  // PRONG_FUZZ_RANGE_TWIN_H_
