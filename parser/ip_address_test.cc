#include "parser/ip_address.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

TEST(Ipv4AddressTest, IsFourNumbersOfAByte) {
  for (const absl::string_view text : {"0.0.0.0", "127.0.0.1", "192.0.2.10", "255.255.255.255"}) {
    EXPECT_TRUE(IsIpv4Address(text)) << text;
    EXPECT_FALSE(IsIpv6Address(text)) << text;
  }
  for (const absl::string_view text :
       {"",           ".",
        "1",          "1.2.3",
        "1.2.3.4.5",  "1.2.3.",
        ".1.2.3",     "1..2.3",
        "256.0.0.1",  "01.2.3.4",
        "1.2.3.00",   "0x1.2.3.4",
        " 1.2.3.4",   "1.2.3.4 ",
        "1.2.3.4/32", "1.2.3.4:80",
        "+1.2.3.4",   "unknown",
        "localhost",  "1.2.3.4.1.2.3.4.1.2.3.4.1.2.3.4.1.2.3.4.1.2.3.4.1.2.3.4"}) {
    EXPECT_FALSE(IsIpv4Address(text)) << text;
  }
  EXPECT_FALSE(IsIpv4Address({"1.2.3.4\0", 8}));
}

TEST(Ipv6AddressTest, IsEightGroupsOrFewerAroundAGap) {
  for (const absl::string_view text :
       {"::", "::1", "1::", "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "::ffff:192.0.2.1",
        "1:2:3:4:5:6:1.2.3.4", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"}) {
    EXPECT_TRUE(IsIpv6Address(text)) << text;
    EXPECT_FALSE(IsIpv4Address(text)) << text;
  }
  for (const absl::string_view text :
       {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
        "12345::", "g::", "[::1]", "::1%lo", "::1/128", "::1.2.3", "::1 ", " ::1", "1.2.3.4::"}) {
    EXPECT_FALSE(IsIpv6Address(text)) << text;
  }
  EXPECT_FALSE(IsIpv6Address(absl::string_view("::1\0", 4)));
  EXPECT_FALSE(IsIpv6Address(std::string(1000, ':')));
}

}  // namespace
}  // namespace prong
