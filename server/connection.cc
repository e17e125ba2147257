#include "server/connection.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/access_control.h"
#include "server/access_log_line.h"
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

// The time of day. absl::Now calibrates the processor's counter first, for those that ask
// often: a child asks once for each request.
absl::Time Now() { return absl::FromChrono(std::chrono::system_clock::now()); }

class Connection {
 public:
  Connection(UniqueFd socket, const SocketAddress& peer, ConnectionContext& context)
      : socket_(std::move(socket)),
        peer_(peer),
        context_(context),
        is_proxied_(IsTrustedProxy(peer, context.options.access_control)),
        last_request_(After(context.options.connection_timeout)),
        reader_(socket_.get(), context.parser, *context.received, last_request_) {}

  void Serve() {
    if (is_proxied_ || IsServed(peer_, context_.options.access_control)) {
      ServeRequests();
    } else {
      // Nothing is read of what it sends: it does not get as far as to the parser.
      AnswerRefusal(RefuseClient(), AccessLogEntry(peer_));
    }
    Close();
  }

 private:
  void ServeRequests() {
    HeadResult head = reader_.ReadFirstHead(context_.options.header_timeout);
    int64_t requests = 1;
    while (Answer(head, requests)) {
      head = reader_.ReadNextHead(context_.options.idle_timeout, context_.options.header_timeout);
      ++requests;
    }
  }

  // Whether there may be another request after so many. Not while the server drains:
  // a client that never pauses would not let it.
  bool MayPersist(int64_t requests) const {
    LetTerminationInterrupt(socket_.get());
    return requests < context_.options.max_requests_per_connection &&
           Deadline::clock::now() < last_request_ && !TerminationHasCome();
  }

  // Answers what was read as request number `requests`, if it wants an answer. Returns
  // whether the connection persists.
  bool Answer(const HeadResult& head, int64_t requests) {
    if (const auto* request = std::get_if<Request>(&head)) return AnswerRequest(*request, requests);
    AccessLogEntry entry(peer_);
    entry.request_line = reader_.PartialLine();
    if (const auto* rejection = std::get_if<Rejection>(&head))
      return AnswerRefusal(*rejection, entry);
    if (std::get<NoRequest>(head) == NoRequest::kTimedOut)
      return AnswerRefusal(RefuseSlowRequest(), entry);
    return false;
  }

  bool AnswerRequest(const Request& request, int64_t requests) {
    const SocketAddress client =
        is_proxied_ ? ClientOf(peer_, request.fields, context_.options.access_control) : peer_;
    AccessLogEntry entry(client);
    entry.request_line = request.line;
    entry.fields = request.fields;

    // The final status is known from the head: a client that waits for 100
    // (Continue) gets that instead, and need not send the body, RFC 9110 section
    // 10.1.1.
    const BodyResult body = request.expects_continue && request.framing.has_body()
                                ? BodyResult(BodyEnd::kTooFar)
                                : reader_.DiscardBody(request.framing);
    if (const auto* rejection = std::get_if<Rejection>(&body))
      return AnswerRefusal(*rejection, entry, request.method);
    const BodyEnd body_end = std::get<BodyEnd>(body);
    if (body_end == BodyEnd::kTimedOut)
      return AnswerRefusal(RefuseSlowRequest(), entry, request.method);
    if (body_end == BodyEnd::kClosed) return false;
    // A client that wants the connection closed spares the question.
    const bool may_persist = request.persistent && MayPersist(requests);
    if (body_end == BodyEnd::kTooFar) input_left_ = true;

    const absl::StatusOr<Resource> resource = Find(request, client);
    const absl::Time now = Now();
    Response response = Respond(request, resource, absl::ToUnixSeconds(now),
                                may_persist && !input_left_, context_.response);
    // A client that does not know that this request is the last may be sending more.
    if (request.persistent && response.closes_connection()) input_left_ = true;
    const int file = resource.ok() ? resource->fd.get() : -1;
    return response.body == Response::Body::kListing
               ? SendListing(std::move(response), file, now, entry)
               : Send(std::move(response), file, now, entry);
  }

  absl::StatusOr<Resource> Find(const Request& request, const SocketAddress& client) const {
    if (is_proxied_ && !IsServed(client, context_.options.access_control))
      return absl::PermissionDeniedError("");
    if (!IsRetrieval(request.method)) return absl::UnimplementedError("");
    return context_.root.Find(request.target, WantedCodings(request.fields));
  }

  // Answers what is no request, or one of which only the body was bad, by the method that
  // it then has.
  bool AnswerRefusal(Rejection rejection, AccessLogEntry entry, Method method = Method::kUnknown) {
    entry.refusal = rejection;
    return AnswerRefusal(Refuse(rejection), entry, method);
  }

  bool AnswerRefusal(Response response, AccessLogEntry entry, Method method = Method::kUnknown) {
    // No response to HEAD has content, RFC 9110 section 9.3.2.
    if (method == Method::kHead) response.body = Response::Body::kNone;
    input_left_ = true;
    return Send(std::move(response), -1, Now(), entry);
  }

  // Sends `plain`, with what the operator adds to it, and logs it with what `entry` says of
  // the request. Its body is of `file`. Returns whether the connection persists.
  bool Send(Response plain, int file, absl::Time now, AccessLogEntry entry) {
    const Response response = Customized(std::move(plain), context_.response);
    return Finish(response,
                  SendResponse(socket_.get(), response, file, absl::ToUnixSeconds(now),
                               context_.options.min_send_rate, context_.message),
                  now, entry);
  }

  // The same for the listing of `directory`, if any of it can be read: else for an error.
  bool SendListing(Response plain, int directory, absl::Time now, AccessLogEntry entry) {
    const Response response = Customized(std::move(plain), context_.response);
    ListingBody body(context_.root, directory, response.listing);
    absl::StatusOr<std::string> first = body.Next();
    if (!first.ok()) {
      Response failure = ErrorResponse(first.status());
      failure.connection = response.connection;
      return Send(std::move(failure), -1, now, entry);
    }
    const auto next = [&]() -> absl::StatusOr<std::string> {
      return first->empty() ? body.Next() : std::exchange(*first, "");
    };
    return Finish(response,
                  SendPieces(socket_.get(), response, next, absl::ToUnixSeconds(now),
                             context_.options.min_send_rate),
                  now, entry);
  }

  // Logs what was sent. Returns whether the connection persists.
  bool Finish(const Response& response, const SendResult& sent, absl::Time now,
              AccessLogEntry entry) {
    entry.time = now;
    entry.status = response.status;
    entry.body_bytes = sent.body_bytes;
    entry.duration = absl::FromChrono(Deadline::clock::now() - reader_.start());
    entry.complete = sent.complete;
    context_.log.Write(entry, context_.message);
    // An orderly end would be taken for that of the body.
    const bool is_false_end = !sent.complete && response.framing == Response::Framing::kToEnd;
    drops_unsent_ = sent.too_slow || is_false_end;
    return sent.complete && !response.closes_connection();
  }

  void Close() {
    if (drops_unsent_) {
      DropUnsent();
    } else if (input_left_ || reader_.has_more() || HasUnread()) {
      Linger();
    }
    StopInterrupting();
    socket_.Close();
  }

  // What the kernel has queued for a client it would keep for as long as the client
  // takes, though no process is left that counts: megabytes for each connection. After
  // SO_LINGER of zero seconds the close drops it and resets the connection, socket(7). A
  // unix socket knows no reset: what it has queued is no more than its buffer, and stays.
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
    ReceiveBuffer& discarded = *context_.received;
    while (WaitReadable(socket_.get(), deadline, Interruptible::kNo) == WaitResult::kReady) {
      const ssize_t received =
          recv(socket_.get(), discarded.data(), discarded.size(), MSG_DONTWAIT);
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
  const SocketAddress& peer_;
  ConnectionContext& context_;
  const bool is_proxied_;        // by a trusted proxy: each request has a client of its own
  const Deadline last_request_;  // by when the last request must have arrived
  RequestReader reader_;
  bool input_left_ = false;  // bytes of the client's may arrive that nobody reads

  // Whether the connection ends by a reset: the client was given up, with bytes still to be
  // sent, or must not take this for the end of a body.
  bool drops_unsent_ = false;
};

}  // namespace

void ServeConnection(UniqueFd socket, const SocketAddress& peer, ConnectionContext& context) {
  Connection(std::move(socket), peer, context).Serve();
}

}  // namespace prong
