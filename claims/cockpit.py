"""What a bank learns from claims about the shipments and policies assigned to it: notice in time? which indemnity?

Registered in the cockpit of financing; each answer takes one or two queries however many ids there are.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Prefetch
from django.utils.translation import gettext_lazy as _

from claims.lifecycle import ENDED
from claims.models import (
    Claim,
    ClaimLine,
    ClaimState,
    LossNotice,
    LossNoticeLine,
    NoticeState,
    Opinion,
    OpinionKind,
    PolicyBankQuerySet,
)
from claims.notices.selectors import windows_by_shipment
from claims.notices.views.bank import deeds_on
from claims.showing import steps_shown
from financing.cockpit import (
    INDEMNITY,
    NOTICE,
    POLICY_INDEMNITY,
    POLICY_NOTICE,
    Light,
    register_deeds,
    register_fact,
    register_policy_fact,
)
from financing.microloan.facts import ClaimsSeen, register_claims
from financing.schemes.services import Indemnity, register_indemnity
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import Money

GONE = (NoticeState.DRAFT, NoticeState.WITHDRAWN)


def register_all() -> None:
    register_fact(NOTICE, notice_by_shipment)
    register_fact(INDEMNITY, indemnity_by_shipment)
    register_policy_fact(POLICY_NOTICE, notice_by_policy)
    register_policy_fact(POLICY_INDEMNITY, indemnity_by_policy)
    register_claims(filed_since)
    register_deeds(deeds_on)
    register_indemnity(paid_on)


def paid_on(shipment_id: int) -> Indemnity:
    """What was paid on an invoice; final once it is paid or the claim is refused or ended."""
    lines = ClaimLine.objects.filter(shipment=shipment_id).exclude(
        claim__state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN]
    )
    line = lines.select_related("claim").order_by("-id").first()
    if line is None:
        return Indemnity()
    claim = line.claim
    part = indemnity_by_shipment([shipment_id])[shipment_id].money
    paid = min(part.amount, claim.paid_total) if part else Decimal(0)
    return Indemnity(paid, claim.currency, bool(claim.paid_total) or claim.state in ENDED)


def filed_since(policyholder_id: int, day: date) -> ClaimsSeen:
    """Claims that a policyholder filed from a day on, withdrawn ones left out: what a bank's scorecard counts."""
    rows = Claim.objects.filter(policyholder=policyholder_id, filed_at__gte=clock.start_of(day))
    found = rows.exclude(state=ClaimState.WITHDRAWN).aggregate(count=Count("pk"), last=Max("filed_at"))
    return ClaimsSeen(found["count"], clock.business_date(found["last"]) if found["last"] else None)


def notice_by_shipment(ids: Collection[int]) -> dict[int, Light]:
    """Whether a loss notice was filed on the invoice, and in time; without one, until when that is possible."""
    rows = LossNoticeLine.objects.filter(shipment__in=ids).exclude(notice__state__in=GONE).select_related("notice")
    filed = {row.shipment_id: _timeliness(row) for row in rows.order_by("id")}
    windows = windows_by_shipment([pk for pk in ids if pk not in filed])
    return {pk: Light(fact.tone, fact.text) for pk, fact in windows.items()} | filed


def _timeliness(row: LossNoticeLine) -> Light:
    days_late, number = row.days_late, row.notice.number
    if row.notice.due_provisional:
        return Light("blue", _("Filed; not judged on a provisional date"), number)
    if days_late:
        return Light("amber", _("Filed %(days)s days late") % {"days": days_late}, number)
    return Light("green", _("Filed in time"), number)


def notice_by_policy(actor: Actor, ids: Collection[int]) -> dict[int, Light]:
    """Open loss notices under the policy."""
    rows = LossNotice.objects.visible_to(actor).filter(policy__in=ids).exclude(state__in=GONE).filter(closed_at=None)
    found: dict[int, list[LossNotice]] = {}
    for row in rows:
        found.setdefault(row.policy_id, []).append(row)
    return {
        policy_id: Light("amber", _("%(count)s loss notices open") % {"count": len(notices)}, notices[-1].number)
        for policy_id, notices in found.items()
    }


def _live_claims() -> PolicyBankQuerySet:
    told = Opinion.objects.filter(decided_at__isnull=False, voided_at=None, notified_at__isnull=False)
    rows = Claim.objects.exclude(state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN])
    return rows.prefetch_related(Prefetch("opinions", told.select_related("worksheet").order_by("-id"), to_attr="told"))


def indemnity_by_shipment(ids: Collection[int]) -> dict[int, Light]:
    """The invoice's part of the indemnity as its letter says, before that the state of the claim."""
    lines = ClaimLine.objects.filter(shipment__in=ids).exclude(
        claim__state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN]
    )
    claims = _live_claims().in_bulk(set(lines.values_list("claim_id", flat=True)))
    return {line.shipment_id: _part(claims[line.claim_id], line.shipment_id) for line in lines.order_by("id")}


def _part(claim: Any, shipment_id: int) -> Light:
    opinion = claim.told[0] if claim.told else None
    if opinion is None:
        return Light("blue", claim.get_state_display(), claim.number)
    if opinion.kind == OpinionKind.NIL or opinion.worksheet is None:
        return Light("red", _("No indemnity"), claim.number)
    part = next(
        (Decimal(line["indemnity"]) for line in opinion.worksheet.result["lines"] if line["shipment"] == shipment_id),
        Decimal(0),
    )
    steps = tuple(steps_shown(opinion.worksheet.result["steps"]))
    label = _("Paid") if claim.paid_total else _("Claim decided")
    return Light("green", label, claim.number, Money(part, claim.currency), steps)


def indemnity_by_policy(actor: Actor, ids: Collection[int]) -> dict[int, Light]:
    """What was decided or paid under the policy, with the number of claims that are still open."""
    found: dict[int, list[Any]] = {}
    for claim in _live_claims().visible_to(actor).filter(policy__in=ids):
        found.setdefault(claim.policy_id, []).append(claim)
    return {policy_id: _sum(claims) for policy_id, claims in found.items()}


def _sum(claims: list[Any]) -> Light:
    total = sum((claim.told[0].total for claim in claims if claim.told), Decimal(0))
    still_open = sum(claim.state not in ENDED for claim in claims)
    note = _("%(count)s claims open") % {"count": still_open}
    tone = "green" if claims and not still_open else "blue"
    is_settled = all(claim.paid_total or claim.state in ENDED for claim in claims)
    money = Money(total, claims[0].currency) if any(claim.told for claim in claims) else None
    return Light(tone, _standing(claims, is_settled), note, money, is_settled=is_settled)


def _standing(claims: list[Any], is_settled: bool) -> Any:
    if is_settled and any(claim.paid_total for claim in claims):
        return _("Indemnity paid")
    return _("Indemnity decided") if any(claim.told for claim in claims) else _("Claim filed")
