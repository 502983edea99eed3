"""Under which account servers run. PostgreSQL refuses root, so as root an existing unprivileged account does the work."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sinosure.local.paths import ROOT, state_dir

_READS_THE_CLONE = "import django, psycopg2, sinosure.local; open('manage.py').close()"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


def database_account() -> Account | None:
    """None when we are an ordinary user: then everything is ours. Whoever owns the state folder already, keeps it."""
    if os.geteuid() != 0:
        return None
    owner = state_dir().stat().st_uid if state_dir().exists() else 0
    names = [pwd.getpwuid(owner).pw_name] if owner and _is_known(owner) else ["postgres", "nobody"]
    for name in names:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_name, found.pw_uid, found.pw_gid)
    raise RuntimeError("no unprivileged account (postgres or nobody) exists to run the database")


def _is_known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


@cache
def web_account() -> Account | None:
    """The same account for web and worker where it can read the clone and its .venv; in root's private home they stay root."""
    account = database_account()
    if account is None:
        return None
    try:
        done = subprocess.run(
            [sys.executable, "-c", _READS_THE_CLONE], cwd=ROOT, capture_output=True, check=False, **as_account(account)
        )
    except OSError:
        return None
    return account if done.returncode == 0 else None


def as_account(account: Account | None) -> dict[str, Any]:
    """The arguments of subprocess that change the account."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def environment_of(account: Account | None, env: Mapping[str, str]) -> dict[str, str]:
    """Another account has no home of its own here and cannot write byte code into the clone."""
    if account is None:
        return dict(env)
    return {**env, "HOME": str(state_dir()), "PYTHONPYCACHEPREFIX": str(state_dir() / "pycache"), "USER": account.name}


def give(folder: Path, account: Account | None) -> None:
    """Make `folder`, private to its account; what a run under another account left in it is handed over."""
    folder.mkdir(parents=True, exist_ok=True)
    uid, gid = (account.uid, account.gid) if account else (os.geteuid(), os.getegid())
    if folder.stat().st_uid != uid:
        if os.geteuid() != 0:
            raise RuntimeError(f"{folder} belongs to somebody else; remove it or set SINOSURE_STATE to another folder")
        subprocess.run(["chown", "-R", f"{uid}:{gid}", str(folder)], check=True)
    folder.chmod(0o700)


def make_state_dir() -> None:
    """The state folder, owned by the account that works in it, with a passable way down."""
    folder = state_dir()
    account = database_account()
    folder.mkdir(parents=True, exist_ok=True)
    if account is None:
        return
    if folder.parent.name == "export-cover":
        folder.parent.chmod(0o711)
    os.chown(folder, account.uid, account.gid)
    folder.chmod(0o711)
    reach = subprocess.run(
        ["test", "-x", str(folder)], cwd="/", check=False, capture_output=True, **as_account(account)
    )
    if reach.returncode:
        raise RuntimeError(f"the account {account.name} cannot reach {folder}; set SINOSURE_STATE to a folder it can")
