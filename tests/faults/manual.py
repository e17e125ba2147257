"""What each system call may fail with: every error that its manual page lists.

The pages are Debian 12's (manpages-dev 6.03), section ERRORS with what it refers to.
EWOULDBLOCK is EAGAIN, and ERESTARTSYS and ERESTARTNOINTR never reach a program. A
call with no errors cannot fail, by its page.
"""

from typing import NamedTuple


class Page(NamedTuple):
    """What a manual page says of the errors of a system call."""
    name: str
    errnos: tuple[str, ...]


_OPEN = """EACCES EBADF EBUSY EDQUOT EEXIST EFAULT EFBIG EINTR EINVAL EISDIR ELOOP EMFILE
    ENAMETOOLONG ENFILE ENODEV ENOENT ENOMEM ENOSPC ENOTDIR ENXIO EOPNOTSUPP EOVERFLOW EPERM EROFS
    ETXTBSY EWOULDBLOCK"""
_READ = "EAGAIN EBADF EFAULT EINTR EINVAL EIO EISDIR"
_SIGNALS = "EFAULT EINVAL"

_TABLE = {
    # With the network errors that Linux passes on, and those of "various Linux kernels".
    "accept4": ("accept(2)", """EMFILE EAGAIN EBADF ECONNABORTED EFAULT EINTR EINVAL ENFILE ENOBUFS
        ENOMEM ENOTSOCK EOPNOTSUPP EPERM EPROTO ENETDOWN ENOPROTOOPT EHOSTDOWN ENONET EHOSTUNREACH
        ENETUNREACH ENOSR ESOCKTNOSUPPORT EPROTONOSUPPORT ETIMEDOUT"""),
    "arch_prctl": ("arch_prctl(2)", "EFAULT EINVAL ENODEV EPERM"),
    "bind": ("bind(2)", """EADDRINUSE EACCES EBADF EINVAL ENOTSOCK EADDRNOTAVAIL EFAULT ELOOP
        ENAMETOOLONG ENOENT ENOMEM ENOTDIR EROFS"""),
    "brk": ("brk(2)", "ENOMEM"),
    "clone": ("clone(2)", """EAGAIN ENOMEM EACCES EBUSY EEXIST EINVAL ENOSPC EUSERS EOPNOTSUPP EPERM
        ENOSYS"""),  # ENOSYS: fork(2)
    "close": ("close(2)", "EIO EBADF EINTR ENOSPC EDQUOT"),
    "close_range": ("close_range(2)", "EINVAL EMFILE ENOMEM ENOSYS"),
    "dup2": ("dup(2)", "EBUSY EBADF EINTR EINVAL EMFILE"),
    "exit_group": ("exit_group(2)", ""),
    "futex": ("futex(2)", "EINVAL EFAULT"),  # of FUTEX_WAKE, the one operation that there is
    "getcwd": ("getcwd(2)", "ENOENT EACCES EFAULT EINVAL ENAMETOOLONG ENOMEM ERANGE"),
    "getdents64": ("getdents(2)", "ENOENT EBADF EFAULT EINVAL ENOTDIR"),
    "getpid": ("getpid(2)", ""),
    "getppid": ("getppid(2)", ""),
    "getrandom": ("getrandom(2)", "EAGAIN EFAULT EINTR EINVAL ENOSYS"),
    "getsockname": ("getsockname(2)", "ENOBUFS EBADF EFAULT EINVAL ENOTSOCK"),
    "ioctl": ("ioctl(2)", "ENOTTY EBADF EFAULT EINVAL"),
    "kill": ("kill(2)", "ESRCH EINVAL EPERM"),
    "landlock_add_rule": ("landlock_add_rule(2)", """EOPNOTSUPP EINVAL ENOMSG EBADF EBADFD EPERM
        EFAULT"""),
    "landlock_create_ruleset": ("landlock_create_ruleset(2)",
                                "EOPNOTSUPP EINVAL E2BIG EFAULT ENOMSG"),
    "landlock_restrict_self": ("landlock_restrict_self(2)",
                               "EOPNOTSUPP EINVAL EBADF EBADFD EPERM E2BIG"),
    "listen": ("listen(2)", "EADDRINUSE EBADF ENOTSOCK EOPNOTSUPP"),
    "madvise": ("madvise(2)", "EAGAIN EACCES EBADF EINVAL EIO ENOMEM EPERM"),
    "mmap": ("mmap(2)", """ENOMEM EACCES EAGAIN EBADF EEXIST EINVAL ENFILE ENODEV EOVERFLOW EPERM
        ETXTBSY"""),
    "mprotect": ("mprotect(2)", "ENOMEM EACCES EINVAL"),
    "munmap": ("munmap(2)", "EINVAL ENOMEM"),  # of those of mmap(2), what can be of munmap
    "newfstatat": ("stat(2)", """ENOMEM EACCES EBADF EFAULT EINVAL ELOOP ENAMETOOLONG ENOENT ENOTDIR
        EOVERFLOW"""),
    "openat": ("open(2)", "EMFILE " + _OPEN),
    "openat2": ("openat2(2), open(2)", "EMFILE E2BIG EAGAIN EINVAL ELOOP EXDEV ENOSYS " + _OPEN),
    "ppoll": ("poll(2)", "EINTR EFAULT EINVAL ENOMEM"),
    "prctl": ("prctl(2)", """EINVAL EACCES EBADF EBUSY EFAULT ENODEV ENXIO EOPNOTSUPP EPERM
        ERANGE"""),
    "pread64": ("pread(2), read(2), lseek(2)", "EIO ENXIO EOVERFLOW ESPIPE " + _READ),
    "prlimit64": ("getrlimit(2)", "EPERM EFAULT EINVAL ESRCH"),
    "read": ("read(2)", _READ),
    "readlink": ("readlink(2)", """ENOENT EACCES EBADF EFAULT EINVAL EIO ELOOP ENAMETOOLONG ENOMEM
        ENOTDIR"""),
    "recvfrom": ("recv(2)", """ECONNREFUSED EAGAIN EBADF EFAULT EINTR EINVAL ENOMEM ENOTCONN
        ENOTSOCK ECONNRESET ETIMEDOUT"""),  # the last two: tcp(7), ip(7)
    "rseq": ("rseq(2)", "ENOSYS EBUSY EFAULT EINVAL EPERM"),  # a page of librseq's
    "rt_sigaction": ("sigaction(2)", _SIGNALS),
    "rt_sigprocmask": ("sigprocmask(2)", _SIGNALS),
    "rt_sigreturn": ("sigreturn(2)", ""),
    "seccomp": ("seccomp(2)", "EACCES ECANCELED EFAULT EINVAL ENOMEM EOPNOTSUPP ESRCH"),
    "sendfile": ("sendfile(2)", """EIO EAGAIN EBADF EFAULT EINVAL ENOMEM EOVERFLOW ESPIPE EINTR
        EPIPE"""),  # the last two: of the socket, as send(2)
    "sendto": ("send(2)", """EPIPE EAGAIN EACCES EALREADY EBADF ECONNRESET EDESTADDRREQ EFAULT EINTR
        EINVAL EISCONN EMSGSIZE ENOBUFS ENOMEM ENOTCONN ENOTSOCK EOPNOTSUPP"""),
    "set_robust_list": ("set_robust_list(2)", "EINVAL EFAULT EPERM ESRCH"),
    "set_tid_address": ("set_tid_address(2)", ""),
    "setsockopt": ("setsockopt(2)", "EBADF EFAULT EINVAL ENOPROTOOPT ENOTSOCK"),
    "shutdown": ("shutdown(2)", "ENOTCONN EBADF EINVAL ENOTSOCK"),
    "signalfd4": ("signalfd(2)", "EMFILE EBADF EINVAL ENFILE ENODEV ENOMEM"),
    "socket": ("socket(2)", """EMFILE EACCES EAFNOSUPPORT EINVAL ENFILE ENOBUFS ENOMEM
        EPROTONOSUPPORT"""),
    "wait4": ("wait(2)", "EINTR EAGAIN ECHILD EINVAL ESRCH"),
    "write": ("write(2)", """ENOSPC EAGAIN EBADF EDESTADDRREQ EDQUOT EFAULT EFBIG EINTR EINVAL EIO
        EPERM EPIPE"""),
}


PAGES = {
    call: Page(name, tuple(dict.fromkeys(errnos.replace("EWOULDBLOCK", "EAGAIN").split())))
    for call, (name, errnos) in _TABLE.items()
}
