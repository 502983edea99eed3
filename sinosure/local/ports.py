"""Where the site listens: the asked port, or the first free one."""

from __future__ import annotations

import os
import socket
import sys

FIRST, LAST = 8000, 8099
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  only when asked for by --host


def listening_socket(host: str, asked: int | None) -> socket.socket:
    """A listening socket; handed to the web server, so that nobody can take the port in between. Raises RuntimeError."""
    if asked is not None:
        return _listen(host, asked)
    for port in range(FIRST, LAST + 1):
        try:
            return _listen(host, port)
        except RuntimeError:
            sys.stderr.write(f"Port {port} is taken, trying the next one.\n")
    raise RuntimeError(f"no port from {FIRST} to {LAST} is free; name one with --port")


def _listen(host: str, port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(128)
    except (OSError, OverflowError) as error:
        found.close()
        raise RuntimeError(f"port {port} on {host} cannot be used: {error}; name another with --port") from error
    return found


def address_of(listening: socket.socket) -> str:
    """The address to open on this machine."""
    host, port = listening.getsockname()[:2]
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def allowed_hosts(listening: socket.socket) -> str:
    """Names under which the site may be asked for: this machine's when it listens beyond the loopback."""
    host = str(listening.getsockname()[0])
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host in _EVERYWHERE:
        names += [socket.gethostname(), socket.getfqdn(), *_own_addresses()]
    elif host not in names:
        names.append(f"[{host}]" if ":" in host else host)
    return ",".join(dict.fromkeys(names))


def _own_addresses() -> list[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, proto=socket.IPPROTO_TCP)
    except OSError:
        return []
    return [str(entry[4][0]) for entry in found if entry[0] == socket.AF_INET]


def asked_port(text: str | None) -> int | None:
    """From --port, else from $PORT."""
    text = text or os.environ.get("PORT") or None
    if text is None:
        return None
    if not text.isdecimal() or int(text) > 65535:
        raise RuntimeError(f"not a port: {text}")
    return int(text)
