"""The flow of §8.3 as both sides see it, and its gate: no money is drawn before the financing contract is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from financing import flow, services
from financing.cover_notices.services import issue
from financing.models import Agreement, Loan
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from tests.factories import claims
from tests.factories.declarations import a_shipment
from tests.factories.financing import (
    a_contract,
    a_draft_agreement,
    a_loan,
    an_active_agreement,
    an_agreement_signed_by_the_exporter,
    an_approved_loan,
)
from tests.factories.limits import a_limit
from tests.factories.micro import a_micro_policy
from tests.factories.people import actor, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_english() -> Iterator[None]:
    with override("en"):
        yield


def turn(agreement: Agreement) -> tuple[str, str, int]:
    """The step whose turn it is, who has it, and how many are done."""
    found = flow.steps(Agreement.objects.get(pk=agreement.pk), actor("li"))
    now = [one for one in found if one.state == "now"]
    done = sum(one.state == "done" for one in found)
    return (str(now[0].label), str(now[0].who), done) if now else ("", "", done)


def client(name: str) -> Client:
    found = Client()
    found.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return found


def test_each_deed_moves_the_flow_on_by_one(in_english):
    agreement = a_draft_agreement()
    assert turn(agreement) == ("Limit on the buyer approved", "Exporter", 1)
    limit = a_limit(agreement.policy)
    assert turn(agreement) == ("Assignment signed by all three", "Exporter", 2)
    services.sign_exporter(actor=actor("zhao"), agreement_id=agreement.pk)
    assert turn(agreement) == ("Assignment signed by all three", "Bank", 2)
    services.sign_bank(actor=actor("wang"), agreement_id=agreement.pk)
    assert turn(agreement) == ("Assignment signed by all three", "Insurer", 2)
    services.sign_insurer(actor=actor("zhou"), agreement_id=agreement.pk)
    assert turn(agreement) == ("Financing contract recorded", "Bank", 3)
    a_contract(agreement)
    assert turn(agreement) == ("Shipment declared", "Exporter", 4)
    shipment = a_shipment(limit)
    assert turn(agreement) == ("Notice of cover sent", "Exporter", 5)
    issue(actor=actor("chen"), shipment_id=shipment.pk)
    assert turn(agreement) == ("Money lent", "Bank", 6)
    a_loan(shipment)
    assert turn(agreement) == ("", "", 7)


def test_a_micro_policy_has_five_steps_without_limit_and_declaration(in_english):
    labels = [str(one.label) for one in flow.steps(a_draft_agreement(a_micro_policy()), actor("wu"))]
    assert labels == [
        "Policy signed", "Assignment signed by all three", "Financing contract recorded", "Money lent",
        "On a loss, the indemnity goes to the bank",
    ]  # fmt: skip


def test_nothing_is_drawn_before_the_contract_is_recorded_and_nothing_is_reserved_by_the_attempt():
    limit = a_limit()
    agreement = an_active_agreement(limit.policy, contract=False)
    shipment = a_shipment(limit)
    with pytest.raises(DomainError) as refused:
        a_loan(shipment, 10_000)
    assert (refused.value.code, refused.value.status) == ("no_financing_contract", 409)
    assert not Loan.objects.exists()
    loan = an_approved_loan(shipment, 10_000)
    with pytest.raises(DomainError, match="no_financing_contract"):
        services.draw(actor=actor("li"), loan_id=loan.pk, drawn_on=clock.today())
    a_contract(agreement)
    assert services.draw(actor=actor("li"), loan_id=loan.pk, drawn_on=clock.today()).drawn_on == clock.today()


def test_only_the_bank_of_an_agreement_in_force_records_a_contract_and_not_one_of_tomorrow():
    agreement = an_active_agreement(contract=False)
    named = {"agreement_id": agreement.pk, "contract_no": "RZ-1"}
    for name in ("zhao", "zhou"):
        with pytest.raises(NotAllowed):
            services.record_contract(actor=actor(name), contract_on=clock.today(), **named)
    with pytest.raises(Agreement.DoesNotExist):
        services.record_contract(actor=actor("kong"), contract_on=clock.today(), **named)
    with pytest.raises(DomainError, match="date_in_future"):
        services.record_contract(actor=actor("li"), contract_on=clock.today() + timedelta(days=1), **named)
    with pytest.raises(IntegrityError, match="agreement_contract_has_day"), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(contract_no="RZ-1")


def test_the_contract_is_recorded_by_page_and_by_api_and_both_sides_see_the_flow():
    agreement = an_active_agreement(contract=False)
    page = reverse("financing:agreement-contract", args=[agreement.pk])
    assert client("li").get(page).status_code == 200
    typed = {"contract_no": "RZ-2026-7", "contract_on": str(clock.today()), "version": agreement.version}
    assert client("li").post(page, typed).status_code == 302
    agreement.refresh_from_db()
    assert agreement.contract_no == "RZ-2026-7"
    api = f"/api/v1/agreements/{agreement.pk}/"
    done = client("li").post(f"{api}contract/", {**typed, "contract_no": "RZ-8", "version": agreement.version},
                             content_type="application/json")  # fmt: skip
    assert (done.status_code, done.json()["contract_no"]) == (200, "RZ-8")
    for name in ("chen", "li"):
        text = client(name).get(
            reverse("financing:agreement-detail", args=[agreement.pk]), headers={"accept-language": "en"}
        )
        assert "The way to the money" in text.content.decode()
        assert [one["state"] for one in client(name).get(f"{api}flow/").json()][:1] == ["done"]


def test_a_draft_with_the_bank_is_not_shown_to_it():
    signed, draft = an_agreement_signed_by_the_exporter(), a_draft_agreement()
    assert client("li").get(f"/api/v1/agreements/{signed.pk}/flow/").status_code == 200
    assert client("li").get(f"/api/v1/agreements/{draft.pk}/flow/").status_code == 404


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        (None, ("next", "", "No loss so far")),
        (claims.a_loss_notice, ("next", "Exporter", "1 loss notices open")),
        (claims.a_filed_claim, ("next", "Insurer", "Claim filed")),
        (claims.a_notified_claim, ("next", "Insurer", "Indemnity decided")),
        (claims.a_paid_claim, ("done", "", "Indemnity paid")),
    ],
    ids=["no loss", "notified", "filed", "decided", "paid"],
)
def test_the_last_step_says_who_has_the_loss_until_the_bank_is_paid(
    in_english: None, deed: Any, told: tuple[str, str, str]
) -> None:
    shipment = claims.an_unpaid_shipment()
    agreement = an_active_agreement(shipment.policy, active_from=shipment.shipped_on)
    if deed is not None:
        deed(shipment)
    for name in ("chen", "li"):
        last = flow.steps(agreement, actor(name))[-1]
        assert (last.state, str(last.who), str(last.note)) == told
