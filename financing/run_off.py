"""What this app tells `policies`: what keeps a run-off open, and what banks lent."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from financing.models import ACTIVE_LOAN, Loan
from policies.above import register_financing, register_open_item


def register() -> None:
    register_open_item("loans", _("loans"), _loans)
    register_financing("loans", _lent)


def _lent(policies: QuerySet[Any]) -> Iterable[tuple[int, str, Decimal]]:
    """What was drawn, repaid since or not."""
    rows = Loan.objects.filter(agreement__policy__in=policies, drawn_on__isnull=False).order_by()
    return rows.values_list("agreement__policy", "currency").annotate(total=Sum("principal"))


def _loans(policy_id: int) -> int:
    return Loan.objects.filter(agreement__policy=policy_id, state__in=ACTIVE_LOAN).count()
