"""Declare a shipment, register an undeclared invoice, correct, decide what is held, extend a due date (DEC-1 … DEC-5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from declarations import clocks, messages
from declarations.due import extension_allowed, extension_needs_consent
from declarations.lifecycle import LINE
from declarations.line import Line
from declarations.models import CoverReason, LineState, PremiumState, Shipment
from declarations.production import switching
from declarations.quoting import Quote, quote
from declarations.services import cover
from declarations.signals import shipment_booked, shipment_reversed
from limits import services as limits
from limits.models import LimitStop, StopReason
from policies.models import Policy, PolicyState
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, Stale
from sinosure.documents.services import next_number

DECLARING = (PolicyState.IN_FORCE, PolicyState.SUSPENDED, PolicyState.EXPIRED)


def preview(*, actor: Actor, policy_id: int, line: Line) -> Quote:
    """What declaring this line would mean; nothing is written."""
    return quote(_policy(actor, policy_id), line)


@transaction.atomic
def declare(*, actor: Actor, policy_id: int, line: Line) -> Shipment:
    """Book one line: kept also above the limit, with what is covered now. Raises DomainError at the wrong field."""
    if not actor.can("declarations.declare"):
        raise NotAllowed()
    return _declare(actor, _policy(actor, policy_id), line)


def _policy(actor: Actor, policy_id: int) -> Policy:
    policy: Policy = Policy.objects.held_by(actor).select_related("policyholder").get(pk=policy_id)
    if policy.state not in DECLARING:
        raise DomainError(
            "policy_not_in_force", _("Shipments can be declared once the policy is in force."), status=409
        )
    return policy


def _declare(actor: Actor, policy: Policy, line: Line, replaces: Shipment | None = None) -> Shipment:
    found = quote(policy, line, replaces=replaces)
    shipment = _row(actor, policy, found, next_number(f"DEC-{line.shipped_on:%Y%m}"), found.state)
    shipment.hold_reason, shipment.is_late = found.hold_reason, found.is_late
    shipment.rate_pct, shipment.premium = found.premium.rate_pct, found.premium.premium
    shipment.premium_state = _premium_state(policy) if found.state == LineState.BOOKED else PremiumState.NONE
    if replaces is not None:
        shipment.replaces, shipment.premium_credit = replaces, _billed(replaces)
    shipment.save()
    audit.record(
        actor,
        "shipment.declared",
        shipment,
        detail={"state": found.state, "amount": line.amount, "late": found.is_late},
    )
    if found.state == LineState.BOOKED:
        _book(actor, shipment, found)
    else:
        messages.tell_reviewers(actor, shipment)
    return shipment


def _row(actor: Actor, policy: Policy, found: Quote, number: str, state: str) -> Shipment:
    line = found.line
    return Shipment(
        policy=policy, policyholder_id=policy.policyholder_id, obligor=found.obligor, buyer_id=line.buyer_id, state=state,
        declaration_no=number, kind=line.kind, term=line.term, credit_days=line.credit_days, invoice_no=line.invoice_no,
        invoice_key=found.invoice_key, contract_no=line.contract_no, transport_no=line.transport_no,
        customs_no=line.customs_no, hs_code=line.hs_code, description=line.description, lc_no=line.lc_no,
        seller=line.seller, aval_no=line.aval_no, affiliate=found.affiliate, acceptance_no=line.acceptance_no,
        destination_id=line.destination, shipped_on=line.shipped_on, due_on=line.due_on, original_due_on=line.due_on,
        amount=line.amount, deposit=line.deposit, currency=line.currency, fx=found.fx, policy_amount=found.policy_amount,
        open_amount=line.amount - line.deposit, financing_bank_id=line.financing_bank_id,
        known_risk=line.knows_of_loss, declared_at=clock.now(), premium_state=PremiumState.NONE,
        cover_reason=CoverReason.NOT_BOOKED,
    )  # fmt: skip


def _premium_state(policy: Policy) -> str:
    """Of a booked line: to be billed, or nothing where the premium is paid for the year."""
    return PremiumState.UNBILLED if policy.wording.named.bills_lines else PremiumState.NONE


def _billed(shipment: Shipment) -> object:
    return (
        shipment.premium
        if shipment.premium_state in (PremiumState.BILLED, PremiumState.PAID)
        else shipment.premium_credit
    )


def _book(actor: Actor, shipment: Shipment, found: Quote) -> None:
    switching.switch(actor, shipment)
    reason = "" if found.reason == CoverReason.OVER_LIMIT else found.reason
    cover.take(actor, shipment, found.match, reason)
    clocks.arm_shipment(actor, shipment)
    if shipment.limit_id:
        limits.note_shipments(actor=actor, latest={shipment.limit_id: shipment.shipped_on})
    shipment_booked.send(sender=Shipment, actor=actor, shipment=shipment)


@transaction.atomic
def register_receivable(*, actor: Actor, policy_id: int, line: Line) -> Shipment:
    """An invoice on the buyer that is not declared: takes receipts, draws no limit, bears no premium (LIM-7).

    Where no declaration is due, an invoice that is registered is covered: it is booked like a declared one.
    """
    if not actor.can("declarations.declare"):
        raise NotAllowed()
    policy = _policy(actor, policy_id)
    if not policy.wording.named.value("requires_declaration"):
        return _declare(actor, policy, line)
    found = quote(policy, line)
    shipment = _row(actor, policy, found, next_number(f"REG-{line.shipped_on:%Y%m}"), LineState.REGISTERED)
    shipment.save()
    audit.record(actor, "shipment.registered", shipment, detail={"amount": line.amount})
    return shipment


def locked_shipment(actor: Actor, shipment_id: int) -> Shipment:
    """The line, locked until the transaction ends; Shipment.DoesNotExist for what the actor may not see."""
    rows = Shipment.objects.visible_to(actor).select_for_update(of=("self",))
    shipment: Shipment = rows.select_related("policy__policyholder", "obligor__country", "limit").get(pk=shipment_id)
    return shipment


@transaction.atomic
def correct(
    *, actor: Actor, shipment_id: int, line: Line, reason: str, version: int | None = None
) -> Shipment:  # fmt: skip
    """DEC-5: reverse the line and declare its replacement; after a loss notice on the buyer an officer does it."""
    shipment = locked_shipment(actor, shipment_id)
    LINE.check("correct_for_insured" if actor.is_insurer else "correct", shipment, actor)
    if not actor.is_insurer and limits_stopped_by_notice(shipment):
        message = _("A loss notice is open on this buyer. Ask the claims officer, who can correct the line for you.")
        raise DomainError("notice_open", message, status=409)
    if version is not None and version != shipment.version:
        raise Stale()
    if shipment.open_amount != shipment.amount - shipment.deposit:
        raise DomainError(
            "has_receipts", _("Money was received on this invoice. Reverse the receipt first."), status=409
        )
    _reverse(actor, shipment, reason)
    return _declare(actor, shipment.policy, line, replaces=shipment)


@transaction.atomic
def withdraw(*, actor: Actor, shipment_id: int, reason: str) -> Shipment:
    """Take back a line that should not have been declared, before it is billed or paid."""
    shipment = locked_shipment(actor, shipment_id)
    LINE.check("withdraw", shipment, actor)
    if shipment.premium_state in (PremiumState.BILLED, PremiumState.PAID):
        raise DomainError(
            "already_billed", _("The premium on this line was billed. Correct the line instead."), status=409
        )
    if shipment.open_amount != shipment.amount - shipment.deposit:
        raise DomainError(
            "has_receipts", _("Money was received on this invoice. Reverse the receipt first."), status=409
        )
    return _reverse(actor, shipment, reason)


def _reverse(actor: Actor, shipment: Shipment, reason: str) -> Shipment:
    cover.give_back(actor, shipment, down_to=cover.ZERO)
    clocks.disarm_shipment(actor, shipment)
    shipment.state, shipment.remark = LineState.REVERSED, reason
    if shipment.premium_state == PremiumState.UNBILLED:
        shipment.premium_state = PremiumState.NONE
    shipment.save(update_fields=["state", "remark", "premium_state"])
    switching.switch_back(shipment)
    audit.record(actor, "shipment.reversed", shipment, detail={"reason": reason})
    limits.cure(actor=SYSTEM, reason=StopReason.OVERDUE, source=shipment, comment=reason)
    if shipment.limit:
        cover.refill(shipment.limit)
    shipment_reversed.send(sender=Shipment, actor=actor, shipment=shipment)
    return shipment


@transaction.atomic
def accept_held(*, actor: Actor, shipment_id: int, comment: str = "") -> Shipment:
    """An officer books a late or held line (DEC-3)."""
    shipment = locked_shipment(actor, shipment_id)
    LINE.check("accept", shipment, actor)
    found = quote(shipment.policy, line_of(shipment), replaces=shipment)
    shipment.state, shipment.premium_state, shipment.remark = LineState.BOOKED, _premium_state(shipment.policy), comment
    shipment.save(update_fields=["state", "premium_state", "remark"])
    audit.record(actor, "shipment.accepted", shipment, detail={"comment": comment})
    reason = "" if found.reason in (CoverReason.OVER_LIMIT, CoverReason.NOT_BOOKED) else found.reason
    _book(actor, shipment, replace(found, reason=reason))
    messages.tell_insured(actor, "shipment.accepted", shipment)
    return shipment


@transaction.atomic
def refuse_held(*, actor: Actor, shipment_id: int, comment: str) -> Shipment:
    """An officer refuses a late or held line, with the reason (DEC-3)."""
    shipment = locked_shipment(actor, shipment_id)
    LINE.check("refuse", shipment, actor)
    if not comment.strip():
        raise DomainError("comment_required", _("Say why the line is refused."), field="comment")
    shipment.state, shipment.remark, shipment.premium_state = LineState.REFUSED, comment, PremiumState.NONE
    shipment.save(update_fields=["state", "remark", "premium_state"])
    audit.record(actor, "shipment.refused", shipment, detail={"comment": comment})
    messages.tell_insured(actor, "shipment.refused", shipment)
    shipment_reversed.send(sender=Shipment, actor=actor, shipment=shipment)
    return shipment


@transaction.atomic
def extend_due(*, actor: Actor, shipment_id: int, due_on: date, reason: str) -> Shipment:
    """DEC-5: up to 60 days in all by the insured, more with the insurer; never once more than 30 days overdue."""
    shipment = locked_shipment(actor, shipment_id)
    LINE.check("extend", shipment, actor)
    original = shipment.original_due_on or shipment.due_on
    if due_on <= shipment.due_on or not extension_allowed(shipment.due_on, clock.today()):
        raise DomainError(
            "extension_refused",
            _("The new due date must be later, and an invoice more than 30 days overdue cannot be extended."),
            field="due_on",
            status=409,
        )
    if extension_needs_consent(original, due_on) and not actor.can("declarations.review"):
        raise DomainError(
            "needs_consent",
            _(
                "An extension of more than 60 days in all needs the insurer's written consent. Ask your service manager."
            ),
            field="due_on",
        )
    before, shipment.due_on, shipment.remark = shipment.due_on, due_on, reason
    shipment.version += 1
    shipment.save(update_fields=["due_on", "remark", "version"])
    limits.cure(actor=SYSTEM, reason=StopReason.OVERDUE, source=shipment, comment=reason)
    clocks.arm_shipment(actor, shipment)
    audit.record(actor, "shipment.due_extended", shipment, detail={"from": before, "to": due_on, "reason": reason})
    return shipment


def limits_stopped_by_notice(shipment: Shipment) -> bool:
    stops = LimitStop.objects.filter(
        limit__policy=shipment.policy_id, limit__obligor=shipment.obligor_id, closed_at=None
    )
    return stops.filter(reason=StopReason.LOSS_NOTICE).exists()


def line_of(shipment: Shipment) -> Line:
    """The line as it was declared, to be worked out again or corrected."""
    return Line(
        obligor_id=shipment.obligor_id, term=shipment.term, credit_days=shipment.credit_days,
        invoice_no=shipment.invoice_no, shipped_on=shipment.shipped_on, due_on=shipment.due_on, amount=shipment.amount,
        currency=shipment.currency, destination=shipment.destination_id, deposit=shipment.deposit, kind=shipment.kind,
        contract_no=shipment.contract_no, transport_no=shipment.transport_no, customs_no=shipment.customs_no,
        hs_code=shipment.hs_code, description=shipment.description, lc_no=shipment.lc_no, buyer_id=shipment.buyer_id,
        seller=shipment.seller, aval_no=shipment.aval_no, affiliate=shipment.affiliate.code if shipment.affiliate else "",
        acceptance_no=shipment.acceptance_no,
        financing_bank_id=shipment.financing_bank_id, shares_transport=True, knows_of_loss=shipment.known_risk,
    )  # fmt: skip
