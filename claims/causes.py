"""Which of the nine covered risks a policy answers for (Rulebook §1.2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from claims.models import CoveredRisk
from policies.models import Policy
from sinosure.core.errors import DomainError


def check_risk(policy: Policy, risk: str, field: str) -> None:
    """The nine risks of the handbook, less those that the product or its schedule leaves out (§1.1, §1.2)."""
    schedule = policy.schedule
    if risk not in policy.wording.named.value("risks") or (schedule and risk not in schedule.insured_ratios):
        raise DomainError("risk_not_covered", _("This policy does not cover this cause of loss."), field=field)


DEFAULT_RISKS = (CoveredRisk.BUYER_DEFAULT, CoveredRisk.BANK_DEFAULT)


def check_before_shipment(risk: str, field: str) -> None:
    """A default needs a due date; before shipment there is none (§1.3)."""
    if risk in DEFAULT_RISKS:
        message = _("Before shipment nothing is due. Choose what happened to the buyer, the bank or the country.")
        raise DomainError("not_before_shipment", message, field=field)
