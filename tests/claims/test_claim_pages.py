"""Every page of claims answers for the roles that may open it, in every state, and stays shut for the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim
from sinosure.core import clock
from tests.factories import claims as a
from tests.factories.people import user

pytestmark = pytest.mark.django_db

READERS = ["chen", "he", "tang", "yuan", "peng", "yan"]
STATES: list[Callable[[], Claim]] = [
    a.a_draft_claim, a.a_filed_claim, a.an_accepted_claim, a.an_adjusted_claim, a.a_proposed_claim, a.a_decided_claim,
    a.a_notified_claim, a.a_claim_to_pay, a.a_paid_claim,
]  # fmt: skip
INSURERS_OWN = ["claims:worksheet", "claims:decision"]


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("make", STATES, ids=lambda make: make.__name__)
def test_the_page_of_a_claim_opens_for_everybody_concerned(make):
    claim = make()
    with clock.frozen(a.after_waiting(claim)):
        for name in READERS:
            for language in ("zh-hans", "en"):
                page = client_of(name).get(
                    reverse("claims:claim-detail", args=[claim.pk]), headers={"accept-language": language}
                )
                assert page.status_code == 200, (name, language)
                assert claim.number in page.content.decode()


@pytest.mark.parametrize(
    "make", [a.a_claim_in_adjustment, a.a_proposed_claim, a.a_paid_claim], ids=lambda m: m.__name__
)
def test_worksheet_and_decision_are_the_insurers_own_pages(make):
    claim = make()
    with clock.frozen(a.after_waiting(claim)):
        for route in INSURERS_OWN:
            url = reverse(route, args=[claim.pk])
            assert [client_of(name).get(url).status_code for name in ["he", "xie", "yuan"]] == [200, 200, 200]
            assert client_of("chen").get(url).status_code == 404


def test_another_exporter_finds_no_claim_and_a_bank_only_those_assigned_to_it():
    claim = a.a_filed_claim()
    url = reverse("claims:claim-detail", args=[claim.pk])
    assert client_of("wu").get(url).status_code == 404
    assert client_of("kong").get(url).status_code == 404


def test_lists_and_desks_open():
    a.a_paid_claim()
    for name in READERS:
        for query in ("", "?queue=paid", "?queue=mine", "?queue=nonsense"):
            assert client_of(name).get(reverse("claims:claim-list") + query).status_code == 200
    assert client_of("yuan").get(reverse("claims:payment-list")).status_code == 200
    assert client_of("chen").get(reverse("claims:payment-list")).status_code == 403
    assert client_of("peng").get(reverse("claims:recovery-list")).status_code == 200
    assert client_of("he").get(reverse("claims:claim-list") + "?export=xlsx").status_code == 200


def test_the_forms_of_a_claim_open():
    claim = a.a_claim_in_adjustment()
    officer = client_of("he")
    for route in ("exclusions", "note-new", "claim-waive-waiting"):
        assert officer.get(reverse(f"claims:{route}", args=[claim.pk])).status_code == 200
    assert client_of("chen").get(reverse("claims:claim-withdraw", args=[claim.pk])).status_code == 200


def test_pages_of_returns_payment_and_recovery_open():
    claim = a.a_notified_claim()
    with clock.frozen(a.after_waiting(claim)):
        url = reverse("claims:returns", args=[claim.pk])
        assert [client_of(name).get(url).status_code for name in ["zhao", "he", "yuan"]] == [200, 200, 200]
        assert client_of("zhao").get(reverse("claims:return-identity", args=[claim.pk])).status_code == 200
        a.return_all(claim)
        a.verify_all(claim)
        assert client_of("yuan").get(reverse("claims:payment-prepare", args=[claim.pk])).status_code == 200
        row = a.a_prepared_payment(claim)
        assert client_of("deng").get(reverse("claims:payment-detail", args=[row.pk])).status_code == 200
        assert client_of("yuan").get(reverse("claims:payment-cancel", args=[row.pk])).status_code == 200


def test_the_page_of_a_recovery_case_opens_with_its_working():
    case = a.a_recovery_case()
    with clock.frozen(a.after_waiting(case.claim)):
        for name in ("peng", "yuan", "chen"):
            assert client_of(name).get(reverse("claims:recovery-detail", args=[case.pk])).status_code == 200
        for route in ("record", "plan-instalments", "litigate", "write-off"):
            assert client_of("peng").get(reverse(f"claims:recovery-{route}", args=[case.pk])).status_code == 200
