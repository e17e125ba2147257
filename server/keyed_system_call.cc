#include "server/keyed_system_call.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace prong {

#ifdef PRONG_INSTRUMENTED

void UseSystemCallKey(const uint64_t* /*key*/) {}
const uint64_t* SystemCallKey() { return nullptr; }

int KeyedAccept4(int socket, void* address, void* address_size, int flags) {
  return accept4(socket, static_cast<sockaddr*>(address), static_cast<socklen_t*>(address_size),
                 flags);
}

// Not fork(2): there is no thread but this one and no handler to run, see pthread_atfork(3).
pid_t KeyedFork() { return _Fork(); }

pid_t KeyedWait(pid_t pid, int* status, int options) { return waitpid(pid, status, options); }

int KeyedKill(pid_t pid, int signal) { return kill(pid, signal); }

ssize_t KeyedRead(int fd, void* buffer, size_t size) { return read(fd, buffer, size); }

int KeyedOpen(const char* path, int flags, mode_t mode) { return open(path, flags, mode); }

int KeyedUnlink(const char* path) { return unlink(path); }

#else

#ifndef __x86_64__
#error "How a system call is made is written down here for x86-64 alone."
#endif

namespace {

constexpr uint64_t kNoKey = 0;
const uint64_t* key_page = &kNoKey;

// As syscall(2), with the key as the sixth argument. It is in that register and in no other
// place while the call is made: what a child begins with is a copy of registers and stack.
long KeyedSystemCall(long number, long a, long b = 0, long c = 0, long d = 0) {
  long result = number;
  register const long fourth asm("r10") = d;
  register const long fifth asm("r8") = 0;
  asm volatile(
      "movq %[key], %%r9\n\t"
      "syscall\n\t"
      "xorl %%r9d, %%r9d"
      : "+a"(result)
      : "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), [key] "m"(*key_page)
      : "rcx", "r11", "r9", "memory");
  if (result >= 0) return result;
  errno = static_cast<int>(-result);
  return -1;
}

long Address(const void* pointer) { return reinterpret_cast<long>(pointer); }

}  // namespace

void UseSystemCallKey(const uint64_t* key) { key_page = key; }
const uint64_t* SystemCallKey() { return key_page; }

int KeyedAccept4(int socket, void* address, void* address_size, int flags) {
  return static_cast<int>(
      KeyedSystemCall(SYS_accept4, socket, Address(address), Address(address_size), flags));
}

pid_t KeyedFork() { return static_cast<pid_t>(KeyedSystemCall(SYS_clone, SIGCHLD)); }

pid_t KeyedWait(pid_t pid, int* status, int options) {
  return static_cast<pid_t>(KeyedSystemCall(SYS_wait4, pid, Address(status), options));
}

int KeyedKill(pid_t pid, int signal) {
  return static_cast<int>(KeyedSystemCall(SYS_kill, pid, signal));
}

ssize_t KeyedRead(int fd, void* buffer, size_t size) {
  return KeyedSystemCall(SYS_read, fd, Address(buffer), static_cast<long>(size));
}

int KeyedOpen(const char* path, int flags, mode_t mode) {
  return static_cast<int>(KeyedSystemCall(SYS_openat, AT_FDCWD, Address(path), flags, mode));
}

int KeyedUnlink(const char* path) {
  return static_cast<int>(KeyedSystemCall(SYS_unlink, Address(path)));
}

#endif

}  // namespace prong
