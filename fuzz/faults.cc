#include "fuzz/faults.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstddef>

#include "absl/types/span.h"
#include "fuzz/property.h"

namespace prong {
namespace {

// What a call does instead of what it was called for.
struct Fault {
  // The error that it fails with, or 0 for a short count.
  int error = 0;
  size_t count = 0;                  // where it is short: the most bytes that are moved
  bool Injected::*excuse = nullptr;  // what it may lead to, if a correct program cannot hide it
};

constexpr bool Injected::*kEnds = &Injected::ends;
constexpr bool Injected::*kFails = &Injected::fails;
constexpr bool Injected::*kLacks = &Injected::lacks;

// As the manual pages list them. A count of 0 is the end of the file or of the
// stream, and for ppoll that the time has run out.
constexpr Fault kFstatFaults[] = {{EIO, 0, kFails}, {ENOMEM, 0, kLacks}};
constexpr Fault kOpenat2Faults[] = {
    {EINTR},         {EAGAIN}, {EMFILE, 0, kLacks}, {ENFILE, 0, kLacks}, {ENOMEM, 0, kLacks},
    {EIO, 0, kFails}};
constexpr Fault kPpollFaults[] = {{EINTR}, {0, 0}, {ENOMEM}};  // see __wrap_ppoll
constexpr Fault kPreadFaults[] = {{EINTR}, {0, 1}, {0, 1000}, {EIO, 0, kEnds}, {0, 0, kEnds}};
constexpr Fault kRecvFaults[] = {
    {EINTR}, {EAGAIN}, {0, 1}, {0, 16}, {ECONNRESET, 0, kEnds}, {ENOMEM, 0, kEnds}};
constexpr Fault kSendFaults[] = {
    {EINTR},           {EAGAIN},           {0, 1}, {0, 100}, {ECONNRESET, 0, kEnds},
    {EPIPE, 0, kEnds}, {ENOBUFS, 0, kEnds}};
constexpr Fault kSendfileFaults[] = {{EINTR},           {EAGAIN},        {0, 1},
                                     {0, 4096},         {EIO, 0, kEnds}, {ENOMEM, 0, kEnds},
                                     {EPIPE, 0, kEnds}, {0, 0, kEnds}};
constexpr Fault kWriteFaults[] = {{EINTR, 0, &Injected::unlogged},
                                  {ENOSPC, 0, &Injected::unlogged},
                                  {0, 10, &Injected::unlogged}};

absl::Span<const Fault> FaultsOf(SystemCall call) {
  switch (call) {
    case SystemCall::kClose:
      return {};
    case SystemCall::kFstat:
      return kFstatFaults;
    case SystemCall::kOpenat2:
      return kOpenat2Faults;
    case SystemCall::kPpoll:
      return kPpollFaults;
    case SystemCall::kPread:
      return kPreadFaults;
    case SystemCall::kRecv:
      return kRecvFaults;
    case SystemCall::kSend:
      return kSendFaults;
    case SystemCall::kSendfile:
      return kSendfileFaults;
    case SystemCall::kWrite:
      return kWriteFaults;
  }
  return {};
}

// The state of the schedule, if there is one.
struct State {
  bool active = false;
  absl::string_view schedule;
  void (*client)() = nullptr;
  std::array<bool, kSystemCalls> seen = {};
  int calls = 0;
  int retries = 0;         // of openat2 that were asked for in a row
  int ended = -1;          // the descriptor of a file that was cut short
  uint64_t sent = 0;       // bytes, to the client
  bool heard_all = false;  // the end of what the client sends
  Injected injected;
};
State state;

// More than any connection needs, whatever its schedule.
constexpr int kMaxCalls = 10000;

// openat2(2) is tried again so many times before a race is called a shortage.
constexpr int kOpenAttempts = 10;

// Of a fault that is hidden where it comes once there may be too many.
void NoteRetry(SystemCall call, const Fault& fault) {
  if (call != SystemCall::kOpenat2) return;
  const bool retried = fault.error == EINTR || fault.error == EAGAIN;
  state.retries = retried ? state.retries + 1 : 0;
  if (state.retries >= kOpenAttempts) state.injected.lacks = true;
}

// The fault of this call, or nothing. Takes a byte of the schedule: half of them
// let the call through, so that a fault may come late.
const Fault* NextFault(SystemCall call) {
  if (!state.active) return nullptr;
  state.seen[static_cast<size_t>(call)] = true;
  Require(++state.calls < kMaxCalls, "nothing is tried for ever");
  const absl::Span<const Fault> faults = FaultsOf(call);
  if (state.schedule.empty() || faults.empty()) return nullptr;
  const auto byte = static_cast<unsigned char>(state.schedule[0]);
  state.schedule.remove_prefix(1);
  if (byte >= 128) return nullptr;
  const Fault& fault = faults[byte % faults.size()];
  if (fault.excuse != nullptr) state.injected.*fault.excuse = true;
  NoteRetry(call, fault);
  return &fault;
}

// Does to a call that moves `size` bytes what the schedule says; `call` makes it,
// for so many bytes.
template <typename Call>
ssize_t Transfer(SystemCall name, size_t size, Call call) {
  const Fault* fault = NextFault(name);
  if (fault == nullptr) return call(size);
  if (fault->error == 0) return fault->count == 0 ? 0 : call(std::min(size, fault->count));
  errno = fault->error;
  return -1;
}

// The same for a call that does all or nothing.
template <typename Call>
auto Attempt(SystemCall name, Call call) -> decltype(call()) {
  const Fault* fault = NextFault(name);
  if (fault == nullptr) return call();
  errno = fault->error;
  return -1;
}

// Transfer for a call that reads `file`, which does not grow again once it has ended.
template <typename Call>
ssize_t TransferFrom(int file, SystemCall name, size_t size, Call call) {
  if (file == state.ended) size = 0;
  const ssize_t moved = Transfer(name, size, call);
  if (state.active && moved == 0) state.ended = file;
  return moved;
}

ssize_t CountSent(ssize_t sent) {
  if (state.active && sent > 0) state.sent += static_cast<uint64_t>(sent);
  return sent;
}

// Whether recv(2) waits for something to receive.
bool Waits(int socket, int flags) {
  return (flags & MSG_DONTWAIT) == 0 && (fcntl(socket, F_GETFL) & O_NONBLOCK) == 0;
}

// Without faults: the calls are the client's own.
void LetClientSend() {
  state.active = false;
  state.client();
  state.active = true;
}

// The fault of a ppoll with `mask`: EINTR is hidden, unless SIGTERM is let in. Then
// it is that which came: the server drains.
void ExcuseWait(const pollfd& polled, const Fault& fault, const sigset_t* mask) {
  if (fault.error == EINTR && sigismember(mask, SIGTERM) != 0) return;
  if ((polled.events & POLLIN) == 0) {
    state.injected.ends = true;
  } else if (!state.heard_all && !state.injected.over_at) {
    state.injected.over_at = state.sent;
    state.injected.is_late = fault.error != EINTR;
  }
}

}  // namespace

FaultSchedule::FaultSchedule(absl::string_view schedule, void (*client)()) {
  state = State();
  state.schedule = schedule;
  state.client = client;
  state.active = true;
}

FaultSchedule::~FaultSchedule() { state.active = false; }

Injected FaultSchedule::injected() const { return state.injected; }

bool FaultSchedule::HasSeen(SystemCall call) const { return state.seen[static_cast<size_t>(call)]; }

extern "C" {

// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier)
int __real_close(int fd);
int __real_fstat(int fd, struct stat* status);
int __real_ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask);
ssize_t __real_pread(int fd, void* buffer, size_t size, off_t offset);
ssize_t __real_recv(int socket, void* buffer, size_t size, int flags);
ssize_t __real_send(int socket, const void* buffer, size_t size, int flags);
ssize_t __real_sendfile(int socket, int file, off_t* offset, size_t size);
long __real_syscall(long number, ...);
ssize_t __real_write(int fd, const void* buffer, size_t size);

// Fails for nothing but a descriptor that is not open: nobody may close one twice.
int __wrap_close(int fd) {
  (void)NextFault(SystemCall::kClose);
  if (fd == state.ended) state.ended = -1;
  const int result = __real_close(fd);
  Require(!state.active || result == 0, "a descriptor that is closed is open");
  return result;
}

int __wrap_fstat(int fd, struct stat* status) {
  return Attempt(SystemCall::kFstat, [=] { return __real_fstat(fd, status); });
}

int __wrap_ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask) {
  const Fault* fault = NextFault(SystemCall::kPpoll);
  if (fault == nullptr) {
    if (state.active && (fds->events & POLLIN) != 0) LetClientSend();
    return __real_ppoll(fds, count, timeout, mask);
  }
  ExcuseWait(*fds, *fault, mask);
  if (fault->error == 0) return 0;
  errno = fault->error;
  return -1;
}

ssize_t __wrap_pread(int fd, void* buffer, size_t size, off_t offset) {
  return TransferFrom(fd, SystemCall::kPread, size,
                      [=](size_t count) { return __real_pread(fd, buffer, count, offset); });
}

ssize_t __wrap_recv(int socket, void* buffer, size_t size, int flags) {
  return Transfer(SystemCall::kRecv, size, [=](size_t count) {
    if (state.active && Waits(socket, flags)) LetClientSend();
    const ssize_t received = __real_recv(socket, buffer, count, flags);
    if (received == 0) state.heard_all = true;
    return received;
  });
}

ssize_t __wrap_send(int socket, const void* buffer, size_t size, int flags) {
  return CountSent(Transfer(SystemCall::kSend, size, [=](size_t count) {
    return __real_send(socket, buffer, count, flags);
  }));
}

ssize_t __wrap_sendfile(int socket, int file, off_t* offset, size_t size) {
  return CountSent(TransferFrom(file, SystemCall::kSendfile, size, [=](size_t count) {
    return __real_sendfile(socket, file, offset, count);
  }));
}

ssize_t __wrap_write(int fd, const void* buffer, size_t size) {
  return Transfer(SystemCall::kWrite, size,
                  [=](size_t count) { return __real_write(fd, buffer, count); });
}

// openat2(2) has no wrapper in the C library; all calls have at most six arguments.
long __wrap_syscall(long number, ...) {
  std::array<long, 6> arguments;
  va_list list;
  va_start(list, number);
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  const auto call = [&] {
    return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
                          arguments[4], arguments[5]);
  };
  return number == SYS_openat2 ? Attempt(SystemCall::kOpenat2, call) : call();
}
// NOLINTEND(bugprone-reserved-identifier)

}  // extern "C"

}  // namespace prong
