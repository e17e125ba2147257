// The children that serve: whom, since when, and how each ended.
//
// Only what was added here is ever waited for or signalled: never waitpid(-1), which
// reaps strangers too, such as a child that was inherited over exec, and which looks
// at every child there is. A pid in the table is a child that was not reaped: it
// cannot have become another process's.
//
// Adding, and reaping by pid, cost the same however many children there are, and so does a fork:
// what is known of children is in memory that they do not inherit.

#ifndef PRONG_SERVER_CHILD_TABLE_H_
#define PRONG_SERVER_CHILD_TABLE_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/parent_memory.h"
#include "server/socket_address.h"
#include "server/wait.h"

namespace prong {

class ChildTable {
 public:
  // Its rows are in `memory`, and on the heap once that is used up.
  explicit ChildTable(absl::Span<char> memory) : resource_(memory.data(), memory.size()) {}
  ChildTable(const ChildTable&) = delete;
  ChildTable& operator=(const ChildTable&) = delete;

  // For the constructor: memory that children do not inherit, for some 3,000 of them.
  static absl::StatusOr<absl::Span<char>> Memory() { return MapParentMemory(size_t{2} << 20); }

  // `pid` was forked now, and serves `client`.
  void Add(pid_t pid, const SocketAddress& client);

  // Reaps `pid` if it is here and has ended; never waits. An end by a signal, or with
  // a status other than 0, is a crash: it is reported, see report.h.
  void Reap(pid_t pid);

  // The same for every child here: one waitpid(2) each. Returns whether none failed;
  // else a child may have ended and be here still.
  bool ReapAll();

  // Sends `signal` to every child here.
  void Signal(int signal) const;

  // Kills every child here and waits until all have ended; no such end is a crash.
  void KillAll();

  bool empty() const { return children_.empty(); }
  int64_t size() const { return static_cast<int64_t>(children_.size()); }

  // How many children serve the network of `client`, see SocketAddress::Network.
  int64_t SizeFor(const SocketAddress& client) const;

  // Since the start.
  int64_t peak() const { return peak_; }        // the greatest size
  int64_t reaped() const { return reaped_; }    // however they ended
  int64_t crashed() const { return crashed_; }  // of these

 private:
  struct Child {
    SocketAddress client;
    Deadline start;
  };

  template <typename Key, typename Value>
  using Map = absl::flat_hash_map<Key, Value, typename absl::flat_hash_map<Key, Value>::hasher,
                                  typename absl::flat_hash_map<Key, Value>::key_equal,
                                  std::pmr::polymorphic_allocator<std::pair<const Key, Value>>>;

  // Whether `pid` has ended, which it then does not a second time; nothing if
  // waitpid(2) failed.
  std::optional<bool> HasEnded(pid_t pid, const Child& child);
  void Forget(const Child& child);

  std::pmr::monotonic_buffer_resource resource_;
  Map<pid_t, Child> children_{&resource_};
  Map<SocketAddress::Network, int64_t> per_network_{&resource_};  // none is 0
  int64_t peak_ = 0;
  int64_t reaped_ = 0;
  int64_t crashed_ = 0;
};

}  // namespace prong

#endif  // PRONG_SERVER_CHILD_TABLE_H_
