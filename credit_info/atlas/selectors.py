"""Reads for the pages of countries, industries and the portfolio. A policyholder reads its own sums only, the staff all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from credit_info.atlas import sources
from credit_info.atlas.models import BookSum, ChangeState, CountryNote, CoverChange, RegisterCount
from credit_info.models.obligor import Light, ObligorKind
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.reference.industries import INDUSTRIES, Industry
from sinosure.reference.models import Country
from sinosure.reference.regions import REGIONS, Region, region_of

MEASURES: dict[str, Any] = {
    "granted": _("Limits in force"), "open": _("Open receivables"), "overdue": _("Overdue"), "shipped": _("Shipped in a year"),
    "premium": _("Premium"), "paid": _("Indemnity paid"), "recovered": _("Recovered"),
}  # fmt: skip
COUNTED: dict[str, Any] = {
    "stopped": _("Limits stopped"), "notices": _("Loss notices open"), "claims": _("Claims open"),
}  # fmt: skip
LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN, Light.UNKNOWN)
ZERO = Decimal(0)


class Amounts(dict[str, Decimal]):
    """Sums by measure; what there is none of is shown as such, not as zero."""

    def __missing__(self, measure: str) -> None:
        return None


@dataclass
class Totals:
    """Sums in USD and numbers by measure."""

    usd: Amounts = field(default_factory=Amounts)
    items: dict[str, int] = field(default_factory=dict)

    def amount(self, measure: str) -> Decimal:
        return self.usd.get(measure, ZERO)


@dataclass(frozen=True)
class CountryRow:
    """A country with its place, its sums and the companies known there by light."""

    country: Country
    region: Region
    totals: Totals
    buyers: dict[str, int]

    @property
    def known(self) -> int:
        return sum(self.buyers.values())


@dataclass(frozen=True)
class IndustryRow:
    industry: Industry
    totals: Totals
    buyers: dict[str, int]

    @property
    def known(self) -> int:
        return sum(self.buyers.values())


@dataclass(frozen=True)
class Share:
    """One line of the portfolio: what it is, its sums, and its part of all limits or of all that is open."""

    name: Any
    url_of: Any
    totals: Totals
    part: Decimal


def sums(actor: Actor) -> QuerySet[BookSum]:
    """Rows behind every figure. Nothing for those who have no business with buyers."""
    rows: QuerySet[BookSum] = BookSum.objects.visible_to(actor)
    return rows if actor.can("buyers.view") else rows.none()


def totals_by(rows: QuerySet[BookSum], key: str) -> dict[Any, Totals]:
    """Sums and numbers by the value of `key`, in one statement."""
    found: dict[Any, Totals] = defaultdict(Totals)
    for of, measure, usd, items in rows.values_list(key, "measure").annotate(u=Sum("usd"), n=Sum("items")):
        found[of].usd[measure], found[of].items[measure] = usd, items
    return found


def countries(
    actor: Actor, *, q: str = "", region: str = "", risk_class: str = "", status: str = ""
) -> list[CountryRow]:
    """Every country and region that fits, by region and weight of its trade."""
    totals = totals_by(sums(actor), "obligor__country_id")
    lights = _counts("country_id")
    known = {row.pk: row for row in _filtered(q, risk_class, status)}
    return [
        CountryRow(known[code], one, totals.get(code, Totals()), lights.get(code, {}))
        for one in REGIONS
        if region in ("", one.key)
        for code in one.codes
        if code in known
    ]


def _filtered(q: str, risk_class: str, status: str) -> Iterable[Country]:
    given = {"risk_class": risk_class, "cover_status": status}
    rows = Country.objects.filter(**{name: value for name, value in given.items() if value})
    wanted = q.casefold().strip()
    return [row for row in rows if _is_called(row, wanted)] if wanted else rows


def _is_called(row: Country, wanted: str) -> bool:
    return wanted == row.code.casefold() or wanted in row.name_zh.casefold() or wanted in row.name_en.casefold()


def _counts(key: str, **narrowed: Any) -> dict[Any, dict[str, int]]:
    found: dict[Any, dict[str, int]] = defaultdict(dict)
    rows = RegisterCount.objects.filter(**narrowed).values_list(key, "light").annotate(n=Sum("items"))
    for of, light, items in rows:
        found[of][light] = items
    return found


def country(actor: Actor, code: str) -> CountryRow | None:
    """One country; None when it is not of the atlas."""
    region = region_of(code)
    row = Country.objects.filter(pk=code).first() if region else None
    if row is None or region is None:
        return None
    totals = totals_by(sums(actor).filter(obligor__country=code), "obligor__country_id").get(code, Totals())
    return CountryRow(row, region, totals, _counts("country_id", country=code).get(code, {}))


def notes(code: str) -> QuerySet[CountryNote]:
    """What holds today, the newest first."""
    return CountryNote.objects.filter(country=code, ends_on=None)


def history(code: str) -> QuerySet[CoverChange]:
    """Terms that took effect, the newest first; everybody may know what is in force since when."""
    return CoverChange.objects.filter(country=code, state=ChangeState.IN_FORCE).order_by("-effective_on", "-id")


def open_change(code: str) -> CoverChange | None:
    return CoverChange.objects.filter(country=code).open().select_related("proposed_by").first()


def changes(actor: Actor, state: str = "") -> QuerySet[CoverChange]:
    rows = CoverChange.objects.visible_to(actor).select_related("country", "proposed_by", "decided_by")
    return rows.filter(state=state) if state else rows


def waiting_changes(actor: Actor) -> int | None:
    """How many changes wait for this person: proposed by another, within the own authority."""
    if not actor.can("countries.decide"):
        return None
    rows = CoverChange.objects.filter(state=ChangeState.PROPOSED).exclude(proposed_by=actor.user_id)
    if Role.COMMITTEE not in actor.roles:
        rows = rows.filter(level_needed__lte=actor.tier(Role.UNDERWRITER))
    return rows.count() or None


def industries(actor: Actor) -> list[IndustryRow]:
    """The 21 in the order of the HS."""
    totals, lights = totals_by(sums(actor), "obligor__section"), _counts("section")
    return [IndustryRow(one, totals.get(one.section, Totals()), lights.get(one.section, {})) for one in INDUSTRIES]


def without_industry(actor: Actor) -> Totals:
    """Buyers and banks of which no industry is known."""
    return totals_by(sums(actor).filter(obligor__section=None), "obligor__section").get(None, Totals())


def industry(actor: Actor, one: Industry) -> IndustryRow:
    rows = totals_by(sums(actor).filter(obligor__section=one.section), "obligor__section")
    lights = _counts("section", section=one.section)
    return IndustryRow(one, rows.get(one.section, Totals()), lights.get(one.section, {}))


def main_countries(actor: Actor, section: int, most: int = 8) -> list[tuple[Country, Totals]]:
    """Where the actor has most at stake in an industry."""
    found = totals_by(sums(actor).filter(obligor__section=section), "obligor__country_id")
    known = Country.objects.in_bulk(list(found))
    ranked = sorted(found.items(), key=lambda pair: (-_weight(pair[1]), pair[0]))[:most]
    return [(known[code], totals) for code, totals in ranked]


def main_buyers(actor: Actor, most: int = 8, **narrowed: Any) -> list[tuple[int, str, Totals]]:
    """The largest obligors of a country or industry, as far as the actor sees them."""
    rows = sums(actor).filter(**narrowed)
    found = totals_by(rows, "obligor_id")
    names = dict(rows.values_list("obligor_id", "obligor__name").distinct())
    ranked = sorted(found.items(), key=lambda pair: (-_weight(pair[1]), pair[0]))[:most]
    return [(pk, names[pk], totals) for pk, totals in ranked]


def _weight(totals: Totals) -> Decimal:
    return max(totals.amount("granted"), totals.amount("open"))


PORTFOLIO = (("country", _("Country or region")), ("industry", _("Industry")), ("group", _("Buyer group")))


def portfolio(actor: Actor, by: str) -> list[Share]:
    """All sums in one place, by country, industry or buyer group, the largest first."""
    rows = sums(actor)
    if by == "industry":
        found = totals_by(rows, "obligor__section")
        return _shares(found, {one.section: (one, ("credit_info:industry-detail", one.section)) for one in INDUSTRIES})
    if by == "group":
        named = rows.annotate(group=_GROUP)
        return _shares(totals_by(named, "group"), {})
    found = totals_by(rows, "obligor__country_id")
    known = Country.objects.in_bulk(list(found))
    return _shares(found, {code: (row, ("credit_info:country-detail", code)) for code, row in known.items()})


# the group that is written down, else the parent, else the company itself; banks stand alone
_GROUP = Case(
    When(obligor__kind=ObligorKind.BANK, then=F("obligor__name")),
    default=Coalesce(NullIf(F("obligor__group_name"), Value("")), F("obligor__parent__name"), F("obligor__name")),
)


def _shares(found: dict[Any, Totals], named: dict[Any, Any]) -> list[Share]:
    whole = sum((_weight(totals) for totals in found.values()), ZERO)
    rows = []
    for key, totals in found.items():
        name, url_of = named.get(key, (key or _("Not classified"), None))
        rows.append(Share(name, url_of, totals, _weight(totals) / whole if whole else ZERO))
    return sorted(rows, key=lambda row: (-row.part, str(row.name)))


def cap_use(row: CountryRow) -> tuple[Decimal | None, Decimal]:
    """The insurer's cap and what limits grant under it, USD; for the staff."""
    return sources.caps_of([row.country.pk]).get(row.country.pk), row.totals.amount("granted")
