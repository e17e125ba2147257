#include "server/flag_types.h"

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/flags/marshalling.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/access_log_line.h"

namespace prong {
namespace {

template <typename Flag>
void ExpectRefused(absl::string_view text, absl::string_view advice) {
  Flag flag;
  std::string error;
  EXPECT_FALSE(absl::ParseFlag(text, &flag, &error)) << text;
  EXPECT_EQ(error, advice) << text;
}

template <typename Flag>
void ExpectInteger(absl::string_view text, int64_t value) {
  Flag flag;
  std::string error;
  EXPECT_TRUE(absl::ParseFlag(text, &flag, &error)) << text << ": " << error;
  EXPECT_EQ(flag.value, value) << text;
}

TEST(IntegerFlagTest, TakesItsRangeWithBothEnds) {
  ExpectInteger<PortFlag>("0", 0);
  ExpectInteger<PortFlag>("8080", 8080);
  ExpectInteger<PortFlag>("65535", 65535);
  ExpectInteger<BacklogFlag>("0", 0);
  ExpectInteger<BacklogFlag>("2147483647", 2147483647);
  ExpectInteger<CountFlag>("1", 1);
  ExpectInteger<CountFlag>("1000000000", 1000000000);
}

TEST(IntegerFlagTest, RefusesTheRestAndSaysWhatItTakes) {
  constexpr absl::string_view kPortAdvice = "give a whole number from 0 to 65535";
  for (absl::string_view text : {"-1", "65536", "4294967376", "18446744073709551696", "", "http",
                                 "80a", "80.0", "0x50", "8 0", "1e3"}) {
    ExpectRefused<PortFlag>(text, kPortAdvice);
  }
  ExpectRefused<BacklogFlag>("-1", "give a whole number from 0 to 2147483647");
  ExpectRefused<BacklogFlag>("2147483648", "give a whole number from 0 to 2147483647");
  ExpectRefused<CountFlag>("0", "give a whole number from 1 to 1000000000");
  ExpectRefused<CountFlag>("1000000001", "give a whole number from 1 to 1000000000");
}

TEST(IntegerFlagTest, IsWrittenAsItIsRead) {
  for (absl::string_view text : {"0", "80", "65535"}) {
    PortFlag flag;
    std::string error;
    ASSERT_TRUE(absl::ParseFlag(text, &flag, &error));
    EXPECT_EQ(absl::UnparseFlag(flag), text);
  }
}

TEST(TimeoutFlagTest, TakesDurationsFromAMillisecondToADay) {
  const struct {
    absl::string_view text;
    absl::Duration value;
  } kCases[] = {
      {"1ms", absl::Milliseconds(1)},       {"250ms", absl::Milliseconds(250)},
      {"10s", absl::Seconds(10)},           {"1.5s", absl::Milliseconds(1500)},
      {"1m30s", absl::Seconds(90)},         {"24h", absl::Hours(24)},
      {"86400s", absl::Hours(24)},          {"1000us", absl::Milliseconds(1)},
      {"1000000ns", absl::Milliseconds(1)},
  };
  for (const auto& c : kCases) {
    TimeoutFlag flag;
    std::string error;
    EXPECT_TRUE(absl::ParseFlag(c.text, &flag, &error)) << c.text << ": " << error;
    EXPECT_EQ(flag.value, c.value) << c.text;
  }
}

TEST(TimeoutFlagTest, RefusesTheRestAndSaysWhatItTakes) {
  for (absl::string_view text : {"0", "0s", "999us", "-1s", "-inf", "inf", "24h1ns", "10", "", "s",
                                 "10 s", "10x", "soon", "99999999999999999999h"}) {
    ExpectRefused<TimeoutFlag>(text, "give a duration from 1ms to 24h, such as 10s or 1m30s");
  }
}

TEST(TimeoutFlagTest, IsWrittenSoThatItCanBeRead) {
  EXPECT_EQ(absl::UnparseFlag(TimeoutFlag{absl::Seconds(10)}), "10s");
  EXPECT_EQ(absl::UnparseFlag(TimeoutFlag{absl::Seconds(90)}), "1m30s");
  EXPECT_EQ(absl::UnparseFlag(TimeoutFlag{absl::Milliseconds(1)}), "1ms");
}

TEST(ModeFlagTest, TakesOctalDigits) {
  const struct {
    absl::string_view text;
    mode_t value;
    absl::string_view written;
  } kCases[] = {{"0660", 0660, "0660"},
                {"660", 0660, "0660"},
                {"000", 0, "0000"},
                {"0777", 0777, "0777"},
                {"006", 06, "0006"}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    ModeFlag flag{};
    std::string error;
    EXPECT_TRUE(absl::ParseFlag(c.text, &flag, &error)) << error;
    EXPECT_EQ(flag.value, c.value);
    EXPECT_EQ(absl::UnparseFlag(flag), c.written);
  }
}

TEST(ModeFlagTest, RefusesTheRestAndSaysWhatItTakes) {
  for (absl::string_view text :
       {"", "0", "66", "888", "0668", "1777", "4755", "01000", "-660", "+660", "0o660", "0x1b0",
        " 660", "660 ", "rw-rw----", "u=rw", "77777777777777777777"}) {
    ExpectRefused<ModeFlag>(text, "give permissions of three octal digits, such as 0660");
  }
}

TEST(AddressFlagTest, TakesTheLiteralsOfBothFamilies) {
  for (absl::string_view text : {"127.0.0.1", "0.0.0.0", "::1", "::"}) {
    AddressFlag flag{*SocketAddress::FromLiteral("192.0.2.1")};
    std::string error;
    EXPECT_TRUE(absl::ParseFlag(text, &flag, &error)) << text << ": " << error;
    EXPECT_EQ(flag.value.Literal(), text);
    EXPECT_EQ(absl::UnparseFlag(flag), text);
  }
}

TEST(AddressFlagTest, RefusesTheRestAndKeepsItsValue) {
  for (absl::string_view text : {"", "localhost", "127.0.0.1:80", "[::1]", "300.0.0.1"}) {
    AddressFlag flag{*SocketAddress::FromLiteral("192.0.2.1")};
    std::string error;
    EXPECT_FALSE(absl::ParseFlag(text, &flag, &error)) << text;
    EXPECT_EQ(error,
              "give an IPv4 or IPv6 address, such as 127.0.0.1 or ::1; names are not resolved");
    EXPECT_EQ(flag.value.Literal(), "192.0.2.1");
  }
}

TEST(AddressBlocksFlagTest, TakesBlocksWithCommasBetweenThem) {
  for (absl::string_view text : {"", "192.0.2.1/32", "10.0.0.0/8,2001:db8::/32,::1/128"}) {
    AddressBlocksFlag flag;
    std::string error;
    EXPECT_TRUE(absl::ParseFlag(text, &flag, &error)) << text << ": " << error;
    EXPECT_EQ(absl::UnparseFlag(flag), text);
  }
}

TEST(AddressBlocksFlagTest, RefusesTheRestAndSaysWhatItTakes) {
  for (absl::string_view text : {",", "10.0.0.0/8,", "10.0.0.0/8, ::1", "10.0.0.0/8 ::1"}) {
    ExpectRefused<AddressBlocksFlag>(
        text,
        "give an IPv4 or IPv6 address, or a block of them, such as 192.0.2.1, 192.0.2.0/24 or "
        "2001:db8::/32; or unix");
  }
  ExpectRefused<AddressBlocksFlag>("::1,10.0.0.1/8",
                                   "'10.0.0.1/8' has bits set behind its first 8; give 10.0.0.0/8, "
                                   "or 10.0.0.1 for the one address");
}

TEST(LogFormatFlagTest, TakesTheNamesOfTheFormats) {
  const struct {
    absl::string_view text;
    LogFormat value;
  } kCases[] = {
      {"common", LogFormat::kCommon},
      {"combined", LogFormat::kCombined},
      {"json", LogFormat::kJson},
  };
  for (const auto& c : kCases) {
    LogFormatFlag flag;
    std::string error;
    EXPECT_TRUE(absl::ParseFlag(c.text, &flag, &error)) << c.text << ": " << error;
    EXPECT_EQ(flag.value, c.value) << c.text;
    EXPECT_EQ(absl::UnparseFlag(flag), c.text);
  }
}

TEST(LogFormatFlagTest, RefusesTheRestAndSaysWhatItTakes) {
  for (absl::string_view text : {"", "JSON", "clf", "json ", "common,json", "0"}) {
    ExpectRefused<LogFormatFlag>(text, "give common, combined or json");
  }
}

}  // namespace
}  // namespace prong
