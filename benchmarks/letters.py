"""A letter as PDF: the approval of a credit limit, in Chinese with Latin names, from its frozen context to the bytes."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from benchmarks._database import database_url, own_database
from sinosure.documents.models import Document
from tests.factories.limits import a_limit

LETTERS = 30


def run(scale: float) -> dict[str, Any]:
    with own_database("letters"):
        a_limit()
        found = _printed(Document.objects.latest("pk"), max(3, int(LETTERS * scale)))
    return {
        "name": "one letter as PDF",
        "figures": {
            "first of the process, ms": round(found["first"]), "median, ms": round(statistics.median(found["times"]), 1),
            "slowest, ms": round(max(found["times"]), 1), "size, KiB": round(max(found["sizes"]) / 1024, 1),
            "process, MB": round(found["memory"]),
        },
        "goals": {"median, ms": ("<=", 120), "size, KiB": ("<=", 150)},
    }  # fmt: skip


def _printed(document: Document, count: int) -> dict[str, Any]:
    """By a worker of its own: what the benchmarks before left in this process would count as the letter's."""
    env = {**os.environ, "DATABASE_URL": database_url(), "SINOSURE_STATE": str(settings.STATE_DIR)}
    command = [sys.executable, "-m", "benchmarks._printer", str(document.pk), str(count)]
    done = subprocess.run(
        command, env=env, cwd=Path(__file__).resolve().parents[1], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
