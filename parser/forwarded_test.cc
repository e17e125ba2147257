#include "parser/forwarded.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "parser/request.h"

namespace prong {
namespace {

// The addresses that are read from `fields`, with a space between any two.
std::string AddressesIn(const std::vector<Field>& fields) {
  ForwardedFor forwarded(fields);
  std::vector<absl::string_view> addresses;
  while (const std::optional<absl::string_view> address = forwarded.Next()) {
    addresses.push_back(*address);
  }
  EXPECT_EQ(forwarded.Next(), std::nullopt) << "it goes on behind the end";
  return absl::StrJoin(addresses, " ");
}

struct Row {
  absl::string_view value;
  absl::string_view addresses;
};

TEST(XForwardedForTest, NamesAddressesFromRightToLeft) {
  const Row rows[] = {
      {"", ""},
      {"192.0.2.1", "192.0.2.1"},
      {"192.0.2.1, 192.0.2.2,192.0.2.3 ,\t192.0.2.4", "192.0.2.4 192.0.2.3 192.0.2.2 192.0.2.1"},
      {"2001:db8::1", "2001:db8::1"},
      {"[2001:db8::1]", "2001:db8::1"},
      {"[2001:db8::1]:8080, 192.0.2.1:80", "192.0.2.1 2001:db8::1"},
      {"192.0.2.1:_a.b-c", "192.0.2.1"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      // Elements that are empty.
      {",", ""},
      {" , ,192.0.2.1,\t,, 192.0.2.2,", "192.0.2.2 192.0.2.1"},
      // What names no address hides what is at its left.
      {"192.0.2.1, unknown, 192.0.2.2", "192.0.2.2"},
      {"192.0.2.1, _hidden, 192.0.2.2", "192.0.2.2"},
      {"192.0.2.1, 192.0.2.2, unknown", ""},
      {"192.0.2.1 192.0.2.2", ""},
      {"192.0.2.256", ""},
      {"192.0.2.1:", ""},
      {"192.0.2.1:123456", ""},
      {"192.0.2.1:8o", ""},
      {"192.0.2.1:_", ""},
      {"192.0.2.1:_a b", ""},
      {"192.0.2.1:80:80", ""},
      {"192.0.2.1/32", ""},
      {"2001:db8::1:80 ", "2001:db8::1:80"},
      {"[192.0.2.1]", ""},
      {"[2001:db8::1", ""},
      {"[2001:db8::1]80", ""},
      {"[2001:db8::1]]", ""},
      {"[]", ""},
      {"2001:db8::1]", ""},
      {"fe80::1%eth0", ""},
      {"example.org", ""},
      // Not of Forwarded: quotation marks and parameters.
      {"\"192.0.2.1\"", ""},
      {"for=192.0.2.1", ""},
      {"\"192.0.2.1, 192.0.2.2\"", ""},
      {"\", 192.0.2.2", "192.0.2.2"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(AddressesIn({{"X-Forwarded-For", row.value}}), row.addresses) << row.value;
  }
}

TEST(ForwardedTest, NamesAddressesFromRightToLeft) {
  const Row rows[] = {
      {"", ""},
      {"for=192.0.2.1", "192.0.2.1"},
      {"for=192.0.2.43, for=198.51.100.17", "198.51.100.17 192.0.2.43"},
      {"FOR=192.0.2.1,For=\"192.0.2.2\"", "192.0.2.2 192.0.2.1"},
      {"for=\"192.0.2.1:47011\"", "192.0.2.1"},
      {"for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"},
      {"for=\"[2001:db8::1]\", for=\"[2001:db8::2]:_p\"", "2001:db8::2 2001:db8::1"},
      // RFC 7239 section 4, and its parameters in any order.
      {"for=192.0.2.60; proto=http; by=203.0.113.43", "192.0.2.60"},
      {"for=192.0.2.43, for=198.51.100.17;by=203.0.113.60;proto=http;host=example.com",
       "198.51.100.17 192.0.2.43"},
      {"by=203.0.113.60;for=198.51.100.17", "198.51.100.17"},
      {"proto=http;;for=198.51.100.17;", "198.51.100.17"},
      {";for=198.51.100.17", "198.51.100.17"},
      {"secret=\"a;for=192.0.2.1\";for=192.0.2.2", "192.0.2.2"},
      // A comma within a quoted-string, and marks that do not end one.
      {"for=192.0.2.1;a=\"b, c\", for=192.0.2.2;d=\",\"", "192.0.2.2 192.0.2.1"},
      {"for=192.0.2.1;a=\"\\\",\\\\\", for=192.0.2.2", "192.0.2.2 192.0.2.1"},
      {"for=192.0.2.1;a=\"\\\\\\\"\"", "192.0.2.1"},
      // Elements that are empty.
      {",, for=192.0.2.1 , ,", "192.0.2.1"},
      // What names no address hides what is at its left.
      {"for=192.0.2.1, for=unknown, for=192.0.2.2", "192.0.2.2"},
      {"for=192.0.2.1, for=\"unknown:80\"", ""},
      {"for=192.0.2.1, for=\"_gazonk\"", ""},
      {"for=192.0.2.1, for=_SEVKISEK", ""},
      {"for=192.0.2.1, by=192.0.2.3", ""},
      {"for=192.0.2.1, ;", ""},
      {"for=192.0.2.1, for=192.0.2.2;for=192.0.2.3", ""},
      {"for=192.0.2.1, for=192.0.2.2;FOR=192.0.2.2", ""},
      {"for=192.0.2.1:80", ""},
      {"for=[2001:db8::1]", ""},
      {"for=\"2001:db8::1\"", ""},
      {"for=\"\"", ""},
      {"for=", ""},
      {"for", ""},
      {"=192.0.2.1", ""},
      {"192.0.2.1", ""},
      {"for =192.0.2.1", ""},
      {"for= 192.0.2.1", ""},
      {"for=192.0.2.1 192.0.2.2", ""},
      {"for=192.0.2.1;proto", ""},
      {"for=192.0.2.1;proto=", ""},
      {"for=192.0.2.1;proto=a b", ""},
      {"for=\"192.0.2.1\"x", ""},
      {"for=\"192.0.2.\\1\"", ""},
      {"for=\" 192.0.2.1\"", ""},
      {"for=\"192.0.2.1", ""},
      {"for=192.0.2.1;a=\"b\\\"", ""},
      // What a client makes up does not hide what a proxy adds.
      {"for=\"192.0.2.1, for=192.0.2.2", "192.0.2.2"},
      {"for=\"192.0.2.1\\, for=192.0.2.2", "192.0.2.2"},
      {"\", for=\"[2001:db8::1]\"", "2001:db8::1"},
      {"\"\", for=192.0.2.2", "192.0.2.2"},
      {"for=192.0.2.1;a=\\\"b, for=192.0.2.2", "192.0.2.2"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(AddressesIn({{"Forwarded", row.value}}), row.addresses) << row.value;
  }
}

TEST(ForwardedForTest, FieldLinesOfOneNameAreOneList) {
  EXPECT_EQ(AddressesIn({{"x-forwarded-for", "192.0.2.1, 192.0.2.2"},
                         {"Host", "192.0.2.9"},
                         {"X-Forwarded-For", ""},
                         {"X-FORWARDED-FOR", "192.0.2.3"}}),
            "192.0.2.3 192.0.2.2 192.0.2.1");
  EXPECT_EQ(AddressesIn({{"forwarded", "for=192.0.2.1"}, {"FORWARDED", "for=192.0.2.2"}}),
            "192.0.2.2 192.0.2.1");
}

TEST(ForwardedForTest, AQuotedStringEndsWithItsFieldLine) {
  EXPECT_EQ(AddressesIn({{"Forwarded", "for=192.0.2.1;a=\"b"}, {"Forwarded", "for=192.0.2.2"}}),
            "192.0.2.2");
}

TEST(ForwardedForTest, ForwardedCountsOnlyWithoutXForwardedFor) {
  EXPECT_EQ(AddressesIn({}), "");
  EXPECT_EQ(AddressesIn({{"X-Forwarded-For", "192.0.2.1"}, {"Forwarded", "for=192.0.2.2"}}),
            "192.0.2.1");
  EXPECT_EQ(AddressesIn({{"Forwarded", "for=192.0.2.2"}, {"X-Forwarded-For", "unknown"}}), "");
  EXPECT_EQ(AddressesIn({{"Forwarded", "for=192.0.2.2"}, {"X-Forwarded-For", ""}}), "");
  EXPECT_EQ(AddressesIn({{"X-Forwarded-Fo", "192.0.2.1"}, {"Forwarded", "for=192.0.2.2"}}),
            "192.0.2.2");
}

// One element is read at a time, however many there are.
TEST(ForwardedForTest, ALongListIsReadToItsFirstElement) {
  std::string value;
  std::string expected;
  for (int i = 0; i < 2000; ++i) {
    absl::StrAppend(&value, value.empty() ? "" : ",", "for=\"10.0.", i / 256, ".", i % 256, "\"");
    expected = absl::StrCat("10.0.", i / 256, ".", i % 256, expected.empty() ? "" : " ", expected);
  }
  EXPECT_EQ(AddressesIn({{"Forwarded", value}}), expected);
}

}  // namespace
}  // namespace prong
