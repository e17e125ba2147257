// What the operator decides about responses: fields and pages of the site's own.

#ifndef PRONG_SERVER_RESPONSE_OPTIONS_H_
#define PRONG_SERVER_RESPONSE_OPTIONS_H_

#include <string>

#include "server/error_pages.h"
#include "server/response.h"

namespace prong {

// The strings are made of what may stand in field lines: no CR, no LF.
struct ResponseOptions {
  std::string boundary;            // between the parts of a response: what no file is known to hold
  std::string cache_control = {};  // of files, RFC 9111 section 5.2; empty for none
  std::string cors_origin = {};    // who may read responses in a browser: an origin, "*", or empty
  std::string field_lines = {};    // of every response, each with its CRLF
  ErrorPages error_pages = {};
};

// `response` with what `options` have for every response: field lines, and the page of its
// status instead of the server's own. Pure; the result views `options`.
Response Customized(Response response, const ResponseOptions& options);

}  // namespace prong

#endif  // PRONG_SERVER_RESPONSE_OPTIONS_H_
