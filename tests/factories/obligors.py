"""Buyers and banks abroad, made through the services by Cao, the credit analyst."""

from __future__ import annotations

from itertools import count

from credit_info.models import Obligor
from credit_info.services import add_bank, add_buyer, set_light
from tests.factories.people import actor

_next = count(1)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def a_buyer(name: str | None = None, country: str = "DE", light: str = "", **facts: str) -> Obligor:
    """A buyer with a name of its own; `light` GREEN, YELLOW or RED with a reason."""
    analyst, n = actor("cao"), next(_next)
    buyer = add_buyer(
        actor=analyst, name=name or f"Weber Handel {n} GmbH", country=country, confirmed_new=True, **facts
    )
    if light:
        buyer = set_light(actor=analyst, obligor_id=buyer.pk, light=light, reasons=["Accounts of last year read"])
    return buyer


def a_bank_obligor(name: str | None = None, country: str = "DE", bic: str | None = None) -> Obligor:
    """An issuing bank with a BIC of its own."""
    n = next(_next)
    code = bic or f"TEST{country}{_LETTERS[n // 26 % 26]}{_LETTERS[n % 26]}"
    return add_bank(actor=actor("cao"), name=name or f"Bank für Handel {n}", country=country, bic=code)
