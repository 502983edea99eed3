"""A thousand cases of each calculator with every step shown, through the reader of the command and the API."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path
from typing import Any

from sinosure.portal.calculators import answer, calculators
from sinosure.reference.seed.calendar import shipped_calendar

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "cases.json"
KINDS, CASES = ("indemnity", "recovery", "premium", "deadline"), 1_000


def run(scale: float) -> dict[str, Any]:
    cases, ways = json.loads(GOLDEN.read_text(encoding="utf-8")), calculators(shipped_calendar())
    count = max(10, int(CASES * scale))
    figures: dict[str, Any] = {"cases of each": count}
    for kind in KINDS:
        start = time.perf_counter()
        wrong = sum(not _is_right(ways[kind], case) for case in itertools.islice(itertools.cycle(cases[kind]), count))
        figures |= {f"{kind}, ms a case": (time.perf_counter() - start) * 1000 / count, f"{kind}, wrong": wrong}
    return {"name": "calculators", "figures": figures, "goals": {f"{kind}, wrong": ("<=", 0) for kind in KINDS}}


def _is_right(way: Any, case: dict[str, Any]) -> bool:
    result = answer(way, case)
    return all(result.get(key) == value for key, value in case["expected"].items())
