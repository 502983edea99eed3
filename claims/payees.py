"""Who is paid for a shipment (FIN-1): the bank of the agreement in force when it left, else the insured. Never typed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from declarations.models import Shipment
from financing.models import Agreement, AgreementState


@dataclass(frozen=True)
class Payee:
    """The account that the indemnity goes to, and the agreement that says so."""

    organisation_id: int
    account_name: str
    account_bank: str
    account_no: str
    agreement: Agreement | None = None


def payee_for(*, shipment: Shipment) -> Payee:
    """An agreement binds from its first day until it is released, for the shipments that left in between."""
    day = shipment.shipped_on
    rows = Agreement.objects.filter(policy=shipment.policy_id, active_from__lte=day)
    rows = rows.filter(Q(active_until=None) | Q(active_until__gte=day))
    bound = rows.exclude(state=AgreementState.DRAFT).order_by("-active_from", "-id").first()
    if bound is not None:
        return Payee(bound.bank_id, bound.account_name, bound.account_bank, bound.account_no, bound)
    insured = shipment.policyholder
    return Payee(insured.pk, insured.name_zh, insured.account_bank, insured.account_no)
