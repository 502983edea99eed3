"""Work on a filed claim: check the papers, accept, investigate, exclusions, waiting period, dispute first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import clocks, messages
from claims.lifecycle import BEFORE_DECISION
from claims.models import CaseNote, ChecklistItem, Claim, ClaimState, Dispute, DisputeOutcome, ItemState, NoteKind
from claims.moving import locked_claim, move_claim, write
from claims.waiting import waiting_until
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.deadlines import services as deadlines
from sinosure.documents import services as documents

LACKING = (ItemState.MISSING, ItemState.REFUSED)


@transaction.atomic
def check(*, actor: Actor, claim_id: int) -> Claim:
    """An officer takes the claim and starts on the papers."""
    claim = locked_claim(actor, claim_id)
    return move_claim(actor, claim, "check", officer_id=actor.user_id)


@transaction.atomic
def judge_paper(*, actor: Actor, claim_id: int, item_id: int, accepted: bool, comment: str = "") -> ChecklistItem:
    """One paper is in order, or is not and why."""
    claim = locked_claim(actor, claim_id)
    _must_handle(actor, claim)
    item: ChecklistItem = claim.checklist.select_for_update().get(pk=item_id)
    if accepted and item.state == ItemState.MISSING:
        raise DomainError("paper_missing", _("Nothing was provided yet."), status=409)
    if not accepted and not comment:
        raise DomainError("comment_required", _("Say what is wrong, so that the insured can mend it."), field="comment")
    state = ItemState.VERIFIED if accepted else ItemState.REFUSED
    write(item, state=state, comment=comment, checked_by_id=actor.user_id, checked_at=clock.now())
    audit.record(actor, "claim.paper_judged", item, detail={"code": item.code, "state": state})
    return item


def _must_handle(actor: Actor, claim: Claim) -> None:
    if not actor.can("claims.handle"):
        raise NotAllowed()
    if claim.state not in BEFORE_DECISION or claim.state == ClaimState.DRAFT:
        raise WrongState("handle", str(claim.get_state_display()))


def lacking(claim: Claim) -> list[ChecklistItem]:
    """The papers that still have to come: required and missing, or not accepted."""
    rows = claim.checklist.filter(state__in=LACKING).order_by("id")
    return [item for item in rows if item.is_required or item.state == ItemState.REFUSED]


@transaction.atomic
def request_documents(*, actor: Actor, claim_id: int, text: str = "") -> Claim:
    """One request that lists everything at once (CLM-4). A repeat may only insist on what was on that list."""
    claim = locked_claim(actor, claim_id)
    wanted = lacking(claim)
    if not wanted and not text:
        raise DomainError("nothing_missing", _("No paper is missing. Accept the claim, or say what else is needed."))
    if claim.documents_requested_at is not None:
        fresh = [item for item in wanted if not item.was_requested and item.state == ItemState.MISSING]
        if fresh:
            message = _("Everything had to be asked for at once. These papers were not on the first list: %(codes)s.")
            raise DomainError("one_request", message, status=409, codes=", ".join(item.code for item in fresh))
    for item in wanted:
        write(item, was_requested=True)
    asked = claim.documents_requested_at or clock.now()
    move_claim(
        actor, claim, "request_documents", detail={"papers": [item.code for item in wanted], "text": text},
        document_request=text, documents_requested_at=asked,
    )  # fmt: skip
    messages.tell_insured(actor, "claim.documents_requested", claim)
    return claim


@transaction.atomic
def provide_documents(*, actor: Actor, claim_id: int) -> Claim:
    """The insured has answered the request; the insurer's clock runs again."""
    claim = locked_claim(actor, claim_id)
    missing = [item for item in lacking(claim) if item.was_requested]
    if missing:
        message = _("Still missing: %(count)s papers of the list. Attach them, or write to your officer.")
        raise DomainError("papers_missing", message, status=409, count=len(missing))
    move_claim(actor, claim, "provide_documents", documents_provided_at=clock.now())
    messages.tell_officers(actor, "claim.documents_provided", claim)
    return claim


@transaction.atomic
def accept(*, actor: Actor, claim_id: int) -> Claim:
    """受理: the papers are complete, the clocks of the decision start (CLM-6, CLM-9)."""
    claim = locked_claim(actor, claim_id)
    missing = lacking(claim)
    if missing:
        message = _("%(count)s required papers are missing or not accepted. Request them all at once first.")
        raise DomainError("papers_missing", message, status=409, count=len(missing))
    move_claim(
        actor, claim, "accept", accepted_at=clock.now(), officer_id=actor.user_id,
        waiting_until=waiting_until(claim.policy.wording.named, claim.cause, claim.occurred_on),
    )  # fmt: skip
    clocks.arm_decision(actor, claim)
    clocks.arm(actor, clocks.CLAIM_INTERIM, claim, claim)
    messages.tell_insured(actor, "claim.accepted", claim)
    return claim


@transaction.atomic
def investigate(*, actor: Actor, claim_id: int) -> Claim:
    return move_claim(actor, locked_claim(actor, claim_id), "investigate")


@transaction.atomic
def adjust(*, actor: Actor, claim_id: int) -> Claim:
    """定损: from here on the worksheet is open."""
    return move_claim(actor, locked_claim(actor, claim_id), "adjust")


@transaction.atomic
def add_note(
    *, actor: Actor, claim_id: int, kind: str, text: str, happened_on: date, upload: UploadedFile | None = None
) -> CaseNote:
    """One entry of the investigation or recovery log, with the paper that proves it."""
    claim = locked_claim(actor, claim_id)
    if not (actor.can("claims.handle") or actor.can("recoveries.manage")):
        raise NotAllowed()
    if happened_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="happened_on")
    note = CaseNote.objects.create(
        claim=claim, policyholder_id=claim.policyholder_id, kind=NoteKind(kind), text=text, happened_on=happened_on,
        written_by_id=actor.user_id, written_at=clock.now(),
    )  # fmt: skip
    if upload is not None:
        documents.attach(actor=actor, subject=note, policyholder_id=claim.policyholder_id, upload=upload, purpose=kind)
    audit.record(actor, "claim.noted", note, detail={"claim": claim.number, "kind": kind})
    return note


@transaction.atomic
def set_exclusions(*, actor: Actor, claim_id: int, findings: Mapping[str, tuple[bool, str]]) -> Claim:
    """The checklist of exclusions (PRD-7): triggered or not, and the evidence. A triggered one needs its evidence."""
    claim = locked_claim(actor, claim_id)
    _must_handle(actor, claim)
    for code, (is_triggered, evidence) in findings.items():
        if is_triggered and not evidence:
            raise DomainError("evidence_required", _("Name the evidence for this exclusion."), field=f"{code}_evidence")
    kept = {
        code: {"triggered": is_triggered, "evidence": evidence, "by": actor.name, "on": clock.today().isoformat()}
        for code, (is_triggered, evidence) in findings.items()
    }
    write(claim, exclusions={**claim.exclusions, **kept}, version=claim.version + 1)
    audit.record(actor, "claim.exclusions", claim, detail={code: found[0] for code, found in findings.items()})
    return claim


@transaction.atomic
def waive_waiting(*, actor: Actor, claim_id: int, reason: str) -> Claim:
    """CLM-3: the officer may do without the waiting period, with a reason."""
    claim = locked_claim(actor, claim_id)
    _must_handle(actor, claim)
    if not reason:
        raise DomainError("reason_required", _("Give the reason."), field="reason")
    write(claim, waiting_waived_by_id=actor.user_id, waiting_waiver=reason, version=claim.version + 1)
    audit.record(actor, "claim.waiting_waived", claim, detail={"reason": reason, "until": claim.waiting_until})
    return claim


@transaction.atomic
def suspend(*, actor: Actor, claim_id: int, kind: str, raised_on: date, amount_disputed: Decimal) -> Dispute:
    """纠纷先决 (CLM-11): the claim and its decision clock stand still while the dispute is open."""
    claim = locked_claim(actor, claim_id)
    left = _days_left(claim)
    move_claim(actor, claim, "suspend", detail={"kind": kind}, clock_days_left=left)
    deadlines.cancel(actor=actor, kind=clocks.CLAIM_DECISION, subject=claim)
    deadlines.cancel(actor=actor, kind=clocks.CLAIM_INTERIM, subject=claim)
    dispute = Dispute.objects.create(
        claim=claim, policyholder_id=claim.policyholder_id, kind=kind, raised_on=raised_on,
        amount_disputed=amount_disputed, opened_by_id=actor.user_id,
    )  # fmt: skip
    messages.tell_insured(actor, "claim.suspended", claim)
    return dispute


def _days_left(claim: Claim) -> int:
    row = deadlines.Deadline.objects.of(claim).filter(kind=clocks.CLAIM_DECISION).open().first()
    return max(0, (row.legal_due - clock.today()).days) if row else 0


@transaction.atomic
def resume(*, actor: Actor, claim_id: int, outcome: str, reason: str) -> Claim:
    """The dispute is settled, decided or waived in writing; the clock goes on with the days it had left."""
    claim = locked_claim(actor, claim_id)
    dispute = Dispute.objects.select_for_update().get(claim=claim, resolved_at=None)
    if not reason:
        raise DomainError("reason_required", _("Give the reason."), field="reason")
    write(
        dispute, outcome=DisputeOutcome(outcome), reason=reason, resolved_by_id=actor.user_id, resolved_at=clock.now()
    )
    move_claim(actor, claim, "resume", detail={"outcome": outcome, "reason": reason})
    clocks.arm(actor, clocks.CLAIM_DECISION, claim, claim, claim.clock_days_left or 0)
    messages.tell_insured(actor, "claim.resumed", claim)
    return claim


def waiting_is_over(claim: Claim, on: date | None = None) -> bool:
    """Whether a final determination may be made: after the waiting period, or once it was waived."""
    day = on or clock.today()
    return claim.waiting_until is None or claim.waiting_waived_by_id is not None or day >= claim.waiting_until
