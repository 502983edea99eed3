"""The credit light, end to end: from the request of a name to the page or the JSON with colour, meaning and reasons."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from benchmarks._company_names import FIRST, Query, queries
from benchmarks._database import own_database
from benchmarks.company_search import fill
from sinosure.core import clock
from sinosure.reference.seed.load import load_reference
from tests.factories.people import user

FULL, ASKED = 1_000_000, 400
# one standing fact a company, in the mixture of a healthy register: 2 % red, 8 % yellow
FACTS = """
    INSERT INTO credit_info_fact (obligor_id, kind, "on", text, source, is_internal, recorded_at)
    SELECT id, CASE WHEN id %% 50 = 0 THEN 'bankrupt' WHEN id %% 12 = 0 THEN 'operating_problem' ELSE 'in_order' END,
        %(today)s, 'Told by the register', 'bench', false, now() FROM credit_info_obligor;
    UPDATE credit_info_obligor SET light_as_of = %(today)s,
        light = CASE WHEN id %% 50 = 0 THEN 'RED' WHEN id %% 12 = 0 THEN 'YELLOW' ELSE 'GREEN' END;
    ANALYZE credit_info_fact; ANALYZE credit_info_obligor;
"""


def run(scale: float) -> dict[str, Any]:
    with own_database("light"):
        load_reference()
        return _run(max(2_000, int(FULL * scale)), max(40, int(ASKED * min(1, scale * 10))))


def _run(companies: int, asked: int) -> dict[str, Any]:
    fill(companies)
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"today": clock.today()})
    names = list(queries(asked, first=min(FIRST, companies)))
    page, api = reverse("credit_info:look-up"), "/api/v1/buyers/look-up/"
    client = Client(headers={"accept-language": "en"})
    client.force_login(user("chen"))
    on_page, hits = _times(names, lambda query: client.get(f"{page}?{query}"))
    by_api, _hits = _times(names, lambda query: client.get(f"{api}?{query}"))
    cache.clear()
    figures = {
        "companies": companies, "asked": asked, "page p50, ms": statistics.median(on_page), "page p95, ms": _p95(on_page),
        "API p50, ms": statistics.median(by_api), "API p95, ms": _p95(by_api), "answers with a light": hits / asked,
    }  # fmt: skip
    goals = {"page p95, ms": ("<=", 100), "API p95, ms": ("<=", 100)}
    return {"name": f"the light among {companies:,} companies", "figures": figures, "ratios": {}, "goals": goals}


def _times(names: list[Query], ask: Callable[[str], Any]) -> tuple[list[float], int]:
    """Milliseconds of each answer, and how many named a company."""
    asked = [urlencode({"q": one.text, "country": one.country}) for one in names]
    for query in asked[:20]:
        ask(query)
    times, hits = [], 0
    for query in asked:
        start = time.perf_counter()
        answer = ask(query)
        times.append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{query}: {answer.status_code}")
        hits += b"trading" in answer.content
    return times, hits


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
