#include "server/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "server/keyed_system_call.h"

namespace prong {
namespace {

// Like sigaction(2): 0, or errno.
int Handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  return sigaction(signal, &action, nullptr);
}

// Does nothing: that it runs is what interrupts the wait of a child (see wait.h).
void Interrupt(int /*signal*/) {}

}  // namespace

sigset_t BlockedSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set, signal);
  return set;
}

bool TerminationIsPending() {
  sigset_t pending;
  return sigpending(&pending) == 0 && sigismember(&pending, SIGTERM) == 1;
}

absl::StatusOr<SignalReceiver> SignalReceiver::Install() {
  const auto error = [] { return absl::ErrnoToStatus(errno, "cannot receive signals"); };
  const sigset_t set = BlockedSignals();
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return error();
  // An ignored SIGCHLD, as some parents leave it, would make the kernel reap.
  if (Handle(SIGTERM, Interrupt) != 0 || Handle(SIGPIPE, SIG_IGN) != 0 ||
      Handle(SIGXFSZ, SIG_IGN) != 0 || Handle(SIGCHLD, SIG_DFL) != 0) {
    return error();
  }

  UniqueFd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return error();
  return SignalReceiver(std::move(fd));
}

ReceivedSignals SignalReceiver::Take() {
  // Standard signals do not queue: each is pending once at most, and all fit.
  signalfd_siginfo infos[5];
  const ssize_t size = KeyedRead(fd_.get(), infos, sizeof(infos));
  ReceivedSignals received;
  for (ssize_t i = 0; i < size / static_cast<ssize_t>(sizeof(infos[0])); ++i) {
    switch (infos[i].ssi_signo) {
      case SIGCHLD:
        received.child = static_cast<pid_t>(infos[i].ssi_pid);
        break;
      case SIGHUP:
        received.hangup = true;
        break;
      case SIGUSR1:
        received.report = true;
        break;
      default:
        received.terminate = true;
    }
  }
  return received;
}

}  // namespace prong
