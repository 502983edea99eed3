"""The hot path: take and give back room under one limit, each in one statement (R3).

`used` grows by conditional UPDATE only, and every change leaves a signed row in the book of movements by the same
statement, which is a transaction of its own where the caller has none. A draw is refused where `used + amount` would
pass the ceiling: the amount in force today, or, for goods that left under another version (LIM-9, LIM-16), the amount
that was in force on their shipment date, handed in as `ceiling`.
Files do the same set-based: lock the limits in id order, insert the movements, add their sums to `used`.
No audit row here: the book of movements is append-only itself, and the caller's deed is audited.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from limits import clocks
from limits.models import CreditLimit
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money

_BOOK = """
    INSERT INTO limits_limitmovement (limit_id, policyholder_id, amount, kind, subject_type, subject_id, moved_at)
    SELECT id, policyholder_id, moved, %(kind)s, %(subject_type)s, %(subject_id)s, %(now)s FROM drawn WHERE moved <> 0
    RETURNING amount
"""
_OWN = "id = %(limit)s AND (%(anyone)s OR policyholder_id = %(own)s)"
_FREE_NOW = "(NOT is_stopped OR %(despite_stop)s)"
_DRAW = f"""
    WITH drawn AS (
        UPDATE limits_creditlimit SET used = used + %(amount)s
        WHERE {_OWN} AND {_FREE_NOW} AND used + %(amount)s <= COALESCE(%(ceiling)s, amount)
        RETURNING id, policyholder_id, %(amount)s AS moved)
    {_BOOK}
"""  # noqa: S608  constants only
# the lock comes first, so that the part is worked out on the row as it stands then
_DRAW_PART = f"""
    WITH held AS (
        SELECT id, GREATEST(0, LEAST(%(amount)s, COALESCE(%(ceiling)s, amount) - used)) AS part
        FROM limits_creditlimit WHERE {_OWN} AND {_FREE_NOW} FOR NO KEY UPDATE),
    drawn AS (
        UPDATE limits_creditlimit l SET used = used + part FROM held WHERE l.id = held.id AND part > 0
        RETURNING l.id, policyholder_id, part AS moved)
    {_BOOK}
"""  # noqa: S608
_RELEASE = f"""
    WITH drawn AS (
        UPDATE limits_creditlimit SET used = used - %(amount)s WHERE {_OWN} AND used >= %(amount)s
        RETURNING id, policyholder_id, -%(amount)s AS moved)
    {_BOOK}
"""  # noqa: S608


def draw(
    *, actor: Actor, limit_id: int, amount: Decimal, subject: models.Model, ceiling: Decimal | None = None,
    despite_stop: bool = False,
) -> None:  # fmt: skip
    """Take `amount` (limit currency) for `subject`, all or nothing. Raises `over_limit`, which says what is free.

    `despite_stop`: the goods left before cover was stopped.
    """
    _positive(amount)
    if _move(_DRAW, actor, "DRAW", limit_id, amount, subject, ceiling, despite_stop) is None:
        raise _over_limit(actor, limit_id, ceiling, despite_stop)


def draw_up_to(
    *, actor: Actor, limit_id: int, amount: Decimal, subject: models.Model, ceiling: Decimal | None = None,
    despite_stop: bool = False,
) -> Decimal:  # fmt: skip
    """Take as much of `amount` as is free and return that part (0 when nothing is)."""
    _positive(amount)
    return _move(_DRAW_PART, actor, "DRAW", limit_id, amount, subject, ceiling, despite_stop) or Decimal(0)


def release(*, actor: Actor, limit_id: int, amount: Decimal, subject: models.Model) -> None:
    """Give room back: paid, reversed, or no longer covered. Raises `over_release` beyond what is used."""
    _positive(amount)
    if _move(_RELEASE, actor, "RELEASE", limit_id, amount, subject) is None:
        raise DomainError("over_release", _("More would be given back than is in use under this limit."), status=409)


@transaction.atomic
def note_shipments(*, actor: Actor, latest: Mapping[int, date]) -> None:
    """Keep the day of the latest shipment per limit; the idle clock (LIM-5) starts anew from it."""
    limits = (
        CreditLimit.objects.filter(pk__in=latest)
        .select_related("obligor")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    for limit in limits:
        shipped_on = latest[limit.pk]
        if limit.last_shipped_on is None or shipped_on > limit.last_shipped_on:
            limit.last_shipped_on = shipped_on
            limit.save(update_fields=["last_shipped_on"])
            clocks.arm_idle(actor, limit)


def _move(
    sql: str, actor: Actor, kind: str, limit_id: int, amount: Decimal, subject: models.Model,
    ceiling: Decimal | None = None, despite_stop: bool = False,
) -> Decimal | None:  # fmt: skip
    """Run one statement; the amount moved as a positive figure, None when nothing was."""
    values: dict[str, Any] = {
        "limit": limit_id, "amount": amount, "ceiling": ceiling, "despite_stop": despite_stop, "kind": kind,
        "anyone": actor.is_insurer, "own": actor.organisation_id, "now": clock.now(),
        "subject_type": subject._meta.label_lower, "subject_id": subject.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return abs(row[0]) if row else None


def _positive(amount: Decimal) -> None:
    if not amount > 0:
        raise DomainError("must_be_positive", _("The amount must be above zero."), field="amount")


def _over_limit(actor: Actor, limit_id: int, ceiling: Decimal | None, despite_stop: bool) -> DomainError:
    limit = CreditLimit.objects.visible_to(actor).get(pk=limit_id)
    if limit.is_stopped and not despite_stop:
        return DomainError(
            "limit_stopped", _("Cover on this buyer is stopped. No new shipment is covered."), status=409
        )
    free = max(Decimal(0), (limit.amount if ceiling is None else ceiling) - limit.used)
    message = _("This is above what is free under the limit: %(free)s.")
    return DomainError("over_limit", message, field="amount", status=409, free=Money(free, limit.currency))
