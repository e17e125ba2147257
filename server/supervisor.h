// The parent process: accept, fork, close, again; reap; drain.
//
// The parent never reads from a client and never waits for one: whatever a client
// does, it does to its own child.

#ifndef PRONG_SERVER_SUPERVISOR_H_
#define PRONG_SERVER_SUPERVISOR_H_

#include <sys/types.h>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "server/connection.h"
#include "server/listener.h"
#include "server/options.h"
#include "server/signals.h"
#include "server/socket_address.h"
#include "server/unique_fd.h"
#include "server/wait.h"

namespace prong {

class Supervisor {
 public:
  // Borrows `options` and `context`, which must outlive this.
  Supervisor(const Options& options, Listener listener, SignalReceiver signals,
             ConnectionContext& context);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Serves until SIGTERM or SIGINT, then stops listening, lets the children finish
  // for at most the drain timeout, kills those that are left, and returns. A second
  // SIGTERM or SIGINT kills them at once. No child outlives this process: should it
  // die, the kernel kills them (PR_SET_PDEATHSIG).
  //
  // SIGHUP opens the access log again.
  void Run();

 private:
  struct Child {
    SocketAddress client;
    Deadline start;
  };

  // Sleeps until a signal or `deadline`, or, where `accepting`, a connection; does
  // what signals ask for. Returns whether there is a connection to accept.
  bool Sleep(bool accepting, Deadline deadline);
  void HandleSignals();

  void AcceptConnection();
  void Fork(UniqueFd socket, const SocketAddress& client);
  [[noreturn]] void RunChild(UniqueFd socket, const SocketAddress& client);

  // Stops accepting for a moment, for want of descriptors, memory or processes.
  void PauseAccepting(absl::string_view system_call, int error);

  void ReapChildren();
  void Drain();
  void SignalChildren(int signal);

  const Options& options_;
  Listener listener_;
  SignalReceiver signals_;
  ConnectionContext& context_;
  const pid_t pid_;  // of this process, the parent
  absl::flat_hash_map<pid_t, Child> children_;
  int terminations_ = 0;   // SIGTERM and SIGINT so far
  Deadline accept_again_;  // not before
  Deadline next_shortage_report_;
  Deadline next_refusal_report_;
};

}  // namespace prong

#endif  // PRONG_SERVER_SUPERVISOR_H_
