"""Amounts and other numbers: strict thousands groups, ASCII digits after folding, never rounded."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.money import decimals_of
from sinosure.core.parsing.reading import Parsed, narrow, read_as, shortened

MOST_MINOR_UNITS = Decimal(10) ** 15
_PLAIN = re.compile(r"[1-9][0-9]{0,11}(?:\.([0-9]{1,3}))?").fullmatch
_NUMBER = re.compile(r"(-?)([1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.(\d+))?", re.ASCII).fullmatch
_LONGEST = 40


def parse_amount(text: str, currency: str, *, allow_zero: bool = False) -> Parsed[Decimal]:
    """An amount above 0 in `currency`, never rounded.

    `bad_number` (400), `must_be_positive`, `too_many_decimals` (422), `out_of_range` (400: above 10^15 minor units).
    """
    places = decimals_of(currency)
    match = _PLAIN(text) if type(text) is str else None
    if match and len(match[1] or "") <= places:
        value = Decimal(text)
        if value.scaleb(places) <= MOST_MINOR_UNITS:
            return Parsed(value, text)
    return _parse_odd_amount(str(text), currency, places, allow_zero)


def _parse_odd_amount(raw: str, currency: str, places: int, allow_zero: bool) -> Parsed[Decimal]:
    """The slow way: grouped, full width, with zeros to drop, or wrong."""
    value = _number(raw)
    if value < 0 or (value == 0 and (value.is_signed() or not allow_zero)):
        message = _("The amount must be above 0. A credit note is recorded in its own place.")
        raise DomainError("must_be_positive", message)
    if -int(value.normalize().as_tuple().exponent) > places:
        message = _("%(currency)s amounts have at most %(places)s decimals. Nothing is rounded for you.")
        raise DomainError("too_many_decimals", message, currency=currency, places=places)
    if value.scaleb(places) > MOST_MINOR_UNITS:
        raise _out_of_range(raw)
    if -int(value.as_tuple().exponent) > places:
        value = value.quantize(Decimal(1).scaleb(-places))
    return Parsed(value, raw, read_as(raw, value))


def parse_number(text: str) -> Parsed[Decimal]:
    """Any decimal number, negative ones too, without exponent. `bad_number` (400)."""
    raw = str(text)
    value = _number(raw)
    return Parsed(value, raw, read_as(raw, value))


def parse_decimal(text: str, low: Decimal, high: Decimal, *, places: int = 6) -> Parsed[Decimal]:
    """A ratio, rate or factor in [low, high]. `bad_number` (400), `too_many_decimals`, `out_of_range` (422)."""
    found = parse_number(text)
    if not low <= found.value <= high:
        message = _("The number must lie between %(low)s and %(high)s.")
        raise DomainError("out_of_range", message, low=f"{low:f}", high=f"{high:f}")
    if -int(found.value.normalize().as_tuple().exponent) > places:
        message = _("At most %(places)s decimals. Nothing is rounded for you.")
        raise DomainError("too_many_decimals", message, places=places)
    return found


def parse_integer(text: str, low: int, high: int) -> Parsed[int]:
    """A whole number in [low, high], such as credit days. `bad_number` (400), `out_of_range` (422)."""
    raw = str(text)
    shown = narrow(raw)
    if not (shown.isascii() and shown.isdigit() and len(shown) <= _LONGEST):
        message = _("“%(raw)s” is not a whole number. Write digits only, such as 60.")
        raise DomainError("bad_number", message, status=400, raw=shortened(raw))
    value = int(shown)
    if not low <= value <= high:
        message = _("The number must lie between %(low)s and %(high)s.")
        raise DomainError("out_of_range", message, low=low, high=high)
    return Parsed(value, raw, read_as(raw, value))


def _number(raw: str) -> Decimal:
    shown = narrow(raw)
    match = _NUMBER(shown) if len(shown) <= _LONGEST else None
    if match is None:
        message = _("“%(raw)s” is not an amount. Write it as 1234.50 or 1,234.50, without the currency.")
        raise DomainError("bad_number", message, status=400, raw=shortened(raw))
    if len(match[2].replace(",", "").lstrip("0")) > 15:
        raise _out_of_range(raw)
    return Decimal(shown.replace(",", ""))


def _out_of_range(raw: str) -> DomainError:
    message = _("“%(raw)s” is larger than this system can hold.")
    return DomainError("out_of_range", message, status=400, raw=shortened(raw))
