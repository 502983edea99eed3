"""The worksheet in the browser: live figures, recalculation without scripts, saving, and nothing typed is lost."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim
from sinosure.core import clock
from tests.factories import claims as a
from tests.factories.people import user

pytestmark = pytest.mark.django_db


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def fields(claim: Claim, **changes: str) -> dict[str, str]:
    """The form as the browser sends it: one eligible line; `changes` are named without the line's prefix."""
    key = f"l{claim.lines.get().shipment_id}"
    data = {f"{key}-eligible": "on", f"{key}-reason": "", f"{key}-note": "", "form_key": str(uuid4())}
    return {**data, **{f"{key}-{name}": value for name, value in changes.items()}}


def post(claim: Claim, name: str = "he", route: str = "worksheet", **data: str):
    with clock.frozen(a.after_waiting(claim)):
        return client_of(name).post(
            reverse(f"claims:{route}", args=[claim.pk]), data, headers={"accept-language": "en"}
        )


def test_the_live_figures_are_worked_out_and_nothing_is_saved():
    claim = a.a_claim_in_adjustment()  # (100,000 − 20,000) × 90 % = 72,000
    page = post(claim, route="worksheet-figures", **fields(claim, setoff="20,000"))
    assert page.status_code == 200
    assert "72,000.00" in page.content.decode()
    assert "<html" not in page.content.decode()
    assert not claim.worksheets.exists()


def test_recalculate_works_without_scripts_and_saves_nothing():
    claim = a.a_claim_in_adjustment()
    page = post(claim, _go="recalculate", **fields(claim, security_realised="15000"))
    assert "76,500.00" in page.content.decode()  # (100,000 − 15,000) × 90 %
    assert not claim.worksheets.exists()


def test_saving_makes_a_new_version_each_time():
    claim = a.a_claim_in_adjustment()
    for amount in ("10000", "20000"):
        assert post(claim, _go="save", **fields(claim, setoff=amount)).status_code == 302
    assert [int(sheet.indemnity_total) for sheet in claim.worksheets.order_by("version")] == [81_000, 72_000]


def test_the_same_form_sent_twice_saves_once():
    claim = a.a_claim_in_adjustment()
    data = fields(claim)
    for _again in range(2):
        assert post(claim, _go="save", **data).status_code == 302
    assert claim.worksheets.count() == 1


def test_wrong_input_is_named_at_its_field_and_kept():
    claim = a.a_claim_in_adjustment()
    page = post(claim, _go="save", **fields(claim, setoff="1e3"))
    assert page.status_code == 400
    assert 'value="1e3"' in page.content.decode()
    assert "bad_number" in page.content.decode()
    data = fields(claim, note="")
    del data[f"l{claim.lines.get().shipment_id}-eligible"]
    page = post(claim, _go="save", **data)
    assert page.status_code == 422
    assert "reason_required" in page.content.decode()


def test_base_percentage_and_indemnity_cannot_be_typed():
    claim = a.a_claim_in_adjustment()
    post(claim, _go="save", claim_base="9", indemnity_total="1000000", insured_ratio="1", **fields(claim))
    sheet = claim.worksheets.get()
    assert (int(sheet.claim_base), int(sheet.indemnity_total), str(sheet.insured_ratio)) == (
        100_000,
        90_000,
        "0.900000",
    )


def test_an_opinion_refused_comes_back_on_the_page_with_what_was_typed():
    claim = a.a_claim_in_adjustment(days_after=60)
    with clock.frozen(a.after_waiting(claim)):
        a.adjusted(claim)
    page = post(claim, route="claim-propose", kind="FINAL", reasons="The buyer does not pay.")
    assert page.status_code == 422
    assert "The buyer does not pay." in page.content.decode()
    assert "breach_open" in page.content.decode()


def test_the_desk_asks_the_database_the_same_however_many_claims_there_are(django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(40) as captured:
            client.get(reverse("claims:claim-list"))
        return len(captured)

    a.a_filed_claim()
    client = client_of("he")
    client.get(reverse("claims:claim-list"))
    few = queries()
    for _more in range(3):
        a.an_accepted_claim()
    assert queries() == few


def test_the_page_of_a_claim_asks_the_same_however_many_invoices_it_has(django_assert_max_num_queries):
    def queries(claim: Claim) -> int:
        with django_assert_max_num_queries(60) as captured:
            client.get(reverse("claims:claim-detail", args=[claim.pk]))
        return len(captured)

    client = client_of("he")
    one = a.a_filed_claim()
    first = a.an_unpaid_shipment()
    with clock.frozen(first.shipped_on):
        for _more in range(3):
            a.a_shipment(first.limit, shipped_on=first.shipped_on, amount=10_000)
    client.get(reverse("claims:claim-list"))
    assert queries(a.a_filed_claim(first)) == queries(one)
