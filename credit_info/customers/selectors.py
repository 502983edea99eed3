"""我的客户 (§9.6): favourites by hand, partners and warnings by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credit_info.customers import sources
from credit_info.customers.models import Favourite
from credit_info.customers.sources import Warning
from credit_info.models import Light, Obligor
from sinosure.accounts.actor import Actor

MOST = 500
TONES = {Light.RED: "red", Light.YELLOW: "amber"}
CAREFUL: dict[str, Any] = {Light.RED: _("The credit light is red"), Light.YELLOW: _("The credit light is yellow")}
KINDS: tuple[tuple[str, Any], ...] = (
    ("", _("All")), ("favourite", _("Favourites")), ("partner", _("Partners")), ("warning", _("Warnings")),
)  # fmt: skip


@dataclass(frozen=True)
class Customer:
    """One buyer or bank of the firm with what is to be said of it."""

    obligor: Obligor
    is_favourite: bool
    is_partner: bool
    warnings: tuple[Warning, ...]

    def is_kind(self, kind: str) -> bool:
        fits = {"favourite": self.is_favourite, "partner": self.is_partner, "warning": bool(self.warnings)}
        return fits.get(kind, True)


def favourites(actor: Actor) -> set[int]:
    rows = Favourite.objects.filter(policyholder=actor.organisation_id or 0)
    return set(rows.values_list("obligor_id", flat=True))


def customers(actor: Actor) -> list[Customer]:
    """The first five hundred by name, those with warnings in front."""
    marked, partners = favourites(actor), sources.partners_of(actor)
    rows = Obligor.objects.filter(pk__in=marked | partners).select_related("country").order_by("name", "id")[:MOST]
    told = sources.warnings_of(actor, [row.pk for row in rows])
    found = [
        Customer(row, row.pk in marked, row.pk in partners, (*_of_light(row), *told.get(row.pk, []))) for row in rows
    ]
    return sorted(found, key=lambda one: not one.warnings)


def _of_light(row: Obligor) -> list[Warning]:
    if row.light not in CAREFUL:
        return []
    url = reverse("credit_info:obligor-detail", args=[row.pk])
    return [Warning(row.pk, CAREFUL[row.light], _("Read why"), url, TONES[Light(row.light)])]
