// Gives libFuzzer the mutations of request_mutator.h. An engine that does not know
// custom mutators never calls this; one that calls it without being libFuzzer, and so
// without LLVMFuzzerMutate, keeps its input.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "fuzz/request_mutator.h"

// libFuzzer's own mutations, with its dictionary and its corpus.
extern "C" __attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t* data, size_t size,
                                                         size_t max_size);

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed) {
  if (LLVMFuzzerMutate == nullptr) return size;
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string mutant = prong::MutateRequest(input, seed / 2);
  if (mutant.empty() || mutant.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, mutant.data(), mutant.size());
  return mutant.size();
}
