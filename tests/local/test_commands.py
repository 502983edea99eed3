"""./run as typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from sinosure.local.paths import ROOT

NOTHING = {"DATABASE_URL": "", "REDIS_URL": "", "PATH": "/nonexistent", "CHROMIUM": "/nonexistent", "E2E": ""}


def _run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, **env})


def test_help_names_every_command() -> None:
    done = _run("./run", "help")
    assert done.returncode == 0
    commands = ["serve", "setup", "test", "lint", "bench", "doctor", "manage", "help"]
    assert all(re.search(rf"^\./run \[?{command}", done.stdout, re.MULTILINE) for command in commands)


def test_an_unknown_command_fails_and_shows_the_help() -> None:
    done = _run("./run", "serv")
    assert done.returncode == 1
    assert "unknown command: serv" in done.stderr
    assert "./run test" in done.stderr


def test_the_doctor_runs_before_anything_is_installed_and_names_the_remedy() -> None:
    done = _run(sys.executable, "-S", "-m", "sinosure.local.doctor", **NOTHING)
    assert done.returncode == 1
    assert re.search(r"^MISS +Valkey or Redis +.*\./run setup", done.stdout, re.MULTILINE)
    assert re.search(r"^skip +Chromium.* apt-get install -y chromium fonts-noto-cjk", done.stdout, re.MULTILINE)


def test_a_required_browser_that_is_missing_is_a_failure_for_the_doctor() -> None:
    done = _run(sys.executable, "-m", "sinosure.local.doctor", E2E="required", CHROMIUM="/nonexistent")
    assert re.search(r"^MISS +Chromium", done.stdout, re.MULTILINE)
    assert done.returncode == 1


def test_the_lock_pins_every_package_with_hashes_and_names_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text()
    packages = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all(re.match(r"[a-z0-9.-]+==\S+", package) and "--hash=sha256:" in package for package in packages)
    assert "://" not in text
