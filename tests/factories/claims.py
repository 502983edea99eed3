"""Claims in each state, brought there through the services by the shared people.

Chen drafts and files, He checks and adjusts, Tang and Xie decide, Zhao signs, He verifies, Yuan prepares and sends, Deng
approves, Peng recovers. Everything is dated relative to the due date of the first invoice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from claims import adjustment, decision, filing, gate, handling, payment, recoveries
from claims.models import (
    Claim,
    ItemState,
    LossNotice,
    Opinion,
    OpinionKind,
    Payment,
    RecoveryCase,
    ReturnKind,
    Worksheet,
)
from claims.notices import filing as notices
from claims.notices.facts import NoticeFacts
from claims.worksheet import Entries, LineEntry
from declarations.models import Shipment
from sinosure.core import clock
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor
from tests.factories.policies import a_policy_in_force

_next = count(1)
IDENTITY = {
    "beneficiary": "宁波海拓进出口有限公司", "licence_no": "91330200MA2AGXT410", "legal_representative": "陈海",
    "relationship": "self", "beneficial_owner": "陈海",
}  # fmt: skip


def a_file(name: str = "paper.pdf") -> SimpleUploadedFile:
    """A small PDF, different every time."""
    return SimpleUploadedFile(name, b"%PDF-1.7\n%" + str(next(_next)).encode() + b"\n%%EOF", "application/pdf")


def a_loss_notice(shipment: Shipment, risk: str = "BUYER_DEFAULT", days_after: int = 10, **facts: Any) -> LossNotice:
    """Filed by Chen so many days after the due date (the day it happened for other risks)."""
    on = shipment.due_on + timedelta(days=days_after)
    occurred_on = facts.pop("occurred_on", min(shipment.due_on, on))
    known_on = facts.pop("known_on", max(occurred_on, min(on, shipment.due_on)))
    with clock.frozen(on):
        return notices.report(
            actor=actor("chen"), policy_id=shipment.policy_id, obligor_id=shipment.obligor_id,
            facts=NoticeFacts(risk=risk, occurred_on=occurred_on, known_on=known_on, **facts),
        )  # fmt: skip


def an_unpaid_shipment(**changes: Any) -> Shipment:
    """USD 100,000 O/A 60 days under a limit of 200,000, policy at 90 %, shipped 2026-03-02, due 2026-05-01."""
    with clock.frozen(date(2026, 3, 2)):
        policy = a_policy_in_force(starts_on=date(2026, 1, 5))
        return a_shipment(a_limit(policy), shipped_on=date(2026, 3, 2), **changes)


def a_draft_claim(shipment: Shipment | None = None, **notice: Any) -> Claim:
    """Notified ten days after the due date, drawn up twenty days after it."""
    shipment = shipment or an_unpaid_shipment()
    told = a_loss_notice(shipment, **notice)
    with clock.frozen(max(shipment.due_on + timedelta(days=20), clock.business_date(told.received_at))):
        return filing.start(actor=actor("chen"), notice_id=told.pk)


def provide_all(claim: Claim) -> None:
    """Every required paper."""
    for item in claim.checklist.filter(is_required=True, state=ItemState.MISSING):
        filing.provide(actor=actor("chen"), claim_id=claim.pk, item_id=item.pk, upload=a_file(f"{item.code}.pdf"))


def a_filed_claim(shipment: Shipment | None = None, **notice: Any) -> Claim:
    """Filed by Chen with every required paper, twenty days after the due date."""
    claim = a_draft_claim(shipment, **notice)
    with clock.frozen(claim.created_at):
        provide_all(claim)
        return filing.file(actor=actor("chen"), claim_id=claim.pk)


def an_accepted_claim(shipment: Shipment | None = None, **notice: Any) -> Claim:
    """Checked and accepted by He two days later."""
    claim = a_filed_claim(shipment, **notice)
    with clock.frozen(claim.filed_at + timedelta(days=2)):
        handling.check(actor=actor("he"), claim_id=claim.pk)
        return handling.accept(actor=actor("he"), claim_id=claim.pk)


def a_claim_in_adjustment(shipment: Shipment | None = None, **notice: Any) -> Claim:
    """The worksheet is open."""
    claim = an_accepted_claim(shipment, **notice)
    with clock.frozen(claim.accepted_at + timedelta(days=3)):
        handling.investigate(actor=actor("he"), claim_id=claim.pk)
        return handling.adjust(actor=actor("he"), claim_id=claim.pk)


def entries(**by_invoice: dict[str, Any]) -> Entries:
    """Entries for the lines named by shipment id: `entries(**{"17": {"setoff": Decimal(5)}})`."""
    return Entries(lines=tuple(LineEntry(int(pk), **found) for pk, found in by_invoice.items()))


def adjusted(claim: Claim, sheet: Entries | None = None, name: str = "he") -> Worksheet:
    """A saved worksheet on the system's findings, or with entries."""
    return adjustment.save(actor=actor(name), claim_id=claim.pk, entries=sheet or Entries())


def an_adjusted_claim(shipment: Shipment | None = None, sheet: Entries | None = None, **notice: Any) -> Claim:
    """With a saved worksheet, 130 days after the loss: the waiting period is over."""
    claim = a_claim_in_adjustment(shipment, **notice)
    with clock.frozen(after_waiting(claim)):
        adjusted(claim, sheet)
    claim.refresh_from_db()
    return claim


def after_waiting(claim: Claim) -> date:
    return claim.occurred_on + timedelta(days=130)


def propose(claim: Claim, kind: str = OpinionKind.FINAL, reasons: str = "The buyer does not pay.") -> Opinion:
    return decision.propose(actor=actor("he"), claim_id=claim.pk, kind=kind, reasons=reasons)


def a_proposed_claim(shipment: Shipment | None = None, kind: str = OpinionKind.FINAL, **named: Any) -> Claim:
    claim = an_adjusted_claim(shipment, **named)
    with clock.frozen(after_waiting(claim)):
        propose(claim, kind)
    claim.refresh_from_db()
    return claim


def a_decided_claim(
    shipment: Shipment | None = None, kind: str = OpinionKind.FINAL, by: str = "xie", **named: Any
) -> Claim:
    """Proposed by He, decided by Xie (level 4)."""
    claim = a_proposed_claim(shipment, kind, **named)
    with clock.frozen(after_waiting(claim)):
        decision.decide(actor=actor(by), claim_id=claim.pk)
    claim.refresh_from_db()
    return claim


def a_notified_claim(shipment: Shipment | None = None, **named: Any) -> Claim:
    """The indemnity notice is with the insured; four papers are open."""
    claim = a_decided_claim(shipment, **named)
    with clock.frozen(after_waiting(claim)):
        return decision.send_notice(actor=actor("he"), claim_id=claim.pk)


def return_all(claim: Claim, name: str = "zhao") -> None:
    """The signer (Zhao) signs the three forms and declares the identity with a copy of the licence."""
    for kind in (ReturnKind.NOTICE_RECEIPT, ReturnKind.SUBROGATION_ZH, ReturnKind.SUBROGATION_EN):
        gate.sign(actor=actor(name), claim_id=claim.pk, kind=kind)
    gate.declare_identity(actor=actor(name), claim_id=claim.pk, details=IDENTITY)
    gate.provide(actor=actor(name), claim_id=claim.pk, kind=ReturnKind.AML, upload=a_file("licence.pdf"))


def verify_all(claim: Claim, kinds: Iterable[str] = ReturnKind.values) -> None:
    for kind in kinds:
        gate.verify(actor=actor("he"), claim_id=claim.pk, kind=kind)


def a_claim_to_pay(shipment: Shipment | None = None, **named: Any) -> Claim:
    """Four papers verified."""
    claim = a_notified_claim(shipment, **named)
    with clock.frozen(after_waiting(claim)):
        return_all(claim)
        verify_all(claim)
    claim.refresh_from_db()
    return claim


def a_prepared_payment(claim: Claim | None = None, **named: Any) -> Payment:
    """By Yuan."""
    claim = claim or a_claim_to_pay(**named)
    with clock.frozen(after_waiting(claim)):
        return payment.prepare(actor=actor("yuan"), claim_id=claim.pk)[0]


def pay(claim: Claim) -> list[Payment]:
    """Prepared and sent by Yuan, approved by Deng, confirmed the same day."""
    prepared = payment.prepare(actor=actor("yuan"), claim_id=claim.pk)
    for row in prepared:
        payment.approve(actor=actor("deng"), payment_id=row.pk)
        payment.send(actor=actor("yuan"), payment_id=row.pk)
        payment.confirm(
            actor=actor("yuan"), payment_id=row.pk, confirmed_on=clock.today(), bank_reference=f"BK-{next(_next):05d}"
        )
    return prepared


def a_paid_claim(shipment: Shipment | None = None, **named: Any) -> Claim:
    """Paid in full and the rights assigned."""
    claim = a_claim_to_pay(shipment, **named)
    with clock.frozen(after_waiting(claim)):
        pay(claim)
    claim.refresh_from_db()
    return claim


def a_recovery_case(claim: Claim | None = None, **named: Any) -> RecoveryCase:
    """Opened by Peng on a paid claim, a channel assigned."""
    claim = claim or a_paid_claim(**named)
    with clock.frozen(after_waiting(claim)):
        case = recoveries.open_case(actor=actor("peng"), claim_id=claim.pk)
        return recoveries.assign_channel(actor=actor("peng"), case_id=case.pk, channel="Kanzlei Weber, Hamburg")
