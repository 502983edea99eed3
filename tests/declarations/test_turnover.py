"""A policy whose premium is paid for the year: no declarations, an adjustment at its end (PRM-4), settled through the book."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from declarations import services
from declarations.models import (
    DeclarationPeriod,
    LineState,
    PremiumNotice,
    PremiumState,
    Shipment,
    TurnoverState,
    TurnoverStatement,
)
from declarations.services import turnover
from policies.models import Policy, PolicyState
from policies.services import expire_policies
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.deadlines.models import Deadline
from sinosure.documents.models import Document
from sinosure.ledger.models import Account
from sinosure.ledger.services import balance
from tests.factories.declarations import a_line
from tests.factories.limits import a_limit
from tests.factories.people import actor
from tests.factories.policies import a_policy_in_force, an_sme_policy_in_force

pytestmark = pytest.mark.django_db
FIRST = date(2025, 1, 6)
NOON = datetime(2026, 1, 6, 4, tzinfo=UTC)


@pytest.fixture
def policy():
    return an_sme_policy_in_force(FIRST)


@pytest.fixture
def statement(policy):
    """The period is over; the statement is due."""
    with clock.frozen(policy.ends_on + timedelta(days=1)):
        expire_policies(Deadline.objects.of(policy).filter(kind="POLICY_EXPIRY"))
        yield TurnoverStatement.objects.get(policy=policy)


def stated(statement, actual):
    return turnover.state(actor=actor("chen"), statement_id=statement.pk, actual=Decimal(actual), is_complete=True)


def settled(statement, actual):
    stated(statement, actual)
    return turnover.settle(actor=actor("yuan"), statement_id=statement.pk)


def test_cover_begins_once_the_premium_of_the_year_is_paid(policy):
    notice = PremiumNotice.objects.get(policy=policy)
    assert (notice.kind, notice.payable, policy.state) == ("ANNUAL", Decimal("4800.000"), PolicyState.IN_FORCE)
    assert balance(Account.PREMIUM_INCOME, "USD") == Decimal(-4800)
    assert balance(Account.PREMIUM_DEPOSIT, "USD") == 0


def test_no_month_is_declared_and_no_clock_of_declarations_runs(policy):
    assert not DeclarationPeriod.objects.filter(policy=policy).exists()
    assert not Deadline.objects.filter(kind="DECLARATION").exists()


def test_a_shipment_may_be_registered_late_without_review_and_bears_no_premium(policy):
    """Two months after shipment, overdue by then: a declaration would be late and reviewed; a registration is not."""
    with clock.frozen(date(2025, 6, 1)):
        row = services.declare(
            actor=actor("chen"),
            policy_id=policy.pk,
            line=a_line(a_limit(policy), shipped_on=date(2025, 3, 1), credit_days=60),
        )
    assert (row.state, row.is_late, row.premium, row.premium_state) == (
        LineState.BOOKED, False, Decimal(0), PremiumState.NONE,
    )  # fmt: skip


def test_an_invoice_that_is_only_registered_is_covered_like_a_declared_one(policy):
    with clock.frozen(date(2025, 3, 2)):
        row = services.register_receivable(
            actor=actor("chen"), policy_id=policy.pk, line=a_line(a_limit(policy), shipped_on=date(2025, 3, 1))
        )
    assert row.state == LineState.BOOKED


def test_at_the_end_the_insured_has_thirty_days_to_state_its_turnover(statement):
    clocks = Deadline.objects.of(statement)
    assert [(row.kind, row.legal_due) for row in clocks] == [("TURNOVER_STATEMENT", date(2026, 2, 5))]
    assert statement.state == TurnoverState.DUE


def test_another_product_has_no_statement():
    policy = a_policy_in_force(starts_on=FIRST)
    with clock.frozen(policy.ends_on + timedelta(days=1)):
        expire_policies(Deadline.objects.of(policy).filter(kind="POLICY_EXPIRY"))
    assert not TurnoverStatement.objects.exists()


def test_more_turnover_is_billed_with_a_letter_and_a_clock(statement):
    """2,600,000 × 0.24 % = 6,240.00 less 4,800.00 paid."""
    after = settled(statement, "2600000")
    assert (after.state, after.change, after.notice.payable) == ("SETTLED", Decimal("1440.00"), Decimal("1440.00"))
    assert Deadline.objects.of(after.notice).filter(kind="PREMIUM_PAYMENT").exists()
    assert Document.objects.of(after).filter(kind="premium_adjustment").count() == 1
    assert balance(Account.PREMIUM_INCOME, "USD") == Decimal(-6240)


def test_less_turnover_is_returned_through_the_book(statement):
    """1,000,000 × 0.24 % = 2,400.00; 2,400.00 goes back."""
    after = settled(statement, "1000000")
    assert (after.state, after.returned, after.notice) == ("RETURN_DUE", Decimal("2400.00"), None)
    assert balance(Account.DUE_TO_INSURED, "USD") == Decimal(-2400)
    after = turnover.pay_back(actor=actor("yuan"), statement_id=after.pk, paid_on=clock.today(), reference="TT-1")
    assert after.state == TurnoverState.SETTLED
    assert balance(Account.DUE_TO_INSURED, "USD") == 0
    assert balance(Account.BANK, "USD") == Decimal(2400)  # 4,800 − 2,400
    assert balance(Account.PREMIUM_INCOME, "USD") == Decimal(-2400)


def test_within_the_band_nothing_changes_but_the_letter_is_sent(statement):
    after = settled(statement, "2300000")
    assert (after.state, after.change, after.notice) == ("SETTLED", Decimal(0), None)
    assert Document.objects.of(after).filter(kind="premium_adjustment").exists()


def test_the_turnover_may_be_stated_again_until_it_is_settled(statement):
    stated(statement, "2600000")
    assert stated(statement, "2500000").actual == Decimal(2_500_000)
    turnover.settle(actor=actor("yuan"), statement_id=statement.pk)
    with pytest.raises(WrongState):
        stated(statement, "1")


def test_the_turnover_cannot_be_less_than_what_is_on_record(policy):
    with clock.frozen(date(2025, 3, 2)):
        services.declare(
            actor=actor("chen"), policy_id=policy.pk, line=a_line(a_limit(policy), shipped_on=date(2025, 3, 1))
        )
    amount = Shipment.objects.get().policy_amount
    with clock.frozen(policy.ends_on + timedelta(days=1)):
        expire_policies(Deadline.objects.of(policy).filter(kind="POLICY_EXPIRY"))
        with pytest.raises(DomainError) as refused:
            stated(TurnoverStatement.objects.get(), amount - 1)
        assert (refused.value.code, refused.value.field) == ("below_registered", "actual")
        assert stated(TurnoverStatement.objects.get(), amount).state == TurnoverState.STATED


def test_the_insured_confirms_that_the_figure_is_complete(statement):
    with pytest.raises(DomainError) as refused:
        turnover.state(actor=actor("chen"), statement_id=statement.pk, actual=Decimal(1), is_complete=False)
    assert refused.value.field == "is_complete"


def test_nobody_but_finance_settles_and_another_exporter_sees_nothing(statement):
    stated(statement, "2600000")
    with pytest.raises(NotAllowed):
        turnover.settle(actor=actor("chen"), statement_id=statement.pk)
    with pytest.raises(TurnoverStatement.DoesNotExist):
        turnover.state(actor=actor("wu"), statement_id=statement.pk, actual=Decimal(1), is_complete=True)


def test_an_underwriter_states_what_came_on_paper_and_a_second_person_settles(statement):
    turnover.state(actor=actor("zhou"), statement_id=statement.pk, actual=Decimal(2_600_000), is_complete=True)
    assert turnover.settle(actor=actor("yuan"), statement_id=statement.pk).change == Decimal(1440)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "STATED"}, "turnover_stated"),
        ({"actual": Decimal(-1)}, "turnover_actual"),
        ({"change": Decimal(5)}, "turnover_change_when_settled"),
        ({"state": "SETTLED", "actual": 1, "stated_at": NOON, "change": Decimal(5)}, "turnover_extra_is_billed"),
        ({"state": "SETTLED", "actual": 1, "stated_at": NOON, "change": Decimal(-5)}, "turnover_return_is_paid"),
    ],
)
def test_the_database_refuses_a_statement_that_does_not_tie(statement, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TurnoverStatement.objects.filter(pk=statement.pk).update(**change)


def test_the_person_who_stated_it_cannot_have_settled_it(statement):
    """`turnover_two_people`: four eyes in the database too."""
    row = stated(statement, "2300000")
    with pytest.raises(IntegrityError, match="turnover_two_people"), transaction.atomic():
        TurnoverStatement.objects.filter(pk=row.pk).update(settled_by=row.stated_by)


def test_positive_control_a_terminated_policy_is_settled_the_same_way(policy):
    with clock.frozen(date(2025, 7, 1)):
        Policy.objects.filter(pk=policy.pk).update(state=PolicyState.TERMINATED, terminated_on=date(2025, 7, 1))
        assert turnover.open_statement(actor=actor("zhou"), policy=Policy.objects.get(pk=policy.pk)) is not None
