// Mutations of requests that keep to their structure: lines, names, values, targets,
// and the boundaries between them. A fuzzer that mutates bytes rarely makes what an
// attacker sends first: the same field twice, two fields that contradict each other,
// a line that ends like none.
//
// With the library request_mutator_hook a fuzz target gets such mutations from
// libFuzzer, in turns with libFuzzer's own.

#ifndef PRONG_FUZZ_REQUEST_MUTATOR_H_
#define PRONG_FUZZ_REQUEST_MUTATOR_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace prong {

// `input`, read loosely as lines, with one to four changes: lines duplicated,
// swapped, dropped, spliced or broken, hostile lines, values and segments put in.
// `seed` decides which: the same one makes the same changes. Each change adds a line
// of the input at most, or a few bytes.
std::string MutateRequest(absl::string_view input, uint32_t seed);

}  // namespace prong

#endif  // PRONG_FUZZ_REQUEST_MUTATOR_H_
