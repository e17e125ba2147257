// What an attacker would try who has come to run code in a child: in a build of the server
// for tests alone, of which recv(2) is this (see --wrap in ld(1)). A client that sends
// "TRY NAME ARGUMENT\n" has the child try that, and gets what the kernel said to it, in a line.

#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

extern "C" ssize_t __real_recv(int socket, void* buffer, size_t size, int flags);

namespace prong {
namespace {

// The root is the first directory that is open.
int Root() {
  for (int fd = 0; fd < 64; ++fd) {
    char name;
    if (syscall(SYS_getdents64, fd, &name, 1) == 0 || errno == EINVAL) return fd;
  }
  return -1;
}

// Without RESOLVE_BENEATH: by the kernel's permission alone.
long Open(int directory, const std::string& path, uint64_t flags) {
  const open_how how = {flags, (flags & O_CREAT) != 0 ? 0600u : 0u, 0};
  return syscall(SYS_openat2, directory, path.c_str(), &how, sizeof(how));
}

// As Open, and reads a byte.
long Read(int directory, const std::string& path) {
  const long fd = Open(directory, path, O_RDONLY);
  char byte;
  return fd < 0 ? fd : pread(static_cast<int>(fd), &byte, 1, 0);
}

using Attempt = std::function<long(const std::string& argument)>;

long Number(const std::string& text) { return std::atol(text.c_str()); }

const std::map<std::string, Attempt>& Attempts() {
  static const auto& attempts = *new std::map<std::string, Attempt>{
      {"nothing", [](const std::string&) { return 0L; }},
      // Files.
      {"read", [](const std::string& path) { return Read(AT_FDCWD, path); }},
      {"read_from_root", [](const std::string& path) { return Read(Root(), path); }},
      {"list", [](const std::string& path) { return Open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY); }},
      {"write", [](const std::string& path) { return Open(AT_FDCWD, path, O_WRONLY); }},
      {"create", [](const std::string& path) { return Open(AT_FDCWD, path, O_WRONLY | O_CREAT); }},
      {"truncate", [](const std::string& path) { return Open(AT_FDCWD, path, O_RDONLY | O_TRUNC); }},
      {"openat",
       [](const std::string& path) {
         return syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDONLY, 0);
       }},
      {"unlink", [](const std::string& path) { return syscall(SYS_unlink, path.c_str()); }},
      {"rename", [](const std::string& path) { return syscall(SYS_rename, path.c_str(), "x"); }},
      {"chmod", [](const std::string& path) { return syscall(SYS_chmod, path.c_str(), 0777); }},
      {"mount", [](const std::string& path) { return syscall(SYS_mount, "x", path.c_str(), "tmpfs", 0, 0); }},
      {"chroot", [](const std::string& path) { return syscall(SYS_chroot, path.c_str()); }},
      // The network.
      {"socket", [](const std::string&) { return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }},
      {"unix_socket", [](const std::string&) { return syscall(SYS_socket, AF_UNIX, SOCK_DGRAM, 0); }},
      {"connect", [](const std::string& fd) { return syscall(SYS_connect, Number(fd), nullptr, 0); }},
      {"bind", [](const std::string& fd) { return syscall(SYS_bind, Number(fd), nullptr, 0); }},
      {"listen", [](const std::string& fd) { return syscall(SYS_listen, Number(fd), 1); }},
      {"accept4", [](const std::string& fd) { return syscall(SYS_accept4, Number(fd), 0, 0, 0); }},
      {"accept", [](const std::string& fd) { return syscall(SYS_accept, Number(fd), 0, 0); }},
      // Processes.
      {"fork", [](const std::string&) { return syscall(SYS_fork); }},
      {"clone", [](const std::string&) { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }},
      {"clone_guess", [](const std::string&) { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0, 1); }},
      {"vfork", [](const std::string&) { return syscall(SYS_vfork); }},
      {"clone3", [](const std::string&) { return syscall(SYS_clone3, nullptr, 0); }},
      {"execve", [](const std::string& path) { return syscall(SYS_execve, path.c_str(), 0, 0); }},
      {"execveat",
       [](const std::string& path) { return syscall(SYS_execveat, AT_FDCWD, path.c_str(), 0, 0, 0); }},
      {"kill", [](const std::string& pid) { return syscall(SYS_kill, Number(pid), SIGKILL); }},
      {"kill_parent", [](const std::string&) { return syscall(SYS_kill, getppid(), SIGKILL); }},
      {"tgkill_parent",
       [](const std::string&) { return syscall(SYS_tgkill, getppid(), getppid(), SIGKILL); }},
      {"sigqueue",
       [](const std::string& pid) { return syscall(SYS_rt_sigqueueinfo, Number(pid), SIGTERM, 0); }},
      {"pidfd_open", [](const std::string& pid) { return syscall(SYS_pidfd_open, Number(pid), 0); }},
      {"ptrace", [](const std::string&) { return syscall(SYS_ptrace, PTRACE_ATTACH, getppid(), 0, 0); }},
      {"process_vm_readv",
       [](const std::string&) { return syscall(SYS_process_vm_readv, getppid(), 0, 0, 0, 0, 0); }},
      {"wait4", [](const std::string&) { return syscall(SYS_wait4, -1, 0, 0, 0); }},
      {"setpriority", [](const std::string&) { return syscall(SYS_setpriority, 0, 0, -20); }},
      // Privileges.
      {"setuid", [](const std::string&) { return syscall(SYS_setuid, 0); }},
      {"setgid", [](const std::string&) { return syscall(SYS_setgid, 0); }},
      {"capset", [](const std::string&) { return syscall(SYS_capset, 0, 0); }},
      {"unshare", [](const std::string&) { return syscall(SYS_unshare, 0x10000000); }},
      {"setns", [](const std::string&) { return syscall(SYS_setns, 0, 0); }},
      {"prlimit_parent",
       [](const std::string&) { return syscall(SYS_prlimit64, getppid(), RLIMIT_NPROC, 0, 0); }},
      {"raise_nproc",
       [](const std::string&) {
         const rlimit limit = {10, 10};
         return syscall(SYS_prlimit64, 0, RLIMIT_NPROC, &limit, nullptr);
       }},
      {"prctl", [](const std::string&) { return syscall(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1); }},
      {"outlive_parent", [](const std::string&) { return syscall(SYS_prctl, 1 /* PR_SET_PDEATHSIG */, 0); }},
      // The kernel.
      {"bpf", [](const std::string&) { return syscall(SYS_bpf, 0, 0, 0); }},
      {"io_uring_setup", [](const std::string&) { return syscall(SYS_io_uring_setup, 1, 0); }},
      {"userfaultfd", [](const std::string&) { return syscall(SYS_userfaultfd, 0); }},
      {"perf_event_open", [](const std::string&) { return syscall(SYS_perf_event_open, 0, 0, 0, 0, 0); }},
      {"keyctl", [](const std::string&) { return syscall(SYS_keyctl, 0, 0, 0, 0, 0); }},
      {"init_module", [](const std::string&) { return syscall(SYS_init_module, 0, 0, ""); }},
      {"seccomp", [](const std::string&) { return syscall(SYS_seccomp, 0, 0, 0); }},
      {"executable_memory",
       [](const std::string&) {
         return syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       }},
      {"mprotect", [](const std::string&) { return syscall(SYS_mprotect, 0, 0, PROT_EXEC); }},
      {"ioctl", [](const std::string&) { return syscall(SYS_ioctl, 2, 0x5412 /* TIOCSTI */, "x"); }},
      {"x32", [](const std::string&) { return syscall(0x40000000 | SYS_write, 2, "", 0); }},
  };
  return attempts;
}

std::string OutcomeOf(absl::string_view line) {
  const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 2));
  const auto attempt = words.size() == 3 ? Attempts().find(words[1]) : Attempts().end();
  if (attempt == Attempts().end()) return "no such attempt";
  errno = 0;
  const long result = attempt->second(words[2]);
  return result >= 0 ? "succeeded" : strerrorname_np(errno);
}

}  // namespace
}  // namespace prong

extern "C" ssize_t __wrap_recv(int socket, void* buffer, size_t size, int flags) {
  const ssize_t received = __real_recv(socket, buffer, size, flags);
  if (received <= 0) return received;
  absl::string_view line(static_cast<const char*>(buffer), static_cast<size_t>(received));
  if (!absl::StartsWith(line, "TRY ")) return received;
  const std::string outcome = absl::StrCat(prong::OutcomeOf(line.substr(0, line.find('\n'))), "\n");
  send(socket, outcome.data(), outcome.size(), MSG_NOSIGNAL);
  return 0;  // as if the client had closed: the child ends
}
