// How a fuzz target says that something which must hold does not.

#ifndef PRONG_FUZZ_PROPERTY_H_
#define PRONG_FUZZ_PROPERTY_H_

#include <cstdio>
#include <cstdlib>

namespace prong {

// Ends the process by SIGABRT, which fuzzing engines take for a crash and save the
// input of, unless `holds`. `property` is a sentence that is true of correct code.
inline void Require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "\nproperty violated: %s\n", property);
  std::abort();
}

}  // namespace prong

#endif  // PRONG_FUZZ_PROPERTY_H_
