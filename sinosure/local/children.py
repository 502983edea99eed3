"""Child processes that never outlive us: parent-death signal, readiness, orderly stop."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A server we started; `stop_signal` asks it to end well."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 20.0

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> None:
        """Ask, wait, then insist."""
        if self.has_ended:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(
    name: str, command: Sequence[object], *, env: Mapping[str, str], log: Path, user: int | None = None,
    stop_signal: signal.Signals = signal.SIGTERM, patience: float = 20.0,
) -> Child:  # fmt: skip
    """Start a server in its own session, writing to `log`; it gets `stop_signal` when we die, however we die."""
    log.parent.mkdir(parents=True, exist_ok=True)
    parent = os.getpid()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command], env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            user=user, group=user, extra_groups=[] if user is not None else None, start_new_session=True,
            cwd=Path(__file__).resolve().parents[2] if user is None else "/",
            preexec_fn=lambda: _die_with(parent, stop_signal),
        )  # fmt: skip
    return Child(name, process, stop_signal, patience)


def _die_with(parent: int, stop_signal: signal.Signals) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(stop_signal))
    if os.getppid() != parent:
        os._exit(1)


def wait_until(ready: Callable[[], bool], *, child: Child | None = None, seconds: float = 30.0, what: str) -> None:
    """Poll until `ready`; raises RuntimeError when the child ends or the time is over."""
    deadline = time.monotonic() + seconds
    while not ready():
        if child is not None and child.has_ended:
            raise RuntimeError(f"{what} ended at once (status {child.process.returncode})")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not answer within {seconds:.0f} s")
        time.sleep(0.05)
