"""A letter as PDF: the approval of a credit limit, in Chinese with Latin names, from its frozen context to the bytes."""

from __future__ import annotations

import resource
import statistics
import time
from typing import Any

from benchmarks._database import own_database
from sinosure.documents.kinds import KINDS
from sinosure.documents.models import Document
from sinosure.documents.rendering import render_pdf
from sinosure.documents.services import _letter_context
from tests.factories.limits import a_limit

LETTERS = 30


def run(scale: float) -> dict[str, Any]:
    with own_database("letters"):
        a_limit()
        document = Document.objects.latest("pk")
        first, _ = _print(document)  # fonts and stylesheet are read once a process
        times, sizes = zip(*[_print(document) for _ in range(max(3, int(LETTERS * scale)))], strict=True)
    return {
        "name": "one letter as PDF",
        "figures": {
            "first of the process, ms": round(first), "median, ms": round(statistics.median(times), 1),
            "slowest, ms": round(max(times), 1), "size, KiB": round(max(sizes) / 1024, 1),
            "process, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        },
        "goals": {"median, ms": ("<=", 120), "size, KiB": ("<=", 150)},
    }  # fmt: skip


def _print(document: Document) -> tuple[float, int]:
    """(milliseconds, bytes)."""
    start = time.perf_counter()
    pdf = render_pdf(KINDS[document.kind].template, _letter_context(document), document.language)
    return (time.perf_counter() - start) * 1000, len(pdf)
