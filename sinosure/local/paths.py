"""Where the embedded servers keep their state: one folder per clone, sockets under 100 bytes. Standard library only."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LONGEST_SOCKET_FOLDER = 90  # a socket's path ends at 107 bytes
_SAFE = re.compile(r"[A-Za-z0-9/._-]+")  # what every client takes in a URL without quoting


def state_dir() -> Path:
    """SINOSURE_STATE, else `var/` in the clone; as root under /var/lib, where the database account can reach it."""
    asked = os.environ.get("SINOSURE_STATE")
    if asked:
        return Path(asked).resolve()
    return Path("/var/lib/export-cover") / _digest(ROOT) if os.geteuid() == 0 else ROOT / "var"


def log_dir() -> Path:
    return state_dir() / "log"


def socket_dir(name: str) -> Path:
    """A folder for Unix sockets; in the temporary folder when the state folder's path is too long or needs quoting."""
    inside = state_dir() / "run" / name
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER and _SAFE.fullmatch(str(inside)):
        return inside
    return Path("/tmp") / f"ec-{os.geteuid()}-{_digest(inside)}"  # noqa: S108  short on purpose, made with mode 0700


def database_url(database: str = "sinosure", *, cluster: str = "main") -> str:
    """The address of a database in an embedded cluster. The port is only part of the socket's name."""
    return f"postgres://postgres@{str(socket_dir(cluster)).replace('/', '%2F')}:5432/{database}"


def broker_url(name: str = "main") -> str:
    return f"unix://{socket_dir(name + '-broker')}/v.sock?db=0"


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
