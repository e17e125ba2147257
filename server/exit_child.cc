#include "server/exit_child.h"

#include <signal.h>
#include <unistd.h>

#include "tools/fdsan/fdsan.h"

// Defined by the runtimes of clang and gcc, in instrumented builds only.
extern "C" {
[[gnu::weak]] void __lsan_do_leak_check();
[[gnu::weak]] int __llvm_profile_write_file();
}

namespace prong {

void ExitChild(int status) {
  fdsan::EndChild();
  if (__lsan_do_leak_check != nullptr) {
    // This process would wait for ever for the one that looks at it, if a signal came between.
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, nullptr);
    __lsan_do_leak_check();
  }
  if (__llvm_profile_write_file != nullptr) __llvm_profile_write_file();
  _exit(status);
}

}  // namespace prong
