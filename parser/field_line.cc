#include "parser/field_line.h"

#include <cstddef>

#include "parser/character_set.h"
#include "parser/white_space.h"

namespace prong {

std::variant<Field, Rejection> ParseFieldLine(absl::string_view line) noexcept {
  if (IsWhiteSpace(line[0])) return Rejection::kFieldLineFolded;

  const size_t name_size = kTokenCharacters.PrefixSize(line);
  const absl::string_view after_name = line.substr(name_size);
  if (after_name.empty() || after_name[0] != ':') {
    if (after_name.find(':') == after_name.npos) return Rejection::kFieldLineWithoutColon;
    return TrimWhiteSpace(after_name)[0] == ':' ? Rejection::kSpaceBeforeColon
                                                : Rejection::kFieldNameInvalid;
  }
  if (name_size == 0) return Rejection::kFieldNameEmpty;
  return Field{line.substr(0, name_size), TrimWhiteSpace(after_name.substr(1))};
}

}  // namespace prong
