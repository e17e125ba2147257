#include "server/response.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "parser/http_date.h"

namespace prong {
namespace {

constexpr absl::string_view kAllowedMethods = "GET, HEAD, OPTIONS";

struct Status {
  int status;
  absl::string_view reason_phrase;
};

// What this server sends, RFC 9110 section 15 and RFC 6585.
constexpr Status kStatuses[] = {
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

absl::string_view ReasonPhrase(int status) {
  for (const Status& known : kStatuses) {
    if (known.status == status) return known.reason_phrase;
  }
  std::abort();  // a status without a name is a defect of this file
}

Response Closing(Response response) {
  response.connection = "close";
  return response;
}

}  // namespace

absl::Span<const int> ErrorStatuses() {
  static const auto& statuses = *[] {
    auto* errors = new std::vector<int>;
    for (const Status& known : kStatuses) {
      if (known.status >= 400) errors->push_back(known.status);
    }
    return errors;
  }();
  return statuses;
}

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

std::string SerializeHead(const Response& response, int64_t now, std::string memory) {
  std::string head = std::move(memory);
  head.clear();
  const auto field = [&head](absl::string_view name, absl::string_view value) {
    if (!value.empty()) absl::StrAppend(&head, name, ": ", value, "\r\n");
  };
  const auto date = [&field](absl::string_view name, int64_t unix_seconds) {
    const HttpDate formatted = FormatHttpDate(unix_seconds);
    field(name, {formatted.data(), formatted.size()});
  };
  absl::StrAppend(&head, "HTTP/1.1 ", response.status, " ", ReasonPhrase(response.status),
                  "\r\nServer: prong\r\n");
  date("Date", now);
  if (response.boundary.empty()) {
    field("Content-Type", response.content_type);
  } else {
    absl::StrAppend(&head, "Content-Type: ", response.content_type,
                    "; boundary=", response.boundary, "\r\n");
  }
  field("X-Content-Type-Options", response.content_type.empty() ? "" : "nosniff");
  field("Content-Security-Policy", response.content_security_policy);
  field("Content-Encoding", response.content_encoding);
  field("Vary", response.vary);
  field("Cache-Control", response.cache_control);
  if (response.content_length)
    field("Content-Length", absl::AlphaNum(*response.content_length).Piece());
  field("Transfer-Encoding", response.framing == Response::Framing::kChunked ? "chunked" : "");
  field("Content-Range", response.content_range);
  field("Accept-Ranges", response.accept_ranges ? "bytes" : "");
  if (response.last_modified) date("Last-Modified", *response.last_modified);
  if (!response.etag.empty()) absl::StrAppend(&head, "ETag: \"", response.etag, "\"\r\n");
  field("Location", response.location);
  if (response.allow) field("Allow", kAllowedMethods);
  if (!response.cors_origin.empty()) {
    field("Access-Control-Allow-Origin", response.cors_origin);
    field("Access-Control-Expose-Headers", "Accept-Ranges, Content-Range, ETag");
    field("Access-Control-Allow-Methods", response.allow ? kAllowedMethods : "");
    field("Access-Control-Allow-Headers", response.allow ? "*" : "");
  }
  absl::StrAppend(&head, response.field_lines);
  field("Connection", response.connection);
  head += "\r\n";
  return head;
}

}  // namespace prong
