"""How trade figures are written: tonnes, whole US dollars, growth with its sign; and the charts of a row of months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

KILO, MILLION = Decimal(1000), Decimal(1_000_000)


class Readable:
    """Figures as they stand in a table; for whatever has `weight_kg`, `amount`, `count` and `china_amount`."""

    weight_kg: Any
    amount: Any
    count: Any
    china_amount: Any

    @property
    def tonnes(self) -> str:
        return f"{self.weight_kg / KILO:,.1f}"

    @property
    def dollars(self) -> str:
        return f"{self.amount:,.0f}"

    @property
    def times(self) -> str:
        return f"{self.count:,}"

    @property
    def china_ratio(self) -> Decimal | None:
        """China's part of the amount."""
        return self.china_amount / self.amount if self.amount else None


def signed(ratio: Decimal | None) -> str:
    """+0.25 is +25%."""
    return "–" if ratio is None else f"{round(ratio, 2) + 0:+,.0%}"


@dataclass(frozen=True)
class Chart:
    """One trend with the unit in which it is drawn."""

    title: Any
    unit: Any
    points: list[tuple[str, Decimal]]

    @property
    def label(self) -> str:
        return f"{self.title}, {self.unit}"


def charts(months: Sequence[Any]) -> list[Chart]:
    """Weight, amount and number of shipments of months that have `month` and `figures`."""
    figures = [(f"{one.month:%Y-%m}", one.figures) for one in months]
    weight = _scaled([(label, one.weight_kg) for label, one in figures], (_("kg"), _("tonnes"), _("thousand tonnes")))
    amount = _scaled([(label, one.amount) for label, one in figures], (_("USD"), _("thousand USD"), _("million USD")))
    count = [(label, Decimal(one.count)) for label, one in figures]
    return [
        Chart(_("Weight by month"), *weight), Chart(_("Amount by month"), *amount), Chart(_("Deliveries by month"), _("deliveries"), count)
    ]  # fmt: skip


def _scaled(points: list[tuple[str, Decimal]], units: tuple[Any, Any, Any]) -> tuple[Any, list[tuple[str, Decimal]]]:
    """In the unit that leaves at most five digits before the point."""
    peak = max((value for _, value in points), default=Decimal(0))
    power = 2 if peak >= 10 * MILLION else 1 if peak >= 10 * KILO else 0
    places = Decimal("0.1") if power else Decimal(1)
    return units[power], [(label, (value / KILO**power).quantize(places)) for label, value in points]
