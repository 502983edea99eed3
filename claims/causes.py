"""Which of the nine covered risks a policy answers for (Rulebook §1.2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from policies.models import Policy
from sinosure.core.errors import DomainError


def check_risk(policy: Policy, risk: str, field: str) -> None:
    """The nine risks of the handbook, less those that the product or its schedule leaves out (§1.1, §1.2)."""
    schedule = policy.schedule
    if risk not in policy.wording.named.value("risks") or (schedule and risk not in schedule.insured_ratios):
        raise DomainError("risk_not_covered", _("This policy does not cover this cause of loss."), field=field)
