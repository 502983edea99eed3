"""Draw up and file a loss notice. The server's clock decides; lateness is a stored fact, never a refusal (LN-9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.causes import check_risk
from claims.filing import arm_filing_clock
from claims.models import LossNotice, NoticeState
from claims.notices import clocks, letters, messages
from claims.notices.facts import NoticeFacts, Timeliness, checked, of_notice, usual_risk
from claims.notices.lifecycle import NOTICE, OPEN
from claims.notices.lines import chosen, not_on, total_open, write_lines
from claims.notices.moving import locked_notice, move_notice
from credit_info.models import Obligor
from declarations.models import Shipment
from limits import services as limits
from limits.models import CreditLimit
from policies.models import Policy
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.deadlines import services as deadlines
from sinosure.documents import services as documents

SHIPMENT = "declarations.shipment"


@transaction.atomic
def prepare(*, actor: Actor, policy_id: int, obligor_id: int, facts: NoticeFacts | None = None) -> LossNotice:
    """The system's draft from declarations and receipts; one that is there already is brought up to date.

    Raises DomainError `notice_exists` (409) when a notice on this buyer was filed and runs on.
    """
    if not actor.can("notices.file"):
        raise NotAllowed()
    policy = locked_policy_and_limits(actor, policy_id, obligor_id)
    obligor = Obligor.objects.visible_to(actor).select_related("country").get(pk=obligor_id)
    notice = open_notice(policy.pk, obligor.pk)
    if notice is not None and notice.state != NoticeState.DRAFT:
        raise exists(notice)
    shipments = chosen(policy.pk, obligor.pk, None)
    known = checked(facts or _usual_facts(notice, obligor, shipments), obligor, shipments)
    return _draft(actor, notice, policy, obligor, known, shipments)


def locked_policy_and_limits(actor: Actor, policy_id: int, obligor_id: int) -> Policy:
    """Policy and limits before the notice, the order in which a booking takes them; two clerks make one notice."""
    policy: Policy = Policy.objects.held_by(actor).select_for_update(of=("self",)).get(pk=policy_id)
    limits_on_buyer = CreditLimit.objects.filter(policy=policy_id, obligor=obligor_id).order_by("pk")
    list(limits_on_buyer.select_for_update(of=("self",)).values_list("pk"))
    return policy


def open_notice(policy_id: int, obligor_id: int) -> LossNotice | None:
    rows = LossNotice.objects.filter(policy=policy_id, obligor=obligor_id, production=None, state__in=OPEN)
    notice: LossNotice | None = rows.select_for_update(of=("self",)).select_related("obligor", "policy").first()
    return notice


def exists(notice: LossNotice) -> DomainError:
    return DomainError(
        "notice_exists",
        _("Loss notice %(number)s on this buyer is open (%(state)s) and names every open invoice."), status=409,
        number=notice.number, state=notice.get_state_display(), notice=notice.pk,
    )  # fmt: skip


def _usual_facts(notice: LossNotice | None, obligor: Obligor, shipments: Sequence[Shipment]) -> NoticeFacts:
    if notice is not None:
        return of_notice(notice)
    first = min(row.due_on for row in shipments)
    is_service = all(row.kind == "SERVICE" for row in shipments)
    return NoticeFacts(
        risk=usual_risk(obligor), occurred_on=min(first, clock.today()), known_on=min(first, clock.today()),
        goods_status="SERVICE" if is_service else "WITH_BUYER",
    )  # fmt: skip


def _draft(
    actor: Actor, notice: LossNotice | None, policy: Policy, obligor: Obligor, facts: NoticeFacts,
    shipments: Sequence[Shipment],
) -> LossNotice:  # fmt: skip
    if notice is None:
        notice = LossNotice(
            number=documents.next_number(f"LN-{clock.today():%Y}"), policy=policy, obligor=obligor,
            policyholder_id=policy.policyholder_id, currency=policy.currency, created_at=clock.now(),
        )  # fmt: skip
    for name, value in asdict(facts).items():
        setattr(notice, name, value)
    notice.amount = total_open(shipments)
    notice.save()
    if not facts.is_default:
        clocks.arm_window(actor, notice)
    else:
        deadlines.cancel(actor=actor, kind=clocks.LOSS_NOTICE_OTHER, subject=notice)
    audit.record(actor, "loss_notice.prepared", notice, detail={"risk": notice.risk, "amount": str(notice.amount)})
    return notice


@transaction.atomic
def file(
    *, actor: Actor, notice_id: int, shipment_ids: Collection[int] | None = None, arrived_at: datetime | None = None,
    claimed_at: str = "", facts: NoticeFacts | None = None,
) -> LossNotice:  # fmt: skip
    """File a draft with all open invoices of the buyer, or those named.

    `arrived_at` is when the request reached the server; `claimed_at` is what a client said, which is audited and
    otherwise ignored (quality row 9).
    """
    notice = _locked_in_order(actor, notice_id)
    NOTICE.check("file", notice, actor)
    shipments = chosen(notice.policy_id, notice.obligor_id, shipment_ids)
    known = checked(facts or of_notice(notice), notice.obligor, shipments)
    check_risk(notice.policy, known.risk, "risk")
    return _file(actor, notice, known, shipments, arrived_at or clock.now(), claimed_at)


def _locked_in_order(actor: Actor, notice_id: int) -> LossNotice:
    rows = LossNotice.objects.visible_to(actor)
    locked_policy_and_limits(actor, *rows.values_list("policy_id", "obligor_id").get(pk=notice_id))
    return locked_notice(actor, notice_id)


@transaction.atomic
def report(
    *, actor: Actor, policy_id: int, obligor_id: int, facts: NoticeFacts, shipment_ids: Collection[int] | None = None,
    arrived_at: datetime | None = None, claimed_at: str = "",
) -> LossNotice:  # fmt: skip
    """Draw up and file in one deed. With a notice open on the buyer the new invoices are added to it (row 28)."""
    existing = open_notice(locked_policy_and_limits(actor, policy_id, obligor_id).pk, obligor_id)
    if existing is not None and existing.state != NoticeState.DRAFT:
        return add_lines(actor=actor, notice_id=existing.pk, shipment_ids=shipment_ids, arrived_at=arrived_at)
    draft = prepare(actor=actor, policy_id=policy_id, obligor_id=obligor_id, facts=facts)
    return file(
        actor=actor, notice_id=draft.pk, shipment_ids=shipment_ids, arrived_at=arrived_at, claimed_at=claimed_at,
        facts=facts,
    )  # fmt: skip


@transaction.atomic
def receive_offline(
    *, actor: Actor, policy_id: int, obligor_id: int, facts: NoticeFacts, received_at: datetime,
    shipment_ids: Collection[int] | None = None,
) -> LossNotice:  # fmt: skip
    """A notice on paper: the officer enters when it arrived, and that instant counts (AMB-14)."""
    if not actor.can("notices.triage"):
        raise NotAllowed()
    if received_at > clock.now():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="received_at")
    return file_for(
        actor=actor, policy_id=policy_id, obligor_id=obligor_id, facts=facts, received_at=received_at,
        shipment_ids=shipment_ids,
    )  # fmt: skip


def file_for(
    *, actor: Actor, policy_id: int, obligor_id: int, facts: NoticeFacts, received_at: datetime,
    shipment_ids: Collection[int] | None = None,
) -> LossNotice:  # fmt: skip
    """Somebody else than the insured files; the caller has checked the right. The trail names who it was."""
    draft = prepare(actor=SYSTEM, policy_id=policy_id, obligor_id=obligor_id, facts=facts)
    shipments = chosen(policy_id, obligor_id, shipment_ids)
    known = checked(facts, draft.obligor, shipments)
    check_risk(draft.policy, known.risk, "risk")
    return _file(actor, draft, known, shipments, received_at, "", entered_by=actor)


def _file(
    actor: Actor, notice: LossNotice, facts: NoticeFacts, shipments: Sequence[Shipment], received_at: datetime,
    claimed_at: str, entered_by: Actor | None = None,
) -> LossNotice:  # fmt: skip
    in_time = write_lines(notice, facts, shipments, received_at)
    detail = {
        "received_at": received_at, "claimed_at": claimed_at, "invoices": len(shipments),
        "legal_due": in_time.legal_due, "days_late": in_time.days_late, "provisional": in_time.provisional,
        "entered_by": entered_by.name if entered_by else "",
    }  # fmt: skip
    move_notice(
        SYSTEM if entered_by else actor, notice, "file", detail, **asdict(facts), amount=total_open(shipments),
        received_at=received_at, filed_by_id=actor.user_id, legal_due=in_time.legal_due,
        due_provisional=in_time.provisional, days_late=in_time.days_late,
    )  # fmt: skip
    _set_clocks(actor, notice, shipments, received_at)
    limits.stop(
        actor=SYSTEM, policy_id=notice.policy_id, obligor_id=notice.obligor_id, reason="LOSS_NOTICE", source=notice
    )
    letters.issue_notice(actor, notice)
    messages.tell_insured_and_banks(actor, "notice.filed", notice)
    messages.tell_officers(actor, "notice.filed", notice)
    return notice


def _set_clocks(actor: Actor, notice: LossNotice, shipments: Sequence[Shipment], received_at: datetime) -> None:
    """The windows are met, the insurer's two working days and the year for the claim begin."""
    meet_defaults(actor, shipments, received_at)
    deadlines.meet(actor=actor, kind=clocks.LOSS_NOTICE_OTHER, subject=notice, at=received_at)
    clocks.arm_response(actor, notice)
    arm_filing_clock(actor, notice)


def meet_defaults(actor: Actor, shipments: Sequence[Shipment], received_at: datetime) -> None:
    deadlines.meet_all(
        actor=actor, kind=clocks.LOSS_NOTICE_DEFAULT, subject_type=SHIPMENT,
        subject_ids=[row.pk for row in shipments], at=received_at,
    )  # fmt: skip


@transaction.atomic
def add_lines(
    *, actor: Actor, notice_id: int, shipment_ids: Collection[int] | None = None, arrived_at: datetime | None = None
) -> LossNotice:
    """Later maturities, or invoices declared since, join the open notice. 409 when it names them all already."""
    notice = _locked_in_order(actor, notice_id)
    NOTICE.check("add_lines", notice, actor)
    fresh = set(not_on(notice).values_list("pk", flat=True))
    wanted = fresh if shipment_ids is None else {int(pk) for pk in shipment_ids}
    shipments = chosen(notice.policy_id, notice.obligor_id, wanted) if wanted else []
    shipments = [row for row in shipments if row.pk in fresh]
    if not shipments:
        raise exists(notice)
    received_at = arrived_at or clock.now()
    added = write_lines(notice, of_notice(notice), shipments, received_at)
    _take_in(actor, notice, shipments, added)
    meet_defaults(actor, shipments, received_at)
    messages.tell_officers(actor, "notice.lines_added", notice)
    return notice


def _take_in(actor: Actor, notice: LossNotice, shipments: Sequence[Shipment], added: Timeliness) -> None:
    detail: dict[str, Any] = {"invoices": [row.invoice_no for row in shipments], "days_late": added.days_late}
    move_notice(
        actor, notice, "add_lines", detail, amount=notice.amount + total_open(shipments),
        days_late=max(notice.days_late, added.days_late),
        due_provisional=notice.due_provisional or added.provisional,
    )  # fmt: skip
