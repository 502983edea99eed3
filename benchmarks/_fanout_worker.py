"""A worker that brings alarms to their followers in a process of its own, and stops inside its third page until killed."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinosure.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415

    from credit_info.alarms import fan_out  # noqa: PLC0415

    pages, tell = 0, fan_out._tell

    def told(*given: Any) -> None:
        nonlocal pages
        pages += 1
        tell(*given)
        if pages == 3:
            print("in the middle", flush=True)
            sys.stdin.read()

    fan_out._tell = told
    connection.ensure_connection()
    print(time.time(), flush=True)
    fan_out.fan_out(int(sys.argv[1]))


if __name__ == "__main__":
    main()
