// Reading requests from a socket: heads through the parser, bodies to nowhere.

#ifndef PRONG_SERVER_REQUEST_READER_H_
#define PRONG_SERVER_REQUEST_READER_H_

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "parser/limits.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_parser.h"
#include "server/wait.h"

namespace prong {

// Why there is neither a request nor anything to refuse.
enum class NoRequest {
  kClosed,    // the client closed or reset the connection
  kIdle,      // the client sent nothing for too long, or the server drains: close
  kTimedOut,  // the client did not send all of a request in time: 408
};

// What became of the body of a request.
enum class BodyEnd {
  kReached,
  kTooFar,  // it is longer than is worth reading: answer, then close
  kClosed,
  kTimedOut,
};

// The most of a body that is read in order to keep the connection, in bytes with
// its framing.
inline constexpr uint64_t kMaxDiscardedBodySize = 64 * 1024;

using HeadResult = std::variant<Request, Rejection, NoRequest>;
using BodyResult = std::variant<BodyEnd, Rejection>;

// What a reader receives into: a head, and behind it some of a body. Most heads are on one page.
struct alignas(4096) ReceiveBuffer : std::array<char, 2 * kMaxHeadSize> {};

// A request's views stay valid until the next head is read.
class RequestReader {
 public:
  // Borrows the socket, the parser, and the buffer. No request is waited for beyond `last`.
  RequestReader(int socket, RequestParser& parser, ReceiveBuffer& buffer, Deadline last)
      : socket_(socket), parser_(parser), last_(last), buffer_(buffer) {}
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Reads the head of the first request of a connection, which must have arrived
  // within `header_timeout`.
  HeadResult ReadFirstHead(absl::Duration header_timeout);

  // Reads the head of a later request, which must begin within `idle_timeout` and
  // have arrived within `header_timeout` of its first byte.
  HeadResult ReadNextHead(absl::Duration idle_timeout, absl::Duration header_timeout);

  // Reads the body of the request that was read last and throws it away, so that
  // the next head starts where it ends. The deadline is that of the head.
  BodyResult DiscardBody(const Framing& framing);

  // When the first byte of the request came that was read last; before one has, since
  // when it was waited for.
  Deadline start() const { return start_; }

  // Whether bytes of a further request have arrived already.
  bool has_more() const { return begin_ < end_; }

  // The request line of a request that was refused or did not end, as far as there
  // is one.
  absl::string_view PartialLine() const;

 private:
  enum class Fill { kData, kClosed, kTimedOut, kInterrupted };

  HeadResult ReadHead();
  BodyResult DiscardCounted(uint64_t size);
  BodyResult DiscardChunked();

  // Waits for a request and receives what arrives of it.
  Fill AwaitRequest(absl::Duration idle_timeout);

  // Whether recv(2), where it waits, waits no longer than `timeout`.
  bool LimitReceive(absl::Duration timeout);

  // Receives what has arrived, as far as the buffer has room; waits for something
  // until deadline_. `flags` are those of recv(2): without MSG_DONTWAIT that waits, too.
  Fill Receive(Interruptible interruptible, int flags = MSG_DONTWAIT);

  // Receives more of a body of which all that has arrived was used: over it.
  Fill ReceiveOver(size_t start);

  absl::string_view unused() const { return {buffer_.data() + begin_, end_ - begin_}; }

  int socket_;
  RequestParser& parser_;
  const Deadline last_;
  Deadline deadline_;  // of the current request
  Deadline start_ = Deadline::clock::now();
  Deadline last_receipt_;  // when bytes came last: all that are unused when a head is begun

  // buffer_[begin_, end_) has been received and not been used. A head does not move
  // while it is parsed, nor until the next one is read.
  size_t begin_ = 0;
  size_t end_ = 0;

  absl::Duration receive_timeout_;  // SO_RCVTIMEO of socket(7), once it was set
  ReceiveBuffer& buffer_;
};

}  // namespace prong

#endif  // PRONG_SERVER_REQUEST_READER_H_
