// The response that a listing of a directory is sent with.

#ifndef PRONG_SERVER_LISTING_RESPONSE_H_
#define PRONG_SERVER_LISTING_RESPONSE_H_

#include "parser/request.h"
#include "server/response.h"

namespace prong {

// The response to `request`, a GET or HEAD for a directory that is listed: 200, with the
// listing that it asks for. Its size is not known before its end: it is chunked, RFC 9112
// section 7.1, or, where the client's version has no such thing, ends with the connection.
//
// No part of it can be asked for, and it has no validator, as none tells whether an entry
// has changed: preconditions are as if they were not there.
//
// Pure.
Response ListingResponse(const Request& request);

}  // namespace prong

#endif  // PRONG_SERVER_LISTING_RESPONSE_H_
