#include "tools/http_get/url.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

TEST(ParseUrl, TakesAUrlApart) {
  const struct {
    const char* text;
    Url url;
  } rows[] = {
      {"http://a", {"a", "a", "80", "/"}},
      {"HTTP://a:8080/b/c?d=e", {"a:8080", "a", "8080", "/b/c?d=e"}},
      {"http://127.0.0.1:/", {"127.0.0.1:", "127.0.0.1", "80", "/"}},
      {"http://[::1]/b", {"[::1]", "::1", "80", "/b"}},
      {"http://[::1]:8080", {"[::1]:8080", "::1", "8080", "/"}},
      {"http://a?b", {"a", "a", "80", "/?b"}},
      {"http://a/b#c?d", {"a", "a", "80", "/b"}},
      {"http://a#b", {"a", "a", "80", "/"}},
      {"http://a/../%2e:[]", {"a", "a", "80", "/../%2e:[]"}},
  };
  for (const auto& row : rows) {
    const absl::StatusOr<Url> url = ParseUrl(row.text);
    ASSERT_TRUE(url.ok()) << row.text << ": " << url.status();
    EXPECT_EQ(url->authority, row.url.authority) << row.text;
    EXPECT_EQ(url->host, row.url.host) << row.text;
    EXPECT_EQ(url->port, row.url.port) << row.text;
    EXPECT_EQ(url->target, row.url.target) << row.text;
  }
}

TEST(ParseUrl, SaysWhatAUrlIs) {
  const struct {
    const char* text;
    const char* advice;
  } rows[] = {
      {"", "http://127"},        {"127.0.0.1:80/", "http://127"}, {"https://a/", "http://127"},
      {"http://", "a host"},     {"http:///b", "a host"},         {"http://::1/", "a host"},
      {"http://[::1", "a host"}, {"http://a:b/", "a host"},       {"http://a:65536/", "a host"},
      {"http://b@a/", "a host"}, {"http://a/ b", "%20"},          {"http://a/\r\nb", "%20"},
      {"http://a/\xc3", "%20"},
  };
  for (const auto& row : rows) {
    const absl::StatusOr<Url> url = ParseUrl(row.text);
    EXPECT_EQ(url.status().code(), absl::StatusCode::kInvalidArgument) << row.text;
    EXPECT_THAT(std::string(url.status().message()), ::testing::HasSubstr(row.advice)) << row.text;
  }
}

}  // namespace
}  // namespace prong
