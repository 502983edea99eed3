"""What views hand to components: a rail step, a key figure, a row of the inbox, a tab."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from sinosure.core import clock


@dataclass(frozen=True)
class RailStep:
    """One step of a progress rail. `state`: done, now or next; `who` has the turn, `on` is when it happened or is due."""

    label: Any
    state: str = "next"
    on: date | datetime | None = None
    who: Any = ""
    note: Any = ""
    url: str = ""


@dataclass(frozen=True)
class Tile:
    """A key figure; an amount carries its currency, a count its unit."""

    name: Any
    value: Any
    currency: str = ""
    unit: Any = ""
    note: Any = ""
    tone: str = ""
    chip: Any = ""
    url: str = ""


@dataclass(frozen=True)
class Todo:
    """A row of an inbox: what is due, why, what is at risk, and the one thing to do."""

    due_on: date | None
    title: Any
    why: Any = ""
    amount: Decimal | None = None
    currency: str = ""
    risk: Any = ""
    url: str = ""
    verb: Any = ""

    @property
    def is_pressing(self) -> bool:
        """Three days or fewer are left: its button is the main one."""
        return self.due_on is not None and (self.due_on - clock.today()).days <= 3


@dataclass(frozen=True)
class Tab:
    label: Any
    url: str
    here: bool = False
    count: Any = None


def tabs(request: HttpRequest, parameter: str, choices: Iterable[Sequence[Any]]) -> list[Tab]:
    """Tabs that set a GET parameter; choices are (value, label) or (value, label, count). Paging starts anew."""
    chosen = request.GET.get(parameter, "")
    return [_tab(request, parameter, chosen, *choice) for choice in choices]


def _tab(request: HttpRequest, parameter: str, chosen: str, value: str, label: Any, count: Any = None) -> Tab:
    return Tab(label, query_with(request, **{parameter: value or None}), value == chosen, count)


def query_with(request: HttpRequest, **changes: Any) -> str:
    """`?…` with some parameters changed (None removes one); the place in the list is forgotten."""
    query = request.GET.copy()
    for name in ("after", "before", "export"):
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"
