"""Move the open clocks when a calendar year is loaded: counted once per kind and start day, written as sets (LN-4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.db.models.fields.json import KT

from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.workdays import Window
from sinosure.deadlines.counting import FIXED, window_of
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import KINDS
from sinosure.reference.models import CalendarYear

Reaction = Callable[[Actor, int], None]
_reactions: list[Reaction] = []


def on_calendar_loaded(reaction: Reaction) -> Reaction:
    """An app that stores counted dates of its own registers what it does after a year was loaded."""
    if reaction not in _reactions:
        _reactions.append(reaction)
    return reaction


@dataclass(frozen=True)
class Moved:
    """So many open clocks of one kind and start day whose date changed, with both versions."""

    kind: str
    starts_on: date
    length: int
    old: Window
    new: Window
    count: int

    @property
    def is_same_day(self) -> bool:
        return self.old.legal_due == self.new.legal_due

    def as_json(self) -> dict[str, object]:
        return {
            "kind": self.kind, "starts_on": self.starts_on.isoformat(), "count": self.count,
            "from": _version(self.old), "to": _version(self.new),
        }  # fmt: skip


def _version(window: Window) -> dict[str, object]:
    return {
        "nominal": window.nominal_due.isoformat(), "legal": window.legal_due.isoformat(),
        "provisional": window.provisional,
    }  # fmt: skip


def planned_moves(year: int) -> list[Moved]:
    """What a recomputation would change now, by kind and start day."""
    return list(_moves(year))


def _moves(year: int) -> Iterator[Moved]:
    for group in _groups(year):
        kind = KINDS.get(group["kind"])
        if kind is None or kind.counting == FIXED:
            continue
        length = int(group["length"] or kind.length)
        old = _stored(group)
        new = window_of(kind, group["starts_on"], length)
        if _dates(old) != _dates(new):
            yield Moved(group["kind"], group["starts_on"], length, old, new, group["count"])


def _groups(year: int) -> Any:
    """Open clocks that reach into the year, by everything their date depends on."""
    rows = Deadline.objects.open().filter(starts_on__year__lte=year, legal_due__year__gte=year)
    dates = ("nominal_due", "legal_due", "provisional", "earliest")
    grouped = rows.annotate(length=KT("params__length")).values("kind", "starts_on", "length", *dates)
    return grouped.annotate(count=Count("id")).order_by("kind", "starts_on", "legal_due")


def _stored(group: dict[str, Any]) -> Window:
    return Window(
        starts_on=group["starts_on"], nominal_due=group["nominal_due"], legal_due=group["legal_due"],
        provisional=group["provisional"], earliest=group["earliest"], days=(),
    )  # fmt: skip


def _dates(window: Window) -> tuple[object, ...]:
    return window.nominal_due, window.legal_due, window.provisional, window.earliest


@transaction.atomic
def recompute(*, actor: Actor, year: int) -> list[Moved]:
    """Write every move with an event that holds both versions, then let the other apps react."""
    moves, now = planned_moves(year), clock.now()
    for move in moves:
        _write(move, now)
    for reaction in _reactions:
        reaction(actor, year)
    return moves


def catch_up() -> list[Moved]:
    """Move what was counted on an older calendar while a newer one was being loaded. Usually nothing."""
    this_year = clock.today().year
    return [move for year in (this_year, this_year + 1) if planned_moves(year) for move in _caught_up(year)]


@transaction.atomic
def _caught_up(year: int) -> list[Moved]:
    moves = recompute(actor=SYSTEM, year=year)
    stored = CalendarYear.objects.filter(year=year).first()
    if stored and moves:
        audit.record(SYSTEM, "calendar.recounted", stored, detail={"moved": [move.as_json() for move in moves]})
    return moves


_UPDATE = """
WITH moved AS (
    UPDATE deadlines_deadline
       SET nominal_due = %(nominal)s, legal_due = %(legal)s, provisional = %(provisional)s, earliest = %(earliest)s,
           next_fire_at = %(next_fire_at)s
     WHERE state = 'OPEN' AND kind = %(kind)s AND starts_on = %(starts_on)s AND legal_due = %(old_legal)s
       AND nominal_due = %(old_nominal)s AND provisional = %(old_provisional)s
       AND coalesce((params ->> 'length')::int, %(default_length)s) = %(length)s
 RETURNING id)
INSERT INTO deadlines_deadlineevent (deadline_id, key, at, detail)
SELECT id, %(key)s, %(now)s, %(detail)s::jsonb FROM moved
"""


def _write(move: Moved, now: datetime) -> None:
    kind, new, old = KINDS[move.kind], move.new, move.old
    values: dict[str, Any] = {
        "nominal": new.nominal_due, "legal": new.legal_due, "provisional": new.provisional, "earliest": new.earliest,
        "next_fire_at": kind.next_fire(move.starts_on, new.legal_due, now, new.provisional),
        "kind": move.kind, "starts_on": move.starts_on, "length": move.length, "default_length": kind.length,
        "old_legal": old.legal_due, "old_nominal": old.nominal_due, "old_provisional": old.provisional,
        "key": f"recount:{now:%Y-%m-%dT%H:%M:%S.%f}", "now": now, "detail": json.dumps(move.as_json()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, values)
