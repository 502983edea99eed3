"""The page of a loan says what happened, whose turn it is and by when, and leads to all it belongs to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from financing import progress
from financing.models import Loan
from sinosure.core import clock
from tests.factories.financing import a_loan, a_repayment, an_approved_loan
from tests.factories.people import user

pytestmark = pytest.mark.django_db


def states(loan: Loan) -> list[str]:
    return [step.state for step in progress.rail(loan, list(loan.repayments.all()))]


def test_a_reservation_waits_for_the_bank_until_its_last_day():
    loan = an_approved_loan()
    reserved, drawn, repaid = progress.rail(loan, [])
    assert (reserved.state, drawn.state, repaid.state) == ("done", "now", "next")
    assert (drawn.on, repaid.on) == (loan.reserved_until, loan.matures_on)
    tone, text = progress.sentence(loan) or ("", "")
    assert tone == "amber"
    assert str(loan.reserved_until) in text


def test_a_drawn_loan_says_what_is_left_and_how_many_days_there_are():
    loan = a_repayment(a_loan(principal=50_000), 20_000)
    days = (loan.matures_on - clock.today()).days
    tone, text = progress.sentence(loan) or ("", "")
    assert tone == "blue"
    assert "USD 30,000.00" in text
    assert f" {days} " in text
    assert states(loan) == ["done", "done", "now"]


def test_a_loan_that_is_late_counts_the_days():
    loan = a_loan(matures_on=clock.today() + timedelta(days=5))
    assert (progress.sentence(loan) or ("",))[0] == "blue"
    loan.matures_on = clock.today() - timedelta(days=5)
    tone, text = progress.sentence(loan) or ("", "")
    assert tone == "red"
    assert " 5 " in text


def test_a_repaid_loan_asks_for_nothing_more():
    loan = a_repayment(a_loan())
    assert progress.sentence(loan) is None
    assert states(loan) == ["done", "done", "done"]


def test_the_page_leads_to_agreement_shipment_policy_and_buyer():
    loan = a_loan()
    client = Client()
    client.force_login(user("li"), backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(reverse("financing:loan-detail", args=[loan.pk])).content.decode()
    shipment = loan.shipment
    for name, pk in (
        ("financing:agreement-detail", loan.agreement_id), ("declarations:detail", shipment.pk),
        ("policies:policy-detail", shipment.policy_id), ("credit_info:obligor-detail", shipment.obligor_id),
    ):  # fmt: skip
        address = reverse(name, args=[pk])
        assert f'href="{address}"' in text
        assert client.get(address).status_code == 200
