// A connection served in this process: bytes in, bytes and log lines out.
//
//   ConnectionHarness harness;
//   const Served& served = harness.Serve(input);
//
// As main.cc and a fork would, it gives ServeConnection a document root (the
// hostile tree), a log, a parser and a socket. The other end has sent all of the
// input and ended its side before it starts, unless it is told to send some of it
// late, so that nothing has a reason to wait: what does wait, for longer than ten to
// twenty seconds, is ended by SIGABRT.
//
// Checked here, as it holds for every input: afterwards the same descriptors are
// open as before.

#ifndef PRONG_FUZZ_CONNECTION_HARNESS_H_
#define PRONG_FUZZ_CONNECTION_HARNESS_H_

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "fuzz/hostile_tree.h"
#include "server/connection.h"
#include "server/socket_address.h"
#include "server/unique_fd.h"

namespace prong {

// The most that fits into a socket's buffers without anyone reading it: inputs that
// are longer are not served.
inline constexpr size_t kMaxInputSize = 128 * 1024;

// Few, so that all answers fit, too.
inline constexpr int64_t kMaxRequests = 8;

// The client, of those set aside for documentation by RFC 5737.
inline constexpr absl::string_view kClient = "192.0.2.1";

// Between the parts of a response.
inline constexpr absl::string_view kBoundary = "THIS_SEPARATES";

// Valid until the next connection is served.
struct Served {
  absl::string_view bytes;  // that the client received
  bool reset = false;       // whether their end was an error instead of an end
  bool unheard = false;     // whether the server closed before the client could send all
  absl::string_view log;
};

// Ends a process that hangs: whose Watch sees two ticks of a clock, which are
// ten seconds apart. A clock that is set for each Watch takes a system call.
class Watchdog {
 public:
  class Watch {
   public:
    Watch() {
      ++watched_;
      watching_ = true;
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { watching_ = false; }
  };

  Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog() { timer_delete(timer_); }

 private:
  // Read by a signal handler.
  static inline std::atomic<uint32_t> watched_ = 0;  // so far
  static inline std::atomic<bool> watching_ = false;

  timer_t timer_;
};

class ConnectionHarness {
 public:
  // How the document root is served.
  enum class Root { kStrict, kSymlinksFollowed, kListed };

  // What serves: ServeConnection, or what calls it.
  using Server = void (*)(UniqueFd socket, const SocketAddress& client, ConnectionContext& context);

  explicit ConnectionHarness(Server server = ServeConnection);

  // Serves a client that sends `input`. REQUIRES: `input` is at most kMaxInputSize.
  Served Serve(absl::string_view input, Root root = Root::kStrict);

  // The same for a client that sends `late` behind it, and ends its side, only when
  // the server calls SendLate, at the latest when it is done.
  Served Serve(absl::string_view input, absl::string_view late);
  void SendLate();

  const HostileTree& tree() const { return tree_; }

 private:
  ConnectionContext ContextWith(Root root) const;
  Served ServeIn(ConnectionContext& context, absl::string_view input, absl::string_view late);

  // What the client received; whether it was all.
  absl::string_view ReceiveAll(bool& reset);
  absl::string_view TakeLog();

  Server server_;
  HostileTree tree_;
  UniqueFd log_;        // a memfd, see memfd_create(2)
  off_t log_size_ = 0;  // of what was taken
  ConnectionContext strict_;
  ConnectionContext following_;
  ConnectionContext listing_;
  SocketAddress client_;
  UniqueFd socket_;  // the client's
  absl::string_view late_;
  Watchdog watchdog_;
  std::vector<char> received_;
  std::vector<char> logged_;
};

}  // namespace prong

#endif  // PRONG_FUZZ_CONNECTION_HARNESS_H_
