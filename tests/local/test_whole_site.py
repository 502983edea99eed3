"""./run from the first start to the last signal: killed servers come back, a killed supervisor leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from sinosure.local import paths
from sinosure.local.paths import ROOT

PATIENCE = 180  # a loaded machine; the promise of ten seconds is measured by hand
OURS = ("DATABASE_URL", "REDIS_URL", "PORT", "SINOSURE_")


@dataclass
class Site:
    """A supervisor that was started, and what it says."""

    process: subprocess.Popen[bytes]
    said: Path

    @property
    def address(self) -> str:
        found = re.search(r"Export Cover is at (\S+)", self.said.read_text())
        return found[1] if found else ""

    def answers(self) -> bool:
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                f"{self.address}/readyz", timeout=5
            ) as page:
                return page.status == 200
        except OSError:
            return False

    def descendants(self) -> dict[int, str]:
        """Their command lines by number."""
        parents = {pid: parent for pid in _numbers() if (parent := _parent(pid))}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return {pid: command for pid in found - {self.process.pid} if (command := _command(pid))}


def _numbers() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()[1])
    except OSError:
        return 0


def _command(pid: int) -> str:
    """ "" for a zombie and for one that has gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def eventually(claim: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A state folder of its own that the database account can reach, without demo data."""
    state = Path(tempfile.mkdtemp(prefix="cover-"))
    state.chmod(0o755)
    monkeypatch.setenv("SINOSURE_STATE", str(state))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    yield {**kept, "SINOSURE_STATE": str(state), "SINOSURE_DEMO": "false", "SINOSURE_COMPRESS": "false"}
    shutil.rmtree(state, ignore_errors=True)
    shutil.rmtree(paths.socket_dir("main"), ignore_errors=True)


@pytest.fixture
def start(env: dict[str, str]) -> Iterator[Callable[[], Site]]:
    started: list[Site] = []

    def begin() -> Site:
        said = Path(env["SINOSURE_STATE"]) / f"said-{len(started)}"
        with said.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "sinosure.local", "serve"], cwd=ROOT, env=env, stdout=output, stderr=output
            )
        site = Site(process, said)
        started.append(site)
        assert eventually(lambda: bool(site.address) or process.poll() is not None), said.read_text()
        assert site.answers(), said.read_text()
        return site

    yield begin
    for site in started:
        site.process.terminate()
        site.process.wait(60)


def _mark() -> None:
    with psycopg2.connect(paths.database_url()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE acknowledged (at timestamptz DEFAULT now()); INSERT INTO acknowledged DEFAULT VALUES"
        )


def _marks() -> int:
    with psycopg2.connect(paths.database_url()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM acknowledged")
        return int(cursor.fetchone()[0])


def test_killed_servers_come_back_and_a_killed_supervisor_leaves_nothing(start, env: dict[str, str]) -> None:
    site = start()
    _mark()

    for part in (" -m gunicorn ", "/postgres -D "):  # the web server, the database
        killed = min(pid for pid, command in site.descendants().items() if part in command)
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda killed=killed: not _command(killed))
        assert eventually(lambda: "was started again" in site.said.read_text())
        assert eventually(site.answers), site.said.read_text()
        site.said.write_text(f"Export Cover is at {site.address}\n")
    assert _marks() == 1

    joined = subprocess.run([sys.executable, "-m", "sinosure.local", "manage", "check"], cwd=ROOT, env=env, check=False)
    assert joined.returncode == 0, "manage.py uses the servers of the running site"
    assert site.answers()

    left = site.descendants()
    assert {"gunicorn", "celery", "postgres", "valkey"} <= {
        n for n in ("gunicorn", "celery", "postgres", "valkey") for c in left.values() if n in c
    }
    site.process.kill()
    assert eventually(lambda: not any(_command(pid) for pid in left)), {pid: _command(pid) for pid in left}

    site = start()
    assert _marks() == 1
    left = site.descendants()
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(PATIENCE) == 0
    assert not any(_command(pid) for pid in left)
    assert "Preparing" not in site.said.read_text(), "the second start repeats nothing"
