"""Assignment agreements and loans in the states that other tests need, made by the real services.

Chen drafts and Zhao signs for Haituo, Wang signs for Minhai Bank, Zhou for the insurer; Li lends and books repayments.
Kong stands for the second bank, Jiangwan.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from declarations.models import Shipment
from financing import services
from financing.models import Agreement, Loan
from financing.services.loans import ceiling_of
from policies.models import Policy
from sinosure.core import clock
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor, organisation
from tests.factories.policies import _clerk, _signer, a_policy_in_force

_next = count(1)
APPROVERS = {"minhai": "wang", "jiangwan": "kong"}
LENDERS = {"minhai": "li", "jiangwan": "kong"}


def a_draft_agreement(policy: Policy | None = None, bank: str = "minhai", **changes: Any) -> Agreement:
    policy = policy or a_policy_in_force()
    named = {"account_name": organisation(bank).name_zh, "account_bank": "宁波分行", "account_no": "6200 1234 5678"}
    return services.draft(
        actor=_clerk(policy.policyholder.code),
        policy_id=policy.pk,
        bank_id=organisation(bank).pk,
        **{**named, **changes},
    )


def an_agreement_signed_by_the_exporter(
    policy: Policy | None = None, bank: str = "minhai", **changes: Any
) -> Agreement:
    agreement = a_draft_agreement(policy, bank, **changes)
    return services.sign_exporter(actor=_signer(agreement.policyholder.code), agreement_id=agreement.pk)


def an_agreement_signed_by_the_bank(policy: Policy | None = None, bank: str = "minhai", **changes: Any) -> Agreement:
    agreement = an_agreement_signed_by_the_exporter(policy, bank, **changes)
    return services.sign_bank(actor=actor(APPROVERS[bank]), agreement_id=agreement.pk)


def an_active_agreement(
    policy: Policy | None = None, bank: str = "minhai", active_from: date | None = None, contract: bool = True,
    **changes: Any,
) -> Agreement:  # fmt: skip
    """In force from `active_from`, by default today; with the financing contract recorded."""
    with clock.frozen(active_from or clock.today()):
        agreement = an_agreement_signed_by_the_bank(policy, bank, **changes)
        agreement = services.sign_insurer(actor=actor("zhou"), agreement_id=agreement.pk)
        return a_contract(agreement, bank) if contract else agreement


def a_contract(agreement: Agreement, bank: str = "minhai") -> Agreement:
    """The financing contract, without which nothing is drawn."""
    return services.record_contract(
        actor=actor(LENDERS[bank]), agreement_id=agreement.pk, contract_no="RZ-2026-1", contract_on=clock.today()
    )


def a_released_agreement(agreement: Agreement | None = None, bank: str = "minhai") -> Agreement:
    agreement = agreement or an_active_agreement(bank=bank)
    return services.release(
        actor=actor(APPROVERS[bank]), agreement_id=agreement.pk, reason="The credit line is closed."
    )


def a_financeable_shipment(bank: str = "minhai", **changes: Any) -> Shipment:
    """USD 100,000, declared and covered, shipped today under an agreement of today."""
    limit = a_limit()
    an_active_agreement(limit.policy, bank)
    return a_shipment(limit, **changes)


def a_loan(
    shipment: Shipment | None = None, principal: Decimal | int | None = None, bank: str = "minhai", **changes: Any
) -> Loan:
    """As much as may be lent (USD 90,000 on the everyday shipment), drawn today, maturing with the invoice."""
    shipment = shipment or a_financeable_shipment(bank)
    named: dict[str, Any] = {
        "principal": Decimal(principal) if principal is not None else ceiling_of(shipment).amount,
        "drawn_on": clock.today(), "matures_on": shipment.due_on,
    }  # fmt: skip
    return services.lend(actor=actor(LENDERS[bank]), shipment_id=shipment.pk, **{**named, **changes})


def an_approved_loan(
    shipment: Shipment | None = None, principal: Decimal | int = 50_000, bank: str = "minhai", **changes: Any
) -> Loan:
    """A reservation of USD 50,000 until three working days from now."""
    shipment = shipment or a_financeable_shipment(bank)
    named: dict[str, Any] = {"principal": Decimal(principal), "matures_on": shipment.due_on}
    return services.approve(actor=actor(LENDERS[bank]), shipment_id=shipment.pk, **{**named, **changes})


def a_repayment(loan: Loan, amount: Decimal | int | None = None, bank: str = "minhai") -> Loan:
    """All that is open, unless `amount` says less."""
    return services.repay(
        actor=actor(LENDERS[bank]), loan_id=loan.pk, paid_on=clock.today(), reference=f"RP-{next(_next):05d}",
        amount=Decimal(amount) if amount is not None else loan.outstanding,
    )  # fmt: skip
