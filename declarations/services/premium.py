"""Premium: deposit notice at signature, monthly 《保费通知书》, payments, suspension when overdue (PRM-1, PRM-2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from declarations import clocks, letters, messages
from declarations.lifecycle import NOTICE
from declarations.models import (
    LineState,
    NoticeState,
    PremiumKind,
    PremiumNotice,
    PremiumPayment,
    PremiumState,
    Shipment,
)
from declarations.signals import premium_booked, premium_cancelled, premium_overdue
from policies import services as policies
from policies.models import Policy
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money
from sinosure.deadlines.models import Deadline
from sinosure.documents.services import next_number
from sinosure.ledger.models import Account
from sinosure.ledger.services import Line, post, transfer

ZERO = Decimal(0)


AT_INCEPTION = (PremiumKind.DEPOSIT, PremiumKind.ANNUAL)  # cover begins once it is paid


@transaction.atomic
def issue_deposit_notice(*, actor: Actor, policy: Policy) -> PremiumNotice | None:
    """Both sides have signed: what is paid before cover begins falls due. Nothing to bill when it is 0.

    A deposit is held until premium on declarations uses it up; premium for the year is income at once.
    """
    schedule = policy.schedule
    if schedule is None or not schedule.deposit_premium:
        return None
    if policy.wording.named.bills_lines:
        return _bill(actor, policy, PremiumKind.DEPOSIT, schedule.deposit_premium, Account.PREMIUM_DEPOSIT)
    return _bill(actor, policy, PremiumKind.ANNUAL, schedule.deposit_premium, Account.PREMIUM_INCOME)


def issue_additional_notice(*, actor: Actor, policy: Policy, amount: Decimal) -> PremiumNotice:
    """The year's premium was too low for the turnover that came about (PRM-4)."""
    return _bill(actor, policy, PremiumKind.ADJUST, amount, Account.PREMIUM_INCOME)


def issue_pre_shipment_notice(*, actor: Actor, policy: Policy, amount: Decimal) -> PremiumNotice | None:
    """A contract in production was declared (§1.3); nothing to bill when it rounds to 0."""
    return _bill(actor, policy, PremiumKind.PRESHIP, amount, Account.PREMIUM_INCOME) if amount else None


def _bill(actor: Actor, policy: Policy, kind: PremiumKind, amount: Decimal, account: Account) -> PremiumNotice:
    notice = _create(policy, kind, None, amount, ZERO)
    money = Money(notice.payable, notice.currency)
    _post(SYSTEM, f"premium.{kind.lower()}_billed", notice, transfer(Account.PREMIUM_RECEIVABLE, account, money))
    _announce(actor, notice, [])
    return notice


@transaction.atomic
def issue_monthly_notice(*, actor: Actor, policy_id: int, month: date) -> PremiumNotice | None:
    """Bill every unbilled line shipped up to the end of `month` (its first day), less what the deposit still covers."""
    policy: Policy = Policy.objects.select_for_update(of=("self",)).get(pk=policy_id)
    end = (month + timedelta(days=32)).replace(day=1)
    lines = Shipment.objects.filter(
        policy=policy, premium_state=PremiumState.UNBILLED, state=LineState.BOOKED, shipped_on__lt=end
    )
    gross = lines.aggregate(total=Sum(F("premium") - F("premium_credit")))["total"] or ZERO
    if (
        gross <= 0
        or PremiumNotice.objects.filter(policy=policy, month=month, kind=PremiumKind.MONTHLY)
        .exclude(state=NoticeState.CANCELLED)
        .exists()
    ):
        return None
    notice = _create(policy, PremiumKind.MONTHLY, month, gross, min(gross, deposit_left(policy)))
    billed = list(lines.select_related("obligor").order_by("shipped_on", "id"))
    lines.update(premium_state=PremiumState.BILLED, premium_notice=notice)
    _post(actor, "premium.billed", notice, _billing_lines(notice))
    _announce(actor, notice, billed)
    if not notice.payable:
        _settle(actor, notice)
    return notice


def _create(policy: Policy, kind: str, month: date | None, gross: Decimal, set_off: Decimal) -> PremiumNotice:
    today = clock.today()
    return PremiumNotice.objects.create(
        number=next_number(f"PN-{today:%Y%m}"), policy=policy, policyholder_id=policy.policyholder_id, kind=kind,
        month=month, currency=policy.currency, gross=gross, set_off=set_off, payable=gross - set_off, issued_on=today,
        due_on=today + timedelta(days=policy.wording.named.days("premium_payment_days")),
    )  # fmt: skip


def _billing_lines(notice: PremiumNotice) -> list[Line]:
    return [
        Line(Account.PREMIUM_RECEIVABLE, Money(notice.payable, notice.currency)),
        Line(Account.PREMIUM_DEPOSIT, Money(notice.set_off, notice.currency)),
        Line(Account.PREMIUM_INCOME, Money(-notice.gross, notice.currency)),
    ]


def deposit_left(policy: Policy) -> Decimal:
    """Deposit premium received and not yet set off."""
    notices = PremiumNotice.objects.filter(policy=policy).exclude(state=NoticeState.CANCELLED)
    paid = notices.filter(kind=PremiumKind.DEPOSIT).aggregate(total=Sum("paid"))["total"] or ZERO
    used = notices.filter(kind=PremiumKind.MONTHLY).aggregate(total=Sum("set_off"))["total"] or ZERO
    return max(ZERO, paid - used)


def _announce(actor: Actor, notice: PremiumNotice, lines: Sequence[Shipment]) -> None:
    letters.issue_premium_notice(SYSTEM, notice, lines)
    audit.record(
        actor, "premium.issued", notice, detail={"gross": notice.gross, "payable": notice.payable, "lines": len(lines)}
    )
    if notice.payable:
        clocks.arm_notice(SYSTEM, notice)
        messages.tell_of_notice(actor, "premium.issued", notice)


def _post(actor: Actor, kind: str, notice: PremiumNotice, lines: list[Line]) -> Any:
    return post(
        actor=actor, kind=kind, subject=notice, policyholder_id=notice.policyholder_id, lines=lines, memo=notice.number
    )


@transaction.atomic
def book_payment(*, actor: Actor, notice_id: int, amount: Decimal, received_on: date, reference: str) -> PremiumPayment:
    """Finance books premium received. Raises `overpaid` above what is open, `payment_twice` for the same reference."""
    notice = _locked(actor, notice_id)
    NOTICE.check("book", notice, actor)
    left = notice.payable - notice.paid
    if amount > left:
        raise DomainError(
            "overpaid", _("Only %(left)s is open on this notice."), field="amount", left=Money(left, notice.currency)
        )
    if received_on > clock.today():
        raise DomainError("received_in_future", _("Money cannot be received in the future."), field="received_on")
    if notice.payments.filter(reference=reference).exists():
        raise DomainError(
            "payment_twice", _("A payment with this reference is booked already."), field="reference", status=409
        )
    payment = PremiumPayment.objects.create(
        notice=notice, policyholder_id=notice.policyholder_id, amount=amount, currency=notice.currency,
        received_on=received_on, reference=reference, booked_by_id=actor.user_id, booked_at=clock.now(),
    )  # fmt: skip
    notice.paid, notice.state = notice.paid + amount, NoticeState.PART_PAID
    notice.save(update_fields=["paid", "state"])
    money = Money(amount, notice.currency)
    _post(actor, "premium.received", notice, transfer(Account.BANK, Account.PREMIUM_RECEIVABLE, money))
    audit.record(actor, "premium.received", notice, detail={"amount": amount, "reference": reference})
    if notice.kind in AT_INCEPTION:
        policies.deposit_paid(actor=actor, policy_id=notice.policy_id, amount=amount)
    if notice.paid == notice.payable:
        _settle(actor, notice)
    premium_booked.send(sender=PremiumNotice, actor=actor, notice=notice)
    return payment


def _settle(actor: Actor, notice: PremiumNotice) -> None:
    """Paid in full: lines are paid, clocks end, a suspension is lifted when nothing else is overdue."""
    notice.state = NoticeState.PAID
    notice.save(update_fields=["state"])
    notice.lines.update(premium_state=PremiumState.PAID)
    clocks.settle_notice(SYSTEM, notice)
    _lift_suspension(notice)
    messages.tell_of_notice(actor, "premium.paid", notice)


def _lift_suspension(notice: PremiumNotice) -> None:
    """The notice is settled: cover goes on when no other is overdue for so long."""
    patience = timedelta(days=notice.policy.wording.named.days("suspend_after_days"))
    overdue = PremiumNotice.objects.filter(
        policy=notice.policy_id, state__in=[NoticeState.ISSUED, NoticeState.PART_PAID],
        due_on__lt=clock.today() - patience,
    )  # fmt: skip
    if not overdue.exists():
        policies.lift_suspension(actor=SYSTEM, policy_id=notice.policy_id)


@transaction.atomic
def cancel_notice(*, actor: Actor, notice_id: int, reason: str) -> PremiumNotice:
    """Take an unpaid notice back by reversal; its lines are billed again with the next one."""
    notice = _locked(actor, notice_id)
    NOTICE.check("cancel", notice, actor)
    if notice.kind != PremiumKind.MONTHLY:
        raise DomainError(
            "deposit_stays", _("This notice belongs to the signed policy and cannot be cancelled."), status=409
        )
    notice.state = NoticeState.CANCELLED
    notice.save(update_fields=["state"])
    shipments = list(notice.lines.values_list("pk", flat=True))
    notice.lines.update(premium_state=PremiumState.UNBILLED, premium_notice=None)
    money = [Line(line.account, Money(-line.money.amount, line.money.currency)) for line in _billing_lines(notice)]
    _post(actor, "premium.billed.reversed", notice, money)
    clocks.settle_notice(SYSTEM, notice)
    audit.record(actor, "premium.cancelled", notice, detail={"reason": reason})
    _lift_suspension(notice)
    premium_cancelled.send(sender=PremiumNotice, actor=actor, notice=notice, shipments=shipments)
    return notice


def _locked(actor: Actor, notice_id: int) -> PremiumNotice:
    rows = PremiumNotice.objects.visible_to(actor).select_for_update(of=("self",))
    notice: PremiumNotice = rows.select_related("policy__wording").get(pk=notice_id)
    return notice


def suspend_unpaid(rows: Sequence[Deadline]) -> None:
    """The effect of PREMIUM_SUSPEND: `suspend_after_days` after the due date the policy gives no cover to new shipments (PRM-2)."""
    for notice in PremiumNotice.objects.filter(pk__in=[row.subject_id for row in rows]).exclude(state=NoticeState.PAID):
        policies.suspend(actor=SYSTEM, policy_id=notice.policy_id, reason=notice.number)


def tell_overdue(rows: Sequence[Deadline]) -> None:
    """The effect of PREMIUM_PAYMENT: those above learn that the due date has passed."""
    premium_overdue.send(sender=PremiumNotice, notices=[row.subject_id for row in rows])
