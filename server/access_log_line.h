// What is logged of a request, as a line in one of three formats.
//
// The Common Log Format:
//
//   127.0.0.1 - - [23/Nov/2026:13:09:44 +0000] "GET /flag HTTP/1.0" 200 4
//
// The combined format of Apache and nginx, the same with Referer and User-Agent, or "-":
//
//   127.0.0.1 - - [23/Nov/2026:13:09:44 +0000] "GET /flag HTTP/1.0" 200 4 "-" "curl/7.88.1"
//
// JSON, RFC 8259: an object on one line, with these members in this order:
//
//   {"time":"2026-11-23T13:09:44.123Z","client":"127.0.0.1","request":"GET /flag HTTP/1.0",
//    "status":200,"body_bytes":4,"duration_us":153,"referer":null,"user_agent":"curl/7.88.1",
//    "refusal":null,"complete":true}
//
// Whatever a client sent, a line is one line of printable ASCII: every other byte, the
// quotation mark and the backslash are written as \xHH, so that no two texts look the
// same. In JSON that backslash is escaped in its turn: once parsed, a string there is what
// the other formats have between quotation marks.

#ifndef PRONG_SERVER_ACCESS_LOG_LINE_H_
#define PRONG_SERVER_ACCESS_LOG_LINE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "server/socket_address.h"

namespace prong {

enum class LogFormat : uint8_t { kCommon, kCombined, kJson };

struct AccessLogEntry {
  explicit AccessLogEntry(const SocketAddress& its_client) : client(its_client) {}

  SocketAddress client;            // logged without the port
  absl::Time time;                 // of the response
  absl::string_view request_line;  // as it was received, or empty: "-", null in JSON
  int status = 0;
  uint64_t body_bytes = 0;  // that were handed to the kernel, without framing

  // From the first byte of the request until the response was handed to the kernel.
  absl::Duration duration;

  absl::Span<const Field> fields;  // of the request, none if its head was refused

  std::optional<Rejection> refusal;  // why the parser refused the request, if it did
  bool complete = true;              // whether all of the response was handed to the kernel
};

// The line of `entry`, with its line end. Made in `memory`, whose content is lost and whose
// capacity is used.
std::string FormatAccessLogLine(const AccessLogEntry& entry, LogFormat format,
                                std::string memory = {});

}  // namespace prong

#endif  // PRONG_SERVER_ACCESS_LOG_LINE_H_
