#include "server/response_options.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "parser/rejection.h"
#include "server/response.h"
#include "server/response_properties.h"

namespace prong {
namespace {

constexpr int64_t kNow = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT

std::string HeadOf(const Response& response, const ResponseOptions& options) {
  const Response customized = Customized(response, options);
  return SerializeHead(customized, kNow);
}

Response Options() {
  Response response;
  response.status = 204;
  response.allow = true;
  return response;
}

TEST(CustomizedTest, WithoutOptionsAResponseStaysAsItIs) {
  for (const Response& response :
       {PageResponse(404, "Not here."), Options(), Refuse(Rejection::kBareLf)}) {
    EXPECT_EQ(HeadOf(response, {}), SerializeHead(response, kNow));
    EXPECT_EQ(Customized(response, {}).page, response.page);
  }
}

TEST(CustomizedTest, AnErrorHasThePageOfItsStatus) {
  ResponseOptions options;
  options.error_pages = {{404, "<p>Lost?"}, {503, "<p>Later."}};
  const Response lost = Customized(PageResponse(404, "Not here."), options);
  EXPECT_EQ(lost.page, "<p>Lost?");
  EXPECT_EQ(lost.content_length, 8u);
  EXPECT_EQ(lost.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(lost.status, 404);

  const Response late = Customized(RefuseConnection(), options);
  EXPECT_EQ(late.page, "<p>Later.");
  EXPECT_TRUE(late.closes_connection());

  const Response other = PageResponse(403, "No.");
  EXPECT_EQ(Customized(other, options).page, other.page);
}

// RFC 9110 section 9.3.2: the fields are those that a GET would get.
TEST(CustomizedTest, TheErrorOfAHeadHasTheLengthOfThePageAndNoBody) {
  ResponseOptions options;
  options.error_pages = {{404, "<p>Lost?"}};
  Response head = PageResponse(404, "Not here.");
  head.body = Response::Body::kNone;
  EXPECT_EQ(Customized(head, options).content_length, 8u);
  EXPECT_EQ(Customized(head, options).body, Response::Body::kNone);
}

TEST(CustomizedTest, FieldLinesAreInEveryResponse) {
  ResponseOptions options;
  options.field_lines = "X-One: 1\r\nX-Two: 2\r\n";
  for (const Response& response :
       {PageResponse(404, "Not here."), Options(), RefuseConnection(), RefuseSlowRequest()}) {
    EXPECT_TRUE(absl::StrContains(HeadOf(response, options), "\r\nX-One: 1\r\nX-Two: 2\r\n"));
    ExpectSound(Customized(response, options));
  }
}

TEST(CustomizedTest, AnOriginMayReadEveryResponseAndAskBeforehandWhatItMaySend) {
  for (const absl::string_view origin : {"*", "https://app.example:8443"}) {
    ResponseOptions options;
    options.cors_origin = std::string(origin);
    const std::string allow =
        absl::StrCat("\r\nAccess-Control-Allow-Origin: ", origin,
                     "\r\nAccess-Control-Expose-Headers: Accept-Ranges, Content-Range, ETag\r\n");
    const std::string preflight =
        "Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\nAccess-Control-Allow-Headers: *\r\n";
    EXPECT_TRUE(absl::StrContains(HeadOf(PageResponse(404, "Not here."), options), allow));
    EXPECT_FALSE(absl::StrContains(HeadOf(PageResponse(404, "Not here."), options), preflight));
    EXPECT_TRUE(absl::StrContains(HeadOf(Options(), options), allow + preflight));
    ExpectSound(Customized(Options(), options));
  }
}

}  // namespace
}  // namespace prong
