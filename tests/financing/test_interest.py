"""Interest: worked by hand on the rule, split without loss, booked beside the principal by page, API and service."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from financing import accruing, facts, services
from financing.interest import Paid, accrued, periods
from financing.models import Fact, FinancingEntry, Loan, LoanState, Repayment
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories.financing import a_financeable_shipment, a_loan, an_active_agreement
from tests.factories.people import actor, user

DAY = date(2026, 3, 2)


def repay(loan: Loan, amount: int, interest: int) -> None:
    """The bank books both today."""
    services.repay(
        actor=actor("li"), loan_id=loan.pk, amount=Decimal(amount), interest=Decimal(interest), paid_on=clock.today(), reference="R"
    )  # fmt: skip


def on(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("principal", "rate", "days", "paid", "currency", "amount"),
    [
        (90_000, "4.35", 60, [], "USD", "652.50"),  # 90,000 × 60 × 4.35 ÷ 36,000
        # 90,000 × 20 + 50,000 × 40 = 3,800,000; × 4.35 ÷ 36,000 = 459.1666…
        (90_000, "4.35", 60, [(20, 40_000)], "USD", "459.17"),
        # 100 × 10 + 60 × 10 + 10 × 10 = 1,700; × 7.2 ÷ 36,000 = 0.34
        (100, "7.2", 30, [(10, 40), (20, 50)], "EUR", "0.34"),
        (1_000_000, "1.2", 45, [], "JPY", "1500"),  # 1,000,000 × 45 × 1.2 ÷ 36,000
        (36_000, "10", 0, [], "USD", "0.00"),  # the day of drawing
        (36_000, "10", 1, [], "USD", "10.00"),
        (36_000, "10", 30, [(30, 36_000)], "USD", "300.00"),  # the day of repayment does not count
        (36_000, "10", 40, [(30, 36_000)], "USD", "300.00"),  # and nothing after it
        (36_000, "0", 30, [], "USD", "0.00"),
    ],
)
def test_interest_by_hand(principal, rate, days, paid, currency, amount):
    back = [Paid(on(day), Decimal(part)) for day, part in paid]
    assert accrued(Decimal(principal), Decimal(rate), DAY, on(days), back, currency).amount == Decimal(amount)


def test_the_leap_day_counts():
    """1 February to 1 March 2028: 29 days; 36,000 × 29 × 5 ÷ 36,000."""
    found = accrued(Decimal(36_000), Decimal(5), date(2028, 2, 1), date(2028, 3, 1), [], "USD")
    assert (found.amount, found.periods[0].days) == (Decimal("145.00"), 29)


def test_the_working_names_each_period():
    found = accrued(Decimal(90_000), Decimal("4.35"), DAY, on(60), [Paid(on(20), Decimal(40_000))], "USD")
    assert [(one.since, one.until, one.principal) for one in found.periods] == [
        (DAY, on(20), 90_000), (on(20), on(60), 50_000),
    ]  # fmt: skip
    shown = [step.as_json()["value"] for step in found.steps]
    assert shown == ["217.50", "241.67", "459.17"]  # rounded once: 217.50 + 241.6666…


repaid = st.lists(st.tuples(st.integers(0, 120), st.decimals("0.01", 2_000, places=2)), max_size=6)


@given(st.decimals(20_000, 10**9, places=2), repaid, st.integers(0, 120), st.integers(0, 120))
def test_split_at_any_day_the_parts_are_the_whole(principal: Decimal, back: list[tuple[int, Decimal]], a: int, b: int):
    """Principal × days up to a day, and from there on what is open then, is that of all days."""
    paid = [Paid(on(day), part) for day, part in back]
    cut, end = sorted((a, b))
    left = principal - sum((one.principal for one in paid if one.on < on(cut)), Decimal(0))
    later = [one for one in paid if one.on >= on(cut)]
    whole = sum(one.weight for one in periods(principal, DAY, on(end), paid))
    parts = (*periods(principal, DAY, on(cut), paid), *periods(left, on(cut), on(end), later))
    assert sum(one.weight for one in parts) == whole


@given(st.decimals(20_000, 10**9, places=2), repaid, st.integers(0, 120))
def test_interest_never_falls_from_one_day_to_the_next(principal: Decimal, back: list[tuple[int, Decimal]], day: int):
    paid = [Paid(on(at), part) for at, part in back]
    today, tomorrow = (accrued(principal, Decimal(5), DAY, on(end), paid, "USD").amount for end in (day, day + 1))
    assert today <= tomorrow


# on the services ------------------------------------------------------------------------------------------------------


def after_30_days() -> date:
    return clock.today() + timedelta(days=30)


def a_dear_loan() -> Loan:
    """USD 72,000 at 5 % a year, drawn today: 10 a day."""
    return a_loan(principal=72_000, rate_pct=Decimal(5))


@pytest.mark.django_db
def test_a_loan_takes_over_the_rate_of_the_contract_or_names_its_own():
    shipment = a_financeable_shipment()
    agreement = facts.agreement_of(shipment, actor("li").organisation_id)
    services.record_contract(
        actor=actor("li"),
        agreement_id=agreement.pk,
        contract_no="RZ-1",
        contract_on=clock.today(),
        rate_pct=Decimal("4.35"),
    )
    assert a_loan(shipment, 10_000).rate_pct == Decimal("4.35")
    assert a_loan(shipment, 10_000, rate_pct=Decimal(6)).rate_pct == 6


@pytest.mark.django_db
def test_interest_and_principal_are_booked_apart_and_only_principal_is_open():
    """After 30 days 300 are due; 200 are paid with 12,000 of principal: 100 due, 60,000 open."""
    loan = a_dear_loan()
    with clock.frozen(after_30_days()):
        repay(loan, 12_000, 200)
        loan.refresh_from_db()
        found = accruing.of_loan(loan, loan.repayments.all())
        assert (loan.outstanding, loan.interest_paid, found.due) == (60_000, 200, 100)
        assert facts.standing(loan.shipment, loan.bank_id).lent_invoice == 60_000
    booked = FinancingEntry.objects.filter(loan=loan, fact__in=[Fact.REPAID, Fact.INTEREST]).order_by("id")
    assert [(one.fact, one.amount) for one in booked] == [("REPAID", 12_000), ("INTEREST", 200)]


@pytest.mark.django_db
def test_interest_alone_leaves_the_principal_and_the_state_as_they_are():
    loan = a_dear_loan()
    with clock.frozen(after_30_days()):
        repay(loan, 0, 300)
    loan.refresh_from_db()
    assert (loan.state, loan.outstanding, loan.interest_paid) == (LoanState.DISBURSED, 72_000, 300)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rate", "amount", "interest", "code"),
    [("5", "0", "300.01", "over_interest"), ("5", "72000.01", "300", "over_repaid"), ("5", "0", "0", "must_be_positive"),
     (None, "1", "1", "no_rate")],
)  # fmt: skip
def test_what_cannot_have_been_paid_is_refused_by_its_name(rate, amount, interest, code):
    loan = a_loan(principal=72_000, rate_pct=Decimal(rate) if rate else None)
    with clock.frozen(after_30_days()), pytest.raises(DomainError) as refused:
        services.repay(
            actor=actor("li"), loan_id=loan.pk, amount=Decimal(amount), interest=Decimal(interest),
            paid_on=clock.today(), reference="R",
        )  # fmt: skip
    assert refused.value.code == code
    assert not Repayment.objects.exists()


@pytest.mark.django_db
def test_a_rate_above_24_percent_is_refused_also_by_the_database():
    with pytest.raises(DomainError, match="24"):
        a_loan(principal=1_000, rate_pct=Decimal("24.01"))
    loan = a_loan(principal=1_000)
    with pytest.raises(IntegrityError, match="loan_rate_sane"), transaction.atomic():
        Loan.objects.filter(pk=loan.pk).update(rate_pct=25)


@pytest.mark.django_db
def test_the_bank_states_interest_by_page_and_by_api_and_both_show_the_working():
    loan, client = a_dear_loan(), Client()
    client.force_login(user("li"), backend="django.contrib.auth.backends.ModelBackend")
    with clock.frozen(after_30_days()):
        today = str(clock.today())
        address = reverse("financing:loan-repay", args=[loan.pk])
        assert "300.00" in client.get(address, headers={"accept-language": "en"}).content.decode()
        over = client.post(address, {"amount": "0", "interest": "301", "paid_on": today, "reference": "R-1"})
        assert 'data-code="over_interest"' in over.content.decode()
        client.post(address, {"amount": "2000", "interest": "100", "paid_on": today, "reference": "R-1"})
        answer = client.post(
            f"/api/v1/loans/{loan.pk}/repay/", content_type="application/json", headers={"accept-language": "en"},
            data={"currency": "USD", "interest": "150", "paid_on": today, "reference": "R-2"},
        ).json()  # fmt: skip
        assert {name: Decimal(answer["interest"][name]) for name in ("accrued", "paid", "due")} == {
            "accrued": 300, "paid": 250, "due": 50,
        }  # fmt: skip
        assert Decimal(answer["outstanding"]) == 70_000
        assert answer["interest"]["working"][0]["inputs"]["Days"] == "30"
        page = client.get(
            reverse("financing:loan-detail", args=[loan.pk]), headers={"accept-language": "en"}
        ).content.decode()
    assert "Accrued up to today" in page
    assert "300.00" in page


@pytest.mark.django_db
def test_without_a_rate_no_page_speaks_of_interest():
    loan, client = a_loan(principal=1_000), Client()
    client.force_login(user("li"), backend="django.contrib.auth.backends.ModelBackend")
    for name in ("loan-detail", "loan-repay"):
        page = client.get(reverse(f"financing:{name}", args=[loan.pk]), headers={"accept-language": "en"})
        assert "Interest" not in page.content.decode()
    assert an_active_agreement().rate_pct is None
