#include "parser/field_line.h"

#include <cstddef>

#include "parser/character_set.h"
#include "parser/prefix_scan.h"
#include "parser/white_space.h"

namespace prong {
namespace {

constexpr PrefixScan kNameScan(kTokenCharacters, {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'-', '.'}});

// Why a line is no field line that begins with `name_size` characters of a token.
Rejection Reason(absl::string_view line, size_t name_size) {
  if (IsWhiteSpace(line[0])) return Rejection::kFieldLineFolded;

  const absl::string_view after_name = line.substr(name_size);
  if (after_name.find(':') == after_name.npos) return Rejection::kFieldLineWithoutColon;
  if (after_name[0] == ':') return Rejection::kFieldNameEmpty;
  return TrimWhiteSpace(after_name)[0] == ':' ? Rejection::kSpaceBeforeColon
                                              : Rejection::kFieldNameInvalid;
}

}  // namespace

std::variant<Field, Rejection> ParseFieldLine(absl::string_view line) noexcept {
  Field field;
  if (const std::optional<Rejection> rejection = ParseFieldLineTo(field, line)) return *rejection;
  return field;
}

std::optional<Rejection> ParseFieldLineTo(Field& field, absl::string_view line) noexcept {
  const size_t name_size = kNameScan.Size(line);
  if (name_size == 0 || name_size == line.size() || line[name_size] != ':') {
    return Reason(line, name_size);
  }
  field.name = line.substr(0, name_size);
  field.value = TrimWhiteSpace(line.substr(name_size + 1));
  return std::nullopt;
}

}  // namespace prong
