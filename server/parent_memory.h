// Memory that is the parent's alone.
//
// After a fork the pages of a process are shared with its child, and each that either writes to
// is copied first: a page fault, and a page that the other has to itself from then on, though it
// may have no use for it. What the parent writes to for each connection is better not shared.

#ifndef PRONG_SERVER_PARENT_MEMORY_H_
#define PRONG_SERVER_PARENT_MEMORY_H_

#include <cstddef>
#include <utility>

#include "absl/status/statusor.h"

namespace prong {

// Owns a mapping that children do not inherit, MADV_DONTFORK of madvise(2): one that reads it is
// killed by SIGSEGV.
class ParentMemory {
 public:
  // Of `size` bytes, zeros. Those that are not written to take no memory. The error is that of the
  // kernel.
  static absl::StatusOr<ParentMemory> Map(size_t size);

  ParentMemory(ParentMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}
  ParentMemory& operator=(ParentMemory&&) = delete;
  ~ParentMemory();

  void* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  ParentMemory(void* data, size_t size) : data_(data), size_(size) {}

  void* data_;  // null after a move
  size_t size_;
};

}  // namespace prong

#endif  // PRONG_SERVER_PARENT_MEMORY_H_
