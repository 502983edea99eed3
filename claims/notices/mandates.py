"""Entrusted collection (委托追讨, LN-11): the insurer instructs a channel abroad on the insured's mandate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from claims.models import CollectionMandate, LossNotice, MandateReport
from claims.notices import letters, messages
from claims.notices.lifecycle import MANDATE
from claims.notices.moving import locked_mandate, locked_notice, move_notice, move_row
from policies.selectors import schedule_on
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.documents import services as documents


@transaction.atomic
def draw_up(*, actor: Actor, notice_id: int, channel: str, country: str, fee_basis: str) -> CollectionMandate:
    """《委托代理协议》 for the insured to sign, with its share of the cost before payout."""
    notice = locked_notice(actor, notice_id)
    if notice.mandates.exclude(state="ENDED").exists():
        message = _("A collection mandate is under way on this notice. End it before you draw up another.")
        raise DomainError("mandate_exists", message, status=409)
    move_notice(actor, notice, "mandate", {"channel": channel, "country": country})
    mandate = CollectionMandate.objects.create(
        number=documents.next_number(f"EM-{clock.today():%Y}"), notice=notice, policyholder_id=notice.policyholder_id,
        channel=channel, country_id=country, fee_basis=fee_basis, insured_share_ratio=1 - insured_ratio(notice),
        drawn_up_by_id=actor.user_id, drawn_up_at=clock.now(),
    )  # fmt: skip
    letters.issue_mandate(actor, mandate)
    messages.tell_insured(actor, "notice.mandate", notice)
    return mandate


def insured_ratio(notice: LossNotice) -> Decimal:
    """The percentage for the risk of the notice, by the schedule in force on the first shipment concerned."""
    first = notice.lines.aggregate(day=Min("shipment__shipped_on"))["day"]
    schedule = schedule_on(notice.policy, first or clock.today())
    if schedule is None:
        return Decimal(0)
    return Decimal(schedule.insured_ratios.get(notice.risk, schedule.highest_ratio))


@transaction.atomic
def sign(*, actor: Actor, mandate_id: int) -> CollectionMandate:
    mandate = locked_mandate(actor, mandate_id)
    move_row(MANDATE, actor, mandate, "sign", signed_by_id=actor.user_id, signed_at=clock.now())
    messages.tell_officers(actor, "notice.mandate_signed", mandate.notice)
    return mandate


@transaction.atomic
def report(*, actor: Actor, mandate_id: int, reported_on: date, text: str) -> MandateReport:
    """What the channel reported."""
    mandate = locked_mandate(actor, mandate_id)
    if reported_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="reported_on")
    MANDATE.check("report", mandate, actor)
    entry = MandateReport.objects.create(
        mandate=mandate, reported_on=reported_on, text=text, written_by_id=actor.user_id, written_at=clock.now()
    )
    messages.tell_insured(actor, "notice.report", mandate.notice)
    return entry


@transaction.atomic
def end(*, actor: Actor, mandate_id: int) -> CollectionMandate:
    return move_row(MANDATE, actor, locked_mandate(actor, mandate_id), "end")
