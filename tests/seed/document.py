"""The calls of the document that prong began with, docs/seed.md, in its order.

A call is written as strace(1) prints it, with NAME in angle brackets for what another
call needs again: `<listen_fd>` is 3 in the document, `<conn_fd>` 4 and `<file_fd>` 5.
Plain data: what holds a trace against it is contract.py, what a program does otherwise
and why is deviations.py.
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
    call: str  # as the document has it


# The parent, once.
START = (
    Step("socket", PARENT, "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = <listen_fd>"),
    Step("bind", PARENT, 'bind(<listen_fd>, {sa_family=AF_INET, sin_port=htons(80), '
                         'sin_addr=inet_addr("0.0.0.0")}, 16) = 0'),
    Step("listen", PARENT, "listen(<listen_fd>, 0) = 0"),
)

# The parent, for each client: "closes conn_fd (because the child will handle it)" and
# "continues the loop".
LOOP = (
    Step("accept", PARENT, "accept(<listen_fd>, NULL, NULL) = <conn_fd>"),
    Step("fork", PARENT, "fork() = <child>"),
    Step("let go", PARENT, "close(<conn_fd>) = 0"),
)

# The parent, whenever the child has exited: "should wait() or handle SIGCHLD".
REAP = Step("reap", PARENT, "wait() = <child>")

# The child.
SERVE = (
    Step("leave", CHILD, "close(<listen_fd>) = 0"),
    Step("read request", CHILD, r'read(<conn_fd>, "GET / flag HTTP/1.0\r\n\r\n", 1) = 19'),
    Step("open", CHILD, 'open("/flag", O_RDONLY) = <file_fd>'),
    Step("read file", CHILD, 'read(<file_fd>, "FLAG", 256) = 4'),
    Step("write", CHILD, r'write(<conn_fd>, "HTTP/1.0 200 OK\r\n\r\nFLAG", 1) = 27'),
    Step("close", CHILD, "close(<conn_fd>) = 0"),
    Step("exit", CHILD, "exit(0) = ?"),
)

# The client, of which the document says that it makes connect in place of bind. What it
# writes is what the server reads, and the other way round.
ASK = (
    Step("client's socket", CLIENT, "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = <conn_fd>"),
    Step("connect", CLIENT, 'connect(<conn_fd>, {sa_family=AF_INET, sin_port=htons(80), '
                            'sin_addr=inet_addr("0.0.0.0")}, 16) = 0'),
    Step("ask", CLIENT, r'write(<conn_fd>, "GET / flag HTTP/1.0\r\n\r\n", 1) = 19'),
    Step("read response", CLIENT, r'read(<conn_fd>, "HTTP/1.0 200 OK\r\n\r\nFLAG", 1) = 27'),
    Step("hang up", CLIENT, "close(<conn_fd>) = 0"),
)

STEPS = (*START, *LOOP, REAP, *SERVE, *ASK)
