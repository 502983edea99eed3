"""Amounts of a worksheet: kept exact as text, or unrounded; shown to the minor unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from sinosure.core.money import round_money
from sinosure.ui import show

register = template.Library()


@register.simple_tag
def rounded_money(amount: Decimal | None, currency: str) -> SafeString | str:
    """An unrounded figure of the working, half-up to the minor unit."""
    return show.NOTHING if amount is None else show.amount(round_money(amount, currency), currency)


@register.simple_tag
def stored_money(text: Any, currency: str) -> SafeString | str:
    """The same from the JSON of a saved worksheet."""
    return rounded_money(Decimal(str(text)) if text not in (None, "", "None") else None, currency)
