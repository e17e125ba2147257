#include "server/utf8.h"

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

// U+FFFD so many times.
std::string Replaced(int count) {
  std::string replaced;
  for (int i = 0; i < count; ++i) replaced += "\xEF\xBF\xBD";
  return replaced;
}

// The arithmetic of RFC 3629 section 3.
std::string Encode(uint32_t character) {
  const auto byte = [](uint32_t bits) { return static_cast<char>(bits); };
  const auto tail = [byte](uint32_t bits) { return byte(0x80 | (bits & 0x3F)); };
  if (character < 0x80) return {byte(character)};
  if (character < 0x800) return {byte(0xC0 | character >> 6), tail(character)};
  if (character < 0x10000)
    return {byte(0xE0 | character >> 12), tail(character >> 6), tail(character)};
  return {byte(0xF0 | character >> 18), tail(character >> 12), tail(character >> 6),
          tail(character)};
}

TEST(Utf8, EveryCharacterIsOneAndNoSurrogateIs) {
  for (uint32_t character = 0; character < 0x120000; ++character) {
    const std::string encoded = Encode(character);
    const bool is_surrogate = 0xD800 <= character && character <= 0xDFFF;
    const bool is_character = character <= 0x10FFFF && !is_surrogate;
    ASSERT_EQ(Utf8CharacterSize(encoded + "\x80"), is_character ? encoded.size() : 0) << character;
  }
}

TEST(Utf8, ACharacterThatIsCutIsNone) {
  for (const uint32_t character : {0xE9u, 0x20ACu, 0x1F600u}) {
    const std::string encoded = Encode(character);
    for (size_t size = 0; size < encoded.size(); ++size) {
      EXPECT_EQ(Utf8CharacterSize(encoded.substr(0, size)), 0u) << character;
      if (size > 0) {
        EXPECT_EQ(Utf8CharacterSize(encoded.substr(0, size) + "a"), 0u) << character;
      }
    }
  }
}

TEST(Utf8, EachByteOfNoCharacterIsReplaced) {
  EXPECT_EQ(ValidUtf8(""), "");
  EXPECT_EQ(ValidUtf8("na\xC3\xAFve"), "na\xC3\xAFve");
  EXPECT_EQ(ValidUtf8("\xFF"), Replaced(1));
  EXPECT_EQ(ValidUtf8("a\x80z"), "a" + Replaced(1) + "z");
  EXPECT_EQ(ValidUtf8("\xC0\xAF"), Replaced(2));      // an overlong slash
  EXPECT_EQ(ValidUtf8("\xE0\x80\xBC"), Replaced(3));  // an overlong "<"
  EXPECT_EQ(ValidUtf8("\xED\xA0\x80"), Replaced(3));  // a surrogate
  EXPECT_EQ(ValidUtf8("\xE2\x82"), Replaced(2));      // a euro sign, cut
  EXPECT_EQ(ValidUtf8("\xE2\x82<b>"), Replaced(2) + "<b>");
}

TEST(Utf8, OfEveryByteAloneOnlyAsciiIsACharacter) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const absl::string_view text(&c, 1);
    EXPECT_EQ(ValidUtf8(text), byte < 0x80 ? std::string(text) : Replaced(1)) << byte;
  }
}

}  // namespace
}  // namespace prong
