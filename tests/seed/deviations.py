"""Where programs do otherwise than the document (document.py), and why: plain data.

Each row names a step of the document and the call that stands in its place, in which
three dots stand for anything; and of each fragment of that call which the document's
has not, the reason, which begins where "because" would end. A program's own rows come
before those of the table that it shares with another. contract_test.py shows of each row
that the program makes that call and not the document's, and of each flag that a reason
speaks of it; docs/seed.md has the reasons of prong's.
"""

from typing import Mapping, NamedTuple


class Deviation(NamedTuple):
    step: str  # its name in document.py
    call: str  # what is made in place of the document's
    reasons: Mapping[str, str]  # by fragment


class Addition(NamedTuple):
    process: str  # "parent" or "child"
    call: str  # that the document has not
    reason: str


# server/ and tests/seed/http_syscall.c.
SERVERS = (
    Deviation(
        "bind",
        'bind(<listen_fd>, {sa_family=AF_INET, sin_port=htons(0), '
        'sin_addr=inet_addr("0.0.0.0")}, 16) = 0',
        {"htons(0)":
         "this run lets the kernel choose a port that is free; 80 is one of many, and on most "
         "systems root's alone. Without flags, prong has 127.0.0.1 and 8080, as a server should "
         "be seen by others only if it was told to."}),
    Deviation(
        "exit", "exit_group(0) = ?",
        {"exit_group":
         "exit(3) and _exit(2) end all threads, which is exit_group(2). prong's child calls "
         "`_exit`: exit would run what the parent has registered for its own end, and write out "
         "what it had buffered."}),
)

# tests/seed/http_syscall.c.
HTTP_SYSCALL = (
    Deviation(
        "fork", "clone(...) = <child>",
        {"clone": "on Linux, fork(3) is a case of clone(2).",
         "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD":
         "the C library keeps the number of the child's thread up to date; SIGCHLD is what the "
         "parent gets when the child ends."}),
    Deviation(
        "read request", r'read(<conn_fd>, "GET /flag HTTP/1.0\r\n\r\n", ...) = 22',
        {"GET /flag": "a target holds no space.",
         "22": "a read with room for 1 byte cannot return 19, and this request has 22."}),
    Deviation(
        "open", 'openat(AT_FDCWD, "flag", O_RDONLY) = <file_fd>',
        {"openat": "of open(3) the C library makes openat(2).",
         "AT_FDCWD":
         "the path is taken from the directory of the server and not from that of the system, so "
         "that no client gets /etc/passwd."}),
    Deviation(
        "read file", 'read(<file_fd>, "FLAG", 4077) = 4',
        {"4077": "a buffer of 4096 bytes has so much room behind the head."}),
    Deviation(
        "write", r'write(<conn_fd>, "HTTP/1.0 200 OK\r\n\r\nFLAG", 23) = 23',
        {"23": "a write of 1 byte cannot return 27, and this response has 23."}),
    Deviation(
        "reap", "wait4(-1, NULL, WNOHANG, NULL) = <child>",
        {"wait4": "of waitpid(3) the C library makes wait4(2).",
         "-1, NULL, WNOHANG":
         "one SIGCHLD may tell of several children: it waits for any, without sleeping, until "
         "there is none."}),
)

# server/.
PRONG = (
    Deviation(
        "socket",
        "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP) = <listen_fd>",
        {"SOCK_CLOEXEC":
         "no program that is executed may inherit the socket. prong executes none; the flag costs "
         "nothing, and holds if that changes.",
         "SOCK_NONBLOCK":
         "a client that has gone between ppoll and accept4 must not keep the parent waiting for "
         "the next one, accept(2)."}),
    Deviation(
        "listen", "listen(<listen_fd>, 511) = 0",
        {"511":
         "with a queue of 0, all but one of the clients that come at the same time wait a second, "
         "until TCP tries again. `--backlog=0` asks for it nonetheless."}),
    Deviation(
        "accept",
        "accept4(<listen_fd>, {sa_family=AF_INET, ...}, [128 => 16], SOCK_CLOEXEC)"
        " = <conn_fd>",
        {"accept4":
         "it sets the flags of the new socket that accept(2) would need two calls of fcntl(2) "
         "for.",
         "sa_family=AF_INET":
         "the client's address is needed, for the log and for the limit on connections of one "
         "client.",
         "SOCK_CLOEXEC": "as of the listening socket."}),
    Deviation(
        "fork", "clone(child_stack=NULL, flags=SIGCHLD) = <child>",
        {"clone":
         "on Linux, fork(3) is a case of clone(2). prong makes the call itself, with the key by "
         "which the kernel tells the parent from a child, server/keyed_system_call.h.",
         "SIGCHLD": "SIGCHLD is what the parent gets when the child ends."}),
    Deviation(
        "read request",
        r'recvfrom(<conn_fd>, "GET /flag HTTP/1.0\r\n\r\n", ..., MSG_DONTWAIT, NULL, NULL) = 22',
        {"recvfrom":
         "recv(2) is read(2) for sockets, and fails if it is given anything else. It has room for "
         "80 KiB, not for 1 byte: a head may be 40 KiB, and comes in what pieces it likes.",
         "MSG_DONTWAIT":
         "a wait for a client has a deadline, which ppoll keeps where nothing has come yet.",
         "GET /flag":
         "a target has no space: `GET / flag` is refused with 400.",
         "22":
         "so many bytes the request has; and a read with room for 1 cannot return 19."}),
    Deviation(
        "open",
        'openat2(<root_fd>, "flag", {flags=O_RDONLY|O_NOCTTY|O_NONBLOCK|O_CLOEXEC, '
        "resolve=RESOLVE_NO_MAGICLINKS|RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH}, 24) = <file_fd>",
        {"openat2":
         "the kernel, and no comparison of strings, keeps each path beneath the root "
         "(RESOLVE_BENEATH): `/flag` is a name in the directory served, not in `/`.",
         "RESOLVE_NO_SYMLINKS":
         "whoever can write a link below the root could publish any file; `--follow_symlinks` "
         "allows those that stay below it.",
         "RESOLVE_NO_MAGICLINKS": "links of `/proc` lead anywhere, whatever their path is.",
         "O_CLOEXEC": "as of the sockets.",
         "O_NONBLOCK":
         "to open a FIFO must not wait for somebody to write into it. O_NOCTTY is for terminals."}),
    Deviation(
        "read file", 'pread64(<file_fd>, "FLAG", 4, 0) = 4',
        {"pread64":
         "it is told where to read, so that nothing depends on where the descriptor stands. It "
         "asks for the size that fstat told, which Content-Length has announced."}),
    Deviation(
        "write",
        r'sendto(<conn_fd>, "HTTP/1.1 200 OK\r\n...\r\nContent-Length: 4\r\n...\r\n\r\nFLAG", '
        "<size>, MSG_DONTWAIT|MSG_NOSIGNAL, NULL, 0) = <size>",
        {"sendto":
         "send(2) has flags: with MSG_NOSIGNAL a client that has gone is an error, EPIPE, and not "
         "a signal, and with MSG_DONTWAIT ppoll waits, for so long only, where nothing can be "
         "sent. Head and file go in one call, as in the document; whose count cannot be: a "
         "write of 1 byte does not return 27, and its response has 23 bytes.",
         "HTTP/1.1":
         "a server tells its own version, RFC 9110 section 6.2, and the fields without which a "
         "client would have to guess."}),
    Deviation(
        "reap", "wait4(<child>, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], WNOHANG, NULL) = <child>",
        {"wait4":
         "waitpid(2) is a case of it. SIGCHLD says which child has ended; WNOHANG makes sure that "
         "the parent never waits. Of WIFEXITED and WEXITSTATUS it makes a line of the log if a "
         "child has died."}),
)

# The same where the file is too large to leave together with the head. Then sendfile(2)
# stands for both the read of the file and the write of its bytes, and the head goes
# before it.
PRONG_LARGE_FILE = (
    Deviation(
        "read file",
        r'sendto(<conn_fd>, "HTTP/1.1 200 OK\r\n...\r\n\r\n", <size>, '
        "MSG_DONTWAIT|MSG_NOSIGNAL|MSG_MORE, NULL, 0) = <size>",
        {"sendto":
         "a file of more than 16 KiB is not read at all: its head goes alone, with "
         "MSG_DONTWAIT and MSG_NOSIGNAL as above.",
         "MSG_MORE":
         "the head waits for the first bytes of the file, so that they share a packet."}),
    Deviation(
        "write", "sendfile(<conn_fd>, <file_fd>, [0] => [<sent>], <length>) = <sent>",
        {"sendfile":
         "the kernel moves the bytes from the file to the socket, without a copy in this "
         "process."}),
)

# tools/http_get/.
HTTP_GET = (
    Deviation(
        "client's socket", "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = <conn_fd>",
        {"SOCK_CLOEXEC": "no program that is executed may inherit the socket."}),
    Deviation(
        "connect",
        'connect(<conn_fd>, {sa_family=AF_INET, sin_port=htons(<port>), '
        'sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
        {"127.0.0.1":
         "address and port are the URL's; 0.0.0.0 is for a server, as any address of its own."}),
    Deviation(
        "ask", r'sendto(<conn_fd>, "GET /flag HTTP/1.0\r\n\r\n", 22, MSG_NOSIGNAL, NULL, 0) = 22',
        {"sendto":
         "send(2) has flags: with MSG_NOSIGNAL a server that has gone is an error and not a "
         "signal.",
         "GET /flag": "a target has no space.",
         "22": "so many bytes the request has."}),
    Deviation(
        "read response", r'read(<conn_fd>, "HTTP/1.0 200 OK\r\n\r\nFLAG", ...) = 23',
        {"23": "so many bytes the response has, and the room is a buffer's."}),
)

# What prong does beside the document.
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
    Addition("parent", "newfstatat",
             "whether the root is that of the file system: it is not served unless that is meant"),
    Addition("parent", "getdents64",
             "as this server can be reached from other machines, how many entries it shows them; "
             "the warning says so"),
    Addition("parent", "fcntl", "the C library's, when a directory is opened"),
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
    Addition("parent", "prlimit64", "no core files, few descriptors, little memory"),
    Addition("parent", "landlock_create_ruleset",
             "what may still be reached of the file system and the network"),
    Addition("parent", "landlock_add_rule", "the root, to be read; nothing else"),
    Addition("parent", "landlock_restrict_self", "from here on, also for the children"),
    Addition("parent", "mmap", "a page for the key of the system calls that are the parent's;"
             " memory for its table of children"),
    Addition("parent", "madvise", "MADV_WIPEONFORK, MADV_DONTFORK: which no child gets to see"),
    Addition("parent", "seccomp", "from here on no system call but those of docs/syscalls.md"),
    Addition("parent", "futex", "the C++ library's, at the end of an initialization"),
    Addition("parent", "brk", "memory, for what children receive and send"),
    Addition("parent", "getpid", "what a child compares with its getppid"),
    Addition("parent", "ppoll", "accept4 does not wait: this does, for clients and for signals"),
    Addition("parent", "accept4",
             "again, as several clients may wait: for each of them a ppoll would be a call more"),
    Addition("parent", "read", "which signal came, and of SIGCHLD which child"),
    Addition("parent", "close",
             "`/dev/null` and the second descriptor of the root at the start, all others at the "
             "end"),
    Addition("parent", "exit_group", "the document's server never ends; this one does at SIGTERM"),
    Addition("child", "close",
             "the descriptor of signals is the parent's; the file, when it was sent"),
    Addition("child", "prctl",
             "PR_SET_PDEATHSIG: a child dies with its parent, even with one that was killed"),
    Addition("child", "getppid", "the parent may have died before that took effect"),
    Addition("child", "prlimit64", "no child of its own, and ten minutes of computing"),
    Addition("child", "newfstatat",
             "size and date, for the head; and whether it is a regular file at all"),
    Addition("child", "write", "a line of the access log, one call, so that lines do not mix"),
    Addition("child", "ioctl",
             "FIONREAD: to close while bytes are unread would reset the connection, and the client "
             "might lose the response, RFC 9112 section 9.6"),
)
