"""Reads of the register: search by name, code, BIC or registration number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from credit_info.models import Light, Obligor, ObligorKind
from sinosure.accounts.actor import Actor

SHORTEST_FUZZY = 4


def listed(actor: Actor, q: str = "", kind: str = "", country: str = "", light: str = "") -> QuerySet[Obligor]:
    """The register with its filters."""
    rows = Obligor.objects.visible_to(actor).select_related("country")
    if q.strip():
        rows = rows.filter(_matches(q.strip()))
    given = {"kind": kind, "country_id": country, "light": light}
    return rows.filter(**{name: value for name, value in given.items() if value})


def _matches(q: str) -> Q:
    """Part of a name, a similar name, or an exact code, BIC or registration number."""
    exact = Q(code__iexact=q) | Q(bic__istartswith=q) | Q(registration_no__iexact=q)
    part = Q(name__icontains=q) | Q(local_name__icontains=q)
    return exact | part | Q(name__trigram_similar=q) if len(q) >= SHORTEST_FUZZY else exact | part


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
