"""List pages with a million shipments in the table against ten thousand: the same queries, nearly the same time."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks._database import fill, own_database
from declarations.models import Shipment
from declarations.selectors import shipments
from sinosure.core import clock
from sinosure.ui.paging import encode
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor, user
from tests.factories.policies import a_policy_in_force

SMALL, LARGE, VISITS = 10_000, 1_000_000, 21
ORDER = ("-shipped_on", "-id")
ONE_LINE = "one open line"


def run(scale: float) -> dict[str, Any]:
    with own_database("lists"):
        return _run(scale)


def _run(scale: float) -> dict[str, Any]:
    large = max(SMALL * 2, int(LARGE * scale))
    policy = a_policy_in_force(starts_on=clock.today() - timedelta(days=330))
    limits = [a_limit(policy) for _ in range(5)]
    model = a_shipment(limits[0])
    fill(model, SMALL, prefix="S")
    visits = max(2, int(VISITS * min(scale, 1)))
    before = {name: _measure(who, url, visits) for name, who, url in _pages()}
    fill(model, large - SMALL, prefix="L", first=SMALL + 1)
    after = {name: _measure(who, url, visits) for name, who, url in _pages()}
    figures: dict[str, Any] = {"shipments": large}
    ratios: dict[str, float] = {}
    goals: dict[str, tuple[str, float]] = {}
    for name, (ms, queries) in after.items():
        figures[f"{name}, ms"], figures[f"{name}, queries"] = ms, queries
        ratios[f"{name}: large / small"] = ms / before[name][0]
        ratios[f"{name}: queries more"] = queries - before[name][1]
        if name != ONE_LINE:  # not a list: its waterfall sums what is open under a limit
            goals[f"{name}: large / small"] = ("<=", 1.5)
        goals[f"{name}: queries more"] = ("<=", 0)
    ratios["deep page / first page"] = after["deep page"][0] / after["exporter's list"][0]
    goals["deep page / first page"] = ("<=", 1.3)
    ratios["paginator with count(*) / keyset, rows alone"] = _paginator() / _keyset()
    return {"name": f"list pages over {large:,} shipments", "figures": figures, "ratios": ratios, "goals": goals}


def _pages() -> list[tuple[str, str, str]]:
    """Name, who looks, address; the deep page starts in the middle of the list."""
    rows = Shipment.objects.order_by(*ORDER)
    middle = rows[Shipment.objects.count() // 2 :][:1].get()
    open_line = Shipment.objects.filter(open_amount__gt=0).order_by("pk")[30]
    month = f"{clock.today() - timedelta(days=90):%Y-%m}"
    listing = reverse("declarations:list")
    return [
        ("exporter's list", "chen", listing),
        ("insurer's list", "zhou", listing),
        ("deep page", "chen", f"{listing}?after={encode(middle, ORDER)}"),
        ("list of a month", "chen", f"{listing}?month={month}"),
        ("one invoice", "chen", f"{listing}?q={middle.invoice_no}"),
        ("overdue", "chen", reverse("declarations:overdue")),
        ("insurer's overdue", "zhou", reverse("declarations:overdue")),
        ("limits", "chen", reverse("limits:list")),
        ("insurer's limits", "zhou", reverse("limits:list")),
        ("policies", "chen", reverse("policies:policy-list")),
        ("claims", "chen", reverse("claims:claim-list")),
        ("loss notices", "chen", reverse("claims:notice-list")),
        (ONE_LINE, "chen", reverse("declarations:detail", args=[open_line.pk])),
    ]


def _measure(who: str, url: str, visits: int) -> tuple[float, int]:
    """Median milliseconds of a page, and its queries."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user(who))
    for _ in range(2):
        if client.get(url).status_code != 200:
            raise RuntimeError(url)
    queries = min(_queries(client, url) for _ in range(3))  # now and then a visit reads a setting anew
    times = []
    for _ in range(visits):
        start = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), queries


def _queries(client: Client, url: str) -> int:
    asked: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: (asked.append(sql), execute(sql, *rest))[1]):
        client.get(url)
    return len(asked)


def _keyset() -> float:
    start = time.perf_counter()
    list(shipments(actor("chen")).order_by(*ORDER)[:25])
    return time.perf_counter() - start


def _paginator() -> float:
    start = time.perf_counter()
    list(Paginator(shipments(actor("chen")).order_by(*ORDER), 25).page(2))
    return time.perf_counter() - start
