// picohttpparser, https://github.com/h2o/picohttpparser, as a peer: what the H2O
// server reads requests with. It splits a head into parts and gives them no meaning.

#ifndef PRONG_FUZZ_PICOHTTPPARSER_PEER_H_
#define PRONG_FUZZ_PICOHTTPPARSER_PEER_H_

#include "absl/strings/string_view.h"
#include "fuzz/peer_reading.h"

namespace prong {

// Reads the head at the start of `input`, which is not empty and which the reading
// views. More than kMaxFields fields are refused.
PeerReading ReadWithPicohttpparser(absl::string_view input);

}  // namespace prong

#endif  // PRONG_FUZZ_PICOHTTPPARSER_PEER_H_
