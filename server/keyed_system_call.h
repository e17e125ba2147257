// System calls that are the parent's alone, told from a child's by a secret.
//
// A filter of seccomp(2) is inherited and looks at registers only: it cannot tell the parent
// from a child. But of the six registers for arguments these calls use five at most, and
// the kernel looks at no more. So the parent has a random key of 64 bits in the sixth, and
// the filter wants it there. The key is on a page of its own, that is filled with zeros in
// each child (MADV_WIPEONFORK, madvise(2)), and goes from there to the register and nowhere
// else: a child, whatever it comes to run, does not know it, and dies at its first guess.

#ifndef PRONG_SERVER_KEYED_SYSTEM_CALL_H_
#define PRONG_SERVER_KEYED_SYSTEM_CALL_H_

#include <sys/types.h>

#include <cstdint>

namespace prong {

// Where the key is, from now on: on a page that is wiped in children.
void UseSystemCallKey(const uint64_t* key);

// For tests: where it is.
const uint64_t* SystemCallKey();

// As the functions of the same names in section 2 of the manual, errno included. Without a
// filter, and in instrumented builds always, they are no others than those.
int KeyedAccept4(int socket, void* address, void* address_size, int flags);
pid_t KeyedFork();
pid_t KeyedWait(pid_t pid, int* status, int options);
int KeyedKill(pid_t pid, int signal);
ssize_t KeyedRead(int fd, void* buffer, size_t size);
int KeyedOpen(const char* path, int flags, mode_t mode);
int KeyedUnlink(const char* path);

}  // namespace prong

#endif  // PRONG_SERVER_KEYED_SYSTEM_CALL_H_
