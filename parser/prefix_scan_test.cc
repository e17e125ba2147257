#include "parser/prefix_scan.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "parser/character_set.h"

namespace prong {
namespace {

// CharacterSet::PrefixSize, which looks up byte by byte, says what is right.

constexpr PrefixScan kTokenScan(kTokenCharacters, {{'a', 'z'}, {'A', 'Z'}, {'-', '-'}});
constexpr PrefixScan kFieldLineScan(kFieldLineCharacters, {{0x20, 0x7e}, {0x80, 0xff}});
constexpr CharacterSet kAllButA = CharacterSet().WithRange(0x00, 0x40).WithRange(0x42, 0xff);
constexpr PrefixScan kAllButAScan(kAllButA, {{0x00, 0x40}});

TEST(PrefixScan, FindsEachByteAtEachPlace) {
  // Beyond two blocks of 16 bytes, and what is left over.
  for (size_t size = 1; size <= 40; ++size) {
    for (size_t place = 0; place < size; ++place) {
      std::string text(size, 'b');
      for (int c = 0; c < 256; ++c) {
        text[place] = static_cast<char>(c);
        ASSERT_EQ(kTokenScan.Size(text), kTokenCharacters.PrefixSize(text))
            << "byte " << c << " at " << place << " of " << size;
        ASSERT_EQ(kFieldLineScan.Size(text), kFieldLineCharacters.PrefixSize(text))
            << "byte " << c << " at " << place << " of " << size;
        ASSERT_EQ(kAllButAScan.Size(text), kAllButA.PrefixSize(text))
            << "byte " << c << " at " << place << " of " << size;
      }
    }
  }
}

TEST(PrefixScan, GoesOnBehindWhatIsInNoRange) {
  const std::string text = std::string(20, '!') + "ab" + std::string(20, '9') + ":" + "ab";
  EXPECT_EQ(kTokenScan.Size(text), 42u);
}

TEST(PrefixScan, FindsTheFirstOfSeveral) {
  std::string text(32, 'b');
  text[5] = '\r';
  text[9] = '\0';
  text[31] = '\x7f';
  EXPECT_EQ(kFieldLineScan.Size(text), 5u);
  EXPECT_EQ(kFieldLineScan.Size(absl::string_view(text).substr(6)), 3u);
  EXPECT_EQ(kFieldLineScan.Size(absl::string_view(text).substr(10)), 21u);
}

TEST(PrefixScan, EndsWhereTheTextDoes) {
  const std::string text(40, 'b');
  for (size_t size = 0; size <= text.size(); ++size) {
    EXPECT_EQ(kFieldLineScan.Size(absl::string_view(text).substr(0, size)), size);
  }
  EXPECT_EQ(kFieldLineScan.Size(absl::string_view()), 0u);
}

}  // namespace
}  // namespace prong
