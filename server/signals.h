// Signals, received as data: blocked in the parent, which reads them from a signalfd(2) when
// it is ready for them. In a child all but SIGTERM stay blocked, whose handler takes note and
// keeps the next recv(2) from waiting.
//
// Not ppoll(2) with a mask, in the parent: while its listening socket is readable,
// which under load is always, ppoll delivers no signal.

#ifndef PRONG_SERVER_SIGNALS_H_
#define PRONG_SERVER_SIGNALS_H_

#include <signal.h>
#include <sys/types.h>

#include "absl/status/statusor.h"
#include "server/unique_fd.h"

namespace prong {

// What was received since the last look.
struct ReceivedSignals {
  // SIGCHLD: a child whose state has changed, 0 for none. Others may have changed
  // theirs, too: standard signals do not queue, see signal(7).
  pid_t child = 0;
  bool hangup = false;     // SIGHUP
  bool report = false;     // SIGUSR1
  bool terminate = false;  // SIGTERM or SIGINT
};

// SIGCHLD, SIGHUP, SIGINT, SIGTERM and SIGUSR1: what is blocked in the parent, and in a child
// until it lets SIGTERM in.
sigset_t BlockedSignals();

// For a child, whose `socket` is its client's: from now on SIGTERM makes that non-blocking and
// interrupts what waits for it, so that a recv(2) does not wait even if it is about to begin.
// Other calls are restarted, see signal(7) on SA_RESTART. A system call, the first time; false
// if that fails, and SIGTERM stays blocked.
bool LetTerminationInterrupt(int socket);

// Before that socket is closed: its number may be another's then.
void StopInterrupting();

// Whether SIGTERM has come since it was let in, or was pending then. No system call.
bool TerminationHasCome();

class SignalReceiver {
 public:
  // Blocks the BlockedSignals, and ignores SIGPIPE and SIGXFSZ: a client that went
  // away is EPIPE at the call that wrote to it, a log that may not grow is EFBIG. A
  // child inherits all that.
  static absl::StatusOr<SignalReceiver> Install();

  // Takes what has arrived; never waits.
  ReceivedSignals Take();

  // Readable when there is something to take.
  int fd() const { return fd_.get(); }

  // For a child, whose signals are its own: see wait.h.
  void Close() { fd_.Close(); }

 private:
  explicit SignalReceiver(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace prong

#endif  // PRONG_SERVER_SIGNALS_H_
