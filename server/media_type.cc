#include "server/media_type.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"

namespace prong {
namespace {

// Where two strings begin in kText, each with a NUL behind it. Not pointers, which the loader would
// have to relocate: what it writes to is copied at each fork.
struct Row {
  uint16_t extension;  // in lower case; rows are in the order of it
  uint16_t media_type;
};

#include "server/media_types.inc"

static_assert(sizeof(kText) <= std::numeric_limits<uint16_t>::max());

absl::string_view TextAt(uint16_t offset) { return kText + offset; }

}  // namespace

absl::string_view MediaTypeOf(absl::string_view path) {
  const absl::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  const size_t dot = name.rfind('.');
  const std::string extension = absl::AsciiStrToLower(dot == name.npos ? "" : name.substr(dot + 1));
  const auto* row = std::lower_bound(std::begin(kRows), std::end(kRows), extension,
                                     [](const Row& candidate, absl::string_view wanted) {
                                       return TextAt(candidate.extension) < wanted;
                                     });
  const bool found = row != std::end(kRows) && TextAt(row->extension) == extension;
  return found ? TextAt(row->media_type) : "application/octet-stream";
}

}  // namespace prong
