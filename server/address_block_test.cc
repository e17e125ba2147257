#include "server/address_block.h"

#include <sys/socket.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/socket_address.h"

namespace prong {
namespace {

bool Contains(absl::string_view block, absl::string_view address) {
  const absl::StatusOr<AddressBlock> parsed = AddressBlock::Parse(block);
  EXPECT_TRUE(parsed.ok()) << block << ": " << parsed.status();
  return parsed.ok() && parsed->Contains(*SocketAddress::FromLiteral(address));
}

TEST(AddressBlockTest, ContainsTheAddressesThatHaveItsPrefix) {
  const struct {
    absl::string_view block;
    absl::string_view in;
    absl::string_view out;
  } kCases[] = {
      {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
      {"192.0.2.1/32", "192.0.2.1", "192.0.2.0"},
      {"192.0.2.0/31", "192.0.2.1", "192.0.2.2"},
      {"192.0.2.0/24", "192.0.2.0", "192.0.1.255"},
      {"192.0.2.0/24", "192.0.2.255", "192.0.3.0"},
      {"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
      {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
      {"172.16.0.0/12", "172.31.255.255", "172.32.0.0"},
      {"128.0.0.0/1", "255.255.255.255", "127.255.255.255"},
      {"0.0.0.0/0", "255.255.255.255", "::1"},
      {"0.0.0.0/0", "0.0.0.0", "::"},
      {"::1", "::1", "::"},
      {"2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
      {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
      {"2001:db8::1/128", "2001:db8::1", "2001:db8::"},
      {"2001:db8::/127", "2001:db8::1", "2001:db8::2"},
      {"8000::/1", "ffff::", "7fff::"},
  };
  for (const auto& c : kCases) {
    EXPECT_TRUE(Contains(c.block, c.in)) << c.block << " " << c.in;
    EXPECT_FALSE(Contains(c.block, c.out)) << c.block << " " << c.out;
  }
}

TEST(AddressBlockTest, AMappedAddressIsAnIpv4Address) {
  EXPECT_TRUE(Contains("192.0.2.0/24", "::ffff:192.0.2.1"));
  EXPECT_FALSE(Contains("192.0.2.0/24", "::ffff:192.0.3.1"));
  EXPECT_TRUE(Contains("::ffff:192.0.2.0/120", "192.0.2.1"));
  EXPECT_FALSE(Contains("::ffff:192.0.2.0/120", "192.0.3.1"));
  EXPECT_TRUE(Contains("::ffff:0.0.0.0/96", "192.0.2.1"));
  EXPECT_TRUE(Contains("0.0.0.0/0", "::ffff:192.0.2.1"));
  for (const absl::string_view address : {"192.0.2.1", "::ffff:192.0.2.1"}) {
    EXPECT_FALSE(Contains("::/0", address));
    EXPECT_FALSE(Contains("::/64", address));
  }
  EXPECT_TRUE(Contains("::/0", "::1"));
  EXPECT_TRUE(Contains("::/0", "::192.0.2.1"));
}

TEST(AddressBlockTest, ThePortDoesNotMatter) {
  const absl::StatusOr<AddressBlock> block = AddressBlock::Parse("192.0.2.1");
  ASSERT_TRUE(block.ok());
  EXPECT_TRUE(block->Contains(SocketAddress::FromLiteral("192.0.2.1")->WithPort(80)));
}

TEST(AddressBlockTest, ClientsOfUnixSocketsAreABlockOfTheirOwn) {
  sockaddr_storage storage = {};
  storage.ss_family = AF_UNIX;
  const absl::StatusOr<AddressBlock> unix_sockets = AddressBlock::Parse("unix");
  ASSERT_TRUE(unix_sockets.ok());
  EXPECT_EQ(unix_sockets->Text(), "unix");
  EXPECT_TRUE(unix_sockets->Contains(SocketAddress(storage)));
  for (const absl::string_view address : {"0.0.0.0", "127.0.0.1", "::", "::1"}) {
    EXPECT_FALSE(unix_sockets->Contains(*SocketAddress::FromLiteral(address))) << address;
  }
  for (const absl::string_view text : {"0.0.0.0/0", "::/0", "::"}) {
    const absl::StatusOr<AddressBlock> block = AddressBlock::Parse(text);
    ASSERT_TRUE(block.ok());
    EXPECT_FALSE(block->Contains(SocketAddress(storage))) << text;
  }
}

TEST(AddressBlockTest, IsWrittenWithItsPrefix) {
  const struct {
    absl::string_view text;
    absl::string_view written;
  } kCases[] = {
      {"192.0.2.1", "192.0.2.1/32"},
      {"0.0.0.0/0", "0.0.0.0/0"},
      {"10.0.0.0/8", "10.0.0.0/8"},
      {"2001:DB8:0::/32", "2001:db8::/32"},
      {"::1", "::1/128"},
      {"::/0", "::/0"},
      {"::ffff:192.0.2.0/120", "192.0.2.0/24"},
  };
  for (const auto& c : kCases) {
    const absl::StatusOr<AddressBlock> block = AddressBlock::Parse(c.text);
    ASSERT_TRUE(block.ok()) << block.status();
    EXPECT_EQ(block->Text(), c.written);
  }
}

TEST(AddressBlockTest, SaysWhatABlockIs) {
  for (const absl::string_view text : {"",
                                       "/",
                                       "/24",
                                       "192.0.2.0/",
                                       "192.0.2.0/33",
                                       "192.0.2.0/-1",
                                       "192.0.2.0/+8",
                                       "192.0.2.0/ 8",
                                       "192.0.2.0/8x",
                                       "192.0.2.0/24/24",
                                       "192.0.2/24",
                                       "192.0.2.0/255.255.255.0",
                                       "2001:db8::/129",
                                       "[2001:db8::]/32",
                                       "localhost",
                                       "0/0",
                                       " 192.0.2.1",
                                       "192.0.2.0/4294967304",
                                       "unix:",
                                       "unix/0",
                                       "UNIX"}) {
    const absl::Status status = AddressBlock::Parse(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
    EXPECT_EQ(status.message(),
              "give an IPv4 or IPv6 address, or a block of them, such as 192.0.2.1, 192.0.2.0/24 "
              "or 2001:db8::/32; or unix")
        << text;
  }
}

TEST(AddressBlockTest, SaysWhichBlockWasMeantWhereBitsAreSetBehindThePrefix) {
  const struct {
    absl::string_view text;
    absl::string_view block;
  } kCases[] = {
      {"192.0.2.7/24", "192.0.2.0/24"},
      {"192.0.2.1/31", "192.0.2.0/31"},
      {"192.0.2.1/0", "0.0.0.0/0"},
      {"2001:db8::1/32", "2001:db8::/32"},
      {"::ffff:192.0.2.0/95", "::fffe:0:0/95"},
  };
  for (const auto& c : kCases) {
    const absl::Status status = AddressBlock::Parse(c.text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << c.text;
    EXPECT_TRUE(absl::StartsWith(status.message(), absl::StrCat("'", c.text, "' "))) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), absl::StrCat("; give ", c.block, ", or ")))
        << status;
  }
}

}  // namespace
}  // namespace prong
