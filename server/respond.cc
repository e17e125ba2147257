#include "server/respond.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/file_response.h"
#include "server/listing_response.h"
#include "server/path_encoding.h"

namespace prong {
namespace {

// The path of `target` with a slash behind it. It is made anew from the decoded
// segments, so that it is a path whatever was received: "//host/x" is "/host/x/".
std::string LocationOfDirectory(const RequestTarget& target) {
  return absl::StrCat("/", EncodePath(target.path), "/", target.query);
}

Response DirectoryRedirect(const RequestTarget& target) {
  Response response = PageResponse(308, "This is a directory: its name ends in a slash.");
  response.location = LocationOfDirectory(target);
  return response;
}

Response MethodResponse(Method method) {
  if (method == Method::kUnknown) return PageResponse(501, "The method is not known here.");
  Response response = PageResponse(405, "Only GET, HEAD and OPTIONS are allowed.");
  response.allow = true;
  return response;
}

Response OptionsResponse() {
  Response response;
  response.status = 204;
  response.allow = true;
  return response;
}

Response BodyOf(const Request& request, const absl::StatusOr<Resource>& resource, int64_t now,
                const ResponseOptions& options) {
  if (absl::IsPermissionDenied(resource.status())) return ErrorResponse(resource.status());
  if (request.method == Method::kOptions) return OptionsResponse();
  if (!IsRetrieval(request.method)) return MethodResponse(request.method);
  if (!resource.ok()) return ErrorResponse(resource.status());
  if (resource->kind == Resource::Kind::kDirectoryWithoutSlash)
    return DirectoryRedirect(request.target);
  if (resource->kind == Resource::Kind::kDirectory) return ListingResponse(request);
  return FileResponse(request, *resource, now, options);
}

}  // namespace

Response Respond(const Request& request, const absl::StatusOr<Resource>& resource, int64_t now,
                 bool may_persist, const ResponseOptions& options) {
  Response response = BodyOf(request, resource, now, options);
  if (request.method == Method::kHead) response.body = Response::Body::kNone;
  const bool ends_body = response.framing == Response::Framing::kToEnd;
  if (!request.persistent || !may_persist || ends_body) {
    response.connection = "close";
  } else if (request.minor_version == 0) {
    response.connection = "keep-alive";
  }
  return response;
}

Response ErrorResponse(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kNotFound:
      return PageResponse(404, "There is nothing here by that name.");
    case absl::StatusCode::kPermissionDenied:
      return PageResponse(403, "This is not served.");
    case absl::StatusCode::kUnavailable:
      return PageResponse(503, "The server is short of resources; try again later.");
    default:
      return PageResponse(500, "The file could not be read.");
  }
}

bool IsRetrieval(Method method) { return method == Method::kGet || method == Method::kHead; }

}  // namespace prong
