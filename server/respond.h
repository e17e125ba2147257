// The response to a request: the only place that picks a status.
//
// A pure function: what it returns depends on nothing but its arguments.

#ifndef PRONG_SERVER_RESPOND_H_
#define PRONG_SERVER_RESPOND_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "parser/request.h"
#include "server/document_root.h"
#include "server/response.h"
#include "server/response_options.h"

namespace prong {

// The response to a request for `resource`, which is what its target names: what
// DocumentRoot::Find returned, Unimplemented if it was not looked for, or
// PermissionDenied, whatever was asked, if the client is not served. `now` is in seconds
// since 1970. The connection persists if the client wants that and
// `may_persist`. Views `options`.
Response Respond(const Request& request, const absl::StatusOr<Resource>& resource, int64_t now,
                 bool may_persist, const ResponseOptions& options);

// The response to a request for what cannot be had for `error`, as of DocumentRoot::Find.
Response ErrorResponse(const absl::Status& error);

// Whether `method` is one that has a resource to look for: GET or HEAD.
bool IsRetrieval(Method method);

}  // namespace prong

#endif  // PRONG_SERVER_RESPOND_H_
