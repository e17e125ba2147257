#include "parser/head_lines.h"

#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parser/character_set.h"

namespace prong {
namespace {

using ::testing::VariantWith;

constexpr HeadLines::Kind kLines = {PrefixScan(kFieldLineCharacters, {{0x20, 0x7e}, {0x80, 0xff}}),
                                    Rejection::kFieldLineInvalidByte,
                                    Rejection::kFieldSectionTooLarge};
constexpr size_t kNoLimit = 1000;

auto Is(absl::string_view text) { return VariantWith<absl::string_view>(text); }
auto IsRefused(Rejection rejection) { return VariantWith<Rejection>(rejection); }
auto IsNotThereYet() { return VariantWith<NeedMore>(testing::_); }

TEST(HeadLines, GivesOneLineAfterTheOther) {
  HeadLines lines;
  const absl::string_view buffer = "a: b\r\n\r\nc\xff\td\r\n";
  EXPECT_THAT(lines.Next(buffer, kLines, kNoLimit), Is("a: b"));
  EXPECT_EQ(lines.start(), 6u);
  EXPECT_THAT(lines.Next(buffer, kLines, kNoLimit), Is(""));
  EXPECT_THAT(lines.Next(buffer, kLines, kNoLimit), Is("c\xff\td"));
  EXPECT_THAT(lines.Next(buffer, kLines, kNoLimit), IsNotThereYet());
  EXPECT_EQ(lines.start(), buffer.size());
}

TEST(HeadLines, WaitsForTheWholeLine) {
  HeadLines lines;
  const absl::string_view buffer = "a line of more than sixteen bytes\r\n";
  for (size_t size = 0; size < buffer.size(); ++size) {
    EXPECT_THAT(lines.Next(buffer.substr(0, size), kLines, kNoLimit), IsNotThereYet());
    EXPECT_EQ(lines.start(), 0u);
  }
  EXPECT_THAT(lines.Next(buffer, kLines, kNoLimit), Is(buffer.substr(0, buffer.size() - 2)));
}

TEST(HeadLines, RefusesWhatNoLineHolds) {
  EXPECT_THAT(HeadLines().Next("a\nb\r\n", kLines, kNoLimit), IsRefused(Rejection::kBareLf));
  EXPECT_THAT(HeadLines().Next("a\rb\r\n", kLines, kNoLimit), IsRefused(Rejection::kBareCr));
  EXPECT_THAT(HeadLines().Next("a\r\rb\r\n", kLines, kNoLimit), IsRefused(Rejection::kBareCr));
  EXPECT_THAT(HeadLines().Next(absl::string_view("a\0", 2), kLines, kNoLimit),
              IsRefused(Rejection::kFieldLineInvalidByte));
}

TEST(HeadLines, RefusesALineThatEndsBeyondTheLimit) {
  const std::string line(30, 'a');
  const std::string buffer = line + "\r\n";
  EXPECT_THAT(HeadLines().Next(buffer, kLines, 32), Is(line));
  EXPECT_THAT(HeadLines().Next(buffer, kLines, 31), IsRefused(Rejection::kFieldSectionTooLarge));

  // Before all of it is there, and whatever else is wrong with it.
  EXPECT_THAT(HeadLines().Next(line, kLines, 31), IsRefused(Rejection::kFieldSectionTooLarge));
  EXPECT_THAT(HeadLines().Next(line.substr(1), kLines, 31), IsNotThereYet());
  EXPECT_THAT(HeadLines().Next(line + "\n", kLines, 31),
              IsRefused(Rejection::kFieldSectionTooLarge));
}

TEST(HeadLines, RefusesAnyLineWhereTheLastOneReachedTheLimit) {
  HeadLines lines;
  EXPECT_THAT(lines.Next("ab\r\n\r\n", kLines, 4), Is("ab"));
  EXPECT_THAT(lines.Next("ab\r\n\r\n", kLines, 4), IsRefused(Rejection::kFieldSectionTooLarge));
}

}  // namespace
}  // namespace prong
