#include "server/response.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
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
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
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
    case 412:
      return "Precondition Failed";
    case 414:
      return "URI Too Long";
    case 416:
      return "Range Not Satisfiable";
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

Response Closing(Response response) {
  response.connection = "close";
  return response;
}

}  // namespace

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

Response Refuse(Rejection rejection) {
  const RejectionInfo& info = Describe(rejection);
  return Closing(PageResponse(info.status, info.sentence));
}

Response RefuseSlowRequest() {
  return Closing(PageResponse(408, "The request did not arrive in time."));
}

Response RefuseClient() { return Closing(PageResponse(403, "This client is not served.")); }

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
  field("Content-Type",
        absl::StrCat(response.content_type,
                     response.boundary.empty() ? "" : "; boundary=", response.boundary));
  field("X-Content-Type-Options", response.content_type.empty() ? "" : "nosniff");
  field("Content-Security-Policy", response.content_security_policy);
  field("Vary", response.vary);
  if (response.content_length) field("Content-Length", absl::StrCat(*response.content_length));
  field("Transfer-Encoding", response.framing == Response::Framing::kChunked ? "chunked" : "");
  field("Content-Range", response.content_range);
  field("Accept-Ranges", response.accept_ranges ? "bytes" : "");
  if (response.last_modified) field("Last-Modified", date(*response.last_modified));
  field("ETag", response.etag);
  field("Location", response.location);
  if (response.allow) field("Allow", kAllowedMethods);
  field("Connection", response.connection);
  head.append("\r\n");
  return head;
}

}  // namespace prong
