"""Who is paid for a shipment (FIN-1): the bank of the terms in force when it left, else the insured. Never typed.

The account is the one that the bank's agreement names now: once a changed account is signed, confirmed by a second person
and past its cooling-off day, what is still to be paid goes there, for earlier shipments too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from declarations.models import Shipment
from financing.models import Agreement, AgreementTerms
from sinosure.core import clock


@dataclass(frozen=True)
class Payee:
    """The account that the indemnity goes to, the agreement that says so, and the first day on which it may."""

    organisation_id: int
    account_name: str
    account_bank: str
    account_no: str
    agreement: Agreement | None = None
    account_from: date | None = None

    @property
    def is_cooling(self) -> bool:
        """The account was changed and its cooling-off day is not over."""
        return self.account_from is not None and clock.today() < self.account_from


def payee_for(shipment: Shipment) -> Payee:
    """The bank's account under the agreement that bound the shipment on its day, else the insured's own."""
    return payees_for([shipment])[shipment.pk]


def payees_for(shipments: Collection[Shipment]) -> dict[int, Payee]:
    """For many shipments in two queries; each row needs its `obligor` and `policyholder`."""
    if not shipments:
        return {}
    days = [one.shipped_on for one in shipments]
    rows = AgreementTerms.objects.agreed().filter(
        agreement__policy__in={one.policy_id for one in shipments}, days__overlap=DateRange(min(days), max(days), "[]")
    )
    terms = list(rows.select_related("agreement__bank").order_by("days", "agreement_id", "edition"))
    waits = _account_days({one.agreement_id for one in terms})
    return {one.pk: _payee(one, terms, waits) for one in shipments}


def _account_days(agreements: set[int]) -> dict[int, date | None]:
    """From when on the newest account of each agreement may be paid."""
    rows = AgreementTerms.objects.agreed().filter(agreement__in=agreements, account_from__isnull=False)
    return dict(rows.order_by("edition").values_list("agreement_id", "account_from")) if agreements else {}


def _payee(shipment: Shipment, terms: list[AgreementTerms], waits: dict[int, date | None]) -> Payee:
    """Where one agreement follows another on the same day, the newer one."""
    bound = [one for one in terms if _binds(one, shipment)]
    if bound:
        return of_agreement(bound[-1].agreement, waits.get(bound[-1].agreement_id))
    insured = shipment.policyholder
    return Payee(insured.pk, insured.name_zh, insured.account_bank, insured.account_no)


def _binds(terms: AgreementTerms, shipment: Shipment) -> bool:
    is_of_policy = terms.agreement.policy_id == shipment.policy_id
    return is_of_policy and shipment.shipped_on in terms.days and terms.takes(shipment)


def of_agreement(agreement: Agreement, account_from: date | None = None) -> Payee:
    """The bank with the account that its agreement names now."""
    return Payee(
        agreement.bank_id, agreement.account_name, agreement.account_bank, agreement.account_no, agreement, account_from
    )


def payee_now(agreement: Agreement) -> Payee:
    """The same for one agreement at hand, with the day from which the account may be paid."""
    return of_agreement(agreement, _account_days({agreement.pk}).get(agreement.pk))
