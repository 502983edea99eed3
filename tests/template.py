"""One migrated database with the reference data. Every worker's own is a copy of it, and the next run finds it again."""

from __future__ import annotations

import fcntl
import hashlib
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from sinosure.local.files import code, digest_of
from sinosure.local.paths import ROOT, state_dir
from sinosure.reference.seed.load import load_reference

_MADE_FROM = re.compile(r".*/migrations/.*|sinosure/reference/.*|requirements\.lock")


def template() -> str:
    """The name of the database to copy; the first who asks makes it, and the others wait."""
    clone = hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]
    name = f"template_{clone}_{digest_of(_sources())[:12]}"
    state_dir().mkdir(parents=True, exist_ok=True)
    with (state_dir() / "template.lock").open("w") as file, connection._nodb_cursor() as cursor:
        fcntl.flock(file, fcntl.LOCK_EX)
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"template\\_{clone}\\_%"])
        there = {found for (found,) in cursor.fetchall()}
        if name not in there:
            _make(cursor, name, there)
    return name


def _sources() -> list[Path]:
    return [path for path in code() if _MADE_FROM.fullmatch(path.relative_to(ROOT).as_posix())]


def _make(cursor: Any, name: str, outdated: set[str]) -> None:
    """Beside its place and then renamed, so that a run that was killed leaves no half of one."""
    for other in outdated:
        cursor.execute(f'DROP DATABASE IF EXISTS "{other}" WITH (FORCE)')
    before, tests = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    wanted, tests["NAME"] = tests["NAME"], f"{name}_new"
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        load_reference()
    finally:
        connection.close()
        tests["NAME"] = wanted
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before
    cursor.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
