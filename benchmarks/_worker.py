"""Do the work of one uploaded file in a fresh process; prints seconds and peak memory in MB."""

from __future__ import annotations

import os
import sys
import time

import django

from benchmarks._memory import peak_memory


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinosure.settings")
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from declarations.tasks import import_file  # noqa: PLC0415

    settings.MEDIA_ROOT = os.environ["BENCH_MEDIA"]
    connection.ensure_connection()
    start = time.perf_counter()
    import_file(int(sys.argv[1]))
    print(time.perf_counter() - start, peak_memory())


main()
