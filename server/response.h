// A response before it is sent: a status, fields, and what the body is made of.
// respond.h makes it of a request, Refuse of what is none; send_response.h sends it.

#ifndef PRONG_SERVER_RESPONSE_H_
#define PRONG_SERVER_RESPONSE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/range.h"
#include "parser/rejection.h"
#include "server/listing.h"

namespace prong {

// Bytes of a file, and what is sent before them.
struct FilePart {
  std::string before;
  ByteRange range;
};

struct Response {
  int status = 200;

  // What follows the head.
  enum class Body {
    kNone,     // also where the method is HEAD
    kPage,     // `page`
    kFile,     // `parts` of the resource's file, and then `after`
    kListing,  // `listing` of the resource's directory
  };
  Body body = Body::kNone;
  std::string page;
  absl::InlinedVector<FilePart, 1> parts;
  std::string after;
  Listing listing;

  // How a recipient knows the end of a body, RFC 9112 section 6.3.
  enum class Framing {
    kLength,   // by content_length
    kChunked,  // by the last chunk
    kToEnd,    // by the end of the connection
  };
  Framing framing = Framing::kLength;

  // Fields; each is left out where it is empty, absent or false.
  std::optional<uint64_t> content_length;  // bytes that a GET would send
  absl::string_view content_type;
  absl::string_view content_security_policy;  // of a page that has a style sheet
  absl::string_view content_encoding;         // RFC 9110 section 8.4
  absl::string_view vary;                     // RFC 9110 section 12.5.5
  absl::string_view cache_control;            // RFC 9111 section 5.2
  absl::string_view boundary;                 // a parameter of content_type, RFC 9110 section 14.6
  std::string content_range;                  // RFC 9110 section 14.4
  bool accept_ranges = false;                 // RFC 9110 section 14.3
  std::optional<int64_t> last_modified;       // seconds since 1970, a year from 1970 to 9999
  absl::string_view etag;                     // without its quotation marks; of the resource
  std::string location;
  bool allow = false;             // name the methods that are allowed
  absl::string_view cors_origin;  // who may read this in a browser, by the Fetch standard
  absl::string_view field_lines;  // further ones, each with its CRLF

  // How the connection goes on, RFC 9112 section 9.3: "close", "keep-alive" for an
  // HTTP/1.0 client that asked for it, or empty.
  absl::string_view connection;

  bool closes_connection() const { return connection == "close"; }
};

// The statuses of 400 and above that responses have, in their order.
absl::Span<const int> ErrorStatuses();

// A page that says what happened. `sentence` is the server's own: no byte of the
// client's gets into a page.
Response PageResponse(int status, absl::string_view sentence);

// The response to bytes that are no request. Closes the connection: where the next
// request would begin is not known.
Response Refuse(Rejection rejection);

// The response to a client that has not sent its request in time: 408.
Response RefuseSlowRequest();

// The response to a client that is not served: 403. Closes the connection.
Response RefuseClient();

// The response to a connection that cannot be served: 503.
Response RefuseConnection();

// Status line and fields, up to and including the empty line, RFC 9112 section 4. `now` is in
// seconds since 1970. Made in `memory`, whose content is lost and whose capacity is used.
std::string SerializeHead(const Response& response, int64_t now, std::string memory = "");

}  // namespace prong

#endif  // PRONG_SERVER_RESPONSE_H_
