"""WeasyPrint draws text with Pango from the system: find it, or fetch it, or say what to type."""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from sinosure.local.paths import state_dir

LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
REMEDY = f"apt-get install -y {' '.join(PACKAGES)}"


def missing_libraries() -> list[str]:
    return [name for name in LIBRARIES if not _loads(name)]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def library_path() -> dict[str, str]:
    """LD_LIBRARY_PATH for child processes, when the libraries were unpacked into the state folder."""
    folder = state_dir() / "libs" / "usr" / "lib" / f"{platform.machine()}-linux-gnu"
    if not folder.is_dir():
        return {}
    return {"LD_LIBRARY_PATH": os.pathsep.join(filter(None, [str(folder), os.environ.get("LD_LIBRARY_PATH")]))}


def ensure() -> None:
    """Install or unpack Pango when it is missing and that is possible; otherwise say so and go on without PDF."""
    if not missing_libraries() or library_path():
        return
    if not (_install() or _unpack()):
        sys.stderr.write(f"Letters cannot be made as PDF yet: Pango is missing. As root: {REMEDY}\n")


def _install() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
    if subprocess.run(command, env=environment, **quiet).returncode:  # type: ignore[call-overload]
        subprocess.run(["apt-get", "update"], env=environment, **quiet)  # type: ignore[call-overload]
        subprocess.run(command, env=environment, **quiet)  # type: ignore[call-overload]
    return not missing_libraries()


def _unpack() -> bool:
    """Without root: download the packages and everything they need, unpack them beside the data."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return False
    folder = state_dir() / "libs"
    (folder / "deb").mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", *_closure()], cwd=folder / "deb", capture_output=True, check=False)
    for package in (folder / "deb").glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], capture_output=True, check=False)
    return bool(library_path())


def _closure() -> list[str]:
    """The packages with those of their dependencies that are not installed."""
    shown = subprocess.run(
        ["apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks",
         "--no-replaces", "--no-enhances", *PACKAGES],
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    names = {line for line in shown.splitlines() if line and not line.startswith((" ", "<"))}
    return sorted(name for name in names if name not in PACKAGES and not _installed(name)) + list(PACKAGES)


def _installed(name: str) -> bool:
    return Path(f"/var/lib/dpkg/info/{name}.list").exists() or any(Path("/var/lib/dpkg/info").glob(f"{name}:*.list"))
