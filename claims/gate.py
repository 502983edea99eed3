"""The payment gate (Rulebook §6.7): four papers, signed or uploaded by the insured, verified one by one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import clocks, messages
from claims.decision import standing_opinion
from claims.lifecycle import CLAIM
from claims.models import Claim, ClaimState, ItemState, Opinion, ReturnDocument, ReturnKind
from claims.moving import locked_claim, move_claim, write
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.core.money import Money
from sinosure.documents import services as documents
from sinosure.documents.models import Attachment, Document
from sinosure.reference.services import convert

AML_FROM_USD = Decimal(1000)  # [P:aml]: USD 1,000 or CNY 10,000
AML_FIELDS = ("beneficiary", "licence_no", "legal_representative", "relationship", "beneficial_owner")
SIGNED_BY_INSURED = "INSURED"
OPEN_TO_INSURED = {ClaimState.NOTICE_SENT, ClaimState.AWAITING_RECEIPT_DOCS}


def needs_aml(opinion: Opinion) -> bool:
    """Whether identities must be verified for this amount; below it the papers are asked for, the fields are not."""
    return convert(Money(opinion.amount, opinion.currency), "USD", clock.today()).amount >= AML_FROM_USD


def _paper(actor: Actor, claim_id: int, kind: str) -> tuple[Claim, ReturnDocument]:
    """Claim and paper, locked; NOTICE_SENT turns into waiting for papers with the first one."""
    claim = locked_claim(actor, claim_id)
    if claim.state not in OPEN_TO_INSURED:
        raise WrongState("provide_return", str(claim.get_state_display()))
    paper = standing_opinion(claim).returns.select_for_update().get(kind=kind)
    if paper.state == ItemState.VERIFIED:
        raise DomainError("already_verified", _("This paper is verified. Nothing more is needed."), status=409)
    return claim, paper


@transaction.atomic
def provide(*, actor: Actor, claim_id: int, kind: str, upload: UploadedFile) -> ReturnDocument:
    """A signed copy or an AML paper as a file."""
    claim, paper = _paper(actor, claim_id, kind)
    CLAIM.check("provide_return", claim, actor)
    documents.attach(actor=actor, subject=paper, policyholder_id=claim.policyholder_id, upload=upload, purpose=kind)
    if kind == ReturnKind.AML and needs_aml(paper.opinion) and not paper.details:
        return paper  # the file alone is not enough: the fields come first or next
    return _provided(actor, claim, paper)


@transaction.atomic
def sign(*, actor: Actor, claim_id: int, kind: str) -> ReturnDocument:
    """The signer's named act on the form that we generated, instead of a scanned copy."""
    if not actor.can("claims.sign_return"):
        raise NotAllowed()
    claim, paper = _paper(actor, claim_id, kind)
    CLAIM.check("provide_return", claim, actor)
    if paper.letter_id is None:
        raise DomainError("nothing_to_sign", _("There is no form to sign here. Upload the papers."), status=409)
    letter = Document.objects.get(pk=paper.letter_id)
    if letter.signatures.filter(party=SIGNED_BY_INSURED).exists():
        raise DomainError("already_signed", _("This form is signed already."), status=409)
    documents.sign(actor=actor, document=letter, party=SIGNED_BY_INSURED)
    return _provided(actor, claim, paper)


@transaction.atomic
def declare_identity(*, actor: Actor, claim_id: int, details: Mapping[str, str]) -> ReturnDocument:
    """AML: who is paid and on which papers. The copies are uploaded beside it."""
    claim, paper = _paper(actor, claim_id, ReturnKind.AML)
    CLAIM.check("provide_return", claim, actor)
    empty = [name for name in AML_FIELDS if not details.get(name)]
    if empty:
        raise DomainError(
            "aml_incomplete", _("Fill in every line. The law asks for it before payment."), field=empty[0]
        )
    write(paper, details={name: details[name] for name in AML_FIELDS})
    audit.record(actor, "claim.identity_declared", paper, detail={"claim": claim.number})
    if Attachment.objects.of(paper).exists():
        _provided(actor, claim, paper)
    return paper


def _provided(actor: Actor, claim: Claim, paper: ReturnDocument) -> ReturnDocument:
    write(paper, state=ItemState.PROVIDED, provided_by_id=actor.user_id, provided_at=clock.now(), comment="")
    move_claim(actor, claim, "provide_return", detail={"kind": paper.kind})
    messages.tell_officers(actor, "claim.return_provided", claim)
    return paper


@transaction.atomic
def verify(*, actor: Actor, claim_id: int, kind: str) -> ReturnDocument:
    """One paper is in order. With the fourth the gate opens and the clock of the payment starts (CLM-8)."""
    claim, paper = _for_officer(actor, claim_id, kind)
    if kind == ReturnKind.AML and needs_aml(paper.opinion) and not paper.details:
        raise DomainError("aml_incomplete", _("The identity fields are not filled in yet."), status=409)
    write(paper, state=ItemState.VERIFIED, verified_by_id=actor.user_id, verified_at=clock.now(), comment="")
    audit.record(actor, "claim.return_verified", paper, detail={"kind": kind, "claim": claim.number})
    if all_verified(paper.opinion):
        move_claim(actor, claim, "verify_return")
        clocks.arm(actor, clocks.PAYMENT, claim, claim,
                   at_risk=Money(paper.opinion.amount, claim.currency))  # fmt: skip
        messages.tell_insurer(actor, "claim.verified", claim, Role.FINANCE_OFFICER)
    return paper


@transaction.atomic
def refuse(*, actor: Actor, claim_id: int, kind: str, comment: str) -> ReturnDocument:
    """One paper is not in order; the insured is told why and sends another."""
    if not comment:
        raise DomainError("comment_required", _("Say what is wrong, so that the insured can mend it."), field="comment")
    claim, paper = _for_officer(actor, claim_id, kind)
    write(paper, state=ItemState.REFUSED, comment=comment)
    audit.record(actor, "claim.return_refused", paper, detail={"kind": kind, "comment": comment})
    messages.tell_insured(actor, "claim.return_refused", claim)
    return paper


def _for_officer(actor: Actor, claim_id: int, kind: str) -> tuple[Claim, ReturnDocument]:
    claim = locked_claim(actor, claim_id)
    CLAIM.check("verify_return", claim, actor)
    paper = standing_opinion(claim).returns.select_for_update().get(kind=kind)
    if paper.state != ItemState.PROVIDED:
        raise DomainError("paper_missing", _("Nothing was provided yet."), status=409)
    return claim, paper


def all_verified(opinion: Opinion) -> bool:
    return opinion.returns.filter(state=ItemState.VERIFIED).count() == len(ReturnKind.values)
