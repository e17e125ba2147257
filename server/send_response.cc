#include "server/send_response.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/wait.h"

namespace prong {
namespace {

// One sendfile; Linux transfers no more at once, see sendfile(2).
constexpr uint64_t kMaxSendfileSize = 0x7ffff000;

constexpr absl::Duration kGrace = absl::Seconds(5);

// A socket whose reader is held to a minimum rate.
class PacedSocket {
 public:
  PacedSocket(int socket, int64_t min_rate) : socket_(socket), min_rate_(min_rate) {}

  // Sends all of `data`, with the flags of send(2). False if it cannot.
  bool SendAll(absl::string_view data, int flags) {
    while (!data.empty()) {
      const ssize_t sent =
          send(socket_, data.data(), data.size(), flags | MSG_DONTWAIT | MSG_NOSIGNAL);
      if (!Advance(sent)) return false;
      data.remove_prefix(static_cast<size_t>(std::max<ssize_t>(sent, 0)));
    }
    return true;
  }

  // Whether calls wait for the socket that do not say otherwise, as sendfile(2) cannot. False if
  // that cannot be set.
  bool SetBlocking(bool blocking) const {
    int non_blocking = blocking ? 0 : 1;
    return ioctl(socket_, FIONBIO, &non_blocking) == 0;  // ioctl_fd(2)
  }

  // Sends `range` of `file`. False if it cannot, or not all of it.
  bool SendFile(int file, const ByteRange& range) {
    auto offset = static_cast<off_t>(range.begin);
    while (static_cast<uint64_t>(offset) < range.end) {
      const uint64_t left = range.end - static_cast<uint64_t>(offset);
      const ssize_t sent = sendfile(socket_, file, &offset, std::min(left, kMaxSendfileSize));
      // 0: the file has become shorter than it was. Bytes that are no longer there
      // cannot be sent, and others in their place would be wrong.
      if (sent == 0 || !Advance(sent)) return false;
    }
    return true;
  }

  bool too_slow() const { return too_slow_; }

  // How much was sent.
  int64_t sent() const { return sent_; }

  // How much was sent of what came behind the first `head_size` bytes.
  uint64_t SentBehind(size_t head_size) const {
    return std::max(static_cast<uint64_t>(sent_), uint64_t{head_size}) - head_size;
  }

 private:
  // Takes note of what send or sendfile returned, and waits if the socket was full.
  // False if sending cannot go on.
  bool Advance(ssize_t sent) {
    if (sent >= 0) {
      sent_ += sent;
      owed_ += sent;
      return true;
    }
    if (errno == EINTR) return true;
    return errno == EAGAIN && WaitForReader();
  }

  // Waits until the socket takes more. False if its reader has been too slow since
  // the first wait. What counts is what the client has acknowledged: the kernel
  // buffers megabytes, of earlier responses too.
  bool WaitForReader() {
    if (!has_waited_) {
      has_waited_ = true;
      grace_end_ = After(kGrace);
      // More is on its way than was sent here, if some is of an earlier response.
      owed_ = std::max(sent_, Unacknowledged());
    }
    while (Deadline::clock::now() < WaitEnd()) {
      if (WaitWritable(socket_, WaitEnd()) == WaitResult::kReady) return true;
    }
    too_slow_ = true;
    return false;
  }

  // Not before the grace has ended: other sockets than those of tcp(7) count their
  // overhead as unacknowledged too.
  Deadline WaitEnd() const {
    return SlowestEnd(grace_end_, std::max<int64_t>(owed_ - Unacknowledged(), 0), min_rate_);
  }

  int64_t Unacknowledged() const {
    int unacknowledged = 0;
    ioctl(socket_, SIOCOUTQ, &unacknowledged);  // tcp(7)
    return unacknowledged;
  }

  int socket_;
  int64_t min_rate_;
  int64_t sent_ = 0;
  bool has_waited_ = false;
  bool too_slow_ = false;
  Deadline grace_end_;  // from here on, since the first wait
  int64_t owed_ = 0;    // bytes to acknowledge
};

// Appends `range` of `file`, or as much as there is.
void AppendFile(int file, const ByteRange& range, std::string& out) {
  const size_t start = out.size();
  out.resize(start + range.size());
  size_t filled = 0;
  while (filled < range.size()) {
    const ssize_t got = pread(file, &out[start + filled], range.size() - filled,
                              static_cast<off_t>(range.begin + filled));
    if (got == 0 || (got < 0 && errno != EINTR)) break;
    filled += static_cast<size_t>(std::max<ssize_t>(got, 0));
  }
  out.resize(start + filled);
}

// Appends what all of the parts are, or as much as there is of the first that is cut.
void AppendParts(int file, const Response& response, std::string& out) {
  for (const FilePart& part : response.parts) {
    out += part.before;
    const size_t whole = out.size() + part.range.size();
    AppendFile(file, part.range, out);
    if (out.size() < whole) return;
  }
  out += response.after;
}

// Sends what is in `message`, the head, and the parts. False if it cannot send all.
bool SendParts(int file, const Response& response, std::string& message, PacedSocket& socket) {
  if (!socket.SetBlocking(false)) return false;
  for (const FilePart& part : response.parts) {
    message += part.before;
    // MSG_MORE: what is before a part goes out with its first bytes.
    if (!socket.SendAll(message, MSG_MORE)) return false;
    if (!socket.SendFile(file, part.range)) return false;
    message.clear();
  }
  return socket.SetBlocking(true) && socket.SendAll(response.after, 0);
}

// Sends `head` and what `next` yields, and adds to `body_bytes` what was sent of that. False
// if it cannot send all.
bool SendPiecesTo(PacedSocket& socket, std::string head, bool chunked, NextPiece next,
                  uint64_t& body_bytes) {
  std::string before = std::move(head);  // what is to be sent before the next piece
  while (true) {
    const absl::StatusOr<std::string> piece = next();
    if (!piece.ok()) return false;
    if (piece->empty()) break;
    if (chunked) absl::StrAppend(&before, absl::Hex(piece->size()), "\r\n");
    // MSG_MORE: what is around a piece goes out with it.
    if (!socket.SendAll(before, MSG_MORE)) return false;
    const int64_t start = socket.sent();
    const bool complete = socket.SendAll(*piece, chunked ? MSG_MORE : 0);
    body_bytes += static_cast<uint64_t>(socket.sent() - start);
    if (!complete) return false;
    before = chunked ? "\r\n" : "";
  }
  if (chunked) before += "0\r\n\r\n";
  return socket.SendAll(before, 0);
}

}  // namespace

Deadline SlowestEnd(Deadline start, int64_t bytes, int64_t min_rate) {
  // Nanoseconds in 64 bits would end after 292 years: ten gigabytes at a byte per second.
  constexpr absl::Duration kCentury = absl::Hours(24 * 36525);
  return start + absl::ToChronoNanoseconds(std::min(absl::Seconds(bytes) / min_rate, kCentury));
}

SendResult SendResponse(int socket, const Response& response, int file, int64_t now,
                        int64_t min_rate, std::string& memory) {
  PacedSocket paced(socket, min_rate);
  std::string& message = memory = SerializeHead(response, now, std::move(memory));
  const size_t head_size = message.size();
  const uint64_t size = response.content_length.value_or(0);

  if (response.body == Response::Body::kFile && size > kMaxReadSize) {
    const bool complete = SendParts(file, response, message, paced);
    return {paced.SentBehind(head_size), complete, paced.too_slow()};
  }

  if (response.body == Response::Body::kFile) AppendParts(file, response, message);
  if (response.body == Response::Body::kPage) message += response.page;
  const uint64_t body_bytes = message.size() - head_size;
  const uint64_t announced = response.body == Response::Body::kNone ? 0 : size;
  if (!paced.SendAll(message, 0)) return {paced.SentBehind(head_size), false, paced.too_slow()};
  return {body_bytes, body_bytes == announced, false};
}

SendResult SendPieces(int socket, const Response& response, NextPiece next, int64_t now,
                      int64_t min_rate) {
  PacedSocket paced(socket, min_rate);
  const bool chunked = response.framing == Response::Framing::kChunked;
  SendResult result;
  result.complete =
      SendPiecesTo(paced, SerializeHead(response, now), chunked, next, result.body_bytes);
  result.too_slow = paced.too_slow();
  return result;
}

}  // namespace prong
