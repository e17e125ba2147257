// The chunked transfer coding a second time, RFC 9112 section 7.1: a recursive
// descent over the whole input, where the parser is a machine fed byte by byte.

#ifndef PRONG_FUZZ_CHUNKED_BODY_TWIN_H_
#define PRONG_FUZZ_CHUNKED_BODY_TWIN_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace prong {

struct BodyReading {
  enum class Verdict {
    kIncomplete,  // all of the input may be the start of a body
    kRefused,     // no body starts with the input up to `position` and the byte there
    kComplete,    // the body ends at `position`
  };
  Verdict verdict;
  size_t position;
  std::string data;  // of all chunks, up to `position`
};

BodyReading ReadChunkedBody(absl::string_view bytes);

}  // namespace prong

#endif  // PRONG_FUZZ_CHUNKED_BODY_TWIN_H_
