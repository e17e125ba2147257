// The parent process: accept, fork, close, again; reap; drain.
//
// The parent never reads from a client and never waits for one: whatever a client
// does, it does to its own child.
//
// Its states, by the names of docs/model/lifecycle.pml:
//
//   Accepting   waits for connections and signals
//   Paused      for 100 ms after a shortage: signals only
//   Draining    after SIGTERM or SIGINT: no listening socket, children finish
//   Killing     after the drain timeout or a second signal
//   Ended       Run has returned: no child is left

#ifndef PRONG_SERVER_SUPERVISOR_H_
#define PRONG_SERVER_SUPERVISOR_H_

#include <sys/types.h>

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/child_table.h"
#include "server/connection.h"
#include "server/listener.h"
#include "server/options.h"
#include "server/report.h"
#include "server/sandbox.h"
#include "server/service_manager.h"
#include "server/signals.h"
#include "server/socket_address.h"
#include "server/unique_fd.h"
#include "server/wait.h"

namespace prong {

class Supervisor {
 public:
  // Borrows `options`, `sandbox` and `context`, which must outlive this. `memory` is that of a
  // ChildTable.
  Supervisor(const Options& options, Listener listener, SignalReceiver signals,
             ServiceManager service_manager, absl::Span<char> memory, Sandbox& sandbox,
             ConnectionContext& context);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Serves until SIGTERM or SIGINT, then stops listening, lets the children finish
  // for at most the drain timeout, kills those that are left, and returns. A second
  // SIGTERM or SIGINT kills them at once. No child outlives this process: should it
  // die, the kernel kills them (PR_SET_PDEATHSIG).
  //
  // SIGHUP opens the access log again. SIGUSR1 reports the counters.
  void Run();

 private:
  // Of connections, since the start. Each that was accepted is refused, or has a
  // child: accepted = refused + children alive + children reaped.
  struct Counters {
    int64_t accepted = 0;
    int64_t refused_max_connections = 0;
    int64_t refused_max_connections_per_client = 0;
    int64_t refused_fork = 0;  // there was no process to be had
  };

  // Sleeps until a signal or `deadline`, or, where `accepting`, a connection; does
  // what signals ask for. Returns whether there is a connection to accept.
  bool Sleep(bool accepting, Deadline deadline);
  void HandleSignals();
  void SweepIfDue();
  void ReportCounters() const;

  // Accepts the connections that wait, up to a number. One at a time: a wait for each would be
  // one more system call.
  void AcceptConnections();
  bool AcceptConnection();  // whether one was, and there is a child for it, or a refusal

  // Returns, in the parent, whether there is a child.
  bool Fork(UniqueFd socket, const SocketAddress& client);
  [[noreturn]] void RunChild(UniqueFd socket, const SocketAddress& client);

  // Refuses `client` if it is one too many. Returns whether it was.
  bool RefuseBeyondLimits(const UniqueFd& socket, const SocketAddress& client);

  // Answers 503 as far as that needs no waiting.
  void TurnAway(const UniqueFd& socket) const;

  // Stops accepting for a moment, for want of descriptors, memory or processes.
  void PauseAccepting(absl::string_view system_call, int error);

  // Pauses where waiting itself failed, or the parent would do nothing but try again.
  void BearNotWaiting(int error);

  void Drain();

  const Options& options_;
  Listener listener_;
  SignalReceiver signals_;
  ServiceManager service_manager_;
  Sandbox& sandbox_;
  ConnectionContext& context_;
  const pid_t pid_;  // of this process, the parent
  ChildTable children_;
  Counters counters_;
  int terminations_ = 0;   // SIGTERM and SIGINT so far
  Deadline sweep_;         // when to look for children that ended without a signal of their own
  Deadline accept_again_;  // not before
  RepeatedReport shortages_;
  RepeatedReport refusals_;
};

}  // namespace prong

#endif  // PRONG_SERVER_SUPERVISOR_H_
