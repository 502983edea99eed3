"""Reads of the register: search by name, code, BIC or registration number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from credit_info.light import MEANING, judge
from credit_info.models import FactKind, Light, Obligor, ObligorKind
from credit_info.searching import search
from sinosure.accounts.actor import Actor
from sinosure.core import clock

MOST_FOUND = 50


def listed(actor: Actor, q: str = "", kind: str = "", country: str = "", light: str = "") -> QuerySet[Obligor]:
    """The register with its filters. Whoever searches gets the best fifty, each with its `place`, best first."""
    rows = Obligor.objects.visible_to(actor).select_related("country")
    if q.strip():
        places = {hit.obligor_id: place for place, hit in enumerate(search(q, country, MOST_FOUND))}
        cases = [When(pk=pk, then=Value(place)) for pk, place in places.items()]
        rows = rows.filter(pk__in=places).annotate(place=Case(*cases, default=0, output_field=IntegerField()))
    given = {"kind": kind, "country_id": country, "light": light}
    return rows.filter(**{name: value for name, value in given.items() if value})


MOST_CHOICES = 10


def choices(actor: Actor, q: str) -> list[Obligor]:
    """What a form offers for the text typed so far, best first; nothing for no text."""
    q = q.replace("\0", "").strip()
    return list(listed(actor, q).order_by("place")[:MOST_CHOICES]) if q else []  # type: ignore[misc]


def choice_text(row: Obligor) -> str:
    return f"{row.name} · {row.code} · {row.country}"


def buyers(actor: Actor) -> QuerySet[Obligor]:
    return Obligor.objects.visible_to(actor).filter(kind=ObligorKind.BUYER).select_related("country")


def banks(actor: Actor) -> QuerySet[Obligor]:
    return Obligor.objects.visible_to(actor).filter(kind=ObligorKind.BANK).select_related("country")


@dataclass(frozen=True)
class LightEntry:
    """One dated reason behind the light."""

    light: str
    on: str
    text: str
    by: str

    @property
    def tone(self) -> str:
        return str(getattr(Light(self.light), "tone", "grey")) if self.light in Light.values else "grey"

    @property
    def label(self) -> Any:
        return Light(self.light).label if self.light in Light.values else ""


def light_history(obligor: Obligor, actor: Actor) -> list[LightEntry]:
    """The reasons, the newest first; who set them is for the insurer's staff."""
    return [
        LightEntry(
            row.get("light", obligor.light), row["on"], row["text"], row.get("by", "") if actor.is_insurer else ""
        )
        for row in obligor.light_reasons
    ]


@dataclass(frozen=True)
class LookedUp:
    """What anybody may know of a company: name, country, light, what it means, the kinds of reasons, the day."""

    obligor: Obligor
    meaning: Any
    kinds: tuple[str, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(str(FactKind(kind).label) for kind in self.kinds)


MOST_LOOKED_UP = 5


def looked_up(q: str, country: str = "") -> list[LookedUp]:
    """The best five with their lights, best first; texts of facts and bought reports are not in it (LIM-4)."""
    places = {hit.obligor_id: place for place, hit in enumerate(search(q, country, MOST_LOOKED_UP))}
    rows = Obligor.objects.filter(pk__in=places).select_related("country").prefetch_related("facts")
    return [looked_up_row(row) for row in sorted(rows, key=lambda row: places[row.pk])]


def looked_up_row(row: Obligor) -> LookedUp:
    """One company as anybody may know it."""
    judged = judge((fact for fact in row.facts.all() if not fact.is_internal), clock.today())
    return LookedUp(row, MEANING[row.light], tuple(judged.reasons) if judged.light == row.light else ())
