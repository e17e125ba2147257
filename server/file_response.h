// The response that a file is sent with: all of it, parts of it, or the news that the
// client has it already. RFC 9110 sections 13 and 14.

#ifndef PRONG_SERVER_FILE_RESPONSE_H_
#define PRONG_SERVER_FILE_RESPONSE_H_

#include <cstdint>

#include "parser/request.h"
#include "server/document_root.h"
#include "server/response.h"
#include "server/response_options.h"

namespace prong {

// The response to `request`, a GET or HEAD for `file`: 200; 206 for the ranges that it
// asks for; 304 or 412 as its preconditions say, in the order of section 13.2.2; 416
// where it asks for nothing that there is. Range is for GET alone (section 14.2).
//
// Pure; `now` is in seconds since 1970. Views `file` and `options`.
Response FileResponse(const Request& request, const Resource& file, int64_t now,
                      const ResponseOptions& options);

}  // namespace prong

#endif  // PRONG_SERVER_FILE_RESPONSE_H_
