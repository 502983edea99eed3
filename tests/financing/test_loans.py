"""Loans: what bears one, how much, never twice on an invoice; repayments; the cockpit's answers and their number of queries."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from declarations.models import Shipment
from financing import cockpit, policy_rows, selectors, services
from financing.ceiling import ceiling
from financing.expected import estimate
from financing.models import Loan, LoanState
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.core.money import Money
from sinosure.notifications.models import Message
from tests.factories.declarations import a_premium_notice, a_receipt, a_shipment, an_overdue_shipment
from tests.factories.financing import (
    a_financeable_shipment,
    a_loan,
    a_released_agreement,
    a_repayment,
    an_active_agreement,
)
from tests.factories.limits import a_limit
from tests.factories.people import actor, organisation
from tests.factories.policies import a_policy_in_force

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("invoice", "received", "currency", "most"),
    [
        ("100000", "0", "USD", "90000.00"),  # 100,000 × 90 %
        ("100000", "40000", "USD", "54000.00"),  # 60,000 × 90 %
        ("100.01", "0", "USD", "90.00"),  # 90.009, never rounded up
        ("99999", "0", "JPY", "89999"),  # 89,999.1
        ("100000", "100000", "USD", "0.00"),
    ],
)
def test_at_most_ninety_per_cent_of_the_invoice_less_receipts_is_lent(invoice, received, currency, most):
    found = ceiling(Decimal(invoice), Decimal(received), currency)
    assert found.amount == Decimal(most)
    assert found.steps[-1].value == Money(Decimal(most), currency)


def test_a_bank_lends_on_a_declared_and_covered_shipment():
    loan = a_loan()
    assert (loan.principal, loan.currency, loan.state) == (Decimal(90_000), "USD", LoanState.DISBURSED)
    assert (loan.bank, loan.policyholder) == (organisation("minhai"), organisation("haituo"))
    assert loan.number.startswith("LOAN-")
    assert Message.objects.filter(kind="loan.drawn", organisation=organisation("haituo")).count() == 1


def test_one_cent_more_than_the_ceiling_is_refused():
    """40,000 of 100,000 came in: 60,000 × 90 % = 54,000."""
    shipment = a_financeable_shipment()
    a_receipt(shipment, 40_000)
    with pytest.raises(DomainError) as refused:
        a_loan(shipment, Decimal("54000.01"))
    assert (refused.value.code, refused.value.field) == ("over_invoice", "principal")
    assert "54,000.00" in refused.value.text
    assert a_loan(shipment, 54_000).principal == 54_000


@pytest.mark.parametrize("principal", ["0", "-1"])
def test_the_amount_is_above_zero(principal):
    with pytest.raises(DomainError, match="must_be_positive"):
        a_loan(a_financeable_shipment(), Decimal(principal))


def test_nothing_is_lent_without_an_agreement_in_force():
    shipment = a_shipment()
    with pytest.raises(Shipment.DoesNotExist):
        a_loan(shipment)
    agreement = an_active_agreement(shipment.policy)
    assert a_repayment(a_loan(shipment)).state == LoanState.REPAID
    a_released_agreement(agreement)
    with pytest.raises(Shipment.DoesNotExist):
        a_loan(shipment)


def test_the_bank_that_the_exporter_named_on_the_line_needs_an_agreement_all_the_same():
    shipment = a_shipment(a_limit(), financing_bank_id=organisation("minhai").pk)
    with pytest.raises(DomainError) as refused:
        a_loan(shipment)
    assert (refused.value.code, refused.value.status) == ("not_insured", 409)
    assert refused.value.params["failed"] == "NO_AGREEMENT"


def test_goods_that_left_before_the_agreement_bear_no_loan():
    with clock.frozen(clock.today() - timedelta(days=5)):
        shipment = a_shipment()
    an_active_agreement(shipment.policy)
    with pytest.raises(DomainError, match="not_insured") as refused:
        a_loan(shipment, 1000)
    assert refused.value.params["failed"].startswith("BEFORE_AGREEMENT")


def test_a_shipment_without_cover_bears_no_loan():
    """The limit of 50,000 is used up by the first invoice of 100,000; the second is not covered."""
    limit = a_limit(amount="50000")
    an_active_agreement(limit.policy)
    a_shipment(limit)
    with pytest.raises(DomainError, match="not_insured") as refused:
        a_loan(a_shipment(limit), 1000)
    assert refused.value.params["failed"].startswith("NOT_COVERED")


def test_an_undeclared_or_paid_shipment_bears_no_loan():
    shipment = a_financeable_shipment()
    Shipment.objects.filter(pk=shipment.pk).update(state="LATE_REVIEW")
    with pytest.raises(DomainError, match="not_insured") as refused:
        a_loan(shipment, 1000)
    assert refused.value.params["failed"].startswith("NOT_DECLARED")
    Shipment.objects.filter(pk=shipment.pk).update(state="BOOKED")
    a_receipt(shipment)
    with pytest.raises(DomainError, match="not_insured") as refused:
        a_loan(shipment, 1000)
    assert refused.value.params["failed"].startswith("ALREADY_PAID")


@pytest.mark.parametrize(
    ("drawn", "matures", "code"),
    [(1, 60, "date_in_future"), (-1, 60, "before_shipment"), (0, -1, "matures_before_drawn")],
)
def test_the_days_of_a_loan_are_in_order(drawn, matures, code):
    today = clock.today()
    with pytest.raises(DomainError, match=code):
        a_loan(
            a_financeable_shipment(),
            1000,
            drawn_on=today + timedelta(days=drawn),
            matures_on=today + timedelta(days=matures),
        )


def test_the_same_bank_may_lend_more_on_an_invoice_up_to_its_ceiling():
    """90,000 − 10,000 = 80,000 are left."""
    loan = a_loan(principal=10_000)
    with pytest.raises(DomainError, match="over_invoice"):
        a_loan(loan.shipment, Decimal("80000.01"))
    assert a_loan(loan.shipment, 80_000).financed_id == loan.financed_id


def test_the_database_refuses_a_loan_of_a_bank_that_does_not_hold_the_invoice():
    loan = a_loan(principal=10_000)
    with pytest.raises(IntegrityError, match="not held by the bank"), transaction.atomic():
        copy_of(loan, number="LOAN-2", bank_id=organisation("jiangwan").pk).save()


def test_the_database_knows_repaid_from_open():
    loan = a_loan()
    for changes in ({"repaid": 90_001}, {"state": "REPAID"}, {"repaid": 90_000}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Loan.objects.filter(pk=loan.pk).update(**changes)


def copy_of(loan: Loan, **changes: object) -> Model:
    names = [field.attname for field in Loan._meta.concrete_fields if field.attname != "id"]
    return Loan(**{**{name: getattr(loan, name) for name in names}, **changes})


@pytest.mark.parametrize("name", ["zheng", "zhao", "chen", "zhou", "yuan"])
def test_only_bank_officers_lend_and_book(name):
    loan = a_loan(principal=10_000)
    today = clock.today()
    with pytest.raises(NotAllowed):
        services.lend(
            actor=actor(name), shipment_id=loan.shipment_id, principal=Decimal(1), drawn_on=today, matures_on=today
        )
    with pytest.raises(NotAllowed):
        services.repay(actor=actor(name), loan_id=loan.pk, amount=Decimal(1), paid_on=today, reference="R")


def test_another_bank_neither_lends_nor_sees():
    loan = a_loan()
    with pytest.raises(Shipment.DoesNotExist):
        a_loan(loan.shipment, bank="jiangwan")
    with pytest.raises(Loan.DoesNotExist):
        a_repayment(loan, bank="jiangwan")
    seen = {name: selectors.loans(actor(name)).count() for name in ("li", "zheng", "kong", "chen", "wu", "zhou")}
    assert seen == {"li": 1, "zheng": 1, "kong": 0, "chen": 1, "wu": 0, "zhou": 1}


def test_repayments_go_to_zero_and_no_further():
    """90,000 − 60,000 = 30,000."""
    loan = a_repayment(a_loan(), 60_000)
    assert (loan.state, loan.outstanding) == (LoanState.PARTLY_REPAID, 30_000)
    with pytest.raises(DomainError, match="over_repaid"):
        a_repayment(loan, Decimal("30000.01"))
    loan = a_repayment(loan, 30_000)
    assert (loan.state, loan.outstanding) == (LoanState.REPAID, 0)
    with pytest.raises(WrongState):
        a_repayment(loan, 1)


def test_one_reference_is_booked_once():
    loan = a_loan()
    named = {"actor": actor("li"), "loan_id": loan.pk, "amount": Decimal(10), "reference": "TT-1"}
    services.repay(**named, paid_on=clock.today())
    with pytest.raises(DomainError) as refused:
        services.repay(**named, paid_on=clock.today())
    assert (refused.value.code, refused.value.status) == ("already_booked", 409)
    with pytest.raises(DomainError, match="date_out_of_range"):
        services.repay(**{**named, "reference": "TT-2"}, paid_on=clock.today() + timedelta(days=1))


def test_overdue_follows_from_the_day():
    loan = a_loan()
    with clock.frozen(loan.matures_on):
        assert loan.shown_state == LoanState.DISBURSED
    with clock.frozen(loan.matures_on + timedelta(days=1)):
        assert loan.shown_state == LoanState.OVERDUE
        assert a_repayment(loan).shown_state == LoanState.REPAID


def test_what_may_be_financed_is_offered_and_nothing_else():
    shipment = a_financeable_shipment()
    assert [list(selectors.financeable(actor(name))) for name in ("li", "kong")] == [[shipment], []]
    a_loan(shipment)
    assert not selectors.financeable(actor("li")).exists()


def answers(loan: Loan) -> cockpit.LoanRow:
    return cockpit.loan_rows(selectors.loans(actor("li")).filter(pk=loan.pk))[0]


def test_the_cockpit_of_a_fresh_loan():
    """100,000 open, all covered, 90 % for default: 90,000 expected, to the bank."""
    row = answers(a_loan())
    assert [light.tone for _name, light in row.lights] == ["green", "green", "grey", "grey", "grey"]
    assert row.indemnity.money == Money(Decimal("90000.00"), "USD")
    assert row.payee_is_bank


def test_the_cockpit_turns_with_the_facts():
    """Five days after the due date: overdue, no notice filed, and a premium bill that no deposit has met is overdue too."""
    limit = a_limit(a_policy_in_force(minimum_premium=Decimal(10), deposit_premium=Decimal(10)))
    an_active_agreement(limit.policy)
    loan = a_loan(a_shipment(limit))
    a_premium_notice(loan.shipment)
    with clock.frozen(loan.shipment.due_on + timedelta(days=5)):
        row = answers(loan)
        assert (row.overdue.tone, row.notice.tone, row.premium.tone) == ("red", "amber", "red")
    a_receipt(loan.shipment)
    assert answers(loan).overdue.tone == "green"


def test_facts_of_the_apps_above_take_the_place_of_the_estimate(monkeypatch):
    loan = a_loan()
    filed = cockpit.Light("green", "Filed in time")
    monkeypatch.setattr(cockpit, "_facts", {})
    cockpit.register_fact(cockpit.NOTICE, lambda ids: dict.fromkeys(ids, filed))
    assert answers(loan).notice == filed


def test_the_estimate_is_the_covered_part_times_the_ratio():
    """min(60,000 open, 50,000 covered) × 90 % = 45,000."""
    found = estimate(Decimal(60_000), Decimal(50_000), Decimal("0.90"), "USD")
    assert found.money == Money(Decimal("45000.00"), "USD")
    assert [step.rule for step in found.steps] == ["IND-6", "IND-8"]


def test_the_line_of_a_policy_sums_its_loans_and_shipments():
    loan = a_loan(principal=50_000)
    row = policy_rows.policy_rows(actor("li"), selectors.assigned_policies(actor("li")))[0]
    assert row.policy.pk == loan.shipment.policy_id
    assert row.lent == (Money(Decimal(50_000), "USD"),)
    assert (row.declared.tone, row.limit.tone, row.overdue.tone) == ("green", "green", "green")
    assert row.indemnity.money == Money(Decimal("90000.00"), "USD")


def test_the_number_of_queries_does_not_grow_with_the_loans():
    limit = a_limit(amount="1000000")
    an_active_agreement(limit.policy)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            cockpit.loan_rows(selectors.listed_loans(actor_li))
            policy_rows.policy_rows(actor_li, selectors.assigned_policies(actor_li))
        return len(seen)

    actor_li = actor("li")
    a_loan(a_shipment(limit))
    few = queries()
    for _n in range(4):
        a_loan(a_shipment(limit))
    other = a_limit()
    an_active_agreement(other.policy)
    a_loan(a_shipment(other))
    assert queries() == few


def test_an_overdue_shipment_shows_on_its_policy():
    shipment = an_overdue_shipment(days=3)
    an_active_agreement(shipment.policy)
    row = policy_rows.policy_rows(actor("li"), selectors.assigned_policies(actor("li")))[0]
    assert (row.overdue.tone, row.overdue.note) == ("red", shipment.due_on)
