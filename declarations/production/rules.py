"""What may be declared and which costs are covered before shipment (§1.3, LIM-9). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from declarations.models import InstructionKind, UncoveredReason
from sinosure.core.errors import DomainError

ZERO = Decimal(0)


@dataclass(frozen=True)
class Contract:
    """One delivery as declared; `price` in `currency`. `obligor_id` will owe: the buyer, under an L/C the issuing bank."""

    obligor_id: int
    contract_no: str
    goods: str
    term: str
    credit_days: int
    price: Decimal
    currency: str
    production_from: date
    ships_by: date


@dataclass(frozen=True)
class Cost:
    """One direct cost with its voucher; `amount` in `currency`."""

    kind: str
    description: str
    voucher_no: str
    incurred_on: date
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Said:
    """An instruction of the insurer: its kind and first day."""

    kind: str
    effective_from: date


def key_of(contract_no: str) -> str:
    """A contract number without blanks and punctuation, as the trigger of the shipments reads it."""
    return re.sub(r"[\W_]", "", contract_no).upper()


def check_contract(contract: Contract, *, today: date, policy_ends_on: date, most_days: int) -> None:
    """Raises at the first field that cannot be right."""
    checks: list[tuple[bool, str, Any, str]] = [
        (not key_of(contract.contract_no), "contract_no_missing",
         _("Give the number of the contract; the shipment will name it."), "contract_no"),
        (contract.ships_by < contract.production_from, "ships_before_production",
         _("The goods cannot leave before production begins."), "ships_by"),
        (contract.ships_by < today, "ships_by_past",
         _("The planned day of shipment has passed. Declare the shipment instead."), "ships_by"),
        ((contract.ships_by - contract.production_from).days > most_days, "production_too_long",
         _("Production of more than %(days)s days is not covered. Declare deliveries one by one."), "ships_by"),
        (contract.ships_by > policy_ends_on, "after_policy",
         _("The policy ends on %(day)s. Plan the shipment within its period."), "ships_by"),
    ]  # fmt: skip
    for wrong, code, message, field in checks:
        if wrong:
            raise DomainError(code, message, field=field, days=most_days, day=policy_ends_on)


def instruction_on(given: Iterable[Said], day: date) -> str:
    """The instruction that applies on `day`, "" while there is none; `given` in the order in which they were made."""
    applying = [one for one in given if one.effective_from <= day]
    return applying[-1].kind if applying else ""


def why_uncovered(
    incurred_on: date, *, declared_on: date, ships_by: date, given: Iterable[Said], stopped_on: date | None
) -> str:
    """Why a cost of that day is not covered at all; "" when it is, as far as price and limit reach."""
    word = instruction_on(given, incurred_on)
    if incurred_on < declared_on:
        return UncoveredReason.BEFORE_DECLARATION
    if word == InstructionKind.STOP:
        return UncoveredReason.AFTER_STOP
    if incurred_on > ships_by:
        return UncoveredReason.AFTER_PLAN
    if stopped_on is not None and incurred_on >= stopped_on and word != InstructionKind.CONTINUE:
        return UncoveredReason.STOPPED
    return ""
