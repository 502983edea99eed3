"""What is here, what is missing, and the command that mends it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sinosure.local import pango, postgres, valkey
from sinosure.local.paths import state_dir

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    name: str
    found: str
    remedy: str
    is_needed: bool = True

    @property
    def line(self) -> str:
        mark = "ok  " if self.found else ("MISS" if self.is_needed else "skip")
        return f"{mark}  {self.name:<28} {self.found or self.remedy}"


def doctor() -> int:
    """Print every check; status 1 when something needed is missing."""
    findings = [check() for check in CHECKS]
    for finding in findings:
        print(finding.line)
    return int(any(f.is_needed and not f.found for f in findings))


def find_chromium() -> str:
    """$CHROMIUM, PATH, then Playwright's cache; "" when there is none."""
    asked = os.environ.get("CHROMIUM")
    if asked:
        return asked if Path(asked).exists() else ""
    on_path = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), "")
    cached = sorted((Path.home() / ".cache" / "ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
    return on_path or (str(cached[-1]) if cached else "")


def _python() -> Finding:
    return Finding("Python 3.11+", sys.version.split()[0], "apt-get install python3 python3-venv")


def _database() -> Finding:
    if os.environ.get("DATABASE_URL"):
        return Finding("PostgreSQL", "DATABASE_URL", "")
    try:
        binaries = postgres.find_binaries()
    except RuntimeError as error:
        return Finding("PostgreSQL", "", str(error))
    return Finding("PostgreSQL", f"{binaries.major} in {binaries.folder}", "")


def _broker() -> Finding:
    try:
        return Finding("Valkey or Redis", os.environ.get("REDIS_URL") or str(valkey.find_server()), "")
    except RuntimeError as error:
        return Finding("Valkey or Redis", "", str(error))


def _letters() -> Finding:
    missing = [] if pango.library_path() else pango.missing_libraries()
    return Finding("Pango (PDF letters)", "" if missing else "found", pango.REMEDY)


def _browser() -> Finding:
    needed = os.environ.get("E2E") == "required"
    return Finding("Chromium (page tests)", find_chromium(), "apt-get install -y chromium fonts-noto-cjk", needed)


def _disk() -> Finding:
    folder = next(p for p in [state_dir(), *state_dir().parents] if p.exists())
    free = shutil.disk_usage(folder).free // 2**20
    return Finding(
        "Disk for data (≥ 500 MB)", f"{free:,} MB free at {folder}" if free >= 500 else "", "free some space"
    )


CHECKS: tuple[Callable[[], Finding], ...] = (_python, _database, _broker, _letters, _browser, _disk)
