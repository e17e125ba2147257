#include "server/parent_memory.h"

#include <sys/mman.h>

#include <cerrno>

namespace prong {
namespace {

// Memcheck looks for leaks in each child that ends, in all that it knows its parent to have mapped:
// each page that is not there is a fault that it has to get over.
#ifdef PRONG_INSTRUMENTED
constexpr int kInheritance = MADV_NORMAL;
#else
constexpr int kInheritance = MADV_DONTFORK;
#endif

}  // namespace

absl::StatusOr<absl::Span<char>> MapParentMemory(size_t size) {
  void* const data = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) return absl::ErrnoToStatus(errno, "cannot map memory");
  if (madvise(data, size, kInheritance) != 0)
    return absl::ErrnoToStatus(errno, "cannot keep memory from children");
  return absl::MakeSpan(static_cast<char*>(data), size);
}

}  // namespace prong
