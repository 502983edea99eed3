"""Who is paid for a shipment (FIN-1): the bank of the agreement in force when it left, else the insured. Never typed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

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


def payee_for(shipment: Shipment) -> Payee:
    """The bank's account under the agreement that bound the shipment on its day, else the insured's own."""
    return payees_for([shipment])[shipment.pk]


def payees_for(shipments: Collection[Shipment]) -> dict[int, Payee]:
    """For many shipments in one query; each row needs its `obligor` and `policyholder`."""
    if not shipments:
        return {}
    days = [one.shipped_on for one in shipments]
    rows = in_force_between(min(days), max(days)).filter(policy__in={one.policy_id for one in shipments})
    agreements = list(rows.select_related("bank").order_by("active_from", "id"))
    return {one.pk: _payee(one, agreements) for one in shipments}


def _payee(shipment: Shipment, agreements: list[Agreement]) -> Payee:
    """Where one agreement follows another on the same day, the newer one."""
    bound = [one for one in agreements if _binds(one, shipment)]
    if bound:
        last = bound[-1]
        return Payee(last.bank_id, last.account_name, last.account_bank, last.account_no, last)
    insured = shipment.policyholder
    return Payee(insured.pk, insured.name_zh, insured.account_bank, insured.account_no)


def _binds(agreement: Agreement, shipment: Shipment) -> bool:
    first, last = agreement.active_from, agreement.active_until
    if agreement.policy_id != shipment.policy_id or first is None:
        return False
    in_time = first <= shipment.shipped_on <= (last or shipment.shipped_on)
    return in_time and agreement.binds(shipment.obligor.country_id, shipment.obligor_id, shipment.invoice_key)


def in_force_between(first: date, last: date) -> QuerySet[Agreement]:
    """An agreement binds from its first day until it is released or its policy ends."""
    rows = Agreement.objects.filter(active_from__lte=last).filter(Q(active_until=None) | Q(active_until__gte=first))
    return rows.exclude(state=AgreementState.DRAFT)
