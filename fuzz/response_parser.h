// Responses, as strictly as RFC 9112 lets a server write them: what a client may
// rely on, read by code that shares nothing with the code that writes them.
//
//   absl::StatusOr<ParsedResponse> response = ParseResponse(bytes, RequestMethod::kOther);
//   if (response.ok()) bytes.remove_prefix(response->size);  // the next one follows
//
// No tolerance: a single space where the grammar has one, CRLF alone, no white
// space at the end of a value, a body that Content-Length delimits or that is chunked,
// without extensions, trailers or zeros before a size. Those that end with the connection
// are refused, as ParseResponse does not know where that is. What a client
// reads responses of any server with is tools/http_get/response_reader.h.

#ifndef PRONG_FUZZ_RESPONSE_PARSER_H_
#define PRONG_FUZZ_RESPONSE_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace prong {

struct ResponseField {
  absl::string_view name;
  absl::string_view value;
};

// Views of what was parsed.
struct ParsedResponse {
  int status = 0;
  absl::string_view reason;
  std::vector<ResponseField> fields;  // in the order of the response
  std::optional<uint64_t> content_length;
  bool chunked = false;
  std::string body;  // without chunks
  size_t size = 0;   // bytes from the start of the status line to the end of the body

  // The value of the field called `name`, in any case, or empty. No field that is
  // there has an empty value.
  absl::string_view Value(absl::string_view name) const;
};

// What a response has to be read with: no response to HEAD has a body.
enum class RequestMethod { kHead, kOther };

// The response at the start of `bytes`. Errors: OutOfRange if it does not end in
// `bytes` and nothing is wrong with it so far; InvalidArgument, with what is wrong,
// if it is no response. No field may be repeated.
absl::StatusOr<ParsedResponse> ParseResponse(absl::string_view bytes, RequestMethod method);

// The same, up to the end of the head: `size` is that of the head, `body` empty.
absl::StatusOr<ParsedResponse> ParseResponseHead(absl::string_view bytes);

}  // namespace prong

#endif  // PRONG_FUZZ_RESPONSE_PARSER_H_
