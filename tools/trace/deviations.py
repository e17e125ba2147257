"""Where prong does otherwise than the document that it began with, and why: plain data.

A reason begins where "because" would end.
"""

from typing import NamedTuple


class Deviation(NamedTuple):
    step: str  # of the document, as seed.py names it
    call: str  # what prong's call has that the document's has not
    reason: str


class Addition(NamedTuple):
    process: str  # "parent" or "child"
    call: str  # that the document has not
    reason: str


DEVIATIONS = (
    Deviation("socket", "SOCK_CLOEXEC",
              "no program that is executed may inherit the socket. prong executes none; the flag "
              "costs nothing, and holds if that changes."),
    Deviation("socket", "SOCK_NONBLOCK",
              "a client that has gone between ppoll and accept4 must not keep the parent waiting "
              "for the next one, accept(2)."),
    Deviation("bind", "htons(0)",
              "this run lets the kernel choose a port that is free. `--bind_address=0.0.0.0 "
              "--port=80` are the document's; by default it is 127.0.0.1 and 8080, as a server "
              "should be seen by others only if it was told to."),
    Deviation("listen", "511",
              "with a queue of 0, all but one of the clients that come at the same time wait a "
              "second, until TCP tries again. `--backlog=0` asks for it nonetheless."),
    Deviation("accept", "accept4",
              "it sets the flags of the new socket that accept(2) would need two calls of "
              "fcntl(2) for."),
    Deviation("accept", "sa_family=AF_INET",
              "the client's address is needed, for the log and for the limit on connections of "
              "one client."),
    Deviation("accept", "SOCK_CLOEXEC", "as of the listening socket."),
    Deviation("accept", "SOCK_NONBLOCK",
              "each wait for a client has a deadline, which ppoll keeps and a read that blocks "
              "would not."),
    Deviation("fork", "clone",
              "on Linux, fork is a case of clone(2). The C library's `_Fork` makes it without the "
              "handlers of pthread_atfork(3), of which there are none."),
    Deviation("fork", "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD",
              "the C library keeps the number of the child's thread up to date; SIGCHLD is what "
              "the parent gets when the child ends."),
    Deviation("read request", "recvfrom",
              "recv(2) is read(2) for sockets, and fails if it is given anything else. It has room "
              "for 80 KiB, not for 1 byte: a head may be 40 KiB, and comes in what pieces it "
              "likes."),
    Deviation("read request", "GET /flag",
              "a target has no space: `GET / flag` is refused with 400. The request has 22 bytes, "
              "not 19."),
    Deviation("open", "openat2",
              "the kernel, and no comparison of strings, keeps each path beneath the root "
              "(RESOLVE_BENEATH): `/flag` is a name in the directory served, not in `/`."),
    Deviation("open", "RESOLVE_NO_SYMLINKS",
              "whoever can write a link below the root could publish any file; "
              "`--follow_symlinks` allows those that stay below it."),
    Deviation("open", "RESOLVE_NO_MAGICLINKS",
              "links of `/proc` lead anywhere, whatever their path is."),
    Deviation("open", "O_CLOEXEC", "as of the sockets."),
    Deviation("open", "O_NONBLOCK",
              "to open a FIFO must not wait for somebody to write into it. O_NOCTTY is for "
              "terminals."),
    Deviation("read file", "pread64",
              "it is told where to read, so that nothing depends on where the descriptor stands. "
              "It asks for the size that fstat told, which Content-Length has announced."),
    Deviation("write", "sendto",
              "send(2) has flags: with MSG_NOSIGNAL a client that has gone is an error, EPIPE, and "
              "not a signal. Head and file go in one call, as in the document."),
    Deviation("write", "HTTP/1.1",
              "a server tells its own version, RFC 9110 section 2.5, and the fields without which "
              "a client would have to guess."),
    Deviation("write a large file", "MSG_MORE",
              "a file of more than 16 KiB is not read at all; its head waits for the first bytes "
              "of it, so that they share a packet."),
    Deviation("write a large file", "sendfile",
              "the kernel moves the bytes from the file to the socket, without a copy in this "
              "process."),
    Deviation("exit", "exit_group",
              "the child calls `_exit`: exit(3) would run what the parent has registered for its "
              "own end, and write out what it had buffered. _exit(2) is exit_group(2), for all "
              "threads."),
    Deviation("reap", "wait4",
              "waitpid(2) is a case of it. SIGCHLD says which child has ended; WNOHANG makes sure "
              "that the parent never waits. Of WIFEXITED and WEXITSTATUS it makes a line of the "
              "log if a child has died."),
)

ADDITIONS = (
    Addition("parent", "close_range",
             "descriptors that the starter left open are none of a child's business"),
    Addition("parent", "openat",
             "`/dev/null`, for standard input and output; and the root, once and for all"),
    Addition("parent", "dup2",
             "standard input and output become `/dev/null`, so that no socket gets their numbers"),
    Addition("parent", "rt_sigprocmask",
             "signals wait until the parent asks for them: no handler can interrupt anything"),
    Addition("parent", "rt_sigaction",
             "SIGPIPE and SIGXFSZ become errors of the calls; SIGTERM ends the wait of a child; "
             "SIGCHLD is as it was, or the kernel would reap"),
    Addition("parent", "signalfd4",
             "a signal becomes readable, so that one ppoll waits for clients and for signals"),
    Addition("parent", "openat2",
             "whether this kernel has it is known before the first client"),
    Addition("parent", "setsockopt",
             "SO_REUSEADDR: connections of an earlier run in TIME_WAIT do not keep the port, "
             "ip(7)"),
    Addition("parent", "getsockname",
             "with `--port=0` the kernel chose the port, and the ready line names it"),
    Addition("parent", "getrandom",
             "what separates the parts of a response with several ranges, which nobody can have "
             "written into a file"),
    Addition("parent", "write", "the ready line, and what of the sandbox is in force"),
    Addition("parent", "prctl", "PR_SET_NO_NEW_PRIVS: no child can gain privileges by execve(2)"),
    Addition("parent", "futex", "the C++ library's, at the end of an initialization"),
    Addition("parent", "getpid", "what a child compares with its getppid"),
    Addition("parent", "ppoll", "accept4 does not wait: this does, for clients and for signals"),
    Addition("parent", "read", "which signal came, and of SIGCHLD which child"),
    Addition("parent", "close",
             "`/dev/null` and the second descriptor of the root at the start, all others at the "
             "end"),
    Addition("parent", "exit_group", "the document's server never ends; this one does at SIGTERM"),
    Addition("child", "set_robust_list", "the C library's, in each new process"),
    Addition("child", "close",
             "the descriptor of signals is the parent's; the file, when it was sent"),
    Addition("child", "prctl",
             "PR_SET_PDEATHSIG: a child dies with its parent, even with one that was killed"),
    Addition("child", "getppid", "the parent may have died before that took effect"),
    Addition("child", "rt_sigpending",
             "whether SIGTERM has come: then the response says that the connection closes"),
    Addition("child", "newfstatat",
             "size and date, for the head; and whether it is a regular file at all"),
    Addition("child", "write", "a line of the access log, one call, so that lines do not mix"),
    Addition("child", "ioctl",
             "FIONREAD: to close while bytes are unread would reset the connection, and the client "
             "might lose the response, RFC 9112 section 9.6"),
)
