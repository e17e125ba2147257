"""Where programs do otherwise than the document (document.py), and why: plain data.

Each row names a step of the document, the call that stands in its place, and the reason
in one sentence. In a call, three dots stand for anything. A program's own rows come
before those of the tables that it shares with others; contract_test.py shows of each
row that the program makes that call and not the document's.
"""

from typing import NamedTuple


class Deviation(NamedTuple):
    step: str  # its name in document.py
    call: str  # what is made in place of the document's
    reason: str


# Whoever asks a kernel.
EVERYWHERE = (
    Deviation(
        "bind",
        'bind(<listen_fd>, {sa_family=AF_INET, sin_port=htons(<port>), '
        'sin_addr=inet_addr("0.0.0.0")}, 16) = 0',
        "Port 80 is one choice of many, and on most systems root's alone."),
    Deviation(
        "read request", r'read(<conn_fd>, "GET /flag HTTP/1.0\r\n\r\n", ...) = 22',
        "A target holds no space, and a read with room for 1 byte does not return 19: the "
        "request has 22, and so the room is a buffer's."),
    Deviation(
        "read file", 'read(<file_fd>, "FLAG", ...) = 4',
        "Whatever the room is, 256 is none that matters."),
    Deviation(
        "write", r'write(<conn_fd>, "HTTP/1.0 200 OK\r\n\r\nFLAG", 23) = 23',
        "A write of 1 byte does not return 27: the response has 23."),
)

# What the C library makes of the functions that the document names.
C_LIBRARY = (
    Deviation(
        "fork", "clone(...) = <child>",
        "On Linux fork(3) is a case of clone(2)."),
    Deviation(
        "exit", "exit_group(0) = ?",
        "exit(3) ends all threads of the process, and for that calls exit_group(2)."),
)

# tests/seed/http_syscall.c.
HTTP_SYSCALL = (
    Deviation(
        "open", 'openat(AT_FDCWD, "flag", O_RDONLY) = <file_fd>',
        "The path is taken from the directory of the server and not from that of the system, "
        "so that no client gets /etc/passwd; and the C library opens with openat(2)."),
    Deviation(
        "reap", "wait4(-1, NULL, WNOHANG, NULL) = <child>",
        "One SIGCHLD may tell of several children, so that it waits for any, without sleeping, "
        "until there is none; and of waitpid(3) the C library makes wait4(2)."),
)

# server/.
PRONG = (
    Deviation(
        "socket",
        "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP) = <listen_fd>",
        "A client that went away between poll and accept must not keep the parent waiting, and "
        "a program that is executed must not inherit the socket."),
    Deviation(
        "listen", "listen(<listen_fd>, 511) = 0",
        "With a backlog of 0, which --backlog can still ask for, of clients that come at the same "
        "time all but one wait a second until TCP tries again."),
    Deviation(
        "accept",
        "accept4(<listen_fd>, {sa_family=AF_INET, ...}, [128 => 16], SOCK_CLOEXEC|SOCK_NONBLOCK)"
        " = <conn_fd>",
        "The address is wanted for the log and for the limit on connections of one client, and "
        "the flags that accept(2) cannot set save two calls of fcntl(2)."),
    Deviation(
        "reap", "wait4(<child>, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], WNOHANG, NULL) = <child>",
        "The parent waits for the child that SIGCHLD named, never blocks on it, and logs one "
        "that was killed."),
    Deviation(
        "read request",
        r'recvfrom(<conn_fd>, "GET /flag HTTP/1.0\r\n\r\n", ..., 0, NULL, NULL) = 22',
        "recv(2) without flags is read(2) for sockets, and fails if it is given anything else."),
    Deviation(
        "open",
        'openat2(<root_fd>, "flag", {flags=O_RDONLY|O_NOCTTY|O_NONBLOCK|O_CLOEXEC, '
        "resolve=RESOLVE_NO_MAGICLINKS|RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH}, 24) = <file_fd>",
        "The kernel, and not a comparison of strings, sees to it that the path does not leave "
        "the root."),
    Deviation(
        "read file", 'pread64(<file_fd>, "FLAG", 4, 0) = 4',
        "The size is known from fstat(2), so that the head can tell it; and what was read does "
        "not depend on where the descriptor stands."),
    Deviation(
        "write",
        r'sendto(<conn_fd>, "HTTP/1.1 200 OK\r\n...\r\nContent-Length: 4\r\n...\r\n\r\nFLAG", '
        "<size>, MSG_NOSIGNAL, NULL, 0) = <size>",
        "A server tells its own version, RFC 9110 section 2.5, and the fields that a client may "
        "count on; a client that went away is an error and no SIGPIPE."),
)

# The same where the file is too large to leave together with the head: 16 KiB and more.
# Then sendfile(2) stands for both the read of the file and the write of its bytes, and
# the head goes before it.
PRONG_LARGE_FILE = (
    Deviation(
        "read file",
        r'sendto(<conn_fd>, "HTTP/1.1 200 OK\r\n...\r\n\r\n", <size>, MSG_NOSIGNAL|MSG_MORE, '
        "NULL, 0) = <size>",
        "The head goes first, and MSG_MORE lets it share a packet with the first bytes of the "
        "file."),
    Deviation(
        "write", "sendfile(<conn_fd>, <file_fd>, [0] => [<sent>], <length>) = <sent>",
        "The kernel sends the file's bytes itself, without a copy of them in the process."),
)

# tools/http_get/.
HTTP_GET = (
    Deviation(
        "client's socket", "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = <conn_fd>",
        "A program that is executed must not inherit the socket."),
    Deviation(
        "connect",
        'connect(<conn_fd>, {sa_family=AF_INET, sin_port=htons(<port>), '
        'sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
        "Address and port are the URL's; 0.0.0.0 is for a server, as any address of its own."),
    Deviation(
        "ask",
        r'sendto(<conn_fd>, "GET /flag HTTP/1.0\r\n\r\n", 22, MSG_NOSIGNAL, NULL, 0) = 22',
        "A server that went away is an error and no SIGPIPE; and the request has 22 bytes."),
    Deviation(
        "read response", r'read(<conn_fd>, "HTTP/1.0 200 OK\r\n\r\nFLAG", ...) = 23',
        "The response has 23 bytes, and the room is a buffer's."),
)
