#include "server/request_reader.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/strip.h"
#include "parser/chunked_body.h"

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
    // Most often the client has yet to take the last response: waiting first saves
    // a recv that finds nothing.
    const WaitResult wait =
        WaitReadable(socket_, std::min(After(idle_timeout), last_), Interruptible::kByTermination);
    if (wait != WaitResult::kReady) return NoRequest::kIdle;
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

RequestReader::Fill RequestReader::Receive(Interruptible interruptible) {
  while (true) {
    const ssize_t received = recv(socket_, buffer_.data() + end_, buffer_.size() - end_, 0);
    if (received > 0) {
      end_ += static_cast<size_t>(received);
      last_receipt_ = Deadline::clock::now();
      return Fill::kData;
    }
    if (received == 0) return Fill::kClosed;
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return Fill::kClosed;
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
