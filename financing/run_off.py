"""What of this app keeps the run-off of a policy open."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from financing.models import ACTIVE_LOAN, Loan
from policies.above import register_open_item


def register() -> None:
    register_open_item("loans", _("loans"), _loans)


def _loans(policy_id: int) -> int:
    return Loan.objects.filter(agreement__policy=policy_id, state__in=ACTIVE_LOAN).count()
