#include "parser/host.h"

#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parser/test_matchers.h"

namespace prong {
namespace {

using ::testing::VariantWith;

using Result = std::variant<absl::string_view, Rejection>;

Result HostOf(std::initializer_list<Field> fields, int minor_version) {
  return ParseHost(std::vector<Field>(fields), minor_version);
}

auto Accepted(absl::string_view host) { return VariantWith<absl::string_view>(host); }

TEST(HostWithOptionalPort, MayBeARegisteredNameOrAnIpv4Address) {  // RFC 3986 section 3.2.2
  const char* const hosts[] = {
      "h",
      "example.org",
      "EXAMPLE.org",
      "example.org.",
      "xn--bcher-kva.example",
      "127.0.0.1",
      "0.0.0.0",
      "a_b",
      "a-b",
      "-",
      "a%20b",
      "%C3%A9",
      "!$&'()*+,;=-._~",
      "1",
      "999.999.999.999",
  };
  for (const char* host : hosts) {
    EXPECT_TRUE(IsHostWithOptionalPort(host)) << host;
    EXPECT_TRUE(IsHostWithOptionalPort(absl::StrCat(host, ":8080"))) << host;
  }
}

TEST(HostWithOptionalPort, MayHaveTheCharactersOfARegisteredNameOnly) {
  for (int c = 0; c < 256; ++c) {
    // unreserved and sub-delims, RFC 3986 section 2.
    const absl::string_view allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=";
    const char byte = static_cast<char>(c);
    const std::string in_the_middle = {'a', byte, '1'};
    // "a:1" is a host and a port.
    EXPECT_EQ(IsHostWithOptionalPort(in_the_middle), absl::StrContains(allowed, byte) || c == ':')
        << "byte " << c;
    EXPECT_EQ(IsHostWithOptionalPort(std::string(1, byte)), absl::StrContains(allowed, byte))
        << "byte " << c;
  }
}

TEST(HostWithOptionalPort, MayNotBeEmpty) {  // RFC 9110 section 4.2.1
  for (const char* host : {"", ":", ":80", "[]", "[]:80"}) {
    EXPECT_FALSE(IsHostWithOptionalPort(host)) << host;
  }
  EXPECT_FALSE(IsHostWithOptionalPort(absl::string_view()));
}

TEST(HostWithOptionalPort, MayHaveValidTripletsOnly) {  // RFC 3986 section 2.1
  for (const char* host : {"%", "%4", "%4g", "%g4", "a%", "a%2", "%%41", "a%2:80", "%:80"}) {
    EXPECT_FALSE(IsHostWithOptionalPort(host)) << host;
  }
}

TEST(HostWithOptionalPort, HasNothingElseThatAUriHas) {
  const char* const hosts[] = {
      "user@example.org",
      "user:password@example.org",
      "http://example.org",
      "example.org/",
      "example.org/path",
      "example.org?query",
      "example.org#x",
      "a b",
      " a",
      "a ",
      "a\\b",
      "a\tb",
      "<h>",
      "\"h\"",
      "a{b}",
      "h\xc3\xa9",
  };
  for (const char* host : hosts) EXPECT_FALSE(IsHostWithOptionalPort(host)) << host;
}

TEST(HostWithOptionalPort, HasAPortBelow65536) {
  for (const char* port : {"", "0", "1", "80", "080", "65535", "000000000000000065535"}) {
    EXPECT_TRUE(IsHostWithOptionalPort(absl::StrCat("h:", port))) << port;
    EXPECT_TRUE(IsHostWithOptionalPort(absl::StrCat("[::1]:", port))) << port;
  }
  for (const char* port :
       {"65536", "99999", "4294967296", "4294967376", "18446744073709551696", "-1", "+80", "0x50",
        "80a", "a", " 80", "80 ", "8 0", "80:", ":80", "80:80", "8%30", "80.0"}) {
    EXPECT_FALSE(IsHostWithOptionalPort(absl::StrCat("h:", port))) << port;
    EXPECT_FALSE(IsHostWithOptionalPort(absl::StrCat("[::1]:", port))) << port;
  }
}

TEST(HostWithOptionalPort, MayBeAnIpv6AddressInBrackets) {  // RFC 3986 section 3.2.2
  const char* const addresses[] = {
      "::",
      "::1",
      "1::",
      "1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7::",
      "::2:3:4:5:6:7:8",
      "1::8",
      "1:2:3::6:7:8",
      "2001:db8::ff00:42:8329",
      "2001:DB8::FF00:42:8329",
      "fe80::1",
      "0001:0002:0003:0004:0005:0006:0007:0008",
      "::127.0.0.1",
      "::ffff:192.0.2.1",
      "64:ff9b::192.0.2.33",
      "1:2:3:4:5:6:192.0.2.1",
      "0000:0000:0000:0000:0000:ffff:255.255.255.255",  // 45 bytes: the longest
  };
  for (const char* address : addresses) {
    EXPECT_TRUE(IsHostWithOptionalPort(absl::StrCat("[", address, "]"))) << address;
    EXPECT_TRUE(IsHostWithOptionalPort(absl::StrCat("[", address, "]:8080"))) << address;
    EXPECT_FALSE(IsHostWithOptionalPort(address)) << "without brackets: " << address;
  }
}

TEST(HostWithOptionalPort, MayBeNoOtherThingInBrackets) {
  const char* const addresses[] = {
      ":",
      ":::",
      "1",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7:8::",
      "1::2::3",
      ":1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:",
      "12345::",
      "g::",
      "::1 ",
      " ::1",
      "127.0.0.1",
      "::256.0.0.1",
      "::1.2.3",
      "::1.2.3.4.5",
      "1:2:3:4:5:6:7:1.2.3.4",
      "example.org",
      "%3A%3A1",
      "fe80::1%eth0",    // a zone identifier,
      "fe80::1%25eth0",  // also as RFC 6874 writes it
      "v1.fe80::a+en1",  // IPvFuture
      "[::1]",
      "0000:0000:0000:0000:0000:ffff:0255.255.255.255",
      "0:0:0:0:0:0:0:0000000000000000000000000000000000000000000000000000000000000000001",
  };
  for (const char* address : addresses) {
    EXPECT_FALSE(IsHostWithOptionalPort(absl::StrCat("[", address, "]"))) << address;
  }
}

// inet_pton(3) reads a C string: what stands behind a NUL must not go unread.
TEST(HostWithOptionalPort, HasNoNulInItsBrackets) {
  EXPECT_FALSE(IsHostWithOptionalPort(absl::string_view("[::1\0]", 6)));
  EXPECT_FALSE(IsHostWithOptionalPort(absl::string_view("[::1\0@evil]", 11)));
  EXPECT_FALSE(IsHostWithOptionalPort(absl::string_view("[\0::1]", 6)));
}

TEST(HostWithOptionalPort, HasBracketsInPairsAndNothingBehindThemButAPort) {
  for (const char* host : {"[", "]", "[::1", "::1]", "[::1]]", "[[::1]", "[::1]8080", "[::1]a",
                           "[::1].", "a[::1]", "[::1]:80]", "[::1][::1]", "[::1]::80"}) {
    EXPECT_FALSE(IsHostWithOptionalPort(host)) << host;
  }
}

TEST(Host, IsTheValueOfItsField) {
  EXPECT_THAT(HostOf({{"Host", "example.org"}}, 1), Accepted("example.org"));
  EXPECT_THAT(HostOf({{"Accept", "*/*"}, {"Host", "[::1]:80"}, {"A", "b"}}, 1),
              Accepted("[::1]:80"));
}

TEST(Host, IsAFieldNameOfAnyCase) {  // RFC 9110 section 5.1
  for (const char* name : {"Host", "host", "HOST", "hOsT"}) {
    EXPECT_THAT(HostOf({{name, "h"}}, 1), Accepted("h")) << name;
  }
}

TEST(Host, IsNoPartOfAnotherName) {
  EXPECT_THAT(HostOf({{"X-Host", "h"}, {"Hos", "h"}, {"Hosts", "h"}, {"X-Forwarded-Host", "h"}}, 1),
              RejectedFor(Rejection::kHostMissing));
}

TEST(Host, MustBeThereFromHttp11On) {  // RFC 9112 section 3.2
  EXPECT_THAT(HostOf({}, 1), RejectedFor(Rejection::kHostMissing));
  EXPECT_THAT(HostOf({{"Accept", "*/*"}}, 1), RejectedFor(Rejection::kHostMissing));
}

TEST(Host, MayBeMissingInHttp10) {
  EXPECT_THAT(HostOf({}, 0), Accepted(""));
  EXPECT_THAT(HostOf({{"Accept", "*/*"}}, 0), Accepted(""));
}

TEST(Host, MayBeThereOnlyOnce) {  // RFC 9112 section 3.2: any request message
  for (int minor_version : {0, 1}) {
    EXPECT_THAT(HostOf({{"Host", "a"}, {"Host", "b"}}, minor_version),
                RejectedFor(Rejection::kHostRepeated));
    EXPECT_THAT(HostOf({{"Host", "a"}, {"A", "b"}, {"hOST", "a"}}, minor_version),
                RejectedFor(Rejection::kHostRepeated));
    EXPECT_THAT(HostOf({{"Host", ""}, {"Host", "a"}}, minor_version),
                RejectedFor(Rejection::kHostRepeated));
  }
}

TEST(Host, MustBeValidInEveryVersion) {
  for (int minor_version : {0, 1}) {
    for (const char* value :
         {"", ":80", "a b", "a, b", "user@h", "http://h", "h/", "h:65536", "[::1", "h\xc3\xa9"}) {
      EXPECT_THAT(HostOf({{"Host", value}}, minor_version), RejectedFor(Rejection::kHostInvalid))
          << value;
    }
  }
}

}  // namespace
}  // namespace prong
