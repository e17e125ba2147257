#include "server/listing_response.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "server/listing.h"
#include "server/response_properties.h"

namespace prong {
namespace {

using Framing = Response::Framing;

Request RequestOf(int minor_version, absl::Span<const Field> fields) {
  Request request;
  request.method = Method::kGet;
  request.minor_version = minor_version;
  request.target.path = "a/b";
  request.target.query = "?sort=size&order=desc";
  request.fields = fields;
  request.persistent = true;
  return request;
}

TEST(ListingResponse, IsAPageWithNothingInItButItsStyle) {
  const Response response = ListingResponse(RequestOf(1, {}));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, Response::Body::kListing);
  EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
  EXPECT_TRUE(absl::StartsWith(response.content_security_policy, "default-src 'none'; "));
  EXPECT_EQ(response.vary, "Accept");
  EXPECT_EQ(response.listing.path, "a/b");
  EXPECT_TRUE(response.listing.order.descending);
  ExpectSound(response);
}

TEST(ListingResponse, IsJsonForWhoWantsThat) {
  const Field kFields[] = {{"Accept", "application/json"}};
  const Response response = ListingResponse(RequestOf(1, kFields));
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.content_security_policy, "");
  EXPECT_EQ(response.vary, "Accept");
  EXPECT_EQ(response.listing.format, Listing::Format::kJson);
  ExpectSound(response);
}

TEST(ListingResponse, IsChunkedUnlessTheClientDoesNotKnowThat) {
  EXPECT_EQ(ListingResponse(RequestOf(1, {})).framing, Framing::kChunked);
  EXPECT_EQ(ListingResponse(RequestOf(0, {})).framing, Framing::kToEnd);
  EXPECT_FALSE(ListingResponse(RequestOf(1, {})).content_length);
  EXPECT_FALSE(ListingResponse(RequestOf(0, {})).content_length);
}

}  // namespace
}  // namespace prong
