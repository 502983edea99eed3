"""Who pays the premium of a member: gross, the government's part, what the exporter pays now and gets back (PLT-3). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from policies.pooled.states import SubsidyMode
from sinosure.core.money import round_money
from sinosure.core.steps import Step

RULE = "PLT-3"
ZERO = Decimal(0)
PREMIUM, SHARE = gettext_noop("Premium for the year"), gettext_noop("Share of the government")


@dataclass(frozen=True)
class Shares:
    """`gross` = `subsidy` + what the exporter bears; `payable` is what it pays the insurer, `reimbursed` what it gets back."""

    gross: Decimal
    subsidy: Decimal
    payable: Decimal
    reimbursed: Decimal
    steps: tuple[Step, ...]

    @property
    def deducted(self) -> Decimal:
        """The subsidy that the notice takes off at once."""
        return self.gross - self.payable


def shares(gross: Decimal, mode: str, ratio: Decimal, currency: str) -> Shares:
    """The subsidy is rounded half-up to the minor unit; the exporter bears the rest, so the parts always tie."""
    subsidy = round_money(gross * ratio, currency)
    later = mode == SubsidyMode.PAY_THEN_REIMBURSE
    payable, reimbursed = (gross, subsidy) if later else (gross - subsidy, ZERO)
    inputs: dict[str, Any] = {PREMIUM: gross, SHARE: ratio}
    steps = (
        Step(RULE, _("Paid by the government"), subsidy, inputs),
        Step(RULE, _("Payable by the exporter"), payable),
        Step(RULE, _("Reimbursed to the exporter afterwards"), reimbursed),
    )
    return Shares(gross, subsidy, payable, reimbursed, steps)
