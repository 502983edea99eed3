"""Draw up and file a claim (Rulebook §6.2): pre-filled from the notice and the declarations, papers by cause."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims import clocks, complying, letters, messages
from claims.causes import check_before_shipment, check_risk
from claims.checklist import checklist
from claims.lifecycle import BEFORE_DECISION, ENDED
from claims.models import (
    ChecklistItem,
    Claim,
    ClaimLine,
    ClaimState,
    CoveredRisk,
    ItemState,
    LossNotice,
    NoticeState,
)
from claims.moving import hold_limits, locked_claim, move_claim, move_row, write
from claims.notices.lifecycle import FILED as FILED_NOTICE
from claims.notices.lifecycle import NOTICE
from claims.production.debt import loss_of
from claims.windows import claim_filing, lateness_days
from credit_info.models import Obligor, ObligorKind
from declarations.models import ProductionContract, Shipment
from declarations.production import services as production
from limits import services as limits
from policies.models import Policy
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.money import Money, round_money
from sinosure.core.workdays import Window
from sinosure.deadlines import services as deadlines
from sinosure.documents import services as documents
from sinosure.documents.models import Attachment
from sinosure.reference.services import calendar_around

NOTICE_RESPONSE = "NOTICE_RESPONSE"  # the clock of the insurer's first answer, which a claim makes needless
MADE_HERE = {"CLAIM_FORM"}  # the portal prints it when the claim is filed
DEFAULT_RISKS = {CoveredRisk.BUYER_DEFAULT, CoveredRisk.BANK_DEFAULT}


def arm_filing_clock(actor: Actor, notice: LossNotice) -> None:
    """365 days to file the claim, counted from the start day of LN-2; called when a notice is submitted."""
    due_dates = [line.shipment.due_on for line in notice.lines.select_related("shipment")]
    start_day = clock_start(is_default(notice.risk, notice.refused_acceptance), notice.known_on, due_dates)
    deadlines.open_deadline(
        actor=actor, kind=clocks.CLAIM_FILING, subject=notice, policyholder_id=notice.policyholder_id,
        window=claim_filing(start_day, calendar_around(start_day)), at_risk=Money(notice.amount, notice.currency),
        params={"number": notice.number, "buyer": notice.obligor.name},
    )  # fmt: skip


def is_default(risk: str, refused_acceptance: bool = False) -> bool:
    """Non-payment at the due date; a refused usance draft is an “other risk” (AMB-15)."""
    return risk in DEFAULT_RISKS and not refused_acceptance


def clock_start(default: bool, known_on: date, due_dates: Iterable[date]) -> date:
    """LN-2: the first due date for a default, the day it was known for every other risk."""
    return min([*due_dates], default=known_on) if default else known_on


@transaction.atomic
def start(*, actor: Actor, notice_id: int) -> Claim:
    """A draft claim from a loss notice; the one that is already open is returned."""
    if not actor.can("claims.file"):
        raise NotAllowed()
    notice = LossNotice.objects.held_by(actor).select_for_update(of=("self",)).get(pk=notice_id)
    if notice.state == NoticeState.DRAFT:
        raise DomainError("notice_not_filed", _("File the loss notice first. The claim is built on it."), status=409)
    if notice.state not in {*FILED_NOTICE, NoticeState.CONVERTED_TO_CLAIM}:
        raise DomainError("notice_closed", _("This loss notice is closed. File a new notice first."), status=409)
    if notice.production is not None:
        return _draft_of_contract(actor, notice, notice.production)
    shipments = Shipment.objects.filter(notice_lines__notice=notice, open_amount__gt=0)
    return draft(actor, notice.policy, notice.obligor, notice, notice.risk, notice.occurred_on, shipments)


@transaction.atomic
def start_without_notice(*, actor: Actor, policy_id: int, obligor_id: int) -> Claim:
    """A draft claim from the overdue page. Comprehensive, bank and forfaiting policies need a notice first (CLM-2)."""
    if not actor.can("claims.file"):
        raise NotAllowed()
    policy = Policy.objects.held_by(actor).get(pk=policy_id)
    obligor = Obligor.objects.visible_to(actor).get(pk=obligor_id)
    notice = notice_of(policy, obligor)
    if notice is not None:
        return start(actor=actor, notice_id=notice.pk)
    if not policy.wording.named.is_notice_optional:
        raise DomainError(
            "notice_required", _("This policy needs a loss notice before a claim. File the notice first.")
        )
    overdue = Shipment.objects.live().filter(
        policy=policy, obligor=obligor, open_amount__gt=0, due_on__lt=clock.today()
    )
    first = min((shipment.due_on for shipment in overdue), default=clock.today())
    risk = CoveredRisk.BANK_DEFAULT if obligor.kind == ObligorKind.BANK else CoveredRisk.BUYER_DEFAULT
    return draft(actor, policy, obligor, None, risk, first, overdue)


def nothing_open() -> DomainError:
    return DomainError("nothing_open", _("Every invoice on this buyer is paid. There is nothing to claim."), status=409)


def notice_of(policy: Policy, obligor: Obligor) -> LossNotice | None:
    rows = LossNotice.objects.filter(policy=policy, obligor=obligor, production=None, state__in=FILED_NOTICE)
    return rows.order_by("-id").first()


def _draft_of_contract(actor: Actor, notice: LossNotice, contract: ProductionContract) -> Claim:
    """A claim on the direct costs of one contract (§1.3)."""
    existing: Claim | None = contract.claims.exclude(state=ClaimState.WITHDRAWN).first()
    if existing is not None:
        return existing
    claim = Claim.objects.create(
        number=documents.next_number(f"CL-{clock.today():%Y}"), policy=notice.policy,
        policyholder_id=notice.policyholder_id, obligor=notice.obligor, notice=notice, production=contract,
        cause=notice.risk, currency=notice.policy.currency, claimed=loss_of(contract), occurred_on=notice.occurred_on,
        statement=notice.buyer_reason, created_at=clock.now(),
    )  # fmt: skip
    write_checklist(claim)
    audit.record(actor, "claim.drafted", claim, detail={"notice": notice.number, "contract": contract.number})
    return claim


def draft(
    actor: Actor, policy: Policy, obligor: Obligor, notice: LossNotice | None, risk: str, occurred_on: date,
    shipments: Iterable[Shipment],
) -> Claim:  # fmt: skip
    existing: Claim | None = (
        Claim.objects.filter(policy=policy, obligor=obligor, production=None)
        .exclude(state__in=ENDED)
        .order_by("-id")
        .first()
    )
    if existing is not None:
        return existing
    lines = list(shipments)
    if not lines:
        raise nothing_open()
    claim = Claim.objects.create(
        number=documents.next_number(f"CL-{clock.today():%Y}"), policy=policy, policyholder_id=policy.policyholder_id,
        obligor=obligor, notice=notice, cause=risk, currency=policy.currency, claimed=0, occurred_on=occurred_on,
        statement=notice.buyer_reason if notice else "", created_at=clock.now(),
    )  # fmt: skip
    _write_lines(claim, lines)
    write_checklist(claim)
    audit.record(actor, "claim.drafted", claim, detail={"notice": notice.number if notice else None})
    return claim


def claimable(claim: Claim) -> Any:
    """The open invoices on this buyer under this policy, oldest due date first."""
    rows = Shipment.objects.live().filter(policy=claim.policy_id, obligor=claim.obligor_id, open_amount__gt=0)
    return rows.order_by("due_on", "id")


def open_in_policy_currency(shipment: Shipment) -> Decimal:
    """What is still open, at the rate recorded when it was declared (IND-1)."""
    return round_money(shipment.open_amount / shipment.fx, shipment.policy.currency)


def _write_lines(claim: Claim, shipments: Iterable[Shipment]) -> None:
    chosen = list(shipments)
    claim.lines.all().delete()
    ClaimLine.objects.bulk_create(
        ClaimLine(claim=claim, shipment=row, claimed=row.open_amount, currency=row.currency) for row in chosen
    )
    write(claim, claimed=sum((open_in_policy_currency(row) for row in chosen), Decimal(0)))


def write_checklist(claim: Claim) -> None:
    """The papers that the cause asks for (CLM-5). What was already handed in is kept when the cause changes."""
    column = "micro" if claim.is_simplified else "pre_shipment" if claim.production_id else ""
    kinds = set(claim.lines.values_list("shipment__kind", flat=True))
    asked = checklist(claim.cause, product=claim.policy.product, column=column, services_only=kinds == {"SERVICE"})
    wanted = {paper.code: paper for paper in asked}
    needless = claim.checklist.exclude(code__in=wanted)
    needless.filter(Q(state=ItemState.MISSING) | Q(is_fetched=True)).delete()
    have = {item.code: item for item in claim.checklist.all()}
    for code, paper in wanted.items():
        if code in have:
            write(have[code], is_required=paper.is_required)
            continue
        fetched = paper.is_automatic or code in MADE_HERE
        ChecklistItem.objects.create(
            claim=claim, policyholder_id=claim.policyholder_id, code=code, is_required=paper.is_required,
            is_fetched=fetched, state=ItemState.PROVIDED if fetched else ItemState.MISSING,
        )  # fmt: skip


@transaction.atomic
def update(
    *, actor: Actor, claim_id: int, cause: str, occurred_on: date, statement: str, shipment_ids: Collection[int],
    lc_documents_complied: bool | None = None, lc_discrepancies: str = "",
) -> Claim:  # fmt: skip
    """Save the draft as typed: cause, what happened, and which invoices are claimed."""
    claim = locked_claim(actor, claim_id)
    if claim.state != ClaimState.DRAFT:
        raise DomainError("already_filed", _("The claim was filed. It cannot be edited any more."), status=409)
    check_risk(claim.policy, cause, "cause")
    _check_cause(claim, cause)
    if occurred_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="occurred_on")
    chosen = [row for row in claimable(claim).select_related("policy") if row.pk in set(shipment_ids)]
    if not chosen and claim.production_id is None:
        raise DomainError("no_lines", _("Choose at least one invoice."), field="shipments")
    write(
        claim, cause=cause, occurred_on=occurred_on, statement=statement, lc_documents_complied=lc_documents_complied,
        exclusions=complying.with_discrepancies(claim, lc_documents_complied, lc_discrepancies),
    )  # fmt: skip
    if claim.production_id is None:
        _write_lines(claim, chosen)
    write_checklist(claim)
    audit.record(actor, "claim.drafted", claim, detail={"cause": cause, "invoices": len(chosen)})
    return claim


def _check_cause(claim: Claim, cause: str) -> None:
    if claim.production_id is not None:
        check_before_shipment(cause, "cause")
    is_bank = claim.obligor.kind == ObligorKind.BANK
    if (cause.startswith("BUYER_") and is_bank) or (cause.startswith("BANK_") and not is_bank):
        message = _("This cause does not fit the debtor. Buyer risks need a buyer, bank risks an issuing bank.")
        raise DomainError("cause_does_not_fit", message, field="cause")


@transaction.atomic
def file(*, actor: Actor, claim_id: int) -> Claim:
    """File the claim now. The moment is the server's; lateness is a stored fact, never a refusal (CLM-1)."""
    hold_limits(actor, claim_id)
    claim = locked_claim(actor, claim_id)
    complying.check_complete(claim)
    _refresh_lines(claim)
    window = _filing_window(claim)
    move_claim(
        actor, claim, "file", detail={"claimed": str(claim.claimed), "cause": claim.cause}, filed_at=clock.now(),
        filed_by_id=actor.user_id, filing_due=window.legal_due,
        days_late=lateness_days(clock.today(), window),
    )  # fmt: skip
    _convert_notice(actor, claim)
    _stop_cover(actor, claim)
    letters.issue_claim_form(actor, claim)
    messages.tell_officers(actor, "claim.filed", claim)
    return claim


def _refresh_lines(claim: Claim) -> None:
    """What is open now, not what was open when the draft was made."""
    if claim.production is not None:
        write(claim, claimed=loss_of(claim.production))
        return
    rows = [line.shipment for line in claim.lines.select_related("shipment__policy") if line.shipment.open_amount > 0]
    if not rows:
        raise nothing_open()
    _write_lines(claim, rows)


def _filing_window(claim: Claim) -> Window:
    known_on = claim.notice.known_on if claim.notice else claim.occurred_on
    default = is_default(claim.cause, bool(claim.notice and claim.notice.refused_acceptance))
    start_day = clock_start(default, known_on, claim.lines.values_list("shipment__due_on", flat=True))
    return claim_filing(start_day, calendar_around(start_day))


def _convert_notice(actor: Actor, claim: Claim) -> None:
    notice = claim.notice
    if notice is None or notice.state == NoticeState.CONVERTED_TO_CLAIM:
        return
    deadlines.meet(actor=actor, kind=clocks.CLAIM_FILING, subject=notice)
    deadlines.cancel(actor=actor, kind=NOTICE_RESPONSE, subject=notice)
    move_row(NOTICE, actor, notice, "convert", {"claim": claim.number}, version=notice.version + 1)


def _stop_cover(actor: Actor, claim: Claim) -> None:
    """LIM-10 b: no new cover on a buyer with an open claim; a notice stopped it already."""
    if claim.notice is None:
        limits.stop(
            actor=SYSTEM, policy_id=claim.policy_id, obligor_id=claim.obligor_id, reason="LOSS_NOTICE", source=claim
        )


@transaction.atomic
def provide(*, actor: Actor, claim_id: int, item_id: int, upload: UploadedFile) -> Attachment:
    """Attach one file to one paper of the checklist."""
    claim = locked_claim(actor, claim_id)
    if not (actor.may("claims.file", claim) or actor.can("claims.handle")):
        raise NotAllowed()
    if claim.state not in BEFORE_DECISION:
        raise DomainError("claim_decided", _("The claim is decided. No more papers are taken."), status=409)
    item = claim.checklist.select_for_update().get(pk=item_id)
    attachment = documents.attach(
        actor=actor, subject=item, policyholder_id=claim.policyholder_id, upload=upload, purpose=item.code
    )
    if item.state != ItemState.VERIFIED:
        write(item, state=ItemState.PROVIDED, comment="")
    return attachment


@transaction.atomic
def mark_not_applicable(*, actor: Actor, claim_id: int, item_id: int) -> ChecklistItem:
    """A paper that is only asked for “if applicable” does not apply here."""
    claim = locked_claim(actor, claim_id)
    item: ChecklistItem = claim.checklist.select_for_update().get(pk=item_id)
    if not actor.may("claims.file", claim) or claim.state not in BEFORE_DECISION:
        raise NotAllowed()
    if item.is_required:
        raise DomainError("paper_required", _("This paper is required for the cause you chose."), status=409)
    return write(item, state=ItemState.NOT_APPLICABLE)


@transaction.atomic
def withdraw(*, actor: Actor, claim_id: int, reason: str) -> Claim:
    """撤销索赔: by the insured, before anything was paid."""
    claim = locked_claim(actor, claim_id)
    if claim.paid_total:
        raise DomainError(
            "already_paid", _("An indemnity was paid. The claim cannot be withdrawn any more."), status=409
        )
    was_filed = claim.filed_at is not None
    move_claim(actor, claim, "withdraw", detail={"reason": reason}, closing_reason=reason, closed_at=clock.now())
    if claim.production_id is not None:
        production.release_from_claim(contract_id=claim.production_id)
    clocks.cancel_all(actor, claim)
    if was_filed:
        messages.tell_officers(actor, "claim.withdrawn", claim)
    return claim
