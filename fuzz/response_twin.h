// Responses as a client reads them, a second time: lines found in the whole input, where
// the reader (tools/http_get/response_reader.h) is fed byte by byte. What it has in
// common with requests it leaves to the twins of those.

#ifndef PRONG_FUZZ_RESPONSE_TWIN_H_
#define PRONG_FUZZ_RESPONSE_TWIN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "parser/request.h"

namespace prong {

struct ResponseReading {
  enum class Verdict {
    kIncomplete,  // all of the input may be the start of a response
    kUnbound,     // the same, and it is whole if the connection ends here
    kRefused,     // no response starts with the input
    kComplete,    // the response ends at `size`
  };
  Verdict verdict = Verdict::kIncomplete;

  // Of the final response, once its head is there and not refused.
  bool has_head = false;
  int status = 0;
  int minor_version = 0;
  absl::string_view reason;
  std::vector<Field> fields;

  std::string body;  // as far as it is there, or up to what is refused
  size_t size = 0;   // if complete
};

// Reads the response at the start of `bytes` to a request of `method`, GET or HEAD.
ResponseReading ReadResponse(absl::string_view bytes, Method method);

}  // namespace prong

#endif  // PRONG_FUZZ_RESPONSE_TWIN_H_
