// openat2(2) for a server under valgrind: that of Debian 12, 3.19, does not know the call
// and lets it fail with ENOSYS. Preloaded, this makes an openat(2) of it.
//
// Of what the kernel would refuse, this refuses a symbolic link at the end of a path, and
// no more: under valgrind the document root is not contained.

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdarg>

// Stands in for that of the C library.
extern "C" long syscall(long number, ...) noexcept {
  long arguments[6];
  va_list list;
  va_start(list, number);
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);

  if (number == SYS_openat2) {
    const auto* how = reinterpret_cast<const open_how*>(arguments[2]);
    const int no_symlink = (how->resolve & RESOLVE_NO_SYMLINKS) == 0 ? 0 : O_NOFOLLOW;
    return openat(static_cast<int>(arguments[0]), reinterpret_cast<const char*>(arguments[1]),
                  static_cast<int>(how->flags) | no_symlink);
  }
  const auto next = reinterpret_cast<decltype(&syscall)>(dlsym(RTLD_NEXT, "syscall"));
  return next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
              arguments[5]);
}
