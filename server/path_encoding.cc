#include "server/path_encoding.h"

#include "absl/strings/str_format.h"
#include "parser/character_set.h"

namespace prong {

std::string EncodePath(absl::string_view path) {
  std::string encoded;
  encoded.reserve(path.size());
  for (const char c : path) {
    if (c == '/' || kUnreservedCharacters.Contains(c)) {
      encoded.push_back(c);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace prong
