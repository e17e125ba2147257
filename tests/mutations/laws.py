"""The laws of processes and descriptors: what the guarantees of SECURITY.md about them mean, to
the last number.
"""

from typing import NamedTuple


class Law(NamedTuple):
    """What a law says, and what of its tests has no mutation here."""
    title: str
    says: str
    elsewhere: str = ""


# By what follows "Law:" in a patch.
LAWS = {
    "1": Law("Authority", """\
A child that serves has open, whatever it is doing: standard input, output and error, of which the
first two are `/dev/null`; its connection; the document root; the log, if that is a file; and the
file that it sends. No listening socket, no connection of another, nothing that the server was
started with."""),
    "2": Law("No zombies", """\
After any load, and within a second of the last close, the parent has no child and no zombie."""),
    "3": Law("No leaks", """\
However many connections were served, refused or reset, the parent has those descriptors open that
it had before."""),
    "4": Law("Lifetime", """\
SIGTERM and SIGINT let each connection come to its end, for no longer than `--drain_timeout`; a
second one kills them. No child outlives a parent that was killed, nor one that died while it
forked."""),
    "5": Law("Exhaustion", """\
When accept or fork fails for want of descriptors, memory or processes, the parent survives, waits
100 ms before it tries again, and says so once in ten seconds. Clients wait, or get 503 where there
is no process for them; they are served again when the shortage ends."""),
    "6": Law("Faults", """\
Whatever error of its manual page a system call fails with: no crash, no hang, no leak, and no wrong
byte sent as if it were right.""", """\
`//tests/faults:matrix_test`; [faults.md](faults.md) is the matrix of its cases, each a fault that is
planted in the running server."""),
    "7": Law("Ownership", """\
With `--config=fdsan`, a descriptor is closed by its owner, once, is not used after that, and no
child begins or ends with one too many: else the process aborts with the stacks of both sites.""", """\
`//tools/fdsan:fdsan_test` and `//tests:fdsan_test`; they plant the violations themselves."""),
    "time": Law("Time", """\
Deadlines are points of the monotonic clock: no byte extends one. A request that has not arrived by
its deadline is 408. A client that takes less than `--min_send_rate` on average, once it keeps the
server waiting, is cut; one that takes as much never is."""),
    "limits": Law("Limits", """\
There are never more children than `--max_connections`, nor more for one client than
`--max_connections_per_client`; what is beyond is answered 503, and no connection that has ended
counts."""),
    "memory": Law("Memory", """\
No decision and no byte that is sent depends on memory that nobody has written, and no child leaks:
what `--config=valgrind` watches."""),
}
