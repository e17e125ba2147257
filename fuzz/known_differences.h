// Where the parser and its peers are known to differ, and why the parser is right:
// one table, of which docs/differences.md is made.
//
// A difference that the table does not explain is a bug, most likely of the parser's,
// or belongs into the table. A row explains as little as it can: that the parser
// refuses a request for want of a Host is explained where what the peer read has none.

#ifndef PRONG_FUZZ_KNOWN_DIFFERENCES_H_
#define PRONG_FUZZ_KNOWN_DIFFERENCES_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fuzz/difference.h"
#include "fuzz/peer_reading.h"
#include "parser/rejection.h"

namespace prong {

enum class Peers : uint8_t { kHttpParser, kPicohttpparser, kBoth };

constexpr bool Includes(Peers peers, Peer peer) {
  return peers == Peers::kBoth || (peers == Peers::kHttpParser) == (peer == Peer::kHttpParser);
}

struct KnownDifference {
  absl::string_view seed;  // a file in corpus/ that shows it with each of the peers
  Peers peers;
  Aspect aspect;
  std::optional<Rejection> rejection;  // of the parser's, unless it accepts
  absl::string_view sentence;          // on what the peers do
  absl::string_view reference;         // the RFC section by which the parser does otherwise

  // Whether that is the cause of a difference in the aspect, of one of the peers, where
  // the parser's outcome is the above.
  bool (*is_cause)(const Comparison& comparison);
};

// Ordered by the numbers of rejections; what the parser accepts comes last.
absl::Span<const KnownDifference> KnownDifferences();

// The row of `table` that explains why the two differ in `aspect`, or null.
const KnownDifference* Explanation(absl::Span<const KnownDifference> table,
                                   const Comparison& comparison, Aspect aspect);

// Aborts with a message unless `table` explains all that the two differ in.
void RequireExplained(absl::Span<const KnownDifference> table, const Comparison& comparison);

}  // namespace prong

#endif  // PRONG_FUZZ_KNOWN_DIFFERENCES_H_
