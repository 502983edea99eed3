"""Who is paid for a shipment (FIN-1): the bank of the agreement in force when it left, else the insured. Never typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from financing.models import Agreement, AgreementState
from policies.models import Policy


@dataclass(frozen=True)
class Payee:
    """The account that the indemnity goes to, and the agreement that says so."""

    organisation_id: int
    account_name: str
    account_bank: str
    account_no: str
    agreement: Agreement | None = None


def payee_for(policy: Policy, shipped_on: date) -> Payee:
    """The bank's account under the agreement that bound the shipment on its day, else the insured's own."""
    bound = agreement_on(policy.pk, shipped_on)
    if bound is not None:
        return Payee(bound.bank_id, bound.account_name, bound.account_bank, bound.account_no, bound)
    insured = policy.policyholder
    return Payee(insured.pk, insured.name_zh, insured.account_bank, insured.account_no)


def agreement_on(policy_id: int, day: date) -> Agreement | None:
    """The agreement in force on a day; where one follows another on the same day, the newer one."""
    rows = in_force_between(day, day).filter(policy=policy_id).select_related("bank")
    return rows.order_by("-active_from", "-id").first()


def in_force_between(first: date, last: date) -> QuerySet[Agreement]:
    """An agreement binds from its first day until it is released or its policy ends."""
    rows = Agreement.objects.filter(active_from__lte=last).filter(Q(active_until=None) | Q(active_until__gte=first))
    return rows.exclude(state=AgreementState.DRAFT)
