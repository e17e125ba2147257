#include "server/signals.h"

#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "server/keyed_system_call.h"

namespace prong {
namespace {

volatile sig_atomic_t interrupted_socket = -1;
volatile sig_atomic_t termination_has_come = 0;

void NoteTermination(int /*signal*/) {
  const int saved = errno;
  int on = 1;
  // A recv that is about to begin does not wait for a socket that is non-blocking, ioctl_fd(2), nor
  // for one that receives no more.
  if (interrupted_socket >= 0 && ioctl(interrupted_socket, FIONBIO, &on) != 0)
    shutdown(interrupted_socket, SHUT_RD);
  termination_has_come = 1;
  errno = saved;
}

// Like sigaction(2): 0, or errno.
int Handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  return sigaction(signal, &action, nullptr);
}

}  // namespace

sigset_t BlockedSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set, signal);
  return set;
}

bool LetTerminationInterrupt(int socket) {
  if (interrupted_socket == socket) return true;
  interrupted_socket = socket;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  if (sigprocmask(SIG_UNBLOCK, &set, nullptr) == 0) return true;
  interrupted_socket = -1;
  return false;
}

void StopInterrupting() {
  // Not written to where it is so: a child that has never waited has no page of its own for it.
  if (interrupted_socket != -1) interrupted_socket = -1;
}

bool TerminationHasCome() { return termination_has_come != 0; }

absl::StatusOr<SignalReceiver> SignalReceiver::Install() {
  const auto error = [] { return absl::ErrnoToStatus(errno, "cannot receive signals"); };
  const sigset_t set = BlockedSignals();
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return error();
  interrupted_socket = -1;
  termination_has_come = 0;
  // An ignored SIGCHLD, as some parents leave it, would make the kernel reap.
  if (Handle(SIGTERM, NoteTermination) != 0 || Handle(SIGPIPE, SIG_IGN) != 0 ||
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
