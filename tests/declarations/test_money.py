"""Money from buyers, premium, and the waterfall: Σ covered never above the limit, whatever happens in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from declarations import clocks, services
from declarations.models import (
    CoverReason,
    LineState,
    NoticeState,
    PremiumNotice,
    PremiumState,
    ReceiptAllocation,
    Shipment,
)
from limits.models import CreditLimit, LimitMovement, LimitStop
from policies.models import Policy, PolicyState
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.sweep import sweep
from sinosure.documents.models import Document
from sinosure.ledger import services as ledger
from sinosure.ledger.models import Account
from tests.factories.declarations import a_line, a_premium_notice, a_receipt, a_shipment, an_overdue_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor
from tests.factories.policies import a_signed_policy

pytestmark = pytest.mark.django_db


def check_books(limit: CreditLimit) -> None:
    """Σ covered = used = Σ movements ≤ limit, and nobody is covered beyond what is open."""
    limit.refresh_from_db()
    rows = Shipment.objects.filter(limit=limit)
    covered = rows.aggregate(total=Sum("covered"))["total"] or 0
    moved = LimitMovement.objects.filter(limit=limit).aggregate(total=Sum("amount"))["total"] or 0
    assert covered == limit.used == moved
    assert limit.used <= limit.amount
    assert all(row.covered <= row.open_amount for row in rows)
    waiting = [row for row in rows if row.state == LineState.BOOKED and row.covered < row.open_amount]
    assert not waiting or limit.used == limit.amount, "room is free while a shipment waits for it"


STEP = st.one_of(
    st.tuples(st.just("ship"), st.integers(1, 90_000)), st.tuples(st.just("pay"), st.integers(1, 120_000)),
    st.tuples(st.just("reverse"), st.integers(0, 3)), st.tuples(st.just("withdraw"), st.integers(0, 5)),
)  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, min_size=3, max_size=10))
def test_the_waterfall_holds_after_every_step(steps):
    """Random shipments, receipts, reversals and withdrawals under a limit of 200,000."""
    with transaction.atomic():
        limit = a_limit()
        receipts, lines = [], []
        for what, n in steps:
            if what == "ship":
                lines.append(a_shipment(limit, amount=Decimal(n)))
            elif what == "pay" and lines:
                receipts.append(a_receipt(lines[0], n))
            elif what == "reverse" and receipts:
                services.reverse_receipt(
                    actor=actor("chen"), receipt_id=receipts.pop(n % len(receipts)).pk, reason="bounced"
                )
            elif what == "withdraw" and lines:
                row = lines.pop(n % len(lines))
                row.refresh_from_db()
                if row.open_amount == row.amount:
                    services.withdraw(actor=actor("chen"), shipment_id=row.pk, reason="twice")
            check_books(limit)
        transaction.set_rollback(True)


def test_before_anything_is_overdue_the_named_invoice_is_paid_first():
    limit = a_limit()
    a_shipment(limit, credit_days=30, invoice_no="OLD")
    named = a_shipment(limit, credit_days=60, invoice_no="NAMED", amount=Decimal(60_000))
    receipt = a_receipt(named, 60_000, invoice_no="named")
    assert [(row.shipment.invoice_no, row.rule) for row in receipt.allocations.all()] == [("NAMED", "REFERENCE")]


def test_once_the_account_is_overdue_the_oldest_due_date_is_paid_whatever_the_buyer_wrote():
    overdue = an_overdue_shipment()
    newer = a_shipment(overdue.limit, invoice_no="NAMED", amount=Decimal(60_000))
    receipt = a_receipt(newer, 60_000, invoice_no="NAMED")
    assert [(row.shipment_id, row.rule) for row in receipt.allocations.all()] == [(overdue.pk, "OLDEST_DUE")]


def test_an_undeclared_invoice_takes_money_but_no_limit():
    limit = a_limit()
    line = a_line(limit, invoice_no="UNDECLARED", credit_days=10)
    row = services.register_receivable(actor=actor("chen"), policy_id=limit.policy_id, line=line)
    limit.refresh_from_db()
    assert (row.state, row.covered, row.premium, limit.used) == (LineState.REGISTERED, 0, 0, 0)
    receipt = a_receipt(row, 1_000)
    assert receipt.allocations.get().shipment_id == row.pk


def test_what_is_left_over_stays_unallocated():
    shipment = a_shipment(amount=Decimal(50_000))
    receipt = a_receipt(shipment, 60_000)
    assert receipt.unallocated == Decimal(10_000)


def test_a_reversed_receipt_opens_the_invoice_and_its_clock_again():
    shipment = a_shipment()
    receipt = a_receipt(shipment)
    assert not Deadline.objects.of(shipment).open().exists()
    services.reverse_receipt(actor=actor("chen"), receipt_id=receipt.pk, reason="wrong account")
    shipment.refresh_from_db()
    assert (shipment.open_amount, shipment.covered, shipment.paid_on) == (Decimal(100_000), Decimal(100_000), None)
    assert Deadline.objects.of(shipment).open().filter(kind=clocks.LOSS_NOTICE).exists()
    with pytest.raises(DomainError) as refused:
        services.reverse_receipt(actor=actor("chen"), receipt_id=receipt.pk, reason="again")
    assert refused.value.code == "reversed_before"


def test_allocations_are_never_edited():
    receipt = a_receipt(a_shipment())
    with pytest.raises(IntegrityError), transaction.atomic():
        ReceiptAllocation.objects.filter(receipt=receipt).update(amount=1)


def test_an_invoice_unpaid_thirty_days_stops_cover_and_full_payment_opens_it_again():
    """Due + 30 days is the last day; the stop comes with the day after it."""
    limit = a_limit()
    shipment = a_shipment(limit, amount=Decimal(10_000))
    with clock.frozen(shipment.due_on + timedelta(days=30)):
        sweep()
    assert not LimitStop.objects.exists()
    with clock.frozen(shipment.due_on + timedelta(days=31)):
        sweep()
        limit.refresh_from_db()
        assert limit.is_stopped
        stopped = a_shipment(limit, invoice_no="AFTER")
        assert (stopped.covered, stopped.cover_reason) == (0, CoverReason.STOPPED)
        a_receipt(shipment, 10_000)
        limit.refresh_from_db()
        assert not limit.is_stopped


def test_a_paid_invoice_does_not_stop_anything_and_the_clock_moves_to_the_next_one():
    limit = a_limit()
    first = a_shipment(limit, amount=Decimal(10_000), credit_days=30)
    second = a_shipment(limit, amount=Decimal(10_000), credit_days=60)
    a_receipt(first, 10_000)
    with clock.frozen(first.due_on + timedelta(days=31)):
        sweep()
        limit.refresh_from_db()
        assert not limit.is_stopped
    standing = Deadline.objects.of(limit).open().get(kind=clocks.STOP_COVER)
    assert standing.legal_due == second.due_on + timedelta(days=30)


# --- premium


def test_a_signed_policy_is_billed_its_deposit_and_begins_when_finance_has_booked_it():
    policy = a_signed_policy()
    notice = PremiumNotice.objects.get(policy=policy)
    assert (notice.kind, notice.payable) == ("DEPOSIT", Decimal(2_000))
    assert Document.objects.of(notice).get().kind == "premium_notice"
    finance = actor("yuan")
    services.book_payment(
        actor=finance, notice_id=notice.pk, amount=Decimal(500), received_on=clock.today(), reference="A"
    )
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.SIGNED
    services.book_payment(
        actor=finance, notice_id=notice.pk, amount=Decimal(1_500), received_on=clock.today(), reference="B"
    )
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.IN_FORCE
    notice.refresh_from_db()
    assert notice.state == NoticeState.PAID
    assert ledger.balance(Account.PREMIUM_RECEIVABLE, "USD") == 0
    assert ledger.balance(Account.BANK, "USD") == Decimal(2_000)
    assert ledger.balance(Account.PREMIUM_DEPOSIT, "USD") == Decimal(-2_000)


def test_premium_of_a_month_is_set_off_against_the_deposit_first():
    """100,000 × 0.16 % = 160.00 of the deposit of 2,000 that was paid: nothing to pay, 1,840 left."""
    policy = a_signed_policy()
    deposit = PremiumNotice.objects.get(policy=policy)
    services.book_payment(
        actor=actor("yuan"), notice_id=deposit.pk, amount=Decimal(2_000), received_on=clock.today(), reference="D"
    )
    shipment = a_shipment(a_limit(Policy.objects.get(pk=policy.pk)))
    notice = a_premium_notice(shipment)
    assert (notice.gross, notice.set_off, notice.payable) == (Decimal(160), Decimal(160), Decimal(0))
    notice.refresh_from_db()
    shipment.refresh_from_db()
    assert (notice.state, shipment.premium_state) == (NoticeState.PAID, PremiumState.PAID)
    assert services.deposit_left(notice.policy) == Decimal(1_840)
    assert ledger.balance(Account.PREMIUM_INCOME, "USD") == Decimal(-160)


def test_more_than_is_open_is_refused_and_so_is_the_same_reference_twice():
    notice = a_premium_notice(a_shipment(amount=Decimal(2_000_000)))
    assert notice.payable == Decimal(1_200)  # 3,200.00 less the deposit of 2,000
    finance = actor("yuan")
    with pytest.raises(DomainError) as refused:
        services.book_payment(
            actor=finance, notice_id=notice.pk, amount=Decimal("1200.01"), received_on=clock.today(), reference="A"
        )
    assert refused.value.code == "overpaid"
    services.book_payment(
        actor=finance, notice_id=notice.pk, amount=Decimal(100), received_on=clock.today(), reference="A"
    )
    with pytest.raises(DomainError) as refused:
        services.book_payment(
            actor=finance, notice_id=notice.pk, amount=Decimal(60), received_on=clock.today(), reference="A"
        )
    assert refused.value.code == "payment_twice"


def test_unpaid_premium_suspends_the_policy_30_days_after_its_due_date_and_payment_lifts_it():
    notice = a_premium_notice(a_shipment(amount=Decimal(2_000_000)))
    with clock.frozen(notice.due_on + timedelta(days=30)):
        sweep()
        assert Policy.objects.get(pk=notice.policy_id).state == PolicyState.IN_FORCE
    with clock.frozen(notice.due_on + timedelta(days=31)):
        sweep()
        assert Policy.objects.get(pk=notice.policy_id).state == PolicyState.SUSPENDED
        services.book_payment(
            actor=actor("yuan"), notice_id=notice.pk, amount=notice.payable, received_on=clock.today(), reference="A"
        )
        assert Policy.objects.get(pk=notice.policy_id).state == PolicyState.IN_FORCE


def test_a_cancelled_notice_leaves_no_trace_in_the_sums_and_is_billed_again():
    shipment = a_shipment(amount=Decimal(2_000_000))
    notice = a_premium_notice(shipment)
    before = ledger.balance(Account.PREMIUM_RECEIVABLE, "USD")
    services.cancel_notice(actor=actor("yuan"), notice_id=notice.pk, reason="wrong month")
    assert ledger.balance(Account.PREMIUM_RECEIVABLE, "USD") == before - notice.payable
    again = a_premium_notice(shipment)
    assert again.gross == notice.gross


def test_a_corrected_line_is_billed_the_difference():
    """160.00 was billed on 100,000; the line is corrected to 150,000 (240.00): 80.00 more."""
    shipment = a_shipment()
    a_premium_notice(shipment)
    line = services.line_of(shipment)

    shipment.refresh_from_db()
    new = services.correct(
        actor=actor("chen"), shipment_id=shipment.pk, line=replace(line, amount=Decimal(150_000)), reason="amount"
    )
    assert new.premium - new.premium_credit == Decimal(80)
