"""Tags of letter templates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from sinosure.core import clock
from sinosure.core.money import Money, format_amount
from sinosure.documents.rendering import qr_code

register = template.Library()


@register.simple_tag
def qr(text: str) -> SafeString:
    """A QR code of `text`."""
    return qr_code(text)


@register.filter
def figure(amount: Decimal | str, currency: str) -> str:
    """1,234.50 with the decimals of the currency; text from a frozen context is read as a number."""
    return format_amount(Decimal(str(amount)), currency)


@register.filter
def in_chinese(day: date | str | None) -> str:
    """2026 年 11 月 23 日."""
    found = _day(day)
    return f"{found.year} 年 {found.month} 月 {found.day} 日" if found else ""


@register.filter
def in_english(day: date | str | None) -> str:
    """23 November 2026."""
    names = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    found = _day(day)
    return f"{found.day} {names[found.month - 1]} {found.year}" if found else ""


@register.filter
def percent(ratio: Any) -> str:
    """0.9 → 90%."""
    text = f"{Decimal(str(ratio)) * 100:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


@register.filter
def currency_and_figure(money: Money | dict[str, Any]) -> str:
    """USD 1,234.50 of a Money or of its JSON."""
    if isinstance(money, Money):
        return str(money)
    return f"{money['currency']} {format_amount(Decimal(str(money['amount'])), money['currency'])}"


def _day(day: date | str | None) -> date | None:
    if isinstance(day, datetime):
        return clock.business_date(day)
    return date.fromisoformat(day[:10]) if isinstance(day, str) and day else day or None
