"""A contract in production where the loss adjustment expects a debt: its covered direct costs instead of an invoice (§1.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from declarations.models import ProductionContract
from sinosure.accounts.models import Organisation
from sinosure.core.steps import Step

ONE = Decimal(1)


@dataclass(frozen=True)
class ContractDebt:
    """What the worksheet, letters and payees read of a shipment, answered by a contract; amounts in policy currency."""

    pk: int
    policy_id: int
    policyholder: Organisation
    obligor: Obligor
    obligor_id: int
    invoice_no: str
    currency: str
    shipped_on: date
    due_on: date
    fx: Decimal = ONE
    shipped_by: str = ""
    invoice_key: str = ""
    is_late: bool = False


def debt_of(contract: ProductionContract) -> ContractDebt:
    return ContractDebt(
        pk=contract.pk, policy_id=contract.policy_id, policyholder=contract.policyholder, obligor=contract.obligor,
        obligor_id=contract.obligor_id, invoice_no=contract.contract_no, currency=contract.policy.currency,
        shipped_on=contract.production_from, due_on=contract.ships_by,
    )  # fmt: skip


def loss_of(contract: ProductionContract) -> Decimal:
    """The covered direct costs that were not taken back, never more than the contract price."""
    lines = contract.cost_lines.filter(voided_at=None).values_list("covered", flat=True)
    return min(sum(lines, Decimal(0)), contract.policy_price)


LABELS: dict[str, Any] = {
    "IND-1": _("Direct costs incurred, at most the contract price"),
    "IND-3": _("Contracts that pass the cover test"),
    "IND-4": _("Costs less salvage"),
    "IND-6": _("Claim base: the part within the limit"),
    "IND-7": _("Insured percentage before shipment: the lowest of schedule, limit decision and hard cap"),
}


def in_words_of_production(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The working with the words of goods in production; no buyer has paid anything that could be allocated."""
    told = [step for step in steps if step.rule != "IND-2"]
    return tuple(replace(step, label=LABELS[step.rule]) if step.rule in LABELS else step for step in told)
