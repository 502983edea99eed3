"""Search among five million company names, Chinese and Latin, 40 % of the queries misspelt; beside trigram and icontains."""

from __future__ import annotations

import io
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from benchmarks._company_names import FIRST, Query, company, queries
from benchmarks._database import own_database
from credit_info.models import Obligor
from credit_info.names import bare_name, number_key, tokens
from credit_info.searching import search
from sinosure.reference.seed.load import load_reference

FULL, ASKED, ASKED_PLAIN, BLOCK, WITHIN = 5_000_000, 1000, 40, 100_000, 10
_OBLIGORS = "COPY credit_info_obligor (id, kind, code, name, local_name, country_id, city, address, registration_no, bic, industry, group_name, light, light_reasons, created_at, standing, source) FROM STDIN"
_NAMES = "COPY credit_info_searchname (obligor_id, country, key, tokens) FROM STDIN"
_NUMBERS = "COPY credit_info_identifier (obligor_id, kind, country_id, number, key, source) FROM STDIN"


def run(scale: float) -> dict[str, Any]:
    with own_database("search"):
        load_reference()
        return _run(max(2_000, int(FULL * scale)))


def _run(count: int) -> dict[str, Any]:
    start = time.perf_counter()
    fill(count)
    filled = time.perf_counter() - start
    asked = list(queries(ASKED, first=min(FIRST, count)))
    for one in asked[:50]:
        search(one.text, one.country)
    times, ranks = _measure(asked, lambda one: [hit.obligor_id for hit in search(one.text, one.country)])
    trigram, trigram_ranks = _measure(asked[:ASKED_PLAIN], _trigram)
    contains, contains_ranks = _measure(asked[:ASKED_PLAIN], _icontains)
    figures = {
        "names": count, "filled, s": filled, "search p50, ms": _quantile(times, 50), "search p95, ms": _quantile(times, 95),
        "search p99, ms": _quantile(times, 99), "recall@10": _recall(ranks),
        **{f"recall@10, {way}": share for way, share in _by_way(asked, ranks).items()},
        "plain trigram p50, ms": statistics.median(trigram), "plain trigram recall@10": _recall(trigram_ranks),
        "icontains p50, ms": statistics.median(contains), "icontains recall@10": _recall(contains_ranks),
    }  # fmt: skip
    ratios = {
        "icontains / search, medians": statistics.median(contains) / statistics.median(times),
        "plain trigram / search, medians": statistics.median(trigram) / statistics.median(times),
    }
    goals: dict[str, tuple[str, float]] = {"search p95, ms": ("<=", 20), "recall@10": (">=", 0.90)}
    if count >= FULL:
        goals["icontains / search, medians"] = (">=", 100)
    return {"name": f"company search among {count:,} names", "figures": figures, "ratios": ratios, "goals": goals}


def fill(count: int) -> None:
    """The register with its search index, by COPY; the inverted indexes are built when the rows are there."""
    seen: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%USING gin%' AND tablename LIKE 'credit_info_%'"
        )
        inverted = cursor.fetchall()
        for name, _definition in inverted:
            cursor.execute(f'DROP INDEX "{name}"')
    for first in range(0, count, BLOCK):
        _copy_block(range(first, min(first + BLOCK, count)), seen)
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _name, definition in inverted:
            cursor.execute(definition)
        lines = (f"{token}\t{n}\n" for token, n in seen.items())
        cursor.copy_expert("COPY credit_info_searchtoken (token, seen) FROM STDIN", io.StringIO("".join(lines)))
        cursor.execute("ANALYZE credit_info_obligor")
        cursor.execute("VACUUM ANALYZE credit_info_searchname")
        cursor.execute("VACUUM ANALYZE credit_info_searchtoken")
        cursor.execute("VACUUM ANALYZE credit_info_identifier")


def _copy_block(numbers: Iterable[int], seen: Counter[str]) -> None:
    obligors, names, identifiers = io.StringIO(), io.StringIO(), io.StringIO()
    for number in numbers:
        one, pk = company(number), number + 1
        obligors.write(
            f"{pk}\tBUYER\tB{pk}\t{one.name}\t\t{one.country}\t\t\t{one.identifier}\t\t\t\tUNKNOWN\t[]\tnow\tACTIVE\tbench\n"
        )
        identifiers.write(f"{pk}\tREGISTER\t{one.country}\t{one.identifier}\t{number_key(one.identifier)}\tbench\n")
        for name in filter(None, (one.name, one.former)):
            key = bare_name(name)
            found = tokens(key)
            seen.update(found)
            names.write(f"{pk}\t{one.country}\t{key}\t{{{','.join(found)}}}\n")
    with connection.cursor() as cursor:
        for text, sql in ((obligors, _OBLIGORS), (names, _NAMES), (identifiers, _NUMBERS)):
            text.seek(0)
            cursor.copy_expert(sql, text)


def _measure(asked: list[Query], find: Callable[[Query], list[int]]) -> tuple[list[float], list[int]]:
    """Milliseconds of each query, and on which place the company meant stood (0: not found)."""
    times, ranks = [], []
    for one in asked:
        start = time.perf_counter()
        found = find(one)
        times.append((time.perf_counter() - start) * 1000)
        ranks.append(_place(one, found))
    return times, ranks


def _place(one: Query, found: list[int]) -> int:
    """A namesake counts too: nobody could tell which one was meant."""
    keys = {bare_name(one.wanted), bare_name(company(one.number).former)} - {""}
    for place, pk in enumerate(found, 1):
        if pk == one.number + 1 or bare_name(company(pk - 1).name) in keys:
            return place
    return 0


def _trigram(one: Query) -> list[int]:
    rows = Obligor.objects.extra(
        where=["name %% %s"], params=[one.text], select={"like": "similarity(name, %s)"}, select_params=[one.text]
    )
    return list(rows.order_by("-like").values_list("pk", flat=True)[:WITHIN])


def _icontains(one: Query) -> list[int]:
    """As most portals do it: a scan, because no index serves it there; the trigram index stands aside."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_bitmapscan = off")
        found = list(
            Obligor.objects.filter(name__icontains=one.text).order_by("pk").values_list("pk", flat=True)[:WITHIN]
        )
        cursor.execute("SET enable_bitmapscan = on")
    return found


def _recall(ranks: list[int]) -> float:
    return sum(1 <= rank <= WITHIN for rank in ranks) / len(ranks)


def _by_way(asked: list[Query], ranks: list[int]) -> dict[str, float]:
    grouped: dict[str, list[int]] = defaultdict(list)
    for one, rank in zip(asked, ranks, strict=True):
        grouped[one.way].append(rank)
    return {way: _recall(found) for way, found in sorted(grouped.items())}


def _quantile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]
