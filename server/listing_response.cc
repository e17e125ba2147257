#include "server/listing_response.h"

#include <utility>

#include "server/listing.h"
#include "server/listing_page.h"

namespace prong {

Response ListingResponse(const Request& request) {
  Listing listing = RequestedListing(request);
  const bool is_page = listing.format == Listing::Format::kPage;
  Response response;
  response.body = Response::Body::kListing;
  response.content_type = is_page ? "text/html; charset=utf-8" : "application/json";
  response.content_security_policy = is_page ? kListingPagePolicy : "";
  response.vary = "Accept";
  response.framing =
      request.minor_version == 0 ? Response::Framing::kToEnd : Response::Framing::kChunked;
  response.listing = std::move(listing);
  return response;
}

}  // namespace prong
