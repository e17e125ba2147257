// UTF-8, RFC 3629.

#ifndef PRONG_SERVER_UTF8_H_
#define PRONG_SERVER_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace prong {

// How many bytes the character has that `text` begins with, by the grammar of section 4:
// no overlong form, no surrogate, nothing beyond U+10FFFF. 0 if it begins with none.
size_t Utf8CharacterSize(absl::string_view text);

// `text`, which may hold any byte, with U+FFFD for each byte that is of no character.
std::string ValidUtf8(absl::string_view text);

}  // namespace prong

#endif  // PRONG_SERVER_UTF8_H_
