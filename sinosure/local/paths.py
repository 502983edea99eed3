"""Where the embedded servers keep their state: one folder per clone, sockets under 100 bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LONGEST_SOCKET = 90


def state_dir() -> Path:
    """SINOSURE_STATE, else `var/` in the clone; as root under /var/lib, where the database account can reach it."""
    asked = os.environ.get("SINOSURE_STATE")
    if asked:
        return Path(asked).resolve()
    return Path("/var/lib/export-cover") / _clone_id() if os.geteuid() == 0 else ROOT / "var"


def _clone_id() -> str:
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]


def socket_dir(name: str) -> Path:
    """A folder for Unix sockets; in the temporary folder when the state folder's path is too long."""
    inside = state_dir() / "run" / name
    if len(str(inside)) <= _LONGEST_SOCKET:
        return inside
    digest = hashlib.sha256(str(inside).encode()).hexdigest()[:10]
    return Path("/tmp") / f"ec-{os.geteuid()}-{digest}"  # noqa: S108  short on purpose, made with mode 0700
