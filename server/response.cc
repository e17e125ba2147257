#include "server/response.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "parser/character_set.h"
#include "parser/http_date.h"

namespace prong {
namespace {

constexpr absl::string_view kAllowedMethods = "GET, HEAD, OPTIONS";

// The name of a status that this server sends, RFC 9110 section 15 and RFC 6585.
absl::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 414:
      return "URI Too Long";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      std::abort();  // a status without a name is a defect of this file
  }
}

// A page that says what happened. `sentence` is the server's own: no byte of the
// client's gets into a page.
Response PageResponse(int status, absl::string_view sentence) {
  const std::string title = absl::StrCat(status, " ", ReasonPhrase(status));
  Response response;
  response.status = status;
  response.body = Response::Body::kPage;
  response.page = absl::StrCat("<!DOCTYPE html>\n<html lang=\"en\">\n<title>", title,
                               "</title>\n<h1>", title, "</h1>\n<p>", sentence, "</p>\n</html>\n");
  response.content_length = response.page.size();
  response.content_type = "text/html; charset=utf-8";
  return response;
}

Response FileResponse(const Resource& file, int64_t now) {
  Response response;
  response.body = Response::Body::kFile;
  response.content_length = file.size;
  response.content_type = file.media_type;
  // Not later than the message itself, RFC 9110 section 8.8.2.1.
  response.last_modified = std::clamp<int64_t>(file.modified, 0, now);
  return response;
}

// The path of `target` with a slash behind it. It is made anew from the decoded
// segments, so that it is a path whatever was received: "//host/x" is "/host/x/".
std::string LocationOfDirectory(const RequestTarget& target) {
  std::string location;
  for (char c : absl::StrCat("/", target.path, "/")) {
    if (c == '/' || kUnreservedCharacters.Contains(c)) {
      location.push_back(c);
    } else {
      absl::StrAppendFormat(&location, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return absl::StrCat(location, target.query);
}

Response DirectoryRedirect(const RequestTarget& target) {
  Response response = PageResponse(308, "This is a directory: its name ends in a slash.");
  response.location = LocationOfDirectory(target);
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

Response BodyOf(const Request& request, const absl::StatusOr<Resource>& resource, int64_t now) {
  if (request.method == Method::kOptions) return OptionsResponse();
  if (!IsRetrieval(request.method)) return MethodResponse(request.method);
  if (!resource.ok()) return ErrorResponse(resource.status());
  if (resource->kind == Resource::Kind::kDirectoryWithoutSlash)
    return DirectoryRedirect(request.target);
  return FileResponse(*resource, now);
}

Response Closing(Response response) {
  response.connection = "close";
  return response;
}

}  // namespace

Response Respond(const Request& request, const absl::StatusOr<Resource>& resource, int64_t now,
                 bool may_persist) {
  Response response = BodyOf(request, resource, now);
  if (request.method == Method::kHead) response.body = Response::Body::kNone;
  if (!request.persistent || !may_persist) return Closing(std::move(response));
  if (request.minor_version == 0) response.connection = "keep-alive";
  return response;
}

bool IsRetrieval(Method method) { return method == Method::kGet || method == Method::kHead; }

Response Refuse(Rejection rejection) {
  const RejectionInfo& info = Describe(rejection);
  return Closing(PageResponse(info.status, info.sentence));
}

Response RefuseSlowRequest() {
  return Closing(PageResponse(408, "The request did not arrive in time."));
}

Response RefuseConnection() {
  return Closing(PageResponse(503, "Too many connections; try again later."));
}

std::string SerializeHead(const Response& response, int64_t now) {
  const auto date = [](int64_t unix_seconds) {
    const HttpDate formatted = FormatHttpDate(unix_seconds);
    return std::string(formatted.data(), formatted.size());
  };
  std::string head = absl::StrCat("HTTP/1.1 ", response.status, " ", ReasonPhrase(response.status),
                                  "\r\nServer: prong\r\nDate: ", date(now), "\r\n");
  const auto field = [&head](absl::string_view name, absl::string_view value) {
    if (!value.empty()) absl::StrAppend(&head, name, ": ", value, "\r\n");
  };
  field("Content-Type", response.content_type);
  field("X-Content-Type-Options", response.content_type.empty() ? "" : "nosniff");
  if (response.content_length) field("Content-Length", absl::StrCat(*response.content_length));
  if (response.last_modified) field("Last-Modified", date(*response.last_modified));
  field("Location", response.location);
  if (response.allow) field("Allow", kAllowedMethods);
  field("Connection", response.connection);
  head.append("\r\n");
  return head;
}

}  // namespace prong
