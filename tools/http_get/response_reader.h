// Responses of any server of HTTP/1, RFC 9112, as a client reads them: bytes in, the
// head and the bytes of the body out.
//
//   ResponseReader reader(Method::kGet);
//   while (!reader.complete()) {
//     absl::string_view bytes = <receive>;          // at the end: reader.End()
//     while (!bytes.empty() && !reader.complete()) {
//       absl::StatusOr<ResponseReader::Piece> piece = reader.Read(bytes);
//       if (!piece.ok()) ...                         // no response: give up
//       ... piece->body ...                          // the next bytes of the body
//       bytes.remove_prefix(piece->size);
//     }
//   }
//   reader.head().status;
//
// Lines, fields and framing are held to the grammar and the limits by which the server
// parses requests, and are read by the same code: a client that is lax is attacked just
// as a server is. What RFC 9112 lets a client overlook is refused, too: folded lines, a
// repeated Content-Length, a status line without its last space. The body may be
// chunked, counted by Content-Length, or end with the connection (section 6.3).
//
// fuzz/response_parser.h is another reader of responses, and stays one: it judges the
// server, and shares no code with it so that no bug hides in both. It knows no response
// but those that prong sends; this knows those of all servers.

#ifndef PRONG_TOOLS_HTTP_GET_RESPONSE_READER_H_
#define PRONG_TOOLS_HTTP_GET_RESPONSE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "parser/chunked_body.h"
#include "parser/limits.h"
#include "parser/request.h"

namespace prong {

// The status line without its CRLF. Fields have the limits of requests.
inline constexpr size_t kMaxStatusLineSize = kMaxRequestLineSize;

// Interim responses (1xx) before the final one.
inline constexpr int kMaxInterimResponses = 10;

// Views are of storage inside the ResponseReader.
struct ResponseHead {
  int status = 0;         // 100 to 599
  int minor_version = 1;  // of HTTP/1; versions above 1.1 count as 1.1
  absl::string_view reason;
  std::vector<Field> fields;  // in the order of the response
  absl::string_view bytes;    // all of it, with the empty line that ends it

  // The value of the first field called `name`, in any case, or empty.
  absl::string_view Value(absl::string_view name) const;
};

class ResponseReader {
 public:
  // Some bytes of a response.
  struct Piece {
    size_t size;             // how many
    absl::string_view body;  // the last of them, which were the body's
  };

  // Reads the response to a request of `method`: kHead, whose response has no body, or
  // kGet.
  explicit ResponseReader(Method method);
  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;

  // Consumes `bytes` up to the end of the response, or to the end of the first bytes of
  // its body in them. Interim responses are consumed and forgotten. The body views
  // `bytes`. InvalidArgument, with what is wrong, if this is no response; not to be
  // called after that.
  absl::StatusOr<Piece> Read(absl::string_view bytes);

  // The server has closed the connection. OutOfRange, with what is missing, unless the
  // response is complete now, as it may be where nothing else tells its end.
  absl::Status End();

  bool complete() const { return state_ == State::kComplete; }

  // Whether the final head has been read.
  bool has_head() const { return state_ > State::kFieldLines; }

  // REQUIRES: has_head().
  const ResponseHead& head() const { return head_; }

 private:
  // In the order of a response.
  enum class State : uint8_t {
    kStatusLine,
    kFieldLines,
    kCountedBody,  // left_ bytes to go
    kChunkedBody,  // as chunks_ knows
    kUnboundBody,  // to the end of the connection
    kComplete,
  };

  void BeginHead();
  absl::Status ReadHeadByte(char c);
  absl::Status CheckSize(char c) const;
  absl::Status ReadLine(absl::string_view line);
  absl::Status ReadStatusLine(absl::string_view line);
  absl::Status ReadField(absl::string_view line);
  absl::Status FinishHead();
  absl::StatusOr<Piece> ReadBody(absl::string_view bytes);

  const Method method_;
  State state_ = State::kStatusLine;
  std::string buffer_;        // the head; never reallocated, as head_ views it
  size_t line_start_ = 0;     // in buffer_
  size_t section_start_ = 0;  // where the status line or the fields start
  ResponseHead head_;
  int interim_responses_ = 0;
  uint64_t left_ = 0;
  ChunkedBody chunks_;
};

}  // namespace prong

#endif  // PRONG_TOOLS_HTTP_GET_RESPONSE_READER_H_
