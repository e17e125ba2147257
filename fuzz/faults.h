// System calls that fail on request: EINTR, short counts, shortages, input and
// output errors, each at a call that a schedule chooses.
//
//   FaultSchedule schedule("\x01", client);  // a byte for each call; see faults.cc
//   ...                                      // the first call may fail, the others do not
//   schedule.injected().ends;                // what that may have led to
//
// The linker puts these in place of the C library's, see --wrap in ld(1) and the
// target `faults`. Calls that are made while there is no schedule go through.

#ifndef PRONG_FUZZ_FAULTS_H_
#define PRONG_FUZZ_FAULTS_H_

#include <cstdint>
#include <optional>

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

// What the faults of a schedule excuse. Where there is nothing, there was none but
// those that a correct program hides: EINTR, EAGAIN, a short count.
struct Injected {
  bool ends = false;      // the connection may end early, in the middle of a response
  bool fails = false;     // what was asked for may not be had: 500
  bool lacks = false;     // there may be too little to have it with: 503
  bool unlogged = false;  // log lines may be missing or cut

  // Where the first wait for the client was in vain: how many bytes it had been sent
  // until then. If it `is_late` 408 may follow, and nothing else: time does not come
  // back. Else SIGTERM came, and nothing may follow.
  std::optional<uint64_t> over_at;
  bool is_late = false;
};

// While it lives, the calls of this process may fail. One at a time.
class FaultSchedule {
 public:
  // `schedule` outlives it. `client` is called before each wait for the client: it
  // may send.
  FaultSchedule(absl::string_view schedule, void (*client)());
  FaultSchedule(const FaultSchedule&) = delete;
  FaultSchedule& operator=(const FaultSchedule&) = delete;
  ~FaultSchedule();

  Injected injected() const;

  // Whether `call` has been made, failed or not.
  bool HasSeen(SystemCall call) const;
};

}  // namespace prong

#endif  // PRONG_FUZZ_FAULTS_H_
