"""The progress of a claim in words: what happened, whose turn it is, by when, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.models import Claim, ClaimState, Opinion, OpinionKind
from claims.selectors import open_clock
from sinosure.accounts.actor import Actor
from sinosure.ui.parts import RailStep

S = ClaimState
INSURED, OFFICER, APPROVER, FINANCE, RECOVERY = (
    _("the insured"),
    _("the claims officer"),
    _("the claims approver"),
    _("finance"),
    _("the recovery officer"),
)
# the states that each step of the rail stands for, in the order of the handbook
STEPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Claim filed"), (S.DRAFT, S.FILED)),
    (_("Documents checked"), (S.DOC_CHECK, S.DOC_REQUESTED)),
    (_("Accepted and investigated"), (S.ACCEPTED, S.INVESTIGATION, S.SUSPENDED)),
    (_("Loss adjusted"), (S.LOSS_ADJUSTMENT, S.DISPUTED)),
    (_("Claim decided"), (S.DECISION_REVIEW, S.OPINION_ISSUED)),
    (_("Four papers returned"), (S.NOTICE_SENT, S.AWAITING_RECEIPT_DOCS)),
    (_("Indemnity paid"), (S.DOCS_VERIFIED, S.PAID)),
    (_("Rights assigned and recovery"), (S.SUBROGATED, S.RECOVERY)),
)
TURN: dict[str, tuple[Any, Any]] = {
    S.DRAFT: (INSURED, _("Fill in the claim, attach the papers and file it.")),
    S.FILED: (OFFICER, _("The claim was received. An officer will check the papers.")),
    S.DOC_CHECK: (OFFICER, _("The papers are being checked one by one.")),
    S.DOC_REQUESTED: (
        INSURED,
        _("Some papers are missing. Provide everything on the list, then say that it is complete."),
    ),
    S.ACCEPTED: (OFFICER, _("The claim is accepted. The investigation begins.")),
    S.INVESTIGATION: (OFFICER, _("Cause and extent of the loss are being investigated.")),
    S.SUSPENDED: (INSURED, _("A trade dispute has to be settled first. The clock stands still meanwhile.")),
    S.LOSS_ADJUSTMENT: (OFFICER, _("The loss is being adjusted on the worksheet.")),
    S.DECISION_REVIEW: (APPROVER, _("An opinion waits for the decision of a second person.")),
    S.OPINION_ISSUED: (OFFICER, _("The decision is made. The letter follows.")),
    S.NOTICE_SENT: (INSURED, _("The indemnity notice is here. Return four papers, then the money is paid.")),
    S.AWAITING_RECEIPT_DOCS: (INSURED, _("Return the papers that are still open; each is verified by an officer.")),
    S.DOCS_VERIFIED: (FINANCE, _("All four papers are verified. The payment is on its way.")),
    S.PAID: (OFFICER, _("The interim indemnity is paid. The final one follows.")),
    S.SUBROGATED: (RECOVERY, _("The indemnity is paid and the rights are assigned. Recovery begins.")),
    S.RECOVERY: (RECOVERY, _("The debtor is being pursued. Report anything it pays you.")),
    S.REJECTED: (INSURED, _("No indemnity is payable. You may dispute the decision with new evidence.")),
    S.DISPUTED: (OFFICER, _("The refusal is disputed and is being looked at again.")),
    S.CLOSED: ("", _("The case is closed.")),
    S.WITHDRAWN: ("", _("The claim was withdrawn.")),
}


@dataclass(frozen=True)
class Progress:
    """What the top of a claim's page says."""

    who: Any
    text: Any
    due_on: date | None
    is_mine: bool
    steps: tuple[RailStep, ...]


def progress_of(actor: Actor, claim: Claim, opinion: Opinion | None) -> Progress:
    """`opinion` is what the actor may see of the decision."""
    who, text = TURN[claim.state]
    clock_row = open_clock(claim) if claim.state not in (S.SUSPENDED, S.DOC_REQUESTED) else None
    due_on = clock_row.legal_due if clock_row and claim.closed_at is None else None
    mine = (who is INSURED) == (not actor.is_insurer) and (actor.is_insurer or actor.holds(claim)) and bool(who)
    return Progress(who, text, due_on, mine, tuple(_rail(claim, opinion, who, due_on)))


def _rail(claim: Claim, opinion: Opinion | None, who: Any, due_on: date | None) -> list[RailStep]:
    if claim.state in (S.REJECTED, S.WITHDRAWN, S.CLOSED) and not claim.paid_total:
        return _ended_rail(claim)
    place = next((n for n, (_label, states) in enumerate(STEPS) if claim.state in states), len(STEPS))
    moments = _moments(claim, opinion)
    return [_step(label, n, place, moments.get(n), who, due_on, claim) for n, (label, _states) in enumerate(STEPS)]


def _step(label: Any, n: int, place: int, on: datetime | None, who: Any, due_on: date | None, claim: Claim) -> RailStep:
    if n < place:
        return RailStep(label, "done", on)
    if n == place:
        return RailStep(label, "now", due_on, who, claim.get_state_display())
    return RailStep(label)


def _moments(claim: Claim, opinion: Opinion | None) -> dict[int, datetime | None]:
    """When each step was done, where a moment is kept."""
    assignment = claim.assignments.order_by("-id").first() if claim.paid_total else None
    paid_at = (
        claim.payments.filter(sent_at__isnull=False).order_by("-sent_at").values_list("sent_at", flat=True).first()
    )
    return {
        0: claim.filed_at,
        1: claim.accepted_at,
        4: claim.decided_at if opinion else None,
        5: paid_at if assignment else None,
        6: paid_at if assignment else None,
    }


def _ended_rail(claim: Claim) -> list[RailStep]:
    filed = RailStep(_("Claim filed"), "done", claim.filed_at)
    return [filed, RailStep(claim.get_state_display(), "now", claim.closed_at, note=claim.closing_reason)]


def kind_label(opinion: Opinion) -> Any:
    return OpinionKind(opinion.kind).label
