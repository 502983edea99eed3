"""Child processes that never outlive us: parent-death signal, readiness, restart, orderly stop."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sinosure.local.accounts import Account, as_account, environment_of, web_account
from sinosure.local.paths import ROOT

_PR_SET_PDEATHSIG = 1
_RESTARTS, _WITHIN_SECONDS = 3, 60.0
_LOG_KEPT_BYTES = 20 * 2**20


def _always() -> bool:
    return True


def _nothing() -> None:
    return


@dataclass
class Child:
    """A server of ours. `stop_signal` asks it to end well; it gets the same when we die, however we die."""

    name: str
    command: Sequence[object]
    env: Mapping[str, str]
    log: Path
    account: Account | None = None
    ready: Callable[[], bool] = _always
    before: Callable[[], None] = _nothing
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 20.0
    start_seconds: float = 60.0
    pass_fds: tuple[int, ...] = ()
    is_kept_alive: bool = True
    process: subprocess.Popen[bytes] | None = None
    ends: list[float] = field(default_factory=list)

    @property
    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    @property
    def status(self) -> int | None:
        return self.process.poll() if self.process else None

    def start(self) -> None:
        """Start it in a session of its own, writing to its log."""
        self.before()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        _shorten(self.log)
        parent, stop_signal = os.getpid(), self.stop_signal
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(part) for part in self.command], env=environment_of(self.account, self.env), cwd=self._folder,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, pass_fds=self.pass_fds,
                preexec_fn=lambda: die_with(parent, stop_signal), **as_account(self.account),
            )  # fmt: skip

    @property
    def _folder(self) -> Path:
        """The clone; the root folder for an account that may not be able to enter it."""
        return ROOT if self.account in (None, web_account()) else Path("/")

    def start_and_wait(self, *, again_for: float = 0.0) -> None:
        """Start it and wait until it is ready. A killed predecessor may linger for a moment: try again for `again_for` seconds."""
        deadline = time.monotonic() + again_for
        while True:
            self.start()
            try:
                self.wait_until_ready()
                return
            except RuntimeError:
                self.stop()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)
            except BaseException:
                self.stop()
                raise

    def wait_until_ready(self) -> None:
        """Poll until ready. Raises RuntimeError with the end of the log when it ends or the time is over."""
        deadline = time.monotonic() + self.start_seconds
        while not self.ready():
            if self.has_ended:
                raise RuntimeError(f"{self.name} ended at once (status {self.status}):\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"{self.name} did not answer within {self.start_seconds:.0f} s:\n{self.last_words()}"
                )
            time.sleep(0.05)

    def wait(self) -> int:
        """Until it ends; its status."""
        return self.process.wait() if self.process else 0

    def may_start_again(self) -> bool:
        """Whether a server that ended by itself is worth another try: not when it ended for the third time within a minute."""
        now = time.monotonic()
        self.ends = [moment for moment in self.ends if now - moment < _WITHIN_SECONDS] + [now]
        return self.is_kept_alive and len(self.ends) < _RESTARTS

    def stop(self) -> None:
        """Ask, wait, then insist; what it left behind in its session ends with it."""
        if self.process is None:
            return
        if not self.has_ended:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.clear_session()

    def clear_session(self) -> None:
        """Kill what is left of an ended child's process group, e.g. the pool of a killed worker."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def last_words(self, lines: int = 12) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(f"    {line[:300]}" for line in text.splitlines()[-lines:])


def _shorten(log: Path) -> None:
    """Keep the last megabyte of a log that has grown large."""
    if not log.exists() or log.stat().st_size <= _LOG_KEPT_BYTES:
        return
    with log.open("rb") as file:
        file.seek(-(2**20), os.SEEK_END)
        tail = file.read()
    log.write_bytes(tail)


def die_with(parent: int, stop_signal: signal.Signals) -> None:
    """In the child before it becomes the server: signals it when the parent has gone (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(stop_signal))
    if os.getppid() != parent:
        os._exit(1)


def run(
    command: Sequence[object], *, env: Mapping[str, str], account: Account | None = None, quiet: bool = False
) -> int:
    """Run a command to its end in the clone, with our terminal; it does not outlive us either. Returns its status."""
    parent = os.getpid()
    process = subprocess.Popen(
        [str(part) for part in command], env=environment_of(account, env), cwd=ROOT,
        stdout=subprocess.DEVNULL if quiet else None, preexec_fn=lambda: die_with(parent, signal.SIGTERM),
        **as_account(account),
    )  # fmt: skip
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
