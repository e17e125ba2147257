"""The proxies of deploy/ as they run here: with their configuration, but for what depends on the
machine; and what they count."""

import csv
import io
import os
import pathlib
import socket
from typing import Mapping, NamedTuple, Sequence

from tools.bench.servers import Kind, Place, RunningServer, Unusable

HAPROXY, NGINX = "HAProxy", "nginx"

PROGRAMS = {HAPROXY: "/usr/sbin/haproxy", NGINX: "/usr/sbin/nginx"}

# The servers of the configurations in deploy/.
_DEPLOYED = ("127.0.0.1:8081", "127.0.0.1:8082")
_BACKEND, _NAMES = "prongs", ("one", "two")

# Socket on which a proxy says what it has counted, in its directory.
_STATUS = "status"
_SECONDS = 10.0

# How HAProxy may try again what has failed.
NEVER = "none"
UNSENT = "of what was not sent"
UNANSWERED = "of what was not answered"

# What is left out of haproxy.cfg for that, or is put in its place.
_RETRIES: Mapping[str, Mapping[str, str]] = {
    NEVER: {"    retries 3\n": "    retries 0\n", "    option redispatch 1\n": "",
            "    retry-on conn-failure empty-response\n": ""},
    UNSENT: {"    retry-on conn-failure empty-response\n": ""},
    UNANSWERED: {},
}

# What the site is part of: all that nginx writes is in one directory.
_NGINX = """\
daemon off;
pid @DIRECTORY@/nginx.pid;
error_log stderr crit;
events {
    worker_connections 4096;
}
http {
    access_log @DIRECTORY@/access.log;
    client_body_temp_path @DIRECTORY@/body;
    proxy_temp_path @DIRECTORY@/proxy;
    fastcgi_temp_path @DIRECTORY@/fastcgi;
    uwsgi_temp_path @DIRECTORY@/uwsgi;
    scgi_temp_path @DIRECTORY@/scgi;
    server {
        listen unix:@DIRECTORY@/status;
        stub_status;
    }
@SITE@}
"""


class Counts(NamedTuple):
    """What a proxy has counted since its start."""
    responses: int
    down: bool | None = None  # no request is sent to the first server; None if that is not known
    retries: int | None = None  # of requests, at the same server or at another
    busy: int | None = None  # requests that the first server has


def is_installed(proxy: str) -> bool:
    return os.access(PROGRAMS[proxy], os.X_OK)


def haproxy(ports: Sequence[int], retries: str = UNANSWERED) -> Kind:
    """HAProxy in front of the servers on these ports."""
    return _kind(HAPROXY, "haproxy.cfg", ["haproxy", "-db", "-f"],
                 lambda text, place: haproxy_configuration(text, place, ports, retries))


def nginx(ports: Sequence[int]) -> Kind:
    """nginx in front of the servers on these ports."""
    return _kind(NGINX, "prong.conf", ["nginx", "-e", "stderr", "-c"],
                 lambda text, place: nginx_configuration(text, place, ports))


def haproxy_configuration(text: str, place: Place, ports: Sequence[int], retries: str) -> str:
    """haproxy.cfg as it runs at `place`, as whoever runs it."""
    return replaced(text, {
        "    user haproxy\n": "", "    group haproxy\n": "", "    chroot /var/lib/haproxy\n": "",
        "/run/haproxy/admin.sock": f"{place.directory}/{_STATUS}",
        "    bind :80\n": f"    bind 127.0.0.1:{place.port}\n",
        **_on_ports(ports), **_RETRIES[retries]})


def nginx_configuration(text: str, place: Place, ports: Sequence[int]) -> str:
    """nginx.conf with the site that prong.conf is."""
    site = replaced(text, {"    listen 80;\n": f"    listen 127.0.0.1:{place.port};\n",
                           **_on_ports(ports)})
    return _NGINX.replace("@DIRECTORY@", place.directory).replace("@SITE@", site)


def replaced(text: str, replacements: Mapping[str, str]) -> str:
    """`text` with each of these replaced, which must be in it once: else ValueError, as it is
    another text than this was written for."""
    for old, new in replacements.items():
        if text.count(old) != 1:
            raise ValueError(f"{old!r} is there {text.count(old)} times, and not once")
        text = text.replace(old, new)
    return text


def counts(proxy: str, server: RunningServer) -> Counts:
    """What the running proxy has counted up to now."""
    path = os.path.join(server.place.directory, _STATUS)
    if proxy == HAPROXY:
        return parse_haproxy(_ask(path, b"show stat\n").decode("ascii", "replace"))
    request = b"GET / HTTP/1.0\r\n\r\n"
    return parse_nginx(_ask(path, request).decode("ascii", "replace"))


def parse_haproxy(table: str) -> Counts:
    """Reads `show stat`, of HAProxy's management guide, 9.1."""
    rows = {row["svname"]: row for row in csv.DictReader(io.StringIO(table.removeprefix("# ")))}
    backend = rows["BACKEND"]
    return Counts(int(rows["FRONTEND"]["hrsp_2xx"]),
                  not rows[_NAMES[0]]["status"].startswith("UP"),
                  int(backend["wretr"]) + int(backend["wredis"]), int(rows[_NAMES[0]]["scur"]))


def parse_nginx(status: str) -> Counts:
    """Reads a page of ngx_http_stub_status_module."""
    lines = status.splitlines()
    header = next(n for n, line in enumerate(lines) if line.startswith("server accepts"))
    return Counts(int(lines[header + 1].split()[2]))


def set_state(server: RunningServer, state: str) -> None:
    """Has HAProxy send no more requests to its first server, by "drain", or again, by "ready"."""
    command = f"set server {_BACKEND}/{_NAMES[0]} state {state}\n"
    answer = _ask(os.path.join(server.place.directory, _STATUS), command.encode("ascii"))
    if answer.strip():
        raise Unusable(f"HAProxy does not take {command.strip()!r}: {answer!r}")


def _kind(proxy: str, name: str, command: Sequence[str], configure) -> Kind:
    def configured(place: Place) -> list[str]:
        text = pathlib.Path("deploy", proxy.lower(), name).read_text(encoding="ascii")
        path = os.path.join(place.directory, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(configure(text, place))
        return [*command, path]
    return Kind(PROGRAMS[proxy], configured)


def _on_ports(ports: Sequence[int]) -> dict[str, str]:
    return {deployed: f"127.0.0.1:{port}"
            for deployed, port in zip(_DEPLOYED, ports, strict=True)}


def _ask(path: str, question: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_SECONDS)
        client.connect(path)
        client.sendall(question)
        return b"".join(iter(lambda: client.recv(1 << 16), b""))
