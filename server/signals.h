// Signals, received as data: blocked in every process, read by the parent from a
// signalfd(2) when it is ready for them. No code runs asynchronously, so none is
// restricted to what a handler may do.
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

// SIGCHLD, SIGHUP, SIGINT, SIGTERM and SIGUSR1: what is blocked in every process.
sigset_t BlockedSignals();

// Whether SIGTERM has come and no wait has been interrupted by it yet.
bool TerminationIsPending();

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
