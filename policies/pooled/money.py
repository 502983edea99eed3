"""The subsidy as money: confirmed it counts as premium received, booked it is in the bank, reimbursed it is passed on (PLT-3, PRM-3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from policies.pooled import platforms
from policies.pooled.lifecycle import PLATFORM
from policies.pooled.models import MemberList, PlatformMember, PooledPlatform, SubsidyReceipt
from policies.pooled.states import MemberState, SubsidyMode
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money
from sinosure.ledger.models import Account
from sinosure.ledger.services import Entry, post_many, transfer

ZERO = Decimal(0)
_CREDIT = """
    UPDATE policies_policy p SET deposit_received = p.deposit_received + m.subsidy, version = p.version + 1
    FROM policies_platformmember m
    WHERE m.list_id = %(list)s AND m.policy_id = p.id AND m.state = 'ISSUED' AND m.subsidy_mode <> 'PAY_THEN_REIMBURSE'
"""
_ACTIVATE = """
    UPDATE policies_policy p SET state = 'IN_FORCE', in_force_at = %(now)s
    FROM policies_platformmember m
    WHERE m.list_id = %(list)s AND m.policy_id = p.id AND p.state = 'SIGNED' AND p.deposit_received >= m.gross
        AND p.starts_on <= %(today)s AND p.ends_on >= %(today)s
"""


def credit(actor: Actor, found: MemberList) -> None:
    """The subsidy of a list was confirmed after its policies were issued: it counts as received, cover begins where all is there."""
    values: dict[str, Any] = {"list": found.pk, "now": clock.now(), "today": clock.today()}
    with connection.cursor() as cursor:
        cursor.execute(_CREDIT, values)
        credited = cursor.rowcount
        cursor.execute(_ACTIVATE, values)
        begun = cursor.rowcount
    if credited:
        audit.record(actor, "pooled.subsidy_credited", found, detail={"policies": credited, "in_force": begun})


def due(platform: PooledPlatform) -> QuerySet[PlatformMember]:
    """Members whose confirmed subsidy has not come yet; one that is reimbursed has paid its premium before."""
    rows = PlatformMember.objects.filter(
        platform=platform, state=MemberState.ISSUED, subsidy_confirmed_at__isnull=False, receipt=None, subsidy__gt=0
    )
    has_paid = Q(policy__deposit_received__gte=F("gross"))
    return rows.filter(has_paid | ~Q(subsidy_mode=SubsidyMode.PAY_THEN_REIMBURSE))


def amount_due(platform: PooledPlatform) -> Money:
    total = due(platform).aggregate(total=Sum("subsidy"))["total"] or ZERO
    return Money(total, platforms.current_plan(platform).currency)


@transaction.atomic
def book(*, actor: Actor, platform_id: int, amount: Decimal, received_on: date, reference: str) -> SubsidyReceipt:
    """Finance books what the authority has paid: exactly the confirmed subsidy that is open. Raises `amount_differs`, `payment_twice`."""
    platform = platforms.locked(actor, platform_id)
    PLATFORM.check("book", platform, actor)
    members = list(due(platform).select_for_update(of=("self",)).order_by("id"))
    open_now = Money(sum((one.subsidy for one in members), ZERO), platforms.current_plan(platform).currency)
    _check(platform, open_now, amount, received_on, reference)
    receipt = SubsidyReceipt.objects.create(
        platform=platform, currency=open_now.currency, amount=amount, members=len(members), received_on=received_on,
        reference=reference, booked_by_id=actor.user_id, booked_at=clock.now(),
    )  # fmt: skip
    PlatformMember.objects.filter(pk__in=[one.pk for one in members]).update(receipt=receipt)
    _post(actor, members)
    audit.record(actor, "pooled.subsidy_booked", receipt, detail={"amount": amount, "members": len(members)})
    return receipt


def _check(platform: PooledPlatform, open_now: Money, amount: Decimal, received_on: date, reference: str) -> None:
    if not open_now.amount:
        raise DomainError("nothing_due", _("No confirmed subsidy is open on this platform."), status=409)
    if amount != open_now.amount:
        message = _("The confirmed subsidy that is open is %(open)s. Book this amount, or ask the authority.")
        raise DomainError("amount_differs", message, field="amount", open=str(open_now))
    if received_on > clock.today():
        raise DomainError("received_in_future", _("Money cannot be received in the future."), field="received_on")
    if platform.receipts.filter(reference=reference).exists():
        message = _("A payment with this reference is booked already.")
        raise DomainError("payment_twice", message, field="reference", status=409)


def _post(actor: Actor, members: list[PlatformMember]) -> None:
    """Per member: the money of the authority settles its debt, or goes through to the exporter who paid first."""
    later = [one for one in members if one.subsidy_mode == SubsidyMode.PAY_THEN_REIMBURSE]
    at_once = [one for one in members if one.subsidy_mode != SubsidyMode.PAY_THEN_REIMBURSE]
    post_many(actor, "subsidy.received", [_entry(one, Account.BANK, Account.SUBSIDY_RECEIVABLE) for one in at_once])
    post_many(actor, "subsidy.received", [_entry(one, Account.BANK, Account.DUE_TO_INSURED) for one in later])
    post_many(actor, "subsidy.passed_on", [_entry(one, Account.DUE_TO_INSURED, Account.BANK) for one in later])


def _entry(member: PlatformMember, debit: Account, credit: Account) -> Entry:
    lines = transfer(debit, credit, Money(member.subsidy, member.currency))
    return Entry(member, member.organisation_id or 0, lines, member.uscc)
