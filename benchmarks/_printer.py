"""Print one letter many times in a process of its own, as a worker does; tells times, size and memory as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import django

from benchmarks._memory import peak_memory


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinosure.settings")
    django.setup()
    from sinosure.documents.models import Document  # noqa: PLC0415

    document = Document.objects.get(pk=sys.argv[1])
    first, *others = [_printed(document) for _ in range(1 + int(sys.argv[2]))]  # fonts and stylesheet are read once
    times, sizes = zip(*others, strict=True)
    print(json.dumps({"first": first[0], "times": times, "sizes": sizes, "memory": peak_memory()}))


def _printed(document: Any) -> tuple[float, int]:
    """(milliseconds, bytes)."""
    from sinosure.documents.kinds import KINDS  # noqa: PLC0415
    from sinosure.documents.rendering import render_pdf  # noqa: PLC0415
    from sinosure.documents.services import _letter_context  # noqa: PLC0415

    start = time.perf_counter()
    pdf = render_pdf(KINDS[document.kind].template, _letter_context(document), document.language)
    return (time.perf_counter() - start) * 1000, len(pdf)


main()
