// The one way out of a child process.

#ifndef PRONG_SERVER_EXIT_CHILD_H_
#define PRONG_SERVER_EXIT_CHILD_H_

namespace prong {

// Leaves by _exit(2): exit handlers and static objects are the parent's. Under the
// leak sanitizer and under coverage, whose work _exit would skip, it first checks
// for leaks (a leak ends the process with the sanitizer's exit status) and writes
// the profile; with --config=fdsan, for descriptors too (fdsan.h).
[[noreturn]] void ExitChild(int status);

}  // namespace prong

#endif  // PRONG_SERVER_EXIT_CHILD_H_
