#include "server/request_reader.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/strip.h"
#include "parser/chunked_body.h"
#include "server/signals.h"

namespace prong {
namespace {

// What is free behind a head, whatever lies before it: a body is received there.
constexpr size_t kBodyRoom = 16 * 1024;

}  // namespace

HeadResult RequestReader::ReadFirstHead(absl::Duration header_timeout) {
  deadline_ = std::min(After(header_timeout), last_);
  return ReadHead();
}

HeadResult RequestReader::ReadNextHead(absl::Duration idle_timeout, absl::Duration header_timeout) {
  // Room for a whole head behind begin_, and for some of a body behind that.
  if (begin_ + kMaxHeadSize + kBodyRoom > buffer_.size()) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (!has_more()) {
    begin_ = end_ = 0;
    const Fill fill = AwaitRequest(idle_timeout);
    if (fill != Fill::kData) return fill == Fill::kClosed ? NoRequest::kClosed : NoRequest::kIdle;
  }
  deadline_ = std::min(After(header_timeout), last_);
  return ReadHead();
}

HeadResult RequestReader::ReadHead() {
  // What is there already came with the end of the request before.
  start_ = has_more() ? last_receipt_ : Deadline::clock::now();
  while (true) {
    const ParseOutcome outcome = parser_.Parse(unused());
    if (const auto* rejection = std::get_if<Rejection>(&outcome)) return *rejection;
    if (const auto* request = std::get_if<Request>(&outcome)) {
      begin_ += request->size;
      return *request;
    }
    const bool begun = has_more();
    switch (Receive(begun ? Interruptible::kNo : Interruptible::kByTermination)) {
      case Fill::kData:
        if (!begun) start_ = last_receipt_;
        break;
      case Fill::kClosed:
        return NoRequest::kClosed;
      case Fill::kTimedOut:
        return NoRequest::kTimedOut;
      case Fill::kInterrupted:
        return NoRequest::kIdle;
    }
  }
}

BodyResult RequestReader::DiscardBody(const Framing& framing) {
  if (framing.chunked) return DiscardChunked();
  if (framing.content_length > kMaxDiscardedBodySize) return BodyEnd::kTooFar;
  return DiscardCounted(framing.content_length);
}

BodyResult RequestReader::DiscardCounted(uint64_t size) {
  const size_t start = begin_;
  while (true) {
    const uint64_t used = std::min<uint64_t>(size, unused().size());
    begin_ += used;
    size -= used;
    if (size == 0) return BodyEnd::kReached;
    const Fill fill = ReceiveOver(start);
    if (fill != Fill::kData) return fill == Fill::kTimedOut ? BodyEnd::kTimedOut : BodyEnd::kClosed;
  }
}

BodyResult RequestReader::DiscardChunked() {
  const size_t start = begin_;
  ChunkedBody body;
  uint64_t left = kMaxDiscardedBodySize;
  while (true) {
    // Nothing beyond the limit is looked at, even if it is there: every split into
    // reads has the same outcome.
    const std::variant<size_t, Rejection> used = body.Discard(unused().substr(0, left));
    if (const auto* rejection = std::get_if<Rejection>(&used)) return *rejection;
    begin_ += std::get<size_t>(used);
    left -= std::get<size_t>(used);
    if (body.complete()) return BodyEnd::kReached;
    if (left == 0) return BodyEnd::kTooFar;
    const Fill fill = ReceiveOver(start);
    if (fill != Fill::kData) return fill == Fill::kTimedOut ? BodyEnd::kTimedOut : BodyEnd::kClosed;
  }
}

RequestReader::Fill RequestReader::ReceiveOver(size_t start) {
  begin_ = end_ = start;
  return Receive(Interruptible::kNo);
}

RequestReader::Fill RequestReader::AwaitRequest(absl::Duration idle_timeout) {
  const bool interruptible = LetTerminationInterrupt(socket_);
  const Deadline now = Deadline::clock::now();
  const absl::Duration timeout = std::min(idle_timeout, absl::FromChrono(last_ - now));
  deadline_ = TerminationHasCome() ? now : After(timeout);
  // A recv that waits by itself spares the ppoll before it, and a recv that finds nothing.
  const bool recv_waits = interruptible && !TerminationHasCome() && LimitReceive(timeout);
  return Receive(Interruptible::kByTermination, recv_waits ? 0 : MSG_DONTWAIT);
}

bool RequestReader::LimitReceive(absl::Duration timeout) {
  if (timeout == receive_timeout_) return true;
  const timeval limit = absl::ToTimeval(timeout);
  const bool is_limited = (limit.tv_sec != 0 || limit.tv_usec != 0) &&
                          setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0;
  if (is_limited) receive_timeout_ = timeout;
  return is_limited;
}

RequestReader::Fill RequestReader::Receive(Interruptible interruptible, int flags) {
  while (true) {
    const ssize_t received = recv(socket_, buffer_.data() + end_, buffer_.size() - end_, flags);
    if (received > 0) {
      end_ += static_cast<size_t>(received);
      last_receipt_ = Deadline::clock::now();
      return Fill::kData;
    }
    if (received == 0) return Fill::kClosed;
    if (errno != EAGAIN && errno != EINTR) return Fill::kClosed;
    if (interruptible == Interruptible::kByTermination && TerminationHasCome())
      return Fill::kInterrupted;
    if (errno == EINTR) continue;
    switch (WaitReadable(socket_, deadline_, interruptible)) {
      case WaitResult::kReady:
        break;
      case WaitResult::kTimedOut:
        return Fill::kTimedOut;
      case WaitResult::kInterrupted:
        return Fill::kInterrupted;
    }
  }
}

absl::string_view RequestReader::PartialLine() const {
  // One empty line before the request line is ignored, RFC 9112 section 2.2.
  const absl::string_view line = absl::StripPrefix(unused(), "\r\n");
  return line.substr(0, std::min(line.find_first_of("\r\n"), kMaxRequestLineSize));
}

}  // namespace prong
