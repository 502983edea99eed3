"""Reads of the navigator: a product's market, who buys it, one buyer's trade. The sums are kept, so a page reads few rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from credit_info.navigator.figures import Readable, signed
from credit_info.navigator.models import (
    LAST_TWELVE,
    BuyerStanding,
    MarketMonth,
    MarketOrigin,
    TradeContact,
    TradeImport,
    TradeRecord,
    TradeWindow,
)
from credit_info.navigator.products import Product, headings, product_of
from sinosure.accounts.actor import Actor
from sinosure.core.errors import DomainError
from sinosure.reference.models import Country

CHARTED, YEARS_OFFERED, MOST_COUNTED, SHOWN_ORIGINS, SHOWN_PRODUCTS, POPULAR = 36, 4, 10_000, 8, 10, 12
CHINA = "CN"
NO_RECORDS = _("There are no trade records yet. They come when the credit analysts take in a file.")
ZERO = Decimal(0)


def month_before(day: date, months: int) -> date:
    """The first of the month that lies `months` before."""
    ordinal = day.year * 12 + day.month - 1 - months
    return date(ordinal // 12, ordinal % 12 + 1, 1)


@dataclass(frozen=True)
class Span:
    """The months from `first` to `last`, both included."""

    first: date
    last: date

    def before(self) -> Span:
        """The same months a year earlier."""
        return Span(month_before(self.first, 12), month_before(self.last, 12))

    @property
    def months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def holds(self, month: date) -> bool:
        return self.first <= month <= self.last


@dataclass(frozen=True)
class Figures(Readable):
    """What was traded in some months."""

    weight_kg: Decimal = ZERO
    amount: Decimal = ZERO
    count: int = 0
    china_amount: Decimal = ZERO

    def __add__(self, other: Any) -> Figures:
        return Figures(
            self.weight_kg + other.weight_kg, self.amount + other.amount, self.count + other.count,
            self.china_amount + other.china_amount,
        )  # fmt: skip


@dataclass(frozen=True)
class Month:
    """One month of a chart; a month without trade is there with zeros."""

    month: date
    figures: Figures


@dataclass(frozen=True)
class Share:
    """A country or product with its figures, its part of the whole and how it grew against the year before."""

    what: Any
    figures: Figures
    ratio: Decimal | None = None
    growth: Decimal | None = None
    buyers: int | None = None

    @property
    def growth_text(self) -> str:
        return signed(self.growth)


@dataclass(frozen=True)
class OriginLine:
    """An origin with its part of the amount in each of the periods asked for."""

    origin: Country
    ratios: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Market:
    """A product in a country, or in the world when `country` is None."""

    product: Product
    country: Country | None
    period: int
    span: Span
    buyers: int
    now: Figures
    earlier: Figures
    months: tuple[Month, ...]
    periods: tuple[int, ...] = ()
    origins: tuple[OriginLine, ...] = field(default=())

    @property
    def growth_text(self) -> str:
        return signed(growth(self.now.amount, self.earlier.amount))

    @property
    def buyers_text(self) -> str:
        return f"{MOST_COUNTED:,}+" if self.buyers > MOST_COUNTED else f"{self.buyers:,}"


def growth(now: Decimal, earlier: Decimal) -> Decimal | None:
    """+0.25 is a quarter more; None where there was nothing before."""
    return (now - earlier) / earlier if earlier else None


def is_synthetic() -> bool:
    """Whether invented records are among those that are shown."""
    return TradeImport.objects.filter(is_synthetic=True).exists()


def country(code: str) -> Country | None:
    return Country.objects.filter(code=code).first() if code else None


def newest_month() -> date | None:
    window = TradeWindow.objects.filter(id=1).first()
    return window.newest if window else None


def periods(newest: date | None) -> list[int]:
    """The last twelve months first, then calendar years backwards."""
    return [LAST_TWELVE, *(newest.year - n for n in range(YEARS_OFFERED))] if newest else [LAST_TWELVE]


def span_of(period: int, newest: date) -> Span:
    if period == LAST_TWELVE:
        return Span(month_before(newest, 11), newest)
    return Span(date(period, 1, 1), min(date(period, 12, 1), newest))


def span_between(first: date | None, last: date | None) -> Span | None:
    """The months asked for, the last twelve where they are left open; None where there are no records. `ends_before_it_begins`."""
    newest = newest_month()
    if newest is None:
        return None
    usual = span_of(LAST_TWELVE, newest)
    span = Span(first or min(usual.first, last or usual.last), last or max(usual.last, first or usual.last))
    if span.first > span.last:
        raise DomainError("ends_before_it_begins", _("The period ends before it begins."), field="last")
    return span


def market(actor: Actor, product: Product, country: Country | None, period: int) -> Market | None:
    """Number of buyers, figures against a year earlier, and the months of the charts; None where there are no records at all.

    Raises `bad_period`.
    """
    newest = newest_month()
    if newest is None:
        return None
    if period not in periods(newest):
        raise DomainError(
            "bad_period", _("The period is a year with records, or 0 for the last twelve months."), field="period"
        )
    span = span_of(period, newest)
    by_month = _months(actor, product.code, country)
    return Market(
        product=product, country=country, period=period, span=span, buyers=_count_buyers(actor, product.code, country, period),
        now=_within(by_month, span), earlier=_within(by_month, span.before()), months=_charted(by_month, newest),
    )  # fmt: skip


def _months(actor: Actor, hs: str, country: Country | None) -> dict[date, Figures]:
    return _grouped(MarketMonth.objects.visible_to(actor).filter(hs=hs, **_of(country)), "month")


def _grouped(rows: Any, by: str, china: Any = Sum("china_amount")) -> dict[Any, Figures]:  # noqa: B008  an expression never changes
    """The figures by a column, summed by the database."""
    sums = {name: Sum(name) for name in ("weight_kg", "amount", "count")}
    return {row.pop("key"): Figures(**row) for row in rows.values(key=F(by)).annotate(china_amount=china, **sums)}


def _of(country: Country | None) -> dict[str, Any]:
    return {"country": country} if country else {}


def _within(by_month: dict[date, Figures], span: Span) -> Figures:
    return sum((figures for month, figures in by_month.items() if span.holds(month)), Figures())


def _charted(by_month: dict[date, Figures], newest: date, most: int = CHARTED) -> tuple[Month, ...]:
    """From the first month with trade, at most three years back, to the newest."""
    first = min((month for month in by_month if month > month_before(newest, most)), default=newest)
    days = [month_before(newest, n) for n in reversed(range(Span(first, newest).months))]
    return tuple(Month(day, by_month.get(day, Figures())) for day in days)


def _count_buyers(actor: Actor, hs: str, country: Country | None, period: int) -> int:
    """Exact to MOST_COUNTED, above that MOST_COUNTED + 1."""
    rows = BuyerStanding.objects.visible_to(actor).filter(hs=hs, period=period, **_of(country))
    return int(rows[: MOST_COUNTED + 1].count())


def with_origins(actor: Actor, found: Market) -> Market:
    """The largest origins with their parts of the last twelve months and of each year: a shift shows at a glance."""
    rows = MarketOrigin.objects.visible_to(actor).filter(hs=found.product.code, **_of(found.country))
    amounts = {
        (row["period"], row["origin"]): row["a"] for row in rows.values("period", "origin").annotate(a=Sum("amount"))
    }
    shown = [*sorted({period for period, _origin in amounts if period})[-3:], LAST_TWELVE]
    whole = {period: sum((a for (p, _origin), a in amounts.items() if p == period), ZERO) for period in shown}
    weight = {
        origin: max(amounts.get((p, origin), ZERO) / (whole[p] or 1) for p in shown) for _period, origin in amounts
    }
    largest = sorted(weight, key=lambda origin: (-weight[origin], origin))[:SHOWN_ORIGINS]
    named = Country.objects.in_bulk(largest)
    lines = tuple(
        OriginLine(named[origin], tuple(_part(amounts.get((p, origin), ZERO), whole[p]) for p in shown)) for origin in largest
    )  # fmt: skip
    lines = tuple(sorted(lines, key=lambda line: -(line.ratios[-1] or ZERO)))
    return replace(found, periods=tuple(shown), origins=lines)


def _part(amount: Decimal, whole: Decimal) -> Decimal | None:
    return amount / whole if whole else None


def countries(actor: Actor, found: Market) -> list[Share]:
    """Which countries buy the product, the largest first, each with its growth and number of buyers."""
    rows = MarketMonth.objects.visible_to(actor).filter(hs=found.product.code)
    now, earlier = (
        _grouped(rows.filter(month__gte=span.first, month__lte=span.last), "country")
        for span in (found.span, found.span.before())
    )
    standings = BuyerStanding.objects.visible_to(actor).filter(hs=found.product.code, period=found.period)
    buyers = dict(standings.values_list("country").annotate(n=Count("id")))
    named = Country.objects.in_bulk(list(now))
    shares = [
        Share(
            named[code], figures, _part(figures.amount, found.now.amount),
            growth(figures.amount, earlier[code].amount) if code in earlier else None, buyers.get(code, 0),
        )
        for code, figures in now.items()
    ]  # fmt: skip
    return sorted(shares, key=lambda one: (-one.figures.amount, one.what.code))


@dataclass(frozen=True)
class Wanted:
    """What the list of buyers is narrowed to; "" narrows nothing."""

    contact: str = ""
    origin: str = ""
    least: Decimal | None = None
    light: str = ""


CONTACT_KNOWN, FROM_CHINA, NOT_FROM_CHINA = "known", "china", "elsewhere"


def buyers(actor: Actor, hs: str, country: Country | None, period: int, wanted: Wanted) -> QuerySet[BuyerStanding]:
    """Buyers of the product, each with `has_contact`."""
    contact = Exists(TradeContact.objects.filter(obligor=OuterRef("obligor")))
    rows: QuerySet[BuyerStanding] = BuyerStanding.objects.visible_to(actor).filter(hs=hs, period=period, **_of(country))
    rows = rows.select_related("obligor", "country").annotate(has_contact=contact)
    narrowed = Q()
    if wanted.contact == CONTACT_KNOWN:
        narrowed &= Q(has_contact=True)
    if wanted.origin in (FROM_CHINA, NOT_FROM_CHINA):
        narrowed &= Q(china_amount__gt=0) if wanted.origin == FROM_CHINA else Q(china_amount=0)
    if wanted.least is not None:
        narrowed &= Q(amount__gte=wanted.least)
    if wanted.light:
        narrowed &= Q(obligor__light=wanted.light)
    return rows.filter(narrowed)


@dataclass(frozen=True)
class Profile:
    """What one buyer took in some months: figures, months, where from, what, and where to."""

    span: Span
    figures: Figures
    months: tuple[Month, ...]
    origins: tuple[Share, ...]
    products: tuple[Share, ...]
    countries: tuple[Share, ...]


def records(actor: Actor, obligor_id: int, span: Span) -> QuerySet[TradeRecord]:
    rows: QuerySet[TradeRecord] = TradeRecord.objects.visible_to(actor).filter(
        obligor=obligor_id, month__gte=span.first, month__lte=span.last
    )
    return rows.select_related("country", "origin")


def profile(actor: Actor, obligor_id: int, span: Span) -> Profile:
    rows = records(actor, obligor_id, span).select_related(None).order_by()
    china = Sum("amount", filter=Q(origin=CHINA), default=ZERO)
    by_month = _grouped(rows, "month", china)
    whole = sum(by_month.values(), Figures())
    return Profile(
        span, whole, _charted(by_month, span.last),
        _shares(_grouped(rows, "origin", china), whole, SHOWN_ORIGINS, _countries_named),
        _shares(_grouped(rows, "hs6", china), whole, SHOWN_PRODUCTS, _products_named),
        _shares(_grouped(rows, "country", china), whole, SHOWN_ORIGINS, _countries_named),
    )  # fmt: skip


def _shares(found: dict[str, Figures], whole: Figures, most: int, named: Any) -> tuple[Share, ...]:
    largest = sorted(found, key=lambda key: (-found[key].amount, key))[:most]
    names = named(largest)
    return tuple(Share(names[key], found[key], _part(found[key].amount, whole.amount)) for key in largest)


def _countries_named(codes: Sequence[str]) -> dict[str, Country]:
    return Country.objects.in_bulk(list(codes))


def _products_named(codes: Iterable[str]) -> dict[str, Product]:
    return {code: product_of(code) for code in codes}


def popular(actor: Actor, country: Country | None = None) -> list[Share]:
    """The headings with the largest amounts of the last twelve months, of the world or one country: to start from."""
    newest = newest_month()
    if newest is None:
        return []
    span = span_of(LAST_TWELVE, newest)
    rows = MarketMonth.objects.visible_to(actor).filter(
        hs__in=headings(), month__gte=span.before().first, **_of(country)
    )
    is_now = Q(month__gte=span.first)
    sums = rows.values_list("hs").annotate(
        now=Sum("amount", filter=is_now, default=ZERO), earlier=Sum("amount", filter=~is_now, default=ZERO)
    )
    largest = sorted((row for row in sums if row[1]), key=lambda row: (-row[1], row[0]))[:POPULAR]
    return [Share(product_of(hs), Figures(amount=now), growth=growth(now, earlier)) for hs, now, earlier in largest]
