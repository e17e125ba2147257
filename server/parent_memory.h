// Memory that is the parent's alone.
//
// After a fork the pages of a process are shared with its child, and each that either writes to
// is copied first: a page fault, and a page that the other has to itself from then on, though it
// may have no use for it. What the parent writes to for each connection is better not shared.

#ifndef PRONG_SERVER_PARENT_MEMORY_H_
#define PRONG_SERVER_PARENT_MEMORY_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace prong {

// Maps `size` bytes, zeros, which take no memory before they are written to, and are there until
// this process ends. Children do not inherit them, MADV_DONTFORK of madvise(2): one that reads
// them is killed by SIGSEGV. In instrumented builds they do. The error is that of the kernel.
absl::StatusOr<absl::Span<char>> MapParentMemory(size_t size);

}  // namespace prong

#endif  // PRONG_SERVER_PARENT_MEMORY_H_
