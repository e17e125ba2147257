#include "server/parent_memory.h"

#include <sys/mman.h>

#include <cerrno>

namespace prong {

absl::StatusOr<absl::Span<char>> MapParentMemory(size_t size) {
  void* const data = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) return absl::ErrnoToStatus(errno, "cannot map memory");
  if (madvise(data, size, MADV_DONTFORK) != 0)
    return absl::ErrnoToStatus(errno, "cannot keep memory from children");
  return absl::MakeSpan(static_cast<char*>(data), size);
}

}  // namespace prong
