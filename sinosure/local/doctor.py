"""What is here, what is missing, and the command that mends it. Standard library only: it runs before anything is installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sinosure.local import pango
from sinosure.local.accounts import database_account
from sinosure.local.binaries import find_postgres, find_valkey
from sinosure.local.paths import ROOT, socket_dir, state_dir

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER_REMEDY = "apt-get install -y chromium fonts-noto-cjk"


@dataclass(frozen=True)
class Finding:
    name: str
    found: str
    remedy: str
    is_needed: bool = True

    @property
    def line(self) -> str:
        mark = "ok  " if self.found else ("MISS" if self.is_needed else "skip")
        return f"{mark}  {self.name:<27} {self.found or self.remedy}"


def doctor() -> int:
    """Print every check; status 1 when something needed is missing."""
    findings = [check() for check in CHECKS]
    for finding in findings:
        print(finding.line)
    missing = [finding for finding in findings if finding.is_needed and not finding.found]
    print("\nMissing: " + ", ".join(f.name for f in missing) if missing else "\nReady: ./run")
    return int(bool(missing))


def find_chromium() -> str:
    """$CHROMIUM, PATH, then Playwright's cache; "" when there is none."""
    asked = os.environ.get("CHROMIUM")
    if asked:
        return asked if Path(asked).exists() else ""
    on_path = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), "")
    cached = sorted((Path.home() / ".cache" / "ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
    return on_path or (str(cached[-1]) if cached else "")


def _python() -> Finding:
    found = sys.version.split()[0] if sys.version_info >= (3, 11) else ""
    return Finding("Python 3.11+", found, "apt-get install -y python3 python3-venv")


def _environments() -> Finding:
    """venv without ensurepip is what Debian ships without python3-venv; uv can do without."""
    has_venv = (
        all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")) or (ROOT / ".venv/bin/pip").exists()
    )
    return Finding("venv", "found" if has_venv or shutil.which("uv") else "", "apt-get install -y python3-venv")


def _packages() -> Finding:
    stamp = ROOT / ".venv" / ".stamp"
    return Finding("Locked packages", "installed in .venv" if stamp.exists() else "", "./run setup installs them")


def _database() -> Finding:
    if os.environ.get("DATABASE_URL"):
        return Finding("PostgreSQL", "DATABASE_URL", "")
    try:
        binaries = find_postgres()
    except RuntimeError as error:
        return Finding("PostgreSQL", "", str(error))
    by = f", run by {binaries.account.name}" if binaries.account else ""
    return Finding("PostgreSQL", f"{binaries.major} in {binaries.folder}{by}", "")


def _trigrams() -> Finding:
    """The text search of buyers needs an extension that some distributions keep in a package of its own."""
    if os.environ.get("DATABASE_URL"):
        return Finding("pg_trgm, btree_gist", "asked of DATABASE_URL when migrating", "")
    try:
        folder = find_postgres().folder.parent
    except RuntimeError:
        return Finding("pg_trgm, btree_gist", "", "comes with PostgreSQL")
    found = all(any(folder.rglob(f"{name}.control")) or _in_debian(folder, name) for name in ("pg_trgm", "btree_gist"))
    return Finding("pg_trgm, btree_gist", "found" if found else "", "apt-get install -y postgresql-contrib")


def _in_debian(folder: Path, name: str) -> bool:
    return Path(f"/usr/share/postgresql/{folder.name}/extension/{name}.control").exists()


def _broker() -> Finding:
    try:
        return Finding("Valkey or Redis", os.environ.get("REDIS_URL") or str(find_valkey()), "")
    except RuntimeError as error:
        return Finding("Valkey or Redis", "", str(error))


def _letters() -> Finding:
    missing = [] if pango.library_path() else pango.missing_libraries()
    return Finding("Pango (PDF letters)", "" if missing else "found", pango.REMEDY)


def _fonts() -> Finding:
    found = "pylopdf-fonts-zh-cn" if importlib.util.find_spec("pylopdf_fonts_zh_cn") else ""
    return Finding("Chinese fonts (PDF letters)", found, "./run setup installs them")


def _browser() -> Finding:
    needed = os.environ.get("E2E") == "required"
    return Finding("Chromium (page tests)", find_chromium(), BROWSER_REMEDY, needed)


def _browser_fonts() -> Finding:
    needed = os.environ.get("E2E") == "required"
    lister = shutil.which("fc-list")
    listed = subprocess.run([lister, ":lang=zh"], capture_output=True, text=True, check=False).stdout if lister else ""
    return Finding("Chinese fonts (page tests)", "found" if listed else "", BROWSER_REMEDY, needed)


def _state() -> Finding:
    folder = next(p for p in [state_dir(), *state_dir().parents] if p.exists())
    free = shutil.disk_usage(folder).free // 2**20
    writable = os.access(folder, os.W_OK)
    found = f"{state_dir()}, {free:,} MB free" if writable and free >= 500 else ""
    return Finding("State folder, 500 MB", found, f"free space at {folder}, or set SINOSURE_STATE to a writable folder")


def _sockets() -> Finding:
    account = database_account()
    return Finding("Sockets", f"{socket_dir('main')}{f', owned by {account.name}' if account else ''}", "")


def _port() -> Finding:
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", 8000)) == 0
    return Finding("Port 8000", "taken, ./run takes the next free one" if taken else "free", "")


CHECKS: tuple[Callable[[], Finding], ...] = (
    _python, _environments, _packages, _database, _trigrams, _broker, _letters, _fonts, _browser, _browser_fonts, _state, _sockets, _port,
)  # fmt: skip

if __name__ == "__main__":
    sys.exit(doctor())
