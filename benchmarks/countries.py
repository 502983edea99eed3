"""Countries, industries and the portfolio over many shipments: summing up once, and the pages that read the sums."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks._database import fill, own_database
from credit_info.atlas import cover
from credit_info.atlas.cover import Terms
from credit_info.atlas.summing import summarise
from limits.models import LimitStop
from sinosure.core import clock
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, user
from tests.factories.policies import a_policy_in_force

SHIPMENTS, VISITS, LIMITS = 1_000_000, 15, 40
LIVE = """
    SELECT o.country_id, SUM(s.open_amount), SUM(s.premium) FROM declarations_shipment s
    JOIN credit_info_obligor o ON o.id = s.obligor_id GROUP BY o.country_id
"""


def run(scale: float) -> dict[str, Any]:
    with own_database("countries"):
        return _run(max(5_000, int(SHIPMENTS * scale)), max(4, int(LIMITS * min(1, scale * 10))))


def _run(shipments: int, limits: int) -> dict[str, Any]:
    policy = a_policy_in_force(starts_on=clock.today() - timedelta(days=330))
    places = ("DE", "FR", "US", "BR", "VN")
    made = [a_limit(policy, a_buyer(country=places[n % len(places)])) for n in range(limits)]
    fill(a_shipment(made[0]), shipments, prefix="S")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE declarations_shipment")
    summed = _took(summarise)
    pages = {name: _page(url) for name, url in _urls()}
    change = cover.propose(actor=actor("zhou"), country="DE", terms=Terms("A", "SUSPENDED"), reason="bench")
    suspended = _took(lambda: cover.approve(actor=actor("feng"), change_id=change.pk))
    figures = {
        "shipments": shipments, "summing up, s": summed / 1000, "one sum by country without it, ms": _took(_live),
        **{f"{name}, ms": ms for name, ms in pages.items()},
        "limits stopped": LimitStop.objects.count(), "suspension, ms a limit": suspended / LimitStop.objects.count(),
    }  # fmt: skip
    goals: dict[str, tuple[str, float]] = {f"{name}, ms": ("<=", 300) for name in pages}
    return {"name": f"countries over {shipments:,} shipments", "figures": figures, "ratios": {}, "goals": goals}


def _urls() -> list[tuple[str, str]]:
    return [
        ("countries", reverse("credit_info:country-list")),
        ("one country", reverse("credit_info:country-detail", args=["DE"])),
        ("industries", reverse("credit_info:industry-list")),
        ("portfolio by group", f"{reverse('credit_info:portfolio')}?by=group"),
    ]


def _page(url: str) -> float:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user("zhou"))
    client.get(url)
    return statistics.median(_took(lambda: client.get(url)) for _ in range(VISITS))


def _live() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LIVE)
        cursor.fetchall()


def _took(deed: Any) -> float:
    start = time.perf_counter()
    deed()
    return (time.perf_counter() - start) * 1000
