#include "server/system_call_rules.h"

#include <linux/sockios.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <vector>

namespace prong {
namespace {

using Caller = SystemCallRule::Caller;

constexpr uint32_t kAllBits = ~uint32_t{0};

}  // namespace

absl::Span<const SystemCallRule> SystemCallRules() {
  static const auto& rules = *new std::vector<SystemCallRule>{
      {SYS_accept4, "accept4", Caller::kParent, {}, "take a connection"},
      {SYS_clone, "clone", Caller::kParent, {}, "make the child that serves it: fork(2)"},
      {SYS_wait4, "wait4", Caller::kParent, {}, "reap a child"},
      {SYS_kill, "kill", Caller::kParent, {}, "drain: tell or kill the children"},
      {SYS_read, "read", Caller::kParent, {}, "take signals from the signalfd"},
      {SYS_openat, "openat", Caller::kParent, {}, "open the access log again"},
      {SYS_unlink, "unlink", Caller::kParent, {}, "remove the file of a unix socket"},
      {SYS_getppid, "getppid", Caller::kChild, {}, "whether the parent still lives"},
      {SYS_prctl,
       "prctl",
       Caller::kChild,
       {{0, kAllBits, PR_SET_PDEATHSIG, "option is PR_SET_PDEATHSIG"},
        {1, kAllBits, SIGKILL, "signal is SIGKILL"}},
       "die with the parent"},
      {SYS_prlimit64,
       "prlimit64",
       Caller::kChild,
       {{0, kAllBits, 0, "pid is 0"}, {1, kAllBits, RLIMIT_NPROC, "resource is RLIMIT_NPROC"}},
       "have no child"},
      {SYS_prlimit64,
       "prlimit64",
       Caller::kChild,
       {{0, kAllBits, 0, "pid is 0"}, {1, kAllBits, RLIMIT_CPU, "resource is RLIMIT_CPU"}},
       "compute for so long only"},
      {SYS_landlock_restrict_self,
       "landlock_restrict_self",
       Caller::kChild,
       {},
       "write no file, where the parent may open the access log again"},
      {SYS_recvfrom, "recvfrom", Caller::kChild, {}, "read a request"},
      {SYS_rt_sigprocmask,
       "rt_sigprocmask",
       Caller::kChild,
       {{0, kAllBits, SIG_UNBLOCK, "how is SIG_UNBLOCK"}},
       "let SIGTERM interrupt the wait for the next request"},
      {SYS_rt_sigreturn, "rt_sigreturn", Caller::kChild, {}, "go on after SIGTERM"},
      {SYS_openat2, "openat2", Caller::kChild, {}, "open what a target names, beneath the root"},
      {SYS_newfstatat,
       "newfstatat",
       Caller::kBoth,
       {},
       "what it is, and the entries of a listing; the parent's is of its unix socket"},
      {SYS_pread64, "pread64", Caller::kChild, {}, "read a small file"},
      {SYS_sendfile, "sendfile", Caller::kChild, {}, "send a large file"},
      {SYS_getdents64, "getdents64", Caller::kChild, {}, "read a directory for a listing"},
      {SYS_ioctl,
       "ioctl",
       Caller::kChild,
       {{1, kAllBits, SIOCINQ, "request is SIOCINQ"}},
       "whether input was left unread"},
      {SYS_ioctl,
       "ioctl",
       Caller::kChild,
       {{1, kAllBits, SIOCOUTQ, "request is SIOCOUTQ"}},
       "how much a slow client has taken"},
      {SYS_ioctl,
       "ioctl",
       Caller::kChild,
       {{1, kAllBits, FIONBIO, "request is FIONBIO"}},
       "send a large file without waiting in sendfile"},
      {SYS_shutdown, "shutdown", Caller::kChild, {}, "end the connection in order"},
      {SYS_setsockopt,
       "setsockopt",
       Caller::kChild,
       {{1, kAllBits, SOL_SOCKET, "level is SOL_SOCKET"},
        {2, kAllBits, SO_LINGER, "option is SO_LINGER"}},
       "reset the connection of a client that is given up"},
      {SYS_setsockopt,
       "setsockopt",
       Caller::kChild,
       {{1, kAllBits, SOL_SOCKET, "level is SOL_SOCKET"},
        {2, kAllBits, SO_RCVTIMEO, "option is SO_RCVTIMEO"}},
       "wait in recv for the next request, for so long only"},
      {SYS_getpid, "getpid", Caller::kBoth, {}, "by which a child knows its parent"},
      {SYS_sendto, "sendto", Caller::kBoth, {}, "send a response; the parent's is 503"},
      {SYS_write, "write", Caller::kBoth, {}, "the access log, and messages to the operator"},
      {SYS_ppoll, "ppoll", Caller::kBoth, {}, "wait"},
      {SYS_close, "close", Caller::kBoth, {}, "give a descriptor back"},
      {SYS_clock_gettime,
       "clock_gettime",
       Caller::kBoth,
       {},
       "the time, on machines where vdso(7) does not tell it without a call"},
      {SYS_brk, "brk", Caller::kBoth, {}, "memory"},
      {SYS_mmap,
       "mmap",
       Caller::kBoth,
       {{2, PROT_EXEC, 0, "prot has no PROT_EXEC"}},
       "memory, none of it to be run"},
      {SYS_munmap, "munmap", Caller::kBoth, {}, "memory"},
      {SYS_exit_group, "exit_group", Caller::kBoth, {}, "end"},
  };
  return rules;
}

}  // namespace prong
