"""What must be ready before anything is served: servers, translations, static files, migrations, reference and demo data."""

from __future__ import annotations

import fcntl
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sinosure.local import files, pango
from sinosure.local.accounts import Account, give, make_state_dir, web_account
from sinosure.local.children import Child, run
from sinosure.local.files import code, digest_of
from sinosure.local.paths import ROOT, broker_url, database_url, state_dir
from sinosure.local.postgres import Cluster, ensure_database, read_note, start_cluster, write_note
from sinosure.local.valkey import start_broker

WORKING_FOLDERS = ("media", "outbox", "fonts", "static", "pycache", "beat", "demo")


@dataclass
class Services:
    """The servers that we started and the environment with which everything else runs."""

    env: dict[str, str]
    account: Account | None = None
    children: list[Child] = field(default_factory=list)
    cluster: Cluster | None = None

    def stop(self) -> None:
        for child in reversed(self.children):
            child.stop()

    def manage(self, *arguments: str, check: bool = True, quiet: bool = False, account: Account | None = None) -> int:
        """Run manage.py with our services."""
        command = [sys.executable, ROOT / "manage.py", *arguments]
        status = run(command, env=self.env, account=account, quiet=quiet)
        if check and status:
            raise RuntimeError(f"manage.py {arguments[0]} failed with status {status}")
        return status


def say(text: str) -> None:
    with suppress(BrokenPipeError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold the lock of this state folder, or tell who has it. A killed predecessor needs a moment to let go."""
    with lock(name, patience=10.0) as is_ours:
        if not is_ours:
            raise RuntimeError(f"“{name}” is already running from this folder; stop it or set SINOSURE_STATE")
        yield


@contextmanager
def lock(name: str, *, patience: float) -> Iterator[bool]:
    """True when the lock of this state folder is ours until the end."""
    make_state_dir()
    with (state_dir() / f"{name}.lock").open("a+") as file:
        yield _take(file.fileno(), patience)


def _take(descriptor: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)


def start_services(name: str, *, throwaway: bool = False, database: str = "sinosure") -> Services:
    """The embedded servers, or those that DATABASE_URL and REDIS_URL name. `throwaway` for tests: as whoever runs them."""
    make_state_dir()
    pango.ensure()
    services = Services(environment(), None if throwaway else web_account())
    try:
        if not services.env.get("DATABASE_URL"):
            _embedded_database(services, name, throwaway, database)
        if not services.env.get("REDIS_URL"):
            _embedded_broker(services, name)
    except BaseException:
        services.stop()
        raise
    return services


def join_services(name: str, *, seconds: float = 60.0) -> Services:
    """Those of a running `./run`, which may still be starting."""
    services = Services(environment(), web_account(), cluster=None)
    deadline = time.monotonic() + seconds
    while not services.env.get("DATABASE_URL") and not Cluster(name).answers():
        if time.monotonic() > deadline:
            raise RuntimeError("the running ./run does not answer yet; try again")
        time.sleep(0.3)
    services.env.setdefault("DATABASE_URL", database_url(cluster=name))
    services.env.setdefault("REDIS_URL", broker_url(name))
    use_secret(services)
    return services


def environment() -> dict[str, str]:
    """Ours, without what would lead libpq elsewhere."""
    if not os.environ.get("DATABASE_URL"):
        for key in [key for key in os.environ if key.startswith("PG")]:
            del os.environ[key]
    ours = {"SINOSURE_STATE": str(state_dir()), "DJANGO_SETTINGS_MODULE": "sinosure.settings", "PYTHONUTF8": "1"}
    return {**os.environ, **ours, **pango.library_path()}


def _embedded_database(services: Services, name: str, throwaway: bool, database: str) -> None:
    cluster = start_cluster(name, services.env, throwaway=throwaway)
    services.cluster = cluster
    services.children += [cluster.child] if cluster.child else []
    ensure_database(cluster, database)
    services.env["DATABASE_URL"] = cluster.url(database)


def _embedded_broker(services: Services, name: str) -> None:
    broker = start_broker(name, services.env)
    services.children += [broker.child] if broker.child else []
    services.env["REDIS_URL"] = broker.url


def make_working_folders(services: Services) -> None:
    for name in WORKING_FOLDERS:
        give(state_dir() / name, services.account)


def use_secret(services: Services) -> None:
    """A secret of this site's own instead of the published one."""
    secret = state_dir() / "secret"
    if not secret.exists():
        secret.touch(0o600)
        secret.write_text(secrets.token_urlsafe(50))
    services.env.setdefault("SINOSURE_SECRET_KEY", secret.read_text())


def prepare(services: Services) -> bool:
    """Translations, static files, migrations, reference data and the quick part of the demo, each when something changed.

    True when the rest of the demo data is still to be written.
    """
    make_working_folders(services)
    use_secret(services)
    files.translations(services.env)
    finish_static = files.begin_static(services.env, services.account, services.children)
    has_more = _prepare_database(services)
    finish_static()
    return has_more


def _prepare_database(services: Services) -> bool:
    digest = _prepared_with(services)
    note = read_note(services.env["DATABASE_URL"]) if services.cluster else ""
    if note == f"prepared {digest} complete":
        return False
    if note != f"prepared {digest} demo":
        say("Preparing the database …")
        command = [sys.executable, "-m", "sinosure.local.prepare", *(["--demo"] if wants_demo(services) else [])]
        status = run(command, env=services.env, account=services.account)
        if status not in (0, 3):
            raise RuntimeError("the database could not be prepared")
        note = f"prepared {digest} {'demo' if status == 3 else 'complete'}"
        _remember(services, note)
    return note.endswith("demo")


def wants_demo(services: Services) -> bool:
    return services.env.get("SINOSURE_DEMO", "true").lower() in {"1", "true", "yes", "on"}


def demo_is_complete(services: Services) -> None:
    """The rest of the demo data is written: the next start need not ask."""
    _remember(services, f"prepared {_prepared_with(services)} complete")


def _remember(services: Services, note: str) -> None:
    if services.cluster:
        write_note(services.env["DATABASE_URL"], note)


def _prepared_with(services: Services) -> str:
    return digest_of(code()) + ("+demo" if wants_demo(services) else "")
