// The filter of system calls, see seccomp(2).

#ifndef PRONG_SERVER_SECCOMP_H_
#define PRONG_SERVER_SECCOMP_H_

#include "absl/status/status.h"

namespace prong {

// From now on this process, and every child of it, is killed by SIGSYS at a system call
// that SystemCallRules() do not allow. What they have for the parent alone is to be made by
// keyed_system_call.h, and is not to be had in children.
//
// REQUIRES: PR_SET_NO_NEW_PRIVS is in force. The error is that of the kernel.
absl::Status FilterSystemCalls();

}  // namespace prong

#endif  // PRONG_SERVER_SECCOMP_H_
