// Waiting for a descriptor until a deadline: the only place where a connection
// sleeps, and the only place that computes how long it still may.

#ifndef PRONG_SERVER_WAIT_H_
#define PRONG_SERVER_WAIT_H_

#include <chrono>
#include <ctime>

#include "absl/time/time.h"

namespace prong {

// A point of the monotonic clock, so that nothing waits longer or shorter because
// the time of day was set.
using Deadline = std::chrono::steady_clock::time_point;

// REQUIRES: `duration` is finite; up to a century is safe.
Deadline After(absl::Duration duration);

// What is left until `deadline`, as ppoll(2) takes it; zero if it has passed.
timespec TimeLeft(Deadline deadline);

enum class WaitResult {
  kReady,        // the descriptor is ready, or in an error that the next call on it reports
  kTimedOut,     // the deadline has passed, or waiting is not possible
  kInterrupted,  // by a signal
};

// Which signals may interrupt a wait.
enum class Interruptible {
  kNo,
  kByTermination,  // SIGTERM, which a parent sends to a child that shall finish
};

// Waits until `fd` can be read or written without blocking, see ppoll(2).
WaitResult WaitReadable(int fd, Deadline deadline, Interruptible interruptible);
WaitResult WaitWritable(int fd, Deadline deadline);

}  // namespace prong

#endif  // PRONG_SERVER_WAIT_H_
