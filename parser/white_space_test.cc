#include "parser/white_space.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

TEST(WhiteSpace, IsSpaceAndTabAlone) {
  for (int c = 0; c < 256; ++c) {
    EXPECT_EQ(IsWhiteSpace(static_cast<char>(c)), c == 0x20 || c == 0x09) << "byte " << c;
  }
}

TEST(WhiteSpace, IsTrimmedFromBothEnds) {
  for (const char* text : {"a b", " a b", "a b ", "\ta b\t", " \t a b\t \t"}) {
    EXPECT_EQ(TrimWhiteSpace(text), "a b") << text;
  }
}

TEST(WhiteSpace, IsAllThatIsTrimmed) {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const std::string text = {byte, 'a', byte};
    const bool trimmed = byte == ' ' || byte == '\t';
    EXPECT_EQ(TrimWhiteSpace(text), trimmed ? "a" : text) << "byte " << c;
  }
}

TEST(WhiteSpace, LeavesNothingOfItselfAlone) {
  for (const char* text : {"", " ", "\t", " \t \t"}) EXPECT_EQ(TrimWhiteSpace(text), "");
  EXPECT_EQ(TrimWhiteSpace(absl::string_view()), "");
}

}  // namespace
}  // namespace prong
