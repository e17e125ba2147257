#include "server/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

TEST(SocketAddressTest, KnowsWhatOnlyThisMachineCanReach) {
  for (const char* literal :
       {"127.0.0.1", "127.255.255.255", "127.0.0.0", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(SocketAddress::FromLiteral(literal)->is_loopback()) << literal;
  }
  for (const char* literal : {"0.0.0.0", "126.255.255.255", "128.0.0.0", "192.168.0.1", "::", "::2",
                              "::ffff:0.0.0.0", "::ffff:128.0.0.1", "fe80::1", "::127.0.0.1"}) {
    EXPECT_FALSE(SocketAddress::FromLiteral(literal)->is_loopback()) << literal;
  }
}

TEST(SocketAddressTest, LiteralsAreReadAndWrittenInTheirShortestForm) {
  const struct {
    absl::string_view literal;
    absl::string_view written;
    int family;
  } kCases[] = {
      {"127.0.0.1", "127.0.0.1", AF_INET},
      {"0.0.0.0", "0.0.0.0", AF_INET},
      {"255.255.255.255", "255.255.255.255", AF_INET},
      {"::1", "::1", AF_INET6},
      {"::", "::", AF_INET6},
      {"2001:DB8:0:0:0:0:0:A", "2001:db8::a", AF_INET6},
      {"::ffff:192.0.2.1", "192.0.2.1", AF_INET},
      {"::FFFF:C000:0201", "192.0.2.1", AF_INET},
      {"::fffe:192.0.2.1", "::fffe:c000:201", AF_INET6},
      {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
       AF_INET6},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.literal);
    const std::optional<SocketAddress> address = SocketAddress::FromLiteral(c.literal);
    ASSERT_TRUE(address);
    EXPECT_EQ(address->Literal(), c.written);
    EXPECT_EQ(address->family(), c.family);
    EXPECT_EQ(address->port(), 0);
  }
}

TEST(SocketAddressTest, WhatIsNoLiteralIsNoAddress) {
  constexpr absl::string_view kCases[] = {
      "",           "localhost",  "127.0.0.1:80", "127.0.0.1 ",
      " 127.0.0.1", "127.0.0",    "127.0.0.1.1",  "256.0.0.1",
      "127.1",  // inet_aton(3) would take these three
      "0x7f.0.0.1", "2130706433", "127.0.0.01",   "[::1]",
      ":::",        "1::2::3",    "12345::",
      "::1%lo",  // zones are not addresses, see ipv6(7)
      "fe80::1%1",  "*",
  };
  for (absl::string_view literal : kCases) {
    EXPECT_FALSE(SocketAddress::FromLiteral(literal)) << literal;
  }
}

TEST(SocketAddressTest, ThePortIsInHostByteOrderOutsideAndInNetworkByteOrderInside) {
  const SocketAddress ipv4 = SocketAddress::FromLiteral("192.0.2.1")->WithPort(0x1234);
  EXPECT_EQ(ipv4.port(), 0x1234);
  EXPECT_EQ(reinterpret_cast<const sockaddr_in*>(ipv4.address())->sin_port, htons(0x1234));

  const SocketAddress ipv6 = SocketAddress::FromLiteral("2001:db8::1")->WithPort(0x1234);
  EXPECT_EQ(ipv6.port(), 0x1234);
  EXPECT_EQ(reinterpret_cast<const sockaddr_in6*>(ipv6.address())->sin6_port, htons(0x1234));
}

TEST(SocketAddressTest, WithPortChangesACopyAndOnlyThePort) {
  const SocketAddress address = *SocketAddress::FromLiteral("192.0.2.1");
  const SocketAddress with_port = address.WithPort(65535);
  EXPECT_EQ(address.port(), 0);
  EXPECT_EQ(with_port.port(), 65535);
  EXPECT_EQ(with_port.WithPort(1).port(), 1);
  EXPECT_EQ(with_port.Literal(), "192.0.2.1");
}

TEST(SocketAddressTest, NothingIsHiddenBehindANul) {
  EXPECT_FALSE(SocketAddress::FromLiteral(absl::string_view("127.0.0.1\0", 10)));
  EXPECT_FALSE(SocketAddress::FromLiteral(absl::string_view("::1\0.example.org", 16)));
}

// RFC 3986 section 3.2.2: an IPv6 address stands in brackets.
TEST(SocketAddressTest, TheLiteralWithThePortIsTheAuthorityOfAUri) {
  EXPECT_EQ(SocketAddress::FromLiteral("127.0.0.1")->WithPort(8080).LiteralWithPort(),
            "127.0.0.1:8080");
  EXPECT_EQ(SocketAddress::FromLiteral("::1")->WithPort(8080).LiteralWithPort(), "[::1]:8080");
  EXPECT_EQ(SocketAddress::FromLiteral("::")->LiteralWithPort(), "[::]:0");
}

TEST(SocketAddressTest, TheSizeIsThatOfTheFamilyAsBindWantsIt) {
  EXPECT_EQ(SocketAddress::FromLiteral("127.0.0.1")->size(), sizeof(sockaddr_in));
  EXPECT_EQ(SocketAddress::FromLiteral("::1")->size(), sizeof(sockaddr_in6));
}

TEST(SocketAddressTest, TheNetworkIsWhatOneClientHas) {
  const auto network = [](absl::string_view literal) {
    return SocketAddress::FromLiteral(literal)->WithPort(1).network();
  };
  EXPECT_EQ(network("192.0.2.1"), SocketAddress::FromLiteral("192.0.2.1")->WithPort(2).network());
  EXPECT_NE(network("192.0.2.1"), network("192.0.2.2"));
  EXPECT_EQ(network("2001:db8::1"), network("2001:db8::ffff:ffff:ffff:ffff"));
  EXPECT_NE(network("2001:db8::1"), network("2001:db8:0:1::1"));
  EXPECT_EQ(network("::ffff:192.0.2.1"), network("192.0.2.1"));
  EXPECT_NE(network("::ffff:192.0.2.1"), network("::ffff:192.0.2.2"));
  EXPECT_NE(network("::"), network("0.0.0.0"));
}

TEST(SocketAddressTest, IsWhatTheKernelWrote) {
  sockaddr_storage storage = {};
  sockaddr_in6 written = {};
  written.sin6_family = AF_INET6;
  written.sin6_port = htons(49152);
  ASSERT_EQ(inet_pton(AF_INET6, "2001:db8::7", &written.sin6_addr), 1);
  std::memcpy(&storage, &written, sizeof(written));

  const SocketAddress address(storage);
  EXPECT_EQ(address.family(), AF_INET6);
  EXPECT_EQ(address.Literal(), "2001:db8::7");
  EXPECT_EQ(address.LiteralWithPort(), "[2001:db8::7]:49152");
}

TEST(SocketAddressTest, APathIsTheAddressOfAUnixSocket) {
  const std::string longest(SocketAddress::kMaxPathSize, 'x');
  for (const std::string& path : {std::string("/run/prong.sock"), std::string("@x"), longest}) {
    SCOPED_TRACE(path);
    const std::optional<SocketAddress> address = SocketAddress::FromPath(path);
    ASSERT_TRUE(address);
    EXPECT_TRUE(address->is_unix());
    EXPECT_EQ(address->family(), AF_UNIX);
    EXPECT_EQ(address->path(), path);
    EXPECT_EQ(address->Literal(), "unix");
    EXPECT_EQ(address->LiteralWithPort(), "unix:" + path);
    EXPECT_EQ(address->size(), sizeof(sockaddr_un));
    EXPECT_EQ(reinterpret_cast<const sockaddr_un*>(address->address())->sun_path, path);
  }
}

TEST(SocketAddressTest, WhatIsNoPathOfASocketIsNoAddress) {
  EXPECT_EQ(SocketAddress::kMaxPathSize, 107);  // unix(7), less the NUL
  EXPECT_FALSE(SocketAddress::FromPath(""));
  EXPECT_FALSE(SocketAddress::FromPath(std::string(SocketAddress::kMaxPathSize + 1, 'x')));
  EXPECT_FALSE(SocketAddress::FromPath(absl::string_view("/run/x\0y", 8)));
}

TEST(SocketAddressTest, TheNamesOfUnixSocketsAreWrittenAsSs8Does) {
  const auto written = [](absl::string_view name) {
    sockaddr_storage storage = {};
    storage.ss_family = AF_UNIX;
    name.copy(reinterpret_cast<sockaddr_un&>(storage).sun_path, name.size());
    return SocketAddress(storage).LiteralWithPort();
  };
  EXPECT_EQ(written("/run/prong.sock"), "unix:/run/prong.sock");
  EXPECT_EQ(written(absl::string_view("\0prong", 6)), "unix:@prong");
  EXPECT_EQ(written(""), "unix:");
  EXPECT_EQ(written(std::string(sizeof(sockaddr_un::sun_path), 'x')),
            "unix:" + std::string(108, 'x'));
}

TEST(SocketAddressTest, AnIpv4ClientOfASocketForBothIsOneOfIpv4) {
  sockaddr_storage storage = {};
  sockaddr_in6 written = {};
  written.sin6_family = AF_INET6;
  written.sin6_port = htons(49152);
  ASSERT_EQ(inet_pton(AF_INET6, "::ffff:192.0.2.1", &written.sin6_addr), 1);
  std::memcpy(&storage, &written, sizeof(written));

  const SocketAddress address(storage);
  EXPECT_EQ(address.family(), AF_INET);
  EXPECT_EQ(address.size(), sizeof(sockaddr_in));
  EXPECT_EQ(address.LiteralWithPort(), "192.0.2.1:49152");
  EXPECT_EQ(address.network(), SocketAddress::FromLiteral("192.0.2.1")->network());
}

}  // namespace
}  // namespace prong
