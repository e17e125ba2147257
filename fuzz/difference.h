// Where the parser and a peer differ on one input.
//
//   const Comparison comparison{input, parser.Parse(input), ReadWithHttpParser(input)};
//   for (Aspect aspect : DifferingAspects(comparison)) ...

#ifndef PRONG_FUZZ_DIFFERENCE_H_
#define PRONG_FUZZ_DIFFERENCE_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "fuzz/peer_reading.h"
#include "parser/request_parser.h"

namespace prong {

struct Comparison {
  absl::string_view input;
  ParseOutcome ours;
  PeerReading theirs;
};

enum class Aspect : uint8_t {
  kAcceptance,
  kMethod,
  kTarget,
  kVersion,
  kFields,  // names, values, order
  kSize,    // of the head
  kFraming,
  kPersistence,
};

// Its name for people, as in "they differ in".
absl::string_view NameOf(Aspect aspect);

// All aspects in which the two differ: acceptance alone, or others.
//
// Of an input that one of the two refuses, the other may want to see more: that is
// no difference, as it may refuse it yet. To accept it is one.
std::vector<Aspect> DifferingAspects(const Comparison& comparison);

}  // namespace prong

#endif  // PRONG_FUZZ_DIFFERENCE_H_
