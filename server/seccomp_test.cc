#include "server/seccomp.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/keyed_system_call.h"

namespace prong {
namespace {

#ifdef PRONG_INSTRUMENTED
constexpr bool kIsInstrumented = true;  // by what makes system calls of its own
#else
constexpr bool kIsInstrumented = false;
#endif

void Filter() {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (!FilterSystemCalls().ok()) _exit(100);
}

// The wait status of a process of its own that does this.
int StatusOf(const std::function<void()>& action) {
  const pid_t pid = fork();
  if (pid == 0) {
    action();
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

// The same, behind the filter; and of a child of the process that has entered it.
int StatusOfParent(const std::function<void()>& action) {
  return StatusOf([&action] {
    Filter();
    action();
  });
}
int StatusOfChild(const std::function<void()>& action) {
  return StatusOf([&action] {
    Filter();
    const pid_t pid = KeyedFork();
    if (pid == 0) {
      action();
      _exit(0);
    }
    int status = 0;
    if (KeyedWait(pid, &status, 0) != pid) _exit(101);
    if (WIFSIGNALED(status)) _exit(128 + WTERMSIG(status));
    _exit(WEXITSTATUS(status));
  });
}

bool IsKilled(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS; }
bool ChildIsKilled(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGSYS; }

class SeccompTest : public testing::Test {
 protected:
  void SetUp() override {
    if (kIsInstrumented) GTEST_SKIP() << "what instruments this build makes other system calls";
  }
};

struct Call {
  const char* name;
  std::function<void()> make;
};

// What takes one of the calls that an attacker begins with.
std::vector<Call> Forbidden() {
  static char memory[4096];
  return {
      {"socket", [] { socket(AF_INET, SOCK_STREAM, 0); }},
      {"connect", [] { syscall(SYS_connect, 0, nullptr, 0); }},
      {"bind", [] { syscall(SYS_bind, 0, nullptr, 0); }},
      {"listen", [] { listen(0, 1); }},
      {"execve", [] { syscall(SYS_execve, "/bin/true", nullptr, nullptr); }},
      {"execveat", [] { syscall(SYS_execveat, -1, "", nullptr, nullptr, 0); }},
      {"vfork", [] { syscall(SYS_vfork); }},
      {"fork", [] { syscall(SYS_fork); }},
      {"clone3", [] { syscall(SYS_clone3, nullptr, 0); }},
      {"ptrace", [] { ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr); }},
      {"process_vm_readv", [] { syscall(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0); }},
      {"setuid", [] { syscall(SYS_setuid, 0); }},
      {"mount", [] { syscall(SYS_mount, "a", "b", "c", 0, nullptr); }},
      {"bpf", [] { syscall(SYS_bpf, 0, nullptr, 0); }},
      {"io_uring_setup", [] { syscall(SYS_io_uring_setup, 1, nullptr); }},
      {"unlink", [] { unlink("missing"); }},
      {"open", [] { syscall(SYS_open, "/etc/passwd", O_RDONLY); }},
      {"tgkill", [] { syscall(SYS_tgkill, getpid(), getpid(), SIGTERM); }},
      {"rt_sigqueueinfo", [] { syscall(SYS_rt_sigqueueinfo, 1, SIGTERM, nullptr); }},
      {"pidfd_open", [] { syscall(SYS_pidfd_open, 1, 0); }},
      {"seccomp", [] { syscall(SYS_seccomp, 0, 0, nullptr); }},
      {"rt_sigaction", [] { signal(SIGUSR2, SIG_IGN); }},
      {"mprotect", [] { mprotect(memory, 4096, PROT_READ | PROT_WRITE | PROT_EXEC); }},
      {"mmap with PROT_EXEC",
       [] { mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }},
      {"prctl with another option", [] { prctl(PR_SET_DUMPABLE, 1); }},
      {"prctl with another option and the signal", [] { prctl(PR_SET_DUMPABLE, SIGKILL); }},
      {"prctl without the signal", [] { prctl(PR_SET_PDEATHSIG, 0); }},
      {"prlimit64 of another process",
       [] { syscall(SYS_prlimit64, getppid(), RLIMIT_CPU, nullptr, nullptr); }},
      {"prlimit64 of another resource",
       [] { syscall(SYS_prlimit64, 0, RLIMIT_CORE, nullptr, nullptr); }},
      {"ioctl with another request", [] { syscall(SYS_ioctl, 0, 0x5412, "x"); }},
      {"setsockopt of another option", [] { setsockopt(0, SOL_SOCKET, SO_REUSEADDR, "", 1); }},
      {"a call of x32", [] { syscall(0x40000000 | SYS_write, 1, "", 0); }},
      {"a number that is none", [] { syscall(100000); }},
  };
}

TEST_F(SeccompTest, KillsWhoeverMakesACallThatIsNotAllowed) {
  for (const Call& call : Forbidden()) {
    EXPECT_TRUE(IsKilled(StatusOfParent(call.make))) << call.name;
    EXPECT_TRUE(ChildIsKilled(StatusOfChild(call.make))) << call.name;
  }
}

// Not seen where vdso(7) does without it, and so not by a test that looks at what is made.
TEST_F(SeccompTest, AllowsToAskForTheTime) {
  const auto ask = [] {
    timespec time;
    if (syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time) != 0) _exit(1);
  };
  EXPECT_EQ(StatusOfParent(ask), 0);
  EXPECT_EQ(StatusOfChild(ask), 0);
}

// What the parent does, a child cannot: without the key.
TEST_F(SeccompTest, KillsAChildThatMakesACallOfTheParents) {
  const Call kCalls[] = {
      {"accept4", [] { syscall(SYS_accept4, 0, nullptr, nullptr, 0); }},
      {"clone", [] { syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }},
      {"wait4", [] { waitpid(-1, nullptr, WNOHANG); }},
      {"kill", [] { kill(getppid(), 0); }},
      {"read", [] { [[maybe_unused]] auto size = read(0, nullptr, 0); }},
      {"openat", [] { open("/etc/passwd", O_RDONLY); }},
  };
  for (const Call& call : kCalls) {
    EXPECT_TRUE(ChildIsKilled(StatusOfChild(call.make))) << call.name;
    EXPECT_TRUE(IsKilled(StatusOfParent(call.make))) << call.name;
  }
}

// Nor by the parent's own functions: its key is gone.
TEST_F(SeccompTest, KillsAChildThatUsesTheFunctionsOfTheParent) {
  const Call kCalls[] = {
      {"KeyedAccept4", [] { KeyedAccept4(0, nullptr, nullptr, 0); }},
      {"KeyedFork", [] { KeyedFork(); }},
      {"KeyedWait", [] { KeyedWait(-1, nullptr, WNOHANG); }},
      {"KeyedKill", [] { KeyedKill(getppid(), 0); }},
      {"KeyedRead", [] { KeyedRead(0, nullptr, 0); }},
      {"KeyedUnlink", [] { KeyedUnlink("missing"); }},
      {"KeyedOpen", [] { KeyedOpen("/etc/passwd", O_RDONLY, 0); }},
  };
  for (const Call& call : kCalls) {
    EXPECT_TRUE(ChildIsKilled(StatusOfChild(call.make))) << call.name;
    const int status = StatusOfParent(call.make);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << call.name << ": " << status;
  }
}

struct Region {
  uintptr_t begin, end;
};

// The memory of this process that can be read, see proc_pid_maps(5).
std::vector<Region> ReadableMemory() {
  static char maps[1 << 16];
  const int fd = KeyedOpen("/proc/self/maps", O_RDONLY, 0);
  size_t size = 0;
  for (ssize_t got = 1; got > 0; size += static_cast<size_t>(got))
    got = KeyedRead(fd, maps + size, sizeof(maps) - 1 - size);
  close(fd);
  std::vector<Region> regions;
  for (const absl::string_view line : absl::StrSplit(maps, '\n', absl::SkipEmpty())) {
    if (absl::StrContains(line, "[v")) continue;  // vvar and vsyscall, which are the kernel's
    Region region;
    char mode;
    if (std::sscanf(line.data(), "%lx-%lx %c", &region.begin, &region.end, &mode) == 3 &&
        mode == 'r')
      regions.push_back(region);
  }
  return regions;
}

// How many places in `memory` have the key, as a number or as the filter has it: in two
// halves, two instructions apart. What is asked for is its complement, so as not to be found.
int CountKeys(const std::vector<Region>& memory, volatile const uint64_t& complement) {
  int found = 0;
  for (const Region& region : memory) {
    for (uintptr_t place = region.begin; place + 20 <= region.end; ++place) {
      uint64_t value;
      memcpy(&value, reinterpret_cast<const void*>(place), sizeof(value));
      if ((value ^ complement) == ~uint64_t{0}) ++found;
      uint32_t later;
      memcpy(&later, reinterpret_cast<const void*>(place + 16), sizeof(later));
      const uint64_t halves = (uint64_t{later} << 32) | static_cast<uint32_t>(value);
      if ((halves ^ complement) == ~uint64_t{0}) ++found;
    }
  }
  return found;
}

// Where the functions that were called last had their variables, until the next call.
struct AbandonedStack {
  char bytes[4096];
};

[[gnu::always_inline]] inline void CopyAbandonedStack(AbandonedStack& copy) {
  const volatile char* stack;
  asm volatile("movq %%rsp, %0" : "=r"(stack));
  for (size_t i = 0; i < sizeof(copy.bytes); ++i)
    copy.bytes[i] = stack[static_cast<ptrdiff_t>(i) - static_cast<ptrdiff_t>(sizeof(copy.bytes))];
}

// What the whole arrangement rests upon: of the key nothing is left in a child, be it on a
// page, the stack or the heap. The parent finds it in its one place.
TEST_F(SeccompTest, TheKeyIsNowhereInAChild) {
  int sockets[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
  const int status = StatusOf([&sockets] {
    Filter();
    const std::vector<Region> memory = ReadableMemory();
    static AbandonedStack abandoned;  // which is in memory
    const pid_t pid = KeyedFork();
    CopyAbandonedStack(abandoned);
    static volatile uint64_t complement;
    if (pid == 0) {
      uint64_t received = 0;
      recv(sockets[0], &received, sizeof(received), MSG_WAITALL);
      complement = received;
      _exit(CountKeys(memory, complement));
    }
    complement = ~*SystemCallKey();
    if (CountKeys(memory, complement) != 1) _exit(102);
    const uint64_t sent = complement;
    send(sockets[1], &sent, sizeof(sent), 0);
    int ended = 0;
    if (KeyedWait(pid, &ended, 0) != pid || !WIFEXITED(ended)) _exit(103);
    _exit(WEXITSTATUS(ended));
  });
  EXPECT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 0);
  close(sockets[0]);
  close(sockets[1]);
}

// The registers that a child begins with are its parent's at the moment of the call.
TEST_F(SeccompTest, TheKeyIsInNoRegisterOfAChild) {
  int sockets[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
  const int status = StatusOf([&sockets] {
    Filter();
    static uint64_t registers[15];
    const pid_t pid = KeyedFork();
    asm volatile(
        "movq %%rax, %0\n\tmovq %%rbx, %1\n\tmovq %%rcx, %2\n\tmovq %%rdx, %3\n\t"
        "movq %%rsi, %4\n\tmovq %%rdi, %5\n\tmovq %%rbp, %6\n\tmovq %%r8, %7\n\t"
        "movq %%r9, %8\n\tmovq %%r10, %9\n\tmovq %%r11, %10\n\tmovq %%r12, %11\n\t"
        "movq %%r13, %12\n\tmovq %%r14, %13\n\tmovq %%r15, %14"
        : "=m"(registers[0]), "=m"(registers[1]), "=m"(registers[2]), "=m"(registers[3]),
          "=m"(registers[4]), "=m"(registers[5]), "=m"(registers[6]), "=m"(registers[7]),
          "=m"(registers[8]), "=m"(registers[9]), "=m"(registers[10]), "=m"(registers[11]),
          "=m"(registers[12]), "=m"(registers[13]), "=m"(registers[14]));
    if (pid == 0) {
      uint64_t key = 0;
      recv(sockets[0], &key, sizeof(key), MSG_WAITALL);
      int found = 0;
      for (const uint64_t value : registers) found += value == key ? 1 : 0;
      _exit(found);
    }
    send(sockets[1], SystemCallKey(), sizeof(uint64_t), 0);
    int ended = 0;
    if (KeyedWait(pid, &ended, 0) != pid || !WIFEXITED(ended)) _exit(103);
    _exit(WEXITSTATUS(ended));
  });
  EXPECT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 0);
  close(sockets[0]);
  close(sockets[1]);
}

// A key of which a part does not count is as much easier to guess.
TEST_F(SeccompTest, EachBitOfTheKeyCounts) {
  const auto kill_with_key_but_for = [](uint64_t wrong_bits) {
    return StatusOfParent([wrong_bits] {
      syscall(SYS_kill, getpid(), 0, 0L, 0L, 0L, *SystemCallKey() ^ wrong_bits);
    });
  };
  const int status = kill_with_key_but_for(0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  for (int bit = 0; bit < 64; ++bit)
    EXPECT_TRUE(IsKilled(kill_with_key_but_for(uint64_t{1} << bit))) << bit;
}

// int 0x80 makes a call by its number on 32-bit machines: 11 is execve(2) there, and
// munmap(2), which is allowed, here.
void CallAsOn32BitMachines(long number) {
  long result = number;
  asm volatile("int $0x80" : "+a"(result) : "b"(0), "c"(0), "d"(0) : "memory");
}

TEST_F(SeccompTest, KillsWhoeverCallsAsOnAnotherMachine) {
  constexpr long kGetPid = 20;
  if (StatusOf([] { CallAsOn32BitMachines(kGetPid); }) != 0)
    GTEST_SKIP() << "this kernel has no such calls";
  const auto call = [] { CallAsOn32BitMachines(11); };
  EXPECT_TRUE(IsKilled(StatusOfParent(call)));
  EXPECT_TRUE(ChildIsKilled(StatusOfChild(call)));
}

TEST_F(SeccompTest, EachParentHasAKeyOfItsOwn) {
  std::set<int> keys;
  for (int i = 0; i < 4; ++i) {
    const int status = StatusOfParent([] { _exit(static_cast<int>(*SystemCallKey() & 0x7f)); });
    keys.insert(WEXITSTATUS(status));
  }
  EXPECT_GT(keys.size(), 1u);
}

}  // namespace
}  // namespace prong
