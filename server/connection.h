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

#include <memory>
#include <string>

#include "parser/request_parser.h"
#include "server/access_log.h"
#include "server/document_root.h"
#include "server/options.h"
#include "server/request_reader.h"
#include "server/response_options.h"
#include "server/socket_address.h"
#include "server/unique_fd.h"

namespace prong {

// What a child works with: made by the parent before the fork, so that no child
// pays for it again.
//
// What children write to lies together, and begins where a page does: each page that a child
// is the first to touch costs it a page fault.
struct ConnectionContext {
  ConnectionOptions options;
  ResponseOptions response;
  DocumentRoot root;
  AccessLog log;
  alignas(4096) std::string message{};  // to be sent, then to be logged; keeps its capacity
  RequestParser parser{};
  // On the heap, where it is not zeroed: no page of it is the parent's.
  std::unique_ptr<ReceiveBuffer> received{new ReceiveBuffer};
};

// Serves `peer`, the client or a proxy at the other end of `socket`
// until either side ends the connection or the process gets a SIGTERM between requests;
// closes it.
void ServeConnection(UniqueFd socket, const SocketAddress& peer, ConnectionContext& context);

}  // namespace prong

#endif  // PRONG_SERVER_CONNECTION_H_
