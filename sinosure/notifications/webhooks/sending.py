"""One call: to the address that was checked, no redirects, no proxy, ten seconds for everything."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sinosure.notifications.webhooks.addresses import Target

CONNECT_S, WHOLE_S = 5, 10


class CallFailed(OSError):
    """The other side did not take it; the text is for its owner."""


def post(target: Target, body: bytes, headers: dict[str, str]) -> int:
    """The 2xx status. Raises OSError; what the answer says is not read."""
    with _connected(target) as line:
        try:
            status = _ask(line, target, body, headers)
        except http.client.HTTPException as error:
            raise CallFailed(f"no proper answer: {type(error).__name__}") from error
    if 300 <= status < 400:
        raise CallFailed(f"answered {status}: redirects are not followed")
    if not 200 <= status < 300:
        raise CallFailed(f"answered {status}")
    return status


def _ask(line: socket.socket, target: Target, body: bytes, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = line
    host = target.host if target.port in (80, 443) else f"{target.host}:{target.port}"
    plain = {"host": host, "content-type": "application/json", "user-agent": "export-cover-webhooks/1"}
    connection.request("POST", target.path, body, {**plain, **headers})
    return connection.getresponse().status


@contextmanager
def _connected(target: Target) -> Iterator[socket.socket]:
    """A line that is cut when the time is over, however slowly the other side drips."""
    line = socket.create_connection((target.ip, target.port), timeout=CONNECT_S)
    if target.scheme == "https":
        context = ssl.create_default_context()
        line = context.wrap_socket(line, server_hostname=target.host, do_handshake_on_connect=False)
    watch = threading.Timer(WHOLE_S, _cut, [line])
    watch.daemon = True
    watch.start()
    try:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        yield line
    finally:
        watch.cancel()
        line.close()


def _cut(line: socket.socket) -> None:
    """Below the encryption, which another thread is using."""
    try:
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        return
