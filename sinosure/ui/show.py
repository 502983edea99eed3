"""How values look on a page: amounts with currency, dates, moments, percentages. Text only; the tags wrap it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sinosure.core import clock
from sinosure.core.money import Money, minor_unit

NOTHING = "–"
FINEST = Decimal("0.000001")  # the places of a rate


def plain_amount(amount: Decimal, currency: str) -> str:
    """1,234.50 with the decimals of the currency; more only where dropping them would change the figure."""
    places = -int(minor_unit(currency).as_tuple().exponent)
    amount = Decimal(amount)
    exact = -int(amount.normalize().as_tuple().exponent)
    return f"{amount:,.{max(places, exact)}f}"


def amount(value: Any, currency: str = "", sign: bool = False) -> SafeString | str:
    if isinstance(value, Money):
        value, currency = value.amount, value.currency
    if value is None or value == "":
        return NOTHING
    shown = plain_amount(value, currency).replace("-", "−")
    plus = "+" if sign and value > 0 else ""
    return format_html('<span class="money nowrap"><span class="cur">{}</span>{}{}</span>', currency, plus, shown)


def weekday(day: date) -> str:
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return names[day.weekday()]


def day(value: date | datetime | None, with_weekday: bool = False) -> SafeString | str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, datetime):
        value = clock.business_date(value)
    tail = f" {weekday(value)}" if with_weekday else ""
    return format_html('<time class="nowrap" datetime="{0}">{0}{1}</time>', value.isoformat(), tail)


def moment(value: datetime | None, seconds: bool = False) -> SafeString | str:
    """Date and time of day in Beijing."""
    if value is None or value == "":
        return NOTHING
    there = value.astimezone(clock.SHANGHAI)
    text = there.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
    return format_html('<time class="nowrap" datetime="{}">{}</time>', there.isoformat(timespec="seconds"), text)


def percentage(value: Decimal | None, places: int | None = None) -> str:
    """0.24 → 0.24%, 90.0000 → 90%, 0.26666… → 0.266667%; `places` fixes the decimals, six are shown at most."""
    if value is None or value == "":
        return NOTHING
    if places is not None:
        return f"{value:.{places}f}%"
    text = f"{Decimal(value).quantize(FINEST, ROUND_HALF_UP):f}"
    return f"{text.rstrip('0').rstrip('.')}%"


def ratio(value: Decimal | None, places: int | None = None) -> str:
    """0.9 → 90%."""
    return NOTHING if value is None or value == "" else percentage(Decimal(value) * 100, places)


def value(thing: Any) -> Any:
    """Any value of a fact or a step the house way."""
    if isinstance(thing, Money):
        return amount(thing)
    if isinstance(thing, datetime):
        return moment(thing)
    if isinstance(thing, date):
        return day(thing)
    if isinstance(thing, bool):
        return _("Yes") if thing else _("No")
    if isinstance(thing, Decimal):
        return _decimal(thing)
    if isinstance(thing, dict) and {"amount", "currency"} <= thing.keys():
        return amount(Decimal(str(thing["amount"])), thing["currency"])
    return NOTHING if thing is None or thing == "" else thing


def _decimal(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
