"""The document that prong began with, step by step: what it says, and that as system calls.

A call is written as strace(1) prints it, with NAME in angle brackets for what another
call needs again: `<listen_fd>` is 3 in the document, `<conn_fd>` 4 and `<file_fd>` 5.
Plain data: what holds a trace against it is contract.py, what a program does otherwise
and why is deviations.py, and a run of prong beside it is docs/seed.md.
"""

from typing import NamedTuple

PARENT = "parent"
CHILD = "child"
CLIENT = "client"

REQUEST = b"GET /flag HTTP/1.0\r\n\r\n"
FILE = "flag"
CONTENT = b"FLAG"


class Step(NamedTuple):
    name: str
    process: str  # who makes the call
    text: str  # lines of the document, which has some more blanks
    call: str  # the same


# Lines that are about the server and about its client.
_SOCKET = "socket (AF_INET, SOCK_STREAM, IPPROTO_IP) = 3"
_BIND = """\
bind/connect (3,
      {sa_family=AF_INET,
      sin_port=htons (80),
      sin_addr=inet_addr("0.0.0.0")},
      16)                                 = 0"""
_READ = r"""read (4,
      "GET / flag HTTP/1.0\r\n\r\n",
      1)                                  = 19"""
_WRITE = r"""write(4,
      "HTTP/1.0 200 OK\r\n\r\nFLAG",
      1)                                  =27"""
_CLOSE = "Closes conn_fd when done."

# The parent, once.
START = (
    Step("socket", PARENT, _SOCKET,
         "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = <listen_fd>"),
    Step("bind", PARENT, _BIND,
         'bind(<listen_fd>, {sa_family=AF_INET, sin_port=htons(80), '
         'sin_addr=inet_addr("0.0.0.0")}, 16) = 0'),
    Step("listen", PARENT, "listen (3, 0)                             = 0",
         "listen(<listen_fd>, 0) = 0"),
)

# The parent, for each client.
LOOP = (
    Step("accept", PARENT, """\
accept (3, NULL, NULL)                    = 4

conn_fd = accept(listen_fd, ...);  // wait for a client""",
         "accept(<listen_fd>, NULL, NULL) = <conn_fd>"),
    Step("fork", PARENT, "pid = fork();          // create child process",
         "fork() = <child>"),
    Step("let go", PARENT, """\
Parent process (pid > 0):
Closes conn_fd (because the child will
handle it).""",
         "close(<conn_fd>) = 0"),
)

# The parent, whenever the child has exited.
REAP = Step("reap", PARENT, """\
When the child exits, the parent should
wait() or handle SIGCHLD to reap zombies.""",
            "wait() = <child>")

# The child.
SERVE = (
    Step("leave", CHILD, """\
Child process (pid == 0):
Closes listen_fd (child doesn't need to
accept new clients).""",
         "close(<listen_fd>) = 0"),
    Step("read request", CHILD, _READ,
         r'read(<conn_fd>, "GET / flag HTTP/1.0\r\n\r\n", 1) = 19'),
    Step("open", CHILD, 'open ("/flag", O_RDONLY)                  = 5',
         'open("/flag", O_RDONLY) = <file_fd>'),
    Step("read file", CHILD, 'read (5, "FLAG", 256)                     = 4',
         'read(<file_fd>, "FLAG", 256) = 4'),
    Step("write", CHILD, _WRITE,
         r'write(<conn_fd>, "HTTP/1.0 200 OK\r\n\r\nFLAG", 1) = 27'),
    Step("close", CHILD, _CLOSE, "close(<conn_fd>) = 0"),
    Step("exit", CHILD, "Calls exit() to terminate.", "exit(0) = ?"),
)

# The client, of which the document says that it makes connect in place of bind. What it
# writes is what the server reads, and the other way round.
ASK = (
    Step("client's socket", CLIENT, _SOCKET,
         "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = <conn_fd>"),
    Step("connect", CLIENT, _BIND,
         'connect(<conn_fd>, {sa_family=AF_INET, sin_port=htons(80), '
         'sin_addr=inet_addr("0.0.0.0")}, 16) = 0'),
    Step("ask", CLIENT, _READ, r'write(<conn_fd>, "GET / flag HTTP/1.0\r\n\r\n", 1) = 19'),
    Step("read response", CLIENT, _WRITE,
         r'read(<conn_fd>, "HTTP/1.0 200 OK\r\n\r\nFLAG", 1) = 27'),
    Step("hang up", CLIENT, _CLOSE, "close(<conn_fd>) = 0"),
)

STEPS = (*START, *LOOP, REAP, *SERVE, *ASK)
