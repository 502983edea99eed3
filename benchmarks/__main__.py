"""Run the benchmarks: `./run bench [--json] [--scale 1.0] [--write FILE] [name …]`. Ratios come from the same run as the figures."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import signal
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import django
from django.test.utils import override_settings

from benchmarks._report import as_markdown, as_text, machine_line, verdicts, write_into

PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def main() -> int:
    asked = _arguments()
    known = sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if not m.name.startswith("_"))
    unknown = set(asked.names) - set(known)
    if unknown:
        sys.stderr.write(f"unknown benchmark: {', '.join(sorted(unknown))}; there are {', '.join(known)}\n")
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinosure.settings")
    os.environ.setdefault("SINOSURE_LOG_LEVEL", "WARNING")
    django.setup()
    signal.signal(signal.SIGTERM, _stopped)
    report = {"machine": machine(asked.scale), "results": _results(asked.names or known, asked)}
    print(
        json.dumps(report, ensure_ascii=False, indent=1, default=str) if asked.json else machine_line(report["machine"])
    )
    if asked.write:
        write_into(Path(asked.write), as_markdown(report))
    return int(any("error" in result or not all(verdicts(result).values()) for result in report["results"]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 is the full size")
    parser.add_argument("--write", metavar="FILE", help="put the figures between the marks of this Markdown file")
    parser.add_argument("names", nargs="*")
    return parser.parse_args()


def _results(names: list[str], asked: argparse.Namespace) -> list[dict[str, Any]]:
    from benchmarks._database import drop_leftovers  # noqa: PLC0415  models need django.setup()

    drop_leftovers()
    found = []
    try:
        with tempfile.TemporaryDirectory() as media, override_settings(MEDIA_ROOT=media, STORAGES=PLAIN_FILES):
            for name in names:
                sys.stderr.write(f"— {name}\n")
                found.append(_result(name, asked.scale))
                if not asked.json:
                    print(as_text(found[-1]), flush=True)
    finally:
        drop_leftovers(mine=True)
    return found


def _result(name: str, scale: float) -> dict[str, Any]:
    """What the benchmark found; one that breaks does not take the others with it."""
    start = time.perf_counter()
    try:
        result: dict[str, Any] = importlib.import_module(f"benchmarks.{name}").run(scale)
    except Exception as error:
        traceback.print_exc()
        result = {"name": name, "error": f"{type(error).__name__}: {error}"}
    return {**result, "benchmark": name, "took_s": round(time.perf_counter() - start, 1)}


def _stopped(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)  # on the way out every database of this run is dropped


def machine(scale: float) -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "scale": scale,
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


if __name__ == "__main__":
    sys.exit(main())
