// Whom a request is from, and whether they are served.

#ifndef PRONG_SERVER_ACCESS_CONTROL_H_
#define PRONG_SERVER_ACCESS_CONTROL_H_

#include "absl/types/span.h"
#include "parser/request.h"
#include "server/options.h"
#include "server/socket_address.h"

namespace prong {

// Whether `peer` is a proxy whose word on whom it serves counts.
bool IsTrustedProxy(const SocketAddress& peer, const AccessControlOptions& options);

// The client of a request with `fields` that came from `peer`: the last address that is
// no trusted proxy's, of `peer` and of those that the fields name before it (see
// parser/forwarded.h). Only a trusted proxy is believed whom it names: so if all that are
// named are trusted, or the list is malformed, the client is the one that was named last.
SocketAddress ClientOf(const SocketAddress& peer, absl::Span<const Field> fields,
                       const AccessControlOptions& options);

// Whether `client` is served: it is not denied, and is allowed if anyone is.
bool IsServed(const SocketAddress& client, const AccessControlOptions& options);

}  // namespace prong

#endif  // PRONG_SERVER_ACCESS_CONTROL_H_
