#include "server/media_type.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"

namespace prong {
namespace {

struct Row {
  absl::string_view extension;  // in lower case
  absl::string_view media_type;
};

// In the order of the extensions.
constexpr Row kMediaTypes[] = {
#include "server/media_types.inc"
};

}  // namespace

absl::string_view MediaTypeOf(absl::string_view path) {
  const absl::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  const size_t dot = name.rfind('.');
  const std::string extension = absl::AsciiStrToLower(dot == name.npos ? "" : name.substr(dot + 1));
  const auto* row = std::lower_bound(
      std::begin(kMediaTypes), std::end(kMediaTypes), extension,
      [](const Row& candidate, absl::string_view wanted) { return candidate.extension < wanted; });
  const bool found = row != std::end(kMediaTypes) && row->extension == extension;
  return found ? row->media_type : "application/octet-stream";
}

}  // namespace prong
