#include "server/seccomp.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "server/keyed_system_call.h"
#include "server/system_call_rules.h"

namespace prong {
namespace {

constexpr int kKeyIndex = 5;  // of the argument that has the key

// What no child may see: wiped there. The program has the key in it.
struct SecretPage {
  uint64_t key;
  uint16_t size;  // of the program
  sock_filter program[500];
};
static_assert(sizeof(SecretPage) <= 4096);

void Append(SecretPage& page, sock_filter instruction) { page.program[page.size++] = instruction; }

// Loads 32 bits of seccomp_data.
sock_filter Load(size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}

// The low half of an argument; the high one is 4 bytes behind it on a little-endian machine.
size_t OffsetOf(int argument) {
  return offsetof(seccomp_data, args) + static_cast<size_t>(argument) * sizeof(uint64_t);
}

// Goes on if what was loaded is `value`, else skips `otherwise` instructions.
sock_filter Require(uint32_t value, size_t otherwise) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, static_cast<uint8_t>(otherwise));
}

// Allows the call if it is that of `rule`, else goes on behind this.
void AppendRule(const SystemCallRule& rule, SecretPage& page) {
  const bool keyed = rule.caller == SystemCallRule::Caller::kParent;
  size_t left = 1 + 3 * rule.arguments.size() + (keyed ? 4 : 0);  // with the return
  Append(page, Load(offsetof(seccomp_data, nr)));
  Append(page, Require(static_cast<uint32_t>(rule.number), left));
  for (const ArgumentRule& argument : rule.arguments) {
    left -= 3;
    Append(page, Load(OffsetOf(argument.index)));
    Append(page, BPF_STMT(BPF_ALU | BPF_AND | BPF_K, argument.mask));
    Append(page, Require(argument.value, left));
  }
  if (keyed) {
    Append(page, Load(OffsetOf(kKeyIndex)));
    Append(page, Require(static_cast<uint32_t>(page.key), 3));
    Append(page, Load(OffsetOf(kKeyIndex) + 4));
    Append(page, Require(static_cast<uint32_t>(page.key >> 32), 1));
  }
  Append(page, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

void WriteProgram(SecretPage& page) {
  Append(page, Load(offsetof(seccomp_data, arch)));
  Append(page, Require(AUDIT_ARCH_X86_64, 1));
  Append(page, BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
  Append(page, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
  // No system call has this number: a debugger gives it to one that is not to be made.
  Append(page, Load(offsetof(seccomp_data, nr)));
  Append(page, Require(~uint32_t{0}, 1));
  Append(page, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  for (const SystemCallRule& rule : SystemCallRules()) AppendRule(rule, page);
  Append(page, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
}

}  // namespace

absl::Status FilterSystemCalls() {
  void* const memory =
      mmap(nullptr, sizeof(SecretPage), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return absl::ErrnoToStatus(errno, "mmap");
  auto& page = *static_cast<SecretPage*>(memory);
  if (madvise(memory, sizeof(SecretPage), MADV_WIPEONFORK) != 0)
    return absl::ErrnoToStatus(errno, "madvise");
  if (getrandom(&page.key, sizeof(page.key), 0) != sizeof(page.key))
    return absl::ErrnoToStatus(errno, "getrandom");
  WriteProgram(page);
  const sock_fprog program = {page.size, page.program};
  const long installed = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
  const int error = errno;
  explicit_bzero(page.program, sizeof(page.program));
  if (installed != 0) return absl::ErrnoToStatus(error, "seccomp");
  UseSystemCallKey(&page.key);
  return absl::OkStatus();
}

}  // namespace prong
