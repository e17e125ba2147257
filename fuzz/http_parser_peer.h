// http-parser, https://github.com/nodejs/http-parser, as a peer: a state machine by
// hand that Node.js was built on, lax in Debian's build (HTTP_PARSER_STRICT=0).

#ifndef PRONG_FUZZ_HTTP_PARSER_PEER_H_
#define PRONG_FUZZ_HTTP_PARSER_PEER_H_

#include "absl/strings/string_view.h"
#include "fuzz/peer_reading.h"

namespace prong {

// Reads the head at the start of `input`, which is not empty. The reading views it.
PeerReading ReadWithHttpParser(absl::string_view input);

}  // namespace prong

#endif  // PRONG_FUZZ_HTTP_PARSER_PEER_H_
