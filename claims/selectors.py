"""Reads of claims for lists, the desks, the page of one claim and the queue counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from claims import clocks
from claims.lifecycle import ENDED
from claims.models import (
    ChecklistItem,
    Claim,
    ClaimState,
    ItemState,
    Opinion,
    OpinionKind,
    Payment,
    PaymentState,
    RecoveryCase,
    RecoveryReceipt,
    RecoveryReceiptState,
    ReturnDocument,
)
from policies.selectors import acts_as_insured
from sinosure.accounts.actor import Actor
from sinosure.deadlines.models import Deadline, DeadlineState
from sinosure.documents.models import Attachment, Document, Signature

S = ClaimState
FAR_AWAY = date(9999, 12, 31)
UNDER_WAY = [PaymentState.PREPARED, PaymentState.APPROVED, PaymentState.SENT]
# whose turn it is in each state: the capability that can move the claim on
TURN_OF_OFFICER = (S.FILED, S.DOC_CHECK, S.ACCEPTED, S.INVESTIGATION, S.SUSPENDED, S.LOSS_ADJUSTMENT, S.OPINION_ISSUED,
                   S.DISPUTED)  # fmt: skip
TURN_OF_INSURED = (S.DRAFT, S.DOC_REQUESTED, S.NOTICE_SENT, S.AWAITING_RECEIPT_DOCS)
QUEUES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (_("All open"), tuple(state for state in S.values if state not in (*ENDED, S.DRAFT))),
    "documents": (_("Documents"), (S.FILED, S.DOC_CHECK, S.DOC_REQUESTED)),
    "adjust": (
        _("Investigation and adjustment"),
        (S.ACCEPTED, S.INVESTIGATION, S.SUSPENDED, S.LOSS_ADJUSTMENT, S.DISPUTED),
    ),
    "decide": (_("Adjudication"), (S.DECISION_REVIEW, S.OPINION_ISSUED)),
    "pay": (_("Return documents and payment"), (S.NOTICE_SENT, S.AWAITING_RECEIPT_DOCS, S.DOCS_VERIFIED)),
    "paid": (_("Paid and recovery"), (S.PAID, S.SUBROGATED, S.RECOVERY)),
    "closed": (_("Closed"), tuple(ENDED)),
}
EXPORTER_QUEUES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (_("All"), tuple(S.values)),
    "mine": (_("Waiting for you"), TURN_OF_INSURED),
    "open": (_("With the insurer"), tuple(s for s in S.values if s not in (*ENDED, *TURN_OF_INSURED))),
    "closed": (_("Closed"), tuple(ENDED)),
}


def visible(actor: Actor) -> QuerySet[Claim]:
    """Claims in scope; drafts are the insured's alone."""
    rows: QuerySet[Claim] = Claim.objects.visible_to(actor).without_drafts_of_others(actor)
    return rows


def claims_for(actor: Actor, queue: str = "") -> QuerySet[Claim]:
    """Claims of a queue with buyer, insured and the next due date; drafts are shown to the insured alone."""
    queues = QUEUES if actor.is_insurer else EXPORTER_QUEUES
    _label, states = queues.get(queue, queues[""])
    rows = visible(actor).filter(state__in=states)
    return rows.select_related("obligor__country", "policyholder", "policy", "officer").annotate(
        due_on=Coalesce(Subquery(_next_due()), FAR_AWAY)
    )


def _next_due() -> QuerySet[Any]:
    rows = Deadline.objects.filter(
        subject_type="claims.claim", subject_id=OuterRef("pk"), state__in=[DeadlineState.OPEN, DeadlineState.MISSED]
    )
    return rows.order_by("legal_due").values("legal_due")[:1]


def waiting_count(actor: Actor) -> int | None:
    """How many claims wait for the actor's own duty, for the navigation."""
    states = _states_waiting_for(actor)
    return Claim.objects.held_by(actor).filter(state__in=states).count() if states else None


def _states_waiting_for(actor: Actor) -> tuple[str, ...]:
    by_duty = (
        ("claims.file", TURN_OF_INSURED),
        ("claims.handle", (*TURN_OF_OFFICER, S.AWAITING_RECEIPT_DOCS)),
        ("claims.decide", (S.DECISION_REVIEW,)),
        ("payments.prepare", (S.DOCS_VERIFIED,)),
        ("recoveries.manage", (S.SUBROGATED,)),
    )
    if actor.is_bank and not acts_as_insured(actor):
        return ()
    return next((tuple(states) for capability, states in by_duty if actor.can(capability)), ())


def payments_for(actor: Actor) -> QuerySet[Payment]:
    rows: QuerySet[Payment] = Payment.objects.visible_to(actor)
    return rows.select_related("claim__obligor", "payee", "policyholder", "opinion", "prepared_by", "approved_by")


def claims_to_pay(actor: Actor) -> Any:
    """Claims whose four papers are verified and that still need a payment."""
    rows = claims_for(actor, "pay").filter(state=S.DOCS_VERIFIED)
    return rows.exclude(payments__state__in=UNDER_WAY)


def payment_count(actor: Actor) -> int | None:
    return Payment.objects.visible_to(actor).filter(state__in=UNDER_WAY).count() + claims_to_pay(actor).count()


def recoveries_for(actor: Actor) -> QuerySet[RecoveryCase]:
    rows: QuerySet[RecoveryCase] = RecoveryCase.objects.visible_to(actor)
    return rows.select_related("claim", "obligor__country", "policyholder", "officer")


def receipts_to_book(actor: Actor) -> QuerySet[RecoveryReceipt]:
    rows: QuerySet[RecoveryReceipt] = RecoveryReceipt.objects.visible_to(actor)
    open_states = [RecoveryReceiptState.RECORDED, RecoveryReceiptState.SPLIT]
    return rows.filter(state__in=open_states).select_related("case__obligor", "case__policyholder").order_by("id")


@dataclass(frozen=True)
class PaperRow:
    """One paper of the checklist with its files."""

    item: ChecklistItem
    label: Any
    files: tuple[Attachment, ...]


def files_by_subject(actor: Actor, subject_type: str, ids: Iterable[int]) -> dict[int, tuple[Attachment, ...]]:
    """Attachments of several rows in one query."""
    rows = Attachment.objects.visible_to(actor).filter(subject_type=subject_type, subject_id__in=list(ids))
    found: dict[int, tuple[Attachment, ...]] = {}
    for row in rows.order_by("id"):
        found[row.subject_id] = (*found.get(row.subject_id, ()), row)
    return found


def letters_of(actor: Actor, claim: Claim) -> list[Document]:
    return list(Document.objects.visible_to(actor).of(claim).order_by("-id"))


def open_clock(claim: Claim) -> Deadline | None:
    """The clock that is due first on this claim."""
    rows = Deadline.objects.of(claim).filter(state__in=[DeadlineState.OPEN, DeadlineState.MISSED])
    return rows.order_by("legal_due").first()


def clocks_of(claim: Claim) -> list[Deadline]:
    return list(Deadline.objects.of(claim).filter(kind__in=clocks.OF_A_CLAIM).order_by("id"))


def standing(claim: Claim) -> Opinion | None:
    """The decided opinion that stands, if any."""
    rows = claim.opinions.filter(decided_at__isnull=False, voided_at=None).select_related("worksheet", "decided_by")
    return rows.order_by("-id").first()


def shown_opinion(actor: Actor, claim: Claim) -> Opinion | None:
    """What the actor may see of the decision: outside the insurer only what the letter has told."""
    opinion = standing(claim)
    if opinion is None or actor.is_insurer:
        return opinion
    return opinion if opinion.notified_at else None


def returns_of(claim: Claim) -> list[ReturnDocument]:
    opinion = standing(claim)
    order = {"NOTICE_RECEIPT": 0, "SUBROGATION_ZH": 1, "SUBROGATION_EN": 2, "AML": 3}
    return sorted(opinion.returns.all(), key=lambda paper: order[paper.kind]) if opinion else []


def missing_count(items: Iterable[ChecklistItem]) -> int:
    return sum(item.is_required and item.state in (ItemState.MISSING, ItemState.REFUSED) for item in items)


def expected_indemnity(claim: Claim) -> Decimal | None:
    """For the bank's cockpit: what was decided, else the latest worksheet, else nothing."""
    if claim.indemnity_total is not None:
        return claim.indemnity_total
    sheet = claim.worksheets.order_by("-version").first()
    return sheet.indemnity_total if sheet else None


def is_interim(opinion: Opinion | None) -> bool:
    return opinion is not None and opinion.kind == OpinionKind.INTERIM


def signatures_of(document_ids: Iterable[int]) -> dict[int, Signature]:
    """The insured's signature on each form."""
    rows = Signature.objects.filter(document_id__in=list(document_ids), party="INSURED").select_related("signer")
    return {row.document_id: row for row in rows}
