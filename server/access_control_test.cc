#include "server/access_control.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "parser/request.h"
#include "server/address_block.h"
#include "server/options.h"
#include "server/socket_address.h"

namespace prong {
namespace {

std::vector<AddressBlock> Blocks(absl::string_view text) {
  std::vector<AddressBlock> blocks;
  for (const absl::string_view part : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    blocks.push_back(*AddressBlock::Parse(part));
  }
  return blocks;
}

SocketAddress Address(absl::string_view literal) { return *SocketAddress::FromLiteral(literal); }

TEST(IsServedTest, DenyWinsAndAllowShutsOutTheRest) {
  const struct {
    absl::string_view allow;
    absl::string_view deny;
    absl::string_view served;
    absl::string_view not_served;
  } kCases[] = {
      {"", "", "192.0.2.1,::1", ""},
      {"", "192.0.2.0/24", "192.0.3.1,::1", "192.0.2.1,::ffff:192.0.2.1"},
      {"192.0.2.0/24", "", "192.0.2.1,::ffff:192.0.2.1", "192.0.3.1,::1"},
      {"192.0.2.0/24", "192.0.2.1", "192.0.2.2", "192.0.2.1,192.0.3.1"},
      {"192.0.2.1", "192.0.2.0/24", "", "192.0.2.1,192.0.2.2,192.0.3.1"},
      {"::1,192.0.2.1", "2001:db8::/32,192.0.2.2", "::1,192.0.2.1", "2001:db8::1,192.0.2.2,::2"},
      {"0.0.0.0/0", "", "192.0.2.1", "::1"},
      {"", "::/0", "192.0.2.1", "::1"},
  };
  for (const auto& c : kCases) {
    const AccessControlOptions options = {{}, Blocks(c.allow), Blocks(c.deny)};
    for (const absl::string_view client : absl::StrSplit(c.served, ',', absl::SkipEmpty())) {
      EXPECT_TRUE(IsServed(Address(client), options)) << c.allow << " " << c.deny << " " << client;
    }
    for (const absl::string_view client : absl::StrSplit(c.not_served, ',', absl::SkipEmpty())) {
      EXPECT_FALSE(IsServed(Address(client), options)) << c.allow << " " << c.deny << " " << client;
    }
  }
}

TEST(ClientOfTest, IsTheLastAddressThatIsNoTrustedProxys) {
  const struct {
    absl::string_view trusted;
    absl::string_view peer;
    absl::string_view forwarded_for;
    absl::string_view client;
  } kCases[] = {
      // Who is not trusted may say what they like.
      {"", "192.0.2.1", "198.51.100.1", "192.0.2.1"},
      {"10.0.0.0/8", "192.0.2.1", "198.51.100.1", "192.0.2.1"},
      {"10.0.0.0/8", "10.0.0.1", "198.51.100.1", "198.51.100.1"},
      {"10.0.0.0/8", "::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"},
      {"10.0.0.0/8", "10.0.0.1", "", "10.0.0.1"},
      // Chains: what is at the left of who is not trusted was made up by anyone.
      {"10.0.0.0/8", "10.0.0.1", "203.0.113.7, 198.51.100.1", "198.51.100.1"},
      {"10.0.0.0/8", "10.0.0.1", "203.0.113.7, 198.51.100.1, 10.0.0.3, 10.0.0.2", "198.51.100.1"},
      {"10.0.0.0/8", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
      {"10.0.0.1", "10.0.0.1", "198.51.100.1, 10.0.0.2", "10.0.0.2"},
      {"10.0.0.1,2001:db8::/32", "10.0.0.1", "::1, [2001:db8::1]:80", "::1"},
      {"0.0.0.0/0", "10.0.0.1", "2001:db8::1, 198.51.100.1", "2001:db8::1"},
      // What names no address ends the chain where it is.
      {"10.0.0.0/8", "10.0.0.1", "unknown", "10.0.0.1"},
      {"10.0.0.0/8", "10.0.0.1", "198.51.100.1, unknown, 10.0.0.2", "10.0.0.2"},
      {"10.0.0.0/8", "10.0.0.1", "198.51.100.1, 10.0.0.2x", "10.0.0.1"},
      {"10.0.0.0/8", "10.0.0.1", "unknown, 198.51.100.1", "198.51.100.1"},
  };
  for (const auto& c : kCases) {
    const AccessControlOptions options = {Blocks(c.trusted), {}, {}};
    const std::vector<Field> fields = {{"Host", "example.org"},
                                       {"X-Forwarded-For", c.forwarded_for}};
    EXPECT_EQ(ClientOf(Address(c.peer), fields, options).Literal(), c.client)
        << c.trusted << " " << c.peer << " " << c.forwarded_for;
  }
}

TEST(ClientOfTest, ForwardedCountsWithoutXForwardedFor) {
  const AccessControlOptions options = {Blocks("10.0.0.0/8"), {}, {}};
  const SocketAddress peer = Address("10.0.0.1");
  EXPECT_EQ(
      ClientOf(peer, {{"Forwarded", "for=198.51.100.1, for=\"10.0.0.2:80\""}}, options).Literal(),
      "198.51.100.1");
  EXPECT_EQ(ClientOf(peer, {{"X-Forwarded-For", "198.51.100.1"}, {"Forwarded", "for=198.51.100.2"}},
                     options)
                .Literal(),
            "198.51.100.1");
}

TEST(ClientOfTest, WhoIsNoProxyHasTheirPort) {
  const SocketAddress peer = Address("192.0.2.1").WithPort(80);
  EXPECT_EQ(ClientOf(peer, {}, {}).port(), 80);
}

TEST(IsTrustedProxyTest, NobodyIsByDefault) {
  EXPECT_FALSE(IsTrustedProxy(Address("127.0.0.1"), {}));
  EXPECT_TRUE(IsTrustedProxy(Address("127.0.0.1"), {Blocks("127.0.0.0/8"), {}, {}}));
  EXPECT_FALSE(IsTrustedProxy(Address("::1"), {Blocks("127.0.0.0/8"), {}, {}}));
}

}  // namespace
}  // namespace prong
