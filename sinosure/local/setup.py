"""What must be ready before anything is served: services, migrations, translations, static files, reference data."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sinosure.local import pango
from sinosure.local.children import Child
from sinosure.local.paths import ROOT, state_dir
from sinosure.local.postgres import Cluster, ensure_database, start_cluster
from sinosure.local.valkey import start_broker


@dataclass
class Services:
    """The servers we started and the environment with which everything else runs."""

    env: dict[str, str]
    children: list[Child] = field(default_factory=list)
    cluster: Cluster | None = None

    def stop(self) -> None:
        for child in reversed(self.children):
            child.stop()

    def manage(self, *arguments: str, check: bool = True, quiet: bool = False) -> int:
        """Run manage.py with our services."""
        output = subprocess.DEVNULL if quiet else None
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.env, cwd=ROOT, check=False, stdout=output)
        if check and done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]} failed with status {done.returncode}")
        return done.returncode


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold the lock of this state folder, or tell who has it. A killed predecessor needs a moment to let go."""
    state_dir().mkdir(parents=True, exist_ok=True)
    with (state_dir() / f"{name}.lock").open("a+") as lock:
        _take(lock.fileno(), name)
        lock.truncate(0)
        yield


def _take(descriptor: int, name: str) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"“{name}” is already running from this folder; stop it or set SINOSURE_STATE"
                ) from None
            time.sleep(0.3)


def start_services(name: str, *, throwaway: bool = False, database: str = "sinosure") -> Services:
    """The embedded servers, or those that DATABASE_URL and REDIS_URL name."""
    pango.ensure()
    env = {
        **os.environ,
        "SINOSURE_STATE": str(state_dir()),
        "DJANGO_SETTINGS_MODULE": "sinosure.settings",
        **pango.library_path(),
    }
    env.setdefault("PYTHONPATH", str(ROOT))
    services = Services(env)
    try:
        if not env.get("DATABASE_URL"):
            _embedded_database(services, name, throwaway, database)
        if not env.get("REDIS_URL"):
            broker = start_broker(name, env)
            services.children += [broker.child] if broker.child else []
            env["REDIS_URL"] = broker.url
    except BaseException:
        services.stop()
        raise
    return services


def _embedded_database(services: Services, name: str, throwaway: bool, database: str) -> None:
    cluster = start_cluster(name, services.env, throwaway=throwaway)
    services.cluster = cluster
    services.children += [cluster.child] if cluster.child else []
    ensure_database(cluster, database)
    services.env["DATABASE_URL"] = cluster.url(database)


def prepare(services: Services) -> None:
    """Migrate, compile translations, collect static files: each only when its inputs changed."""
    stamped(
        "translations", ["**/locale/*/LC_MESSAGES/*.po"], lambda: services.manage("compile_translations", quiet=True)
    )
    stamped("static", ["static/**/*", "sinosure/ui/static/**/*", "requirements.lock"],
            lambda: services.manage("collectstatic", "--noinput", "--clear", quiet=True))  # fmt: skip
    services.manage("migrate", "--noinput", quiet=True)
    services.manage("load_reference", quiet=True)


def stamped(name: str, patterns: list[str], build: object) -> None:
    """Run `build` when the content of the files changed since it last succeeded."""
    digest = hashlib.sha256(str(state_dir()).encode())
    for path in sorted({path for pattern in patterns for path in _matching(pattern)}):
        digest.update(path.as_posix().encode() + path.read_bytes())
    stamp = state_dir() / f"{name}.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say(f"Preparing {name} …")
    build()  # type: ignore[operator]
    stamp.write_text(digest.hexdigest())


def _matching(pattern: str) -> list[Path]:
    tops = [ROOT / top for top in os.listdir(ROOT) if not top.startswith(".") and top != "var"]
    if pattern.startswith("**/"):
        return [path for top in tops if top.is_dir() for path in top.glob(pattern) if path.is_file()]
    return [path for path in ROOT.glob(pattern) if path.is_file()]
