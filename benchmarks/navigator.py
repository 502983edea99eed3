"""The navigator over a million trade records: pages from kept sums, beside grouping the records themselves; and the upkeep of the sums."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from benchmarks._database import own_database
from credit_info.models import BuyerStanding, TradeRecord
from credit_info.navigator import importing, sample, selectors, upkeep
from sinosure.accounts.actor import SYSTEM
from sinosure.reference.seed.load import load_reference
from tests.factories.people import user

FULL, ADDED, VISITS = 1_000_000, 20_000, 21
LAMPS, PLACE = "9405", "US"


def run(scale: float) -> dict[str, Any]:
    with own_database("navigator"):
        load_reference()
        return _run(max(2_000, int(FULL * scale)), max(2, int(VISITS * min(scale * 10, 1))))


def _run(count: int, visits: int) -> dict[str, Any]:
    start = time.perf_counter()
    sample.make(count)
    made = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    pages = {name: _median(_visit(url), visits) for name, url in _pages().items()}
    kept, grouped = _median(_kept, visits), _median(_grouped, visits)
    whole, share = _upkeep(max(200, ADDED * count // FULL))
    figures: dict[str, Any] = {
        "records": count, "sample made, s": made, **{f"{name}, ms": ms for name, ms in pages.items()},
        "largest buyers from the sums, ms": kept, "largest buyers by GROUP BY, ms": grouped,
        f"a file of {max(200, ADDED * count // FULL):,} more rows, s": whole, "sums that differ from their records": sum(upkeep.differences().values()),
    }  # fmt: skip
    goals: dict[str, tuple[str, float]] = {f"{name}, ms": ("<=", 300) for name in pages}
    goals["sums that differ from their records"] = ("<=", 0)
    ratios = {"live GROUP BY / kept sums": grouped / kept, "upkeep of the sums / whole import": share}
    return {"name": f"navigator over {count:,} trade records", "figures": figures, "ratios": ratios, "goals": goals}


def _pages() -> dict[str, str]:
    start = reverse("credit_info:navigator")
    largest = BuyerStanding.objects.filter(hs=LAMPS, period=0).order_by("-amount")[0]
    middle = f"{start}?product={LAMPS}&country={PLACE}"
    return {
        "start": start, "product and country": middle, "sorted by weight, contact known": f"{middle}&sort=-weight&contact=known",
        "product in the world": f"{start}?product={LAMPS}", "one buyer": reverse("credit_info:trade-buyer", args=[largest.obligor_id]),
    }  # fmt: skip


def _visit(url: str) -> Callable[[], Any]:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user("chen"))
    if client.get(url).status_code != 200:
        raise RuntimeError(url)
    return lambda: client.get(url)


def _median(deed: Callable[[], Any], times: int) -> float:
    """Milliseconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        deed()
        found.append((time.perf_counter() - start) * 1000)
    return statistics.median(found)


def _kept() -> list[Any]:
    rows = BuyerStanding.objects.filter(hs=LAMPS, period=0).order_by("-amount", "-id")
    return list(rows.values_list("obligor_id", "amount")[:25])


def _grouped() -> list[Any]:
    """As it is done without sums: the records of the product and the period, grouped by buyer each time."""
    newest = selectors.newest_month()
    if newest is None:
        raise RuntimeError("no records")
    span = selectors.span_of(0, newest)
    rows = TradeRecord.objects.filter(hs6__startswith=LAMPS, month__gte=span.first, month__lte=span.last).order_by()
    return list(rows.values_list("obligor_id").annotate(whole=Sum("amount")).order_by("-whole")[:25])


def _upkeep(rows: int) -> tuple[float, float]:
    """Seconds of a further file, and which part of them the sums took."""
    spent = 0.0
    settle, leave = upkeep.settle, upkeep.leave

    def timed(deed: Callable[..., None]) -> Callable[..., None]:
        def run(*given: Any) -> None:
            nonlocal spent
            start = time.perf_counter()
            deed(*given)
            spent += time.perf_counter() - start

        return run

    codes = list(
        BuyerStanding.objects.filter(period=0, hs=LAMPS).values_list("obligor__code", "country_id")[: rows // 4 or 1]
    )
    month = f"{selectors.newest_month():%Y-%m}"
    lines = [
        f"{code},{country},{hs},TW,{month},10,100,1"
        for code, country in codes
        for hs in ("940599", "392310", "870899", "851830")
    ]
    text = "buyer,country,hs,origin,month,weight_kg,amount,count\n" + "\n".join(lines[:rows])
    upkeep.settle, upkeep.leave = timed(settle), timed(leave)
    try:
        start = time.perf_counter()
        importing.take_in(
            actor=SYSTEM, upload=io.BytesIO(text.encode()), file_name="more", source=sample.SOURCE, is_synthetic=True
        )
        whole = time.perf_counter() - start
    finally:
        upkeep.settle, upkeep.leave = settle, leave
    return whole, spent / whole
