// What another parser of HTTP, a peer, makes of the head of a request.

#ifndef PRONG_FUZZ_PEER_READING_H_
#define PRONG_FUZZ_PEER_READING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "parser/request.h"

namespace prong {

enum class Peer : uint8_t { kHttpParser, kPicohttpparser };

// Its name for people.
constexpr absl::string_view NameOf(Peer peer) {
  return peer == Peer::kHttpParser ? "http-parser" : "picohttpparser";
}

enum class Verdict : uint8_t {
  kAccepted,
  kRefused,
  kUndecided,  // the head is not complete for this peer
};

// What a peer says of the body and the connection.
struct PeerMeaning {
  Framing framing;
  bool persistent = false;
};

struct PeerReading {
  Peer peer;
  Verdict verdict = Verdict::kUndecided;
  absl::string_view error;  // the peer's name of why it refused, or empty

  // Of an accepted request, views of the input.
  absl::string_view method;
  absl::string_view target;
  int major_version = 1;
  int minor_version = 1;
  std::vector<Field> fields;           // a folded line may have no name
  size_t size = 0;                     // of the head
  std::optional<PeerMeaning> meaning;  // unless the peer leaves it to its user
};

}  // namespace prong

#endif  // PRONG_FUZZ_PEER_READING_H_
