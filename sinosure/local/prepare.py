"""One process for what a database needs before it is served: migrations, reference data, the quick part of the demo.

Each manage.py of its own would spend seconds on starting. Ends with 3 when the rest of the demo data is still to be written.
"""

from __future__ import annotations

import io
import sys

import django
from django.core.management import call_command, get_commands

from sinosure.local.paths import state_dir

MORE_TO_COME = 3


def main() -> int:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference", stdout=io.StringIO())
    call_command("load_academy", stdout=io.StringIO())
    if "--demo" not in sys.argv or "seed_demo" not in get_commands():
        return 0
    try:
        call_command("seed_demo", quick=True)
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        _write_accounts()
    return 0


def _write_accounts() -> None:
    """For the greeting of this start and of those that need not ask the database."""
    told = io.StringIO()
    call_command("demo_accounts", json=True, stdout=told)
    (state_dir() / "demo" / "accounts.json").write_text(told.getvalue())


if __name__ == "__main__":
    sys.exit(main())
