"""Servers that never outlive their supervisor, are started again, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sinosure.local.children import Child, run
from sinosure.local.paths import ROOT

SLEEPER = [sys.executable, "-c", "import time; time.sleep(300)"]
SUPERVISOR = """
import os, sys
from pathlib import Path
from sinosure.local.children import Child
child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(300)"], dict(os.environ), Path(sys.argv[1]))
child.start()
print(child.process.pid, flush=True)
if "orphan" in sys.argv:
    os.kill(os.getpid(), 9)
child.wait()
"""


def within(seconds: float, claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_running(pid: int) -> bool:
    """A zombie, which only waits to be counted, does not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def child_of(tmp_path: Path, command: list[str], **options) -> Child:
    return Child("sleeper", command, dict(os.environ), tmp_path / "child.log", **options)


def test_a_child_ends_with_its_supervisor_even_when_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SUPERVISOR, str(tmp_path / "log"), "orphan"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert within(10, lambda: not is_running(int(done.stdout)))


def test_without_the_parent_death_signal_it_would_live_on() -> None:
    script = f"import subprocess, os; p = subprocess.Popen({SLEEPER!r}, stdout=-3); print(p.pid, flush=True); os.kill(os.getpid(), 9)"
    done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=False)
    pid = int(done.stdout)
    assert not within(0.5, lambda: not is_running(pid))
    os.kill(pid, signal.SIGKILL)


def test_one_that_ignores_the_request_is_killed_after_our_patience(tmp_path: Path) -> None:
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(300)"
    )
    log = tmp_path / "child.log"
    child = child_of(tmp_path, [sys.executable, "-c", script], patience=0.2, ready=lambda: "deaf" in log.read_text())
    child.start_and_wait()
    child.stop()
    assert child.status == -signal.SIGKILL


def test_what_a_killed_child_left_in_its_session_is_cleared(tmp_path: Path) -> None:
    script = f"import subprocess; p = subprocess.Popen({SLEEPER!r}); print(p.pid, flush=True); p.wait()"
    log = tmp_path / "child.log"
    child = child_of(tmp_path, [sys.executable, "-c", script], ready=lambda: log.read_text().endswith("\n"))
    child.start_and_wait()
    grandchild = int(log.read_text())
    child.process.kill()
    child.wait()
    assert is_running(grandchild)
    child.clear_session()
    assert within(5, lambda: not is_running(grandchild))


def test_one_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = child_of(tmp_path, [sys.executable, "-c", "raise SystemExit('no room left')"], ready=lambda: False)
    with pytest.raises(RuntimeError, match=r"ended at once \(status 1\):\s+no room left"):
        child.start_and_wait()


def test_one_that_never_answers_is_stopped_and_told(tmp_path: Path) -> None:
    child = child_of(tmp_path, SLEEPER, ready=lambda: False, start_seconds=0.2)
    with pytest.raises(RuntimeError, match="did not answer within"):
        child.start_and_wait()
    assert child.has_ended


def test_a_start_is_tried_again_while_a_predecessor_lingers(tmp_path: Path) -> None:
    marker = tmp_path / "second"
    script = f"import pathlib, sys, time; p = pathlib.Path({str(marker)!r}); p.exists() or (p.touch(), sys.exit(1)); time.sleep(300)"
    tried = []

    def ready() -> bool:
        return len(tried) == 2 and not child.has_ended

    child = child_of(tmp_path, [sys.executable, "-c", script], ready=ready, before=lambda: tried.append(1))
    child.start_and_wait(again_for=10)
    assert not child.has_ended
    child.stop()


def test_one_that_ends_for_the_third_time_within_a_minute_is_given_up(tmp_path: Path) -> None:
    child = child_of(tmp_path, SLEEPER)
    assert [child.may_start_again() for _ in range(3)] == [True, True, False]


def test_ends_long_ago_are_forgiven(tmp_path: Path) -> None:
    child = child_of(tmp_path, SLEEPER)
    child.ends = [time.monotonic() - 61, time.monotonic() - 61]
    assert child.may_start_again()


def test_a_grown_log_keeps_its_end(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    log.write_bytes(b"x" * (21 * 2**20) + b"last words")
    child = child_of(tmp_path, [sys.executable, "-c", "pass"])
    child.start()
    child.wait()
    assert log.stat().st_size == 2**20
    assert log.read_bytes().endswith(b"last words")


def test_a_command_gives_its_status(tmp_path: Path) -> None:
    assert run([sys.executable, "-c", "raise SystemExit(3)"], env=dict(os.environ)) == 3
