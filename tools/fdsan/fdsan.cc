// In every build, so that its tests are: what decides whether it is used is who
// includes the header.
#define PRONG_FDSAN 1

#include "tools/fdsan/fdsan.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/debugging/stacktrace.h"
#include "absl/debugging/symbolize.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

extern "C" {

// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier)
int __real_accept4(int socket, sockaddr* address, socklen_t* size, int flags);
int __real_bind(int socket, const sockaddr* address, socklen_t size);
int __real_close(int fd);
int __real_close_range(unsigned first, unsigned last, int flags);
int __real_connect(int socket, const sockaddr* address, socklen_t size);
int __real_dup(int fd);
int __real_dup2(int fd, int number);
int __real_dup3(int fd, int number, int flags);
int __real_fcntl(int fd, int command, ...);
int __real_fstat(int fd, struct stat* status);
int __real_fstatat(int directory, const char* path, struct stat* status, int flags);
ssize_t __real_getdents64(int directory, void* buffer, size_t size);
int __real_getsockname(int socket, sockaddr* address, socklen_t* size);
int __real_getsockopt(int socket, int level, int option, void* value, socklen_t* size);
int __real_ioctl(int fd, unsigned long request, ...);
int __real_listen(int socket, int backlog);
int __real_open(const char* path, int flags, ...);
int __real_ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask);
ssize_t __real_pread(int fd, void* buffer, size_t size, off_t offset);
ssize_t __real_read(int fd, void* buffer, size_t size);
ssize_t __real_recv(int socket, void* buffer, size_t size, int flags);
ssize_t __real_send(int socket, const void* buffer, size_t size, int flags);
ssize_t __real_sendfile(int socket, int file, off_t* offset, size_t size);
int __real_setsockopt(int socket, int level, int option, const void* value, socklen_t size);
int __real_shutdown(int socket, int how);
int __real_signalfd(int fd, const sigset_t* set, int flags);
int __real_socket(int family, int type, int protocol);
long __real_syscall(long number, ...);
ssize_t __real_write(int fd, const void* buffer, size_t size);
// NOLINTEND(bugprone-reserved-identifier)

}  // extern "C"

namespace prong {
namespace fdsan {
namespace {

// The first behind the standard descriptors, and the first that may not be owned.
constexpr int kFirst = 3;
constexpr int kNumbers = 1024;

struct Stack {
  std::array<void*, 24> frames;
  int depth;
};

struct Descriptor {
  const void* owner;
  Stack taken;   // when it was taken last
  Stack closed;  // when it was closed last
};

// Without a lock, which a fork might find taken for ever: only one thread at a time
// can know that it has a number, which it has from the kernel or from another thread.
std::array<Descriptor, kNumbers> descriptors;

bool serving;               // this is a child that has begun to
Extent inherited_by_child;  // what it may end with
bool aborting;              // the checks are over

[[gnu::noinline]] Stack ThisStack() {
  Stack stack;
  stack.depth = absl::GetStackTrace(stack.frames.data(), stack.frames.size(), /*skip_count=*/1);
  return stack;
}

bool IsOpen(int fd) { return __real_fcntl(fd, F_GETFD) >= 0; }

Descriptor& At(int fd) {
  static Descriptor unwatched;
  return fd >= 0 && fd < kNumbers ? descriptors[static_cast<size_t>(fd)] : unwatched;
}

std::string Listing(absl::string_view title, const Stack& stack) {
  if (stack.depth == 0) return "";
  std::string listing = absl::StrCat("  ", title, ":\n");
  for (int i = 0; i < stack.depth; ++i) {
    // A return address may be the first of the next function.
    const char* const call = static_cast<char*>(stack.frames[static_cast<size_t>(i)]) - 1;
    char function[256];
    if (!absl::Symbolize(call, function, sizeof(function))) continue;
    absl::StrAppend(&listing, "    ", function, "\n");
  }
  return listing;
}

// The number, and what it refers to if it is open, see proc(5).
std::string Describe(int fd) {
  char target[256];
  const std::string link = absl::StrCat("/proc/self/fd/", fd);
  const ssize_t size = readlink(link.c_str(), target, sizeof(target));
  if (size < 0) return absl::StrCat("descriptor ", fd);
  return absl::StrCat("descriptor ", fd, " (", absl::string_view(target, static_cast<size_t>(size)),
                      ")");
}

[[noreturn, gnu::noinline]] void Abort(int fd, absl::string_view violation) {
  aborting = true;  // what follows opens and closes files
  std::string message = absl::StrCat("prong: fdsan: ", Describe(fd), " ", violation, "\n");
  absl::StrAppend(&message, Listing("here", ThisStack()), Listing("taken", At(fd).taken),
                  Listing("closed last", At(fd).closed));
  [[maybe_unused]] const ssize_t written =
      __real_write(STDERR_FILENO, message.data(), message.size());
  std::abort();
}

// Gives what the kernel has opened as `fd` a number that was not in use lately, if one
// is to be had. Otherwise what uses a number that is closed would find the next that
// was opened there.
int Renumber(int fd) {
  static std::atomic<int> next = kFirst;
  const int saved = errno;
  const bool closes_on_exec = (__real_fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0;
  const int command = closes_on_exec ? F_DUPFD_CLOEXEC : F_DUPFD;
  int number = __real_fcntl(fd, command, next.load());
  if (number < 0) number = __real_fcntl(fd, command, kFirst);
  if (number >= 0) {
    next = number + 1 < kNumbers ? number + 1 : kFirst;
    // Not by close, which tests ask the kernel not to make.
    __real_close_range(static_cast<unsigned>(fd), static_cast<unsigned>(fd), 0);
  }
  errno = saved;
  return number < 0 ? fd : number;
}

// `fd` from a call that has opened it, unless it failed.
int Opened(int fd) {
  if (fd < 0 || aborting) return fd;
  if (At(fd).owner != nullptr) Abort(fd, "was closed by what the linker does not see");
  At(fd).taken = ThisStack();
  return fd;
}

// The same from a call that was to choose the number.
int OpenedAnywhere(int fd) {
  const int opened = Opened(fd);
  return opened < kFirst || aborting ? opened : Opened(Renumber(opened));
}

// Before `fd` is closed by a call of the C library's.
void BeforeClose(int fd) {
  if (aborting) return;
  if (At(fd).owner != nullptr) Abort(fd, "is closed by what does not own it");
  if (!IsOpen(fd)) Abort(fd, "is closed, but not open");
  At(fd).closed = ThisStack();
}

// The same where it need not be open.
void BeforeReplacing(int fd) {
  if (At(fd).owner != nullptr || IsOpen(fd)) BeforeClose(fd);
}

// Before `fd` is used by a call of the C library's.
void BeforeUse(int fd) {
  if (aborting) return;
  if (!IsOpen(fd)) Abort(fd, "is used, but not open");
  if (serving && fd >= kFirst && At(fd).owner == nullptr) {
    Abort(fd, "is used by a child, but has no owner");
  }
}

bool IsInside(const void* pointer, Extent object) {
  const auto address = reinterpret_cast<uintptr_t>(pointer);
  const auto begin = reinterpret_cast<uintptr_t>(object.begin);
  return address >= begin && address - begin < object.size;
}

// Requires of each descriptor that is open that its owner is in one of two objects.
void CheckHeld(Extent one, Extent other, absl::string_view violation) {
  for (int fd = kFirst; fd < kNumbers; ++fd) {
    const void* const owner = At(fd).owner;
    if (IsOpen(fd) && !IsInside(owner, one) && !IsInside(owner, other)) Abort(fd, violation);
  }
}

}  // namespace

void Own(int fd, const void* owner) {
  if (fd < 0) return;
  if (fd >= kNumbers) Abort(fd, "is taken, but is more than fdsan can watch");
  if (At(fd).owner != nullptr) Abort(fd, "is taken, but has an owner");
  if (!IsOpen(fd)) Abort(fd, "is taken, but not open");
  At(fd).owner = owner;
  At(fd).taken = ThisStack();
}

void Move(int fd, const void* from, const void* to) {
  if (fd < 0) return;
  if (At(fd).owner != from) Abort(fd, "is moved by what does not own it");
  At(fd).owner = to;
}

void Disown(int fd, const void* owner) {
  if (At(fd).owner != owner) Abort(fd, "is closed by what does not own it");
  At(fd).owner = nullptr;
}

void BeginChild(Extent connection, Extent inherited) {
  CheckHeld(connection, inherited, "is open in a child that begins to serve, but not for it");
  inherited_by_child = inherited;
  serving = true;
}

void EndChild() {
  if (!serving) return;
  CheckHeld(inherited_by_child, {}, "is open in a child that ends");
  serving = false;
}

}  // namespace fdsan

extern "C" {

// Weak where //fuzz:faults has its own to put in place.
// NOLINTBEGIN(bugprone-reserved-identifier)
[[gnu::weak]] int __wrap_close(int fd) {
  fdsan::BeforeClose(fd);
  return __real_close(fd);
}

int __wrap_close_range(unsigned first, unsigned last, int flags) {
  const bool closes = (static_cast<unsigned>(flags) & CLOSE_RANGE_CLOEXEC) == 0;
  for (unsigned fd = first; closes && fd <= last && fd < fdsan::kNumbers; ++fd) {
    fdsan::BeforeReplacing(static_cast<int>(fd));
  }
  return __real_close_range(first, last, flags);
}

int __wrap_dup2(int fd, int number) {
  fdsan::BeforeUse(fd);
  if (fd != number) fdsan::BeforeReplacing(number);
  return fdsan::Opened(__real_dup2(fd, number));
}

int __wrap_dup3(int fd, int number, int flags) {
  fdsan::BeforeUse(fd);
  fdsan::BeforeReplacing(number);
  return fdsan::Opened(__real_dup3(fd, number, flags));
}

int __wrap_accept4(int socket, sockaddr* address, socklen_t* size, int flags) {
  fdsan::BeforeUse(socket);
  return fdsan::OpenedAnywhere(__real_accept4(socket, address, size, flags));
}

int __wrap_bind(int socket, const sockaddr* address, socklen_t size) {
  fdsan::BeforeUse(socket);
  return __real_bind(socket, address, size);
}

int __wrap_connect(int socket, const sockaddr* address, socklen_t size) {
  fdsan::BeforeUse(socket);
  return __real_connect(socket, address, size);
}

int __wrap_dup(int fd) {
  fdsan::BeforeUse(fd);
  return fdsan::OpenedAnywhere(__real_dup(fd));
}

// F_GETFD asks whether a descriptor is open.
int __wrap_fcntl(int fd, int command, ...) {
  va_list list;
  va_start(list, command);
  const long argument = va_arg(list, long);
  va_end(list);
  if (command != F_GETFD) fdsan::BeforeUse(fd);
  const int result = __real_fcntl(fd, command, argument);
  const bool duplicates = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
  return duplicates ? fdsan::Opened(result) : result;
}

[[gnu::weak]] int __wrap_fstat(int fd, struct stat* status) {
  fdsan::BeforeUse(fd);
  return __real_fstat(fd, status);
}

int __wrap_fstatat(int directory, const char* path, struct stat* status, int flags) {
  if (directory != AT_FDCWD) fdsan::BeforeUse(directory);
  return __real_fstatat(directory, path, status, flags);
}

ssize_t __wrap_getdents64(int directory, void* buffer, size_t size) {
  fdsan::BeforeUse(directory);
  return __real_getdents64(directory, buffer, size);
}

int __wrap_getsockname(int socket, sockaddr* address, socklen_t* size) {
  fdsan::BeforeUse(socket);
  return __real_getsockname(socket, address, size);
}

int __wrap_getsockopt(int socket, int level, int option, void* value, socklen_t* size) {
  fdsan::BeforeUse(socket);
  return __real_getsockopt(socket, level, option, value, size);
}

int __wrap_ioctl(int fd, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  void* const argument = va_arg(list, void*);
  va_end(list);
  fdsan::BeforeUse(fd);
  return __real_ioctl(fd, request, argument);
}

int __wrap_listen(int socket, int backlog) {
  fdsan::BeforeUse(socket);
  return __real_listen(socket, backlog);
}

int __wrap_open(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = va_arg(list, mode_t);
  va_end(list);
  return fdsan::OpenedAnywhere(__real_open(path, flags, mode));
}

[[gnu::weak]] int __wrap_ppoll(pollfd* fds, nfds_t count, const timespec* timeout,
                               const sigset_t* mask) {
  for (const pollfd& polled : absl::MakeSpan(fds, count)) {
    if (polled.fd >= 0) fdsan::BeforeUse(polled.fd);
  }
  return __real_ppoll(fds, count, timeout, mask);
}

[[gnu::weak]] ssize_t __wrap_pread(int fd, void* buffer, size_t size, off_t offset) {
  fdsan::BeforeUse(fd);
  return __real_pread(fd, buffer, size, offset);
}

ssize_t __wrap_read(int fd, void* buffer, size_t size) {
  fdsan::BeforeUse(fd);
  return __real_read(fd, buffer, size);
}

[[gnu::weak]] ssize_t __wrap_recv(int socket, void* buffer, size_t size, int flags) {
  fdsan::BeforeUse(socket);
  return __real_recv(socket, buffer, size, flags);
}

[[gnu::weak]] ssize_t __wrap_send(int socket, const void* buffer, size_t size, int flags) {
  fdsan::BeforeUse(socket);
  return __real_send(socket, buffer, size, flags);
}

[[gnu::weak]] ssize_t __wrap_sendfile(int socket, int file, off_t* offset, size_t size) {
  fdsan::BeforeUse(socket);
  fdsan::BeforeUse(file);
  return __real_sendfile(socket, file, offset, size);
}

int __wrap_setsockopt(int socket, int level, int option, const void* value, socklen_t size) {
  fdsan::BeforeUse(socket);
  return __real_setsockopt(socket, level, option, value, size);
}

int __wrap_shutdown(int socket, int how) {
  fdsan::BeforeUse(socket);
  return __real_shutdown(socket, how);
}

int __wrap_signalfd(int fd, const sigset_t* set, int flags) {
  return fd < 0 ? fdsan::OpenedAnywhere(__real_signalfd(fd, set, flags))
                : __real_signalfd(fd, set, flags);
}

int __wrap_socket(int family, int type, int protocol) {
  return fdsan::OpenedAnywhere(__real_socket(family, type, protocol));
}

[[gnu::weak]] ssize_t __wrap_write(int fd, const void* buffer, size_t size) {
  fdsan::BeforeUse(fd);
  return __real_write(fd, buffer, size);
}

// openat2(2) has no wrapper in the C library; all calls have at most six arguments.
[[gnu::weak]] long __wrap_syscall(long number, ...) {
  std::array<long, 6> arguments;
  va_list list;
  va_start(list, number);
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  const auto directory = static_cast<int>(arguments[0]);
  if (number == SYS_openat2 && directory != AT_FDCWD) fdsan::BeforeUse(directory);
  const long result = __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
                                     arguments[4], arguments[5]);
  return number == SYS_openat2 ? fdsan::OpenedAnywhere(static_cast<int>(result)) : result;
}
// NOLINTEND(bugprone-reserved-identifier)

}  // extern "C"

}  // namespace prong
