// System calls that fail on request: EINTR, short counts, shortages, input and
// output errors, each at a call that a schedule chooses.
//
//   FaultSchedule schedule("\x01");  // a byte for each call; see Fault() in faults.cc
//   ...                              // the first call may fail, the others do not
//   schedule.injected().ends;        // what that may have led to
//
// The linker puts these in place of the C library's, see --wrap in ld(1) and the
// target `faults`. Calls that are made while there is no schedule go through.

#ifndef PRONG_FUZZ_FAULTS_H_
#define PRONG_FUZZ_FAULTS_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace prong {

// The calls that a connection makes.
enum class SystemCall : uint8_t {
  kClose,
  kFstat,
  kOpenat2,
  kPpoll,
  kPread,
  kRecv,
  kSend,
  kSendfile,
  kWrite,
};
inline constexpr int kSystemCalls = 9;

// What the faults of a schedule excuse. Where all are false there was none but
// those that a correct program hides: EINTR, EAGAIN, a short count.
struct Injected {
  bool ends = false;      // the connection may end early, in the middle of a response
  bool refuses = false;   // what was asked for may not be had: 500 or 503
  bool is_late = false;   // a request may be given up as slow: 408
  bool unlogged = false;  // log lines may be missing or cut
};

// While it lives, the calls of this process may fail. One at a time.
class FaultSchedule {
 public:
  // `schedule` outlives it.
  explicit FaultSchedule(absl::string_view schedule);
  FaultSchedule(const FaultSchedule&) = delete;
  FaultSchedule& operator=(const FaultSchedule&) = delete;
  ~FaultSchedule();

  Injected injected() const;

  // Whether `call` has been made, failed or not.
  bool HasSeen(SystemCall call) const;
};

}  // namespace prong

#endif  // PRONG_FUZZ_FAULTS_H_
