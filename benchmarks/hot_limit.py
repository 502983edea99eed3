"""One limit that everybody draws on at once: draws a second, and that no cent more than the limit is given.

Eight clients, each a process with a connection of its own. The limit is a bare UPDATE of the counter; beside it what most
portals do: lock the row with the ORM, look, save, and write the movement. Then the clients race for the last of a small
limit, by draws and by whole declarations, and the book of movements must equal the counter.

The bare counter leaves no book. A draw also writes its movement, with two foreign keys that are checked when it commits: of the
0.13 ms that the database runs one, before that check, its counter takes 0.06 (EXPLAIN ANALYZE).
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from benchmarks._database import own_database
from declarations import services as declarations
from declarations.models import Shipment
from limits import services as limits
from limits.models import CreditLimit, LimitMovement
from sinosure.accounts.actor import SYSTEM
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories.declarations import a_line
from tests.factories.limits import a_limit
from tests.factories.people import actor

CLIENTS, SECONDS, LINES = 8, 5.0, 6
ONE = Decimal(1)
Deed = Callable[[int, int], Any]  # of a limit and a running number


def run(scale: float) -> dict[str, Any]:
    seconds, lines = max(0.2, SECONDS * min(scale, 1)), max(1, int(LINES * min(scale, 1)))
    with own_database("hot"):
        hot = a_limit(amount="200000000", decision={"amount": Decimal(100_000_000)})
        small, asked = a_limit(hot.policy, amount="200000"), a_limit(hot.policy, amount="200000")
        bare, ours, naive = (_rate(hot.pk, deed, seconds) for deed in (_bare, _draw, _locked_by_orm))
        CreditLimit.objects.filter(pk=hot.pk).update(used=_booked(hot.pk))  # the bare counter keeps no book
        _together(small.pk, _draw_a_seventh, count=lines)
        began = time.perf_counter()
        _together(asked.pk, _declare, count=lines)
        declared = CLIENTS * lines / (time.perf_counter() - began)
        over = sum(_is_wrong(limit) for limit in CreditLimit.objects.all())
        covered = Shipment.objects.filter(limit=asked.pk).aggregate(sum=Sum("covered"))["sum"]
    return {
        "name": f"one hot limit, {CLIENTS} clients",
        "figures": {
            "bare counter, per s": round(bare), "draws, per s": round(ours), "ORM with a lock, per s": round(naive),
            "whole declarations, per s": round(declared, 1), "asked for, of the limit": f"{CLIENTS * lines * 30_000:,} of 200,000",
            "covered in the race": str(covered), "limits over-committed or off their book": over,
        },
        "ratios": {"draws / bare counter": round(ours / bare, 2), "draws / ORM with a lock": round(ours / naive, 2)},
        "goals": {
            "limits over-committed or off their book": ("<=", 0), "draws / bare counter": (">=", 0.6),
            "draws / ORM with a lock": (">=", 3),
        },
    }  # fmt: skip


def _booked(limit_id: int) -> Decimal:
    return LimitMovement.objects.filter(limit=limit_id).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def _is_wrong(limit: CreditLimit) -> bool:
    return limit.used > limit.amount or limit.used != _booked(limit.pk)


def _bare(limit_id: int, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE limits_creditlimit SET used = used + 1 WHERE id = %s", [limit_id])


def _draw(limit_id: int, number: int) -> None:
    limits.draw(actor=SYSTEM, limit_id=limit_id, amount=ONE, subject=Shipment(pk=number))


@transaction.atomic
def _locked_by_orm(limit_id: int, number: int) -> None:
    limit = CreditLimit.objects.select_for_update().get(pk=limit_id)
    if limit.used + ONE > limit.amount:
        raise RuntimeError("the limit is full")
    limit.used += ONE
    limit.save()
    LimitMovement.objects.create(
        limit=limit, policyholder_id=limit.policyholder_id, amount=ONE, kind="DRAW", subject_type="declarations.shipment",
        subject_id=number, moved_at=clock.now(),
    )  # fmt: skip


def _draw_a_seventh(limit_id: int, number: int) -> None:
    """Seven fit, whoever comes first."""
    with suppress(DomainError):  # the limit is full
        limits.draw(actor=SYSTEM, limit_id=limit_id, amount=Decimal(28_571), subject=Shipment(pk=number))


def _declare(limit_id: int, number: int) -> None:
    limit = CreditLimit.objects.select_related("obligor", "policy").get(pk=limit_id)
    line = a_line(limit, invoice_no=f"HOT-{number}", amount=Decimal(30_000))
    declarations.declare(actor=actor("chen"), policy_id=limit.policy_id, line=line)


def _rate(limit_id: int, deed: Deed, seconds: float) -> float:
    """Deeds a second of all clients together."""
    return sum(_together(limit_id, deed, seconds=seconds)) / seconds


def _together(limit_id: int, deed: Deed, seconds: float = 0, count: int = 0) -> list[int]:
    """Every client repeats the deed for so many seconds or so many times; how often each did it."""
    connection.close()  # a connection must not be shared with the children
    context = multiprocessing.get_context("fork")
    ready, done = context.Barrier(CLIENTS), context.SimpleQueue()
    work = [
        context.Process(target=_client, args=(limit_id, deed, seconds, count, n, ready, done)) for n in range(CLIENTS)
    ]
    for one in work:
        one.start()
    for one in work:
        one.join()
    if any(one.exitcode for one in work):
        raise RuntimeError("a client broke")
    return [done.get() for _ in work]


def _client(limit_id: int, deed: Deed, seconds: float, count: int, n: int, ready: Any, done: Any) -> None:
    connection.ensure_connection()
    number, end = 0, 0.0
    ready.wait(timeout=60)
    end = time.perf_counter() + seconds
    while number < count or time.perf_counter() < end:
        number += 1
        deed(limit_id, 1_000_000 * (n + 1) + number)
    connection.close()
    done.put(number)
