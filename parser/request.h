// A request that the parser accepted: views of the bytes it was parsed from.
//
// Lifetimes: `path` and `fields` are views of storage inside the RequestParser,
// every other view one of the buffer that was parsed. All are valid until either
// changes.

#ifndef PRONG_PARSER_REQUEST_H_
#define PRONG_PARSER_REQUEST_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace prong {

// RFC 9110 section 9.3 and RFC 5789; method names are case-sensitive.
enum class Method : uint8_t {
  kConnect,
  kDelete,
  kGet,
  kHead,
  kOptions,
  kPatch,
  kPost,
  kPut,
  kTrace,
  kUnknown,  // a token that names none of the above
};

// RFC 9112 section 3.2.
enum class TargetForm : uint8_t { kOrigin, kAbsolute, kAuthority, kAsterisk };

struct RequestTarget {
  TargetForm form = TargetForm::kOrigin;

  // The host and port of absolute-form, where the port is optional, and of
  // authority-form, else empty.
  absl::string_view authority;

  // The path of origin-form and absolute-form, relative to the document root:
  // percent-decoded once, without empty and dot segments, without a leading or a
  // trailing slash, and unable to climb. Empty means the root itself. Never holds
  // a NUL; otherwise any byte, as file names do.
  absl::string_view path;

  // Whether the path named a directory: it ended in a slash or a dot segment.
  bool names_directory = false;

  // The query with its question mark as it was received, or empty.
  absl::string_view query;
};

// RFC 9110 section 5. `value` is without the white space around it.
struct Field {
  absl::string_view name;
  absl::string_view value;

  // Names compare without case, section 5.1. The size alone, compared in place, tells
  // nearly every field from the one that is looked for.
  bool IsCalled(absl::string_view other) const noexcept {
    return name.size() == other.size() && absl::EqualsIgnoreCase(name, other);
  }
};

// How the message body is delimited, RFC 9112 section 6.3.
struct Framing {
  bool chunked = false;
  uint64_t content_length = 0;  // bytes; 0 when chunked

  bool has_body() const noexcept { return chunked || content_length > 0; }
};

struct Request {
  absl::string_view line;  // the request line without its CRLF, for the log
  Method method = Method::kUnknown;
  RequestTarget target;
  int minor_version = 1;  // of HTTP/1; versions above 1.1 count as 1.1, RFC 9110 section 2.5

  absl::Span<const Field> fields;  // in the order of the request

  // The authority of an absolute-form target, else the value of Host, else empty.
  absl::string_view host;

  Framing framing;
  bool expects_continue = false;

  // Whether the client wants the connection to persist, RFC 9112 section 9.3.
  bool persistent = false;

  // Bytes from the start of the buffer to the end of the header section.
  size_t size = 0;
};

}  // namespace prong

#endif  // PRONG_PARSER_REQUEST_H_
