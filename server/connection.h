// The life of a connection, which is the life of a child process: read, parse,
// find, respond, send, log; again while the connection persists; close.
//
// The states of a child, by the names of docs/model/lifecycle.pml:
//
//   Starting    Supervisor::RunChild: what is not the child's is closed
//   Reading     a request has begun, or is waited for on a new connection
//   Serving     its answer is made and sent
//   Idle        between requests; SIGTERM ends it
//   Lingering   the response that says close was sent, input may come
//   Exiting     the connection is closed

#ifndef PRONG_SERVER_CONNECTION_H_
#define PRONG_SERVER_CONNECTION_H_

#include "parser/request_parser.h"
#include "server/access_log.h"
#include "server/document_root.h"
#include "server/options.h"
#include "server/response_options.h"
#include "server/socket_address.h"
#include "server/unique_fd.h"

namespace prong {

// What a child works with: made by the parent before the fork, so that no child
// pays for it again.
struct ConnectionContext {
  ConnectionOptions options;
  ResponseOptions response;
  DocumentRoot root;
  AccessLog log;
  RequestParser parser;
};

// Serves `peer`, the client or a proxy at the other end of `socket`, which is non-blocking,
// until either side ends the connection or the process gets a SIGTERM between requests;
// closes it.
void ServeConnection(UniqueFd socket, const SocketAddress& peer, ConnectionContext& context);

}  // namespace prong

#endif  // PRONG_SERVER_CONNECTION_H_
