// The response to a request: the only place that picks a status.
//
// Respond and Refuse are pure functions: what they return depends on nothing but
// their arguments. Sending is send_response.h.

#ifndef PRONG_SERVER_RESPONSE_H_
#define PRONG_SERVER_RESPONSE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "server/document_root.h"

namespace prong {

struct Response {
  int status = 200;

  // What follows the head.
  enum class Body {
    kNone,  // also where the method is HEAD
    kPage,  // `page`
    kFile,  // `content_length` bytes of the resource's file
  };
  Body body = Body::kNone;
  std::string page;

  // Fields; each is left out where it is empty or absent.
  std::optional<uint64_t> content_length;  // bytes that a GET would send
  absl::string_view content_type;
  std::optional<int64_t> last_modified;  // seconds since 1970, a year from 1970 to 9999
  std::string location;
  bool allow = false;  // name the methods that are allowed

  // How the connection goes on, RFC 9112 section 9.3: "close", "keep-alive" for an
  // HTTP/1.0 client that asked for it, or empty.
  absl::string_view connection;

  bool closes_connection() const { return connection == "close"; }
};

// The response to a request for `resource`, which is what its target names: what
// DocumentRoot::Find returned, or Unimplemented if it was not looked for. `now` is
// in seconds since 1970. The connection persists if the client wants that and
// `may_persist`.
Response Respond(const Request& request, const absl::StatusOr<Resource>& resource, int64_t now,
                 bool may_persist);

// Whether `method` is one that has a resource to look for: GET or HEAD.
bool IsRetrieval(Method method);

// The response to bytes that are no request. Closes the connection: where the next
// request would begin is not known.
Response Refuse(Rejection rejection);

// The response to a client that has not sent its request in time: 408.
Response RefuseSlowRequest();

// The response to a connection that cannot be served: 503.
Response RefuseConnection();

// Status line and fields, up to and including the empty line, RFC 9112 section 4.
std::string SerializeHead(const Response& response, int64_t now);

}  // namespace prong

#endif  // PRONG_SERVER_RESPONSE_H_
