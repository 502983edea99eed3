"""The bank files the loss notice where its agreement gives it the right: by clause, or as owner of the receivable (Rulebook §8.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.models import LossNotice, NoticeState
from claims.notices import filing, messages
from claims.notices.facts import NoticeFacts
from claims.notices.lines import open_invoices
from declarations.models import Shipment
from financing.payees import payees_for
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed


def may_notify(actor: Actor, shipment: Shipment) -> bool:
    """Whether this bank has the right on the invoice; it needs its `obligor` and `policyholder`."""
    return bool(actor.is_bank and actor.can("notices.file") and _own(actor, [shipment]))


def _own(actor: Actor, shipments: Sequence[Shipment]) -> list[Shipment]:
    """Those that an agreement in favour of the bank bound on their day, with claim rights."""
    found = payees_for(shipments)
    named = ((one, found[one.pk].agreement) for one in shipments)
    return [one for one, agreement in named if agreement and agreement.is_with(actor) and agreement.gives_claim_rights]


def notifiable(actor: Actor, shipment: Shipment) -> list[Shipment]:
    """All open invoices on the same buyer that the bank may report."""
    rows = open_invoices(shipment.policy_id, shipment.obligor_id).select_related("policy", "policyholder", "obligor")
    return _own(actor, list(rows))


@transaction.atomic
def report(*, actor: Actor, shipment_id: int, facts: NoticeFacts, arrived_at: datetime | None = None) -> LossNotice:
    """File on the buyer of this invoice, with every open invoice that the bank may report; the exporter is told."""
    if not (actor.is_bank and actor.can("notices.file")):
        raise NotAllowed()
    rows = Shipment.objects.visible_to(actor).select_related("policy", "obligor__country")
    shipment: Shipment = rows.get(pk=shipment_id)
    filing.locked_policy_and_limits(SYSTEM, shipment.policy_id, shipment.obligor_id)
    own = notifiable(actor, shipment)
    if not own:
        message = _("Your agreement gives no right to report losses on this buyer. Remind the exporter instead.")
        raise DomainError("no_claim_rights", message, status=409)
    notice = _filed(actor, shipment, own, facts, arrived_at or clock.now())
    named = {"bank": _bank_name(own[0], actor)}
    messages.tell_insured(actor, "notice.filed_by_bank", notice, **named)
    return notice


def _filed(
    actor: Actor, shipment: Shipment, own: Sequence[Shipment], facts: NoticeFacts, arrived_at: datetime
) -> LossNotice:
    existing = filing.open_notice(shipment.policy_id, shipment.obligor_id)
    ids = [one.pk for one in own]
    if existing is not None and existing.state != NoticeState.DRAFT:
        return filing.add_lines(actor=SYSTEM, notice_id=existing.pk, shipment_ids=ids, arrived_at=arrived_at)
    return filing.file_for(
        actor=actor, policy_id=shipment.policy_id, obligor_id=shipment.obligor_id, facts=facts, received_at=arrived_at,
        shipment_ids=ids,
    )  # fmt: skip


def _bank_name(shipment: Shipment, actor: Actor) -> str:
    agreement = payees_for([shipment])[shipment.pk].agreement
    return agreement.bank.name_zh if agreement else actor.name
