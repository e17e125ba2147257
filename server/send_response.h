// Writing a response to a socket.

#ifndef PRONG_SERVER_SEND_RESPONSE_H_
#define PRONG_SERVER_SEND_RESPONSE_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "server/response.h"
#include "server/wait.h"

namespace prong {

// A file up to this size, in bytes, is read and sent together with the head, in one segment
// train; a larger one never passes through the process.
inline constexpr uint64_t kMaxReadSize = 16384;

struct SendResult {
  uint64_t body_bytes = 0;  // of the body, without its framing, handed to the kernel

  // Whether all of the response was. If not, the client went away, read too
  // slowly, or the file could not be read to the length that the head announced;
  // the connection must be closed: what follows would be taken for the body.
  bool complete = false;

  // Whether the client was given up because it read too slowly.
  bool too_slow = false;
};

// Sends the head and the body of `response` on `socket`, which is blocking afterwards if all of it
// was sent, and is waited for by poll(2) alone. `file` is borrowed: the descriptor to send from if
// the body is kFile, else ignored. `now` is in seconds since 1970, for the Date field.
//
// If the file is cut short meanwhile, no byte is sent in place of those that are
// gone. But the kernel sends pages, not copies of them: what it had queued and not
// yet sent of the part that was cut off may arrive as zeros before the connection
// ends short of what the head announced (see sendfile(2), ftruncate(2)).
//
// From when it first kept the server waiting, the client must take `min_rate` bytes
// per second on average, after a grace of five seconds: else it is given up. All that
// it took of the response counts. So a client that takes that rate throughout never is,
// though what its kernel takes for it comes by the bufferful.
//
// What is sent at once is put together in `memory`, whose content is lost: the head, and a
// body of up to kMaxReadSize bytes.
SendResult SendResponse(int socket, const Response& response, int file, int64_t now,
                        int64_t min_rate, std::string& memory);

// The next piece of a body whose size is not known, or an empty one behind the last; an
// error if there is no going on.
using NextPiece = absl::FunctionRef<absl::StatusOr<std::string>()>;

// The same for a body that is made while it is sent, piece by piece, and is chunked or ends
// with the connection. If there is no going on, no last chunk is sent; where the connection
// is the end, it must not be an orderly one.
SendResult SendPieces(int socket, const Response& response, NextPiece next, int64_t now,
                      int64_t min_rate);

// Until when a client may wait with the next byte that took `bytes` at `min_rate` bytes
// per second since `start`; a century at most.
Deadline SlowestEnd(Deadline start, int64_t bytes, int64_t min_rate);

}  // namespace prong

#endif  // PRONG_SERVER_SEND_RESPONSE_H_
