#include "server/response.h"

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "parser/rejection.h"
#include "server/response_properties.h"

namespace prong {
namespace {

using Body = Response::Body;

constexpr int64_t kNow = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT

TEST(RefuseTest, EveryRejectionIsAPageWithItsSentenceAndTheEndOfTheConnection) {
  ASSERT_FALSE(AllRejections().empty());
  for (const RejectionInfo& info : AllRejections()) {
    SCOPED_TRACE(info.number());
    const Response response = Refuse(info.rejection);
    EXPECT_EQ(response.status, info.status);
    EXPECT_EQ(response.body, Body::kPage);
    EXPECT_TRUE(absl::StrContains(response.page, absl::StrCat("<p>", info.sentence, "</p>")));
    EXPECT_TRUE(response.closes_connection());
    ExpectSound(response);
  }
}

TEST(RefuseTest, WhoIsSlowOrTooManyIsToldSoAndTheConnectionEnds) {
  const struct {
    Response response;
    int status;
  } kCases[] = {{RefuseSlowRequest(), 408}, {RefuseClient(), 403}, {RefuseConnection(), 503}};
  for (const auto& c : kCases) {
    EXPECT_EQ(c.response.status, c.status);
    EXPECT_EQ(c.response.body, Body::kPage);
    EXPECT_TRUE(c.response.closes_connection());
    ExpectSound(c.response);
  }
}

TEST(PageTest, IsAShortDocumentOfHtml) {
  EXPECT_EQ(Refuse(Rejection::kBareLf).page,
            "<!DOCTYPE html>\n"
            "<html lang=\"en\">\n"
            "<title>400 Bad Request</title>\n"
            "<h1>400 Bad Request</h1>\n"
            "<p>A line ends in LF without CR.</p>\n"
            "</html>\n");
}

// RFC 9110 section 15 and RFC 6585 section 5.
TEST(SerializeHeadTest, EachStatusHasItsName) {
  const struct {
    int status;
    absl::string_view name;
  } kCases[] = {
      {200, "OK"},
      {204, "No Content"},
      {206, "Partial Content"},
      {304, "Not Modified"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {412, "Precondition Failed"},
      {414, "URI Too Long"},
      {416, "Range Not Satisfiable"},
      {417, "Expectation Failed"},
      {421, "Misdirected Request"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
  };
  for (const auto& c : kCases) {
    Response response;
    response.status = c.status;
    EXPECT_TRUE(absl::StartsWith(SerializeHead(response, kNow),
                                 absl::StrCat("HTTP/1.1 ", c.status, " ", c.name, "\r\n")))
        << c.status;
  }
}

}  // namespace
}  // namespace prong
