"""Play the past: deeds in order of their day, with the clock standing on that day and the sweep at its end.

So reminders, stops and missed clocks come out as they would have, and nothing is waiting to go off at once today.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from sinosure.accounts.actor import Actor, actor_of
from sinosure.accounts.models import User
from sinosure.core import clock
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.sweep import sweep
from sinosure.notifications.models import Outbox, OutboxState

Deed = Callable[[], Any]


class Timeline:
    """A queue of deeds by day; a deed may add later deeds. Deterministic for a seed and a business date."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)
        self.today = clock.today()
        self._deeds: list[tuple[date, int, Deed]] = []
        self._order = count()
        self._actors: dict[str, Actor] = {}

    def at(self, day: date, deed: Deed) -> None:
        """Do `deed` on `day`; what lies after today is left out."""
        if day <= self.today:
            heapq.heappush(self._deeds, (day, next(self._order), deed))

    def after(self, days: int, deed: Deed) -> None:
        self.at(clock.today() + timedelta(days=days), deed)

    def actor(self, username: str) -> Actor:
        if username not in self._actors:
            self._actors[username] = actor_of(User.objects.select_related("organisation").get(username=username))
        return self._actors[username]

    def play(self, tell: Callable[[date], None] | None = None) -> None:
        """Until nothing is left. On quiet days only what wakes up is swept."""
        while self._deeds:
            day = self._deeds[0][0]
            with clock.frozen(_moment(day, 10)):
                while self._deeds and self._deeds[0][0] == day:
                    heapq.heappop(self._deeds)[2]()
            if tell is not None:
                tell(day)
            self._sweep_until(self._deeds[0][0] if self._deeds else self.today)

    def _sweep_until(self, day: date) -> None:
        """Wake what wakes before the next deed, each on its own day."""
        end = _moment(day, 0)
        while True:
            wakes_at = (
                Deadline.objects.open()
                .filter(next_fire_at__lt=end)
                .order_by("next_fire_at")
                .values_list("next_fire_at", flat=True)
                .first()
            )
            if wakes_at is None:
                break
            with clock.frozen(min(wakes_at + timedelta(hours=12), end)):
                sweep()
        Outbox.objects.filter(state=OutboxState.WAITING).update(state=OutboxState.SENT, sent_at=end, attempts=1)


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.SHANGHAI)
