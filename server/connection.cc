#include "server/connection.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <utility>

#include "absl/status/status.h"
#include "server/content_coding.h"
#include "server/listing_body.h"
#include "server/request_reader.h"
#include "server/respond.h"
#include "server/response.h"
#include "server/response_options.h"
#include "server/send_response.h"
#include "server/signals.h"
#include "server/wait.h"

namespace prong {
namespace {

// How long a client may take to notice that it was refused.
constexpr absl::Duration kLingerTimeout = absl::Seconds(2);

class Connection {
 public:
  Connection(UniqueFd socket, const SocketAddress& client, ConnectionContext& context)
      : socket_(std::move(socket)),
        client_(client),
        context_(context),
        last_request_(After(context.options.connection_timeout)),
        reader_(socket_.get(), context.parser, last_request_) {}

  void Serve() {
    HeadResult head = reader_.ReadFirstHead(context_.options.header_timeout);
    int64_t requests = 1;
    while (Answer(head, requests)) {
      head = reader_.ReadNextHead(context_.options.idle_timeout, context_.options.header_timeout);
      ++requests;
    }
    Close();
  }

 private:
  // Whether there may be another request after so many. Not while the server drains:
  // a client that never pauses would not let it.
  bool MayPersist(int64_t requests) const {
    return requests < context_.options.max_requests_per_connection &&
           Deadline::clock::now() < last_request_ && !TerminationIsPending();
  }

  // Answers what was read as request number `requests`, if it wants an answer. Returns
  // whether the connection persists.
  bool Answer(const HeadResult& head, int64_t requests) {
    if (const auto* request = std::get_if<Request>(&head)) return AnswerRequest(*request, requests);
    if (const auto* rejection = std::get_if<Rejection>(&head))
      return AnswerRefusal(Refuse(*rejection));
    if (std::get<NoRequest>(head) == NoRequest::kTimedOut)
      return AnswerRefusal(RefuseSlowRequest());
    return false;
  }

  bool AnswerRequest(const Request& request, int64_t requests) {
    // The final status is known from the head: a client that waits for 100
    // (Continue) gets that instead, and need not send the body, RFC 9110 section
    // 10.1.1.
    const BodyResult body = request.expects_continue && request.framing.has_body()
                                ? BodyResult(BodyEnd::kTooFar)
                                : reader_.DiscardBody(request.framing);
    if (const auto* rejection = std::get_if<Rejection>(&body))
      return AnswerRefusal(Refuse(*rejection), request);
    const BodyEnd body_end = std::get<BodyEnd>(body);
    if (body_end == BodyEnd::kTimedOut) return AnswerRefusal(RefuseSlowRequest(), request);
    if (body_end == BodyEnd::kClosed) return false;
    const bool may_persist = MayPersist(requests);
    if (body_end == BodyEnd::kTooFar) input_left_ = true;

    const absl::StatusOr<Resource> resource =
        IsRetrieval(request.method)
            ? context_.root.Find(request.target, WantedCodings(request.fields))
            : absl::UnimplementedError("");
    const int64_t now = time(nullptr);
    const Response response =
        Respond(request, resource, now, may_persist && !input_left_, context_.response);
    // A client that does not know that this request is the last may be sending more.
    if (request.persistent && response.closes_connection()) input_left_ = true;
    return Send(response, resource.ok() ? resource->fd.get() : -1, now, request.line);
  }

  bool AnswerRefusal(const Response& response) {
    return AnswerRefusal(response, reader_.PartialLine());
  }

  // The same for a request of which only the body was bad. No response to HEAD has
  // content, RFC 9110 section 9.3.2.
  bool AnswerRefusal(Response response, const Request& request) {
    if (request.method == Method::kHead) response.body = Response::Body::kNone;
    return AnswerRefusal(response, request.line);
  }

  bool AnswerRefusal(const Response& response, absl::string_view request_line) {
    input_left_ = true;
    return Send(response, -1, time(nullptr), request_line);
  }

  // Sends and logs `plain`, with what the operator adds to it. Its body is of `file`, which
  // may be a directory. Returns whether the connection persists.
  bool Send(const Response& plain, int file, int64_t now, absl::string_view request_line) {
    const Response response = Customized(plain, context_.response);
    const SendResult sent =
        response.body == Response::Body::kListing
            ? SendListing(response, file, now)
            : SendResponse(socket_.get(), response, file, now, context_.options.min_send_rate);
    context_.log.Write({client_.Literal(), now, request_line, response.status, sent.body_bytes});
    // An orderly end would be taken for that of the body.
    const bool is_false_end = !sent.complete && response.framing == Response::Framing::kToEnd;
    drops_unsent_ = sent.too_slow || is_false_end;
    return sent.complete && !response.closes_connection();
  }

  SendResult SendListing(const Response& response, int directory, int64_t now) const {
    ListingBody body(context_.root, directory, response.listing);
    return SendPieces(
        socket_.get(), response, [&body] { return body.Next(); }, now,
        context_.options.min_send_rate);
  }

  void Close() {
    if (drops_unsent_) {
      DropUnsent();
    } else if (input_left_ || reader_.has_more() || HasUnread()) {
      Linger();
    }
    socket_.Close();
  }

  // What the kernel has queued for a client it would keep for as long as the client
  // takes, though no process is left that counts: megabytes for each connection. After
  // SO_LINGER of zero seconds the close drops it and resets the connection, socket(7).
  void DropUnsent() const {
    const linger none = {1, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof(none));
  }

  // Closing a socket with unread input makes the kernel reset the connection, and
  // the client may lose the response (RFC 9112 section 9.6). So where input is left
  // it is read and thrown away first, for a while.
  void Linger() const {
    shutdown(socket_.get(), SHUT_WR);
    const Deadline deadline = After(kLingerTimeout);
    // Nobody reads it: -ftrivial-auto-var-init would fill, and so allocate, pages for nothing.
    __attribute__((uninitialized)) char discarded[16 * 1024];
    while (WaitReadable(socket_.get(), deadline, Interruptible::kNo) == WaitResult::kReady) {
      const ssize_t received = recv(socket_.get(), discarded, sizeof(discarded), 0);
      if (received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR)) break;
    }
  }

  // Whether bytes have arrived that were not even received.
  bool HasUnread() const {
    int unread = 0;
    ioctl(socket_.get(), SIOCINQ, &unread);  // tcp(7)
    return unread > 0;
  }

  UniqueFd socket_;
  const SocketAddress& client_;
  ConnectionContext& context_;
  const Deadline last_request_;  // by when the last request must have arrived
  RequestReader reader_;
  bool input_left_ = false;  // bytes of the client's may arrive that nobody reads

  // Whether the connection ends by a reset: the client was given up, with bytes still to be
  // sent, or must not take this for the end of a body.
  bool drops_unsent_ = false;
};

}  // namespace

void ServeConnection(UniqueFd socket, const SocketAddress& client, ConnectionContext& context) {
  Connection(std::move(socket), client, context).Serve();
}

}  // namespace prong
