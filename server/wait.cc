#include "server/wait.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>

#include "server/signals.h"

namespace prong {
namespace {

WaitResult Wait(int fd, short events, Deadline deadline, Interruptible interruptible) {
  // Where SIGTERM is blocked but for the time of this call, one that came before interrupts
  // it at once.
  sigset_t mask = BlockedSignals();
  if (interruptible == Interruptible::kByTermination) sigdelset(&mask, SIGTERM);

  while (true) {
    pollfd polled = {fd, events, 0};
    const timespec left = TimeLeft(deadline);
    const int ready = ppoll(&polled, 1, &left, &mask);
    if (ready > 0) return WaitResult::kReady;
    // Without memory to wait with, ENOMEM, there is no more time either.
    if (ready == 0 || errno != EINTR) return WaitResult::kTimedOut;
    if (interruptible == Interruptible::kByTermination) return WaitResult::kInterrupted;
  }
}

}  // namespace

Deadline After(absl::Duration duration) {
  return Deadline::clock::now() + absl::ToChronoNanoseconds(duration);
}

timespec TimeLeft(Deadline deadline) {
  const auto left = std::max(deadline - Deadline::clock::now(), Deadline::duration::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  const std::chrono::nanoseconds rest = left - seconds;
  return {seconds.count(), rest.count()};
}

WaitResult WaitReadable(int fd, Deadline deadline, Interruptible interruptible) {
  return Wait(fd, POLLIN, deadline, interruptible);
}

WaitResult WaitWritable(int fd, Deadline deadline) {
  return Wait(fd, POLLOUT, deadline, Interruptible::kNo);
}

}  // namespace prong
