"""Endorsements by page and by API: asked, drawn up, approved, signed; in both languages; refused at the field."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from policies.endorsements.forms import draft_initial
from policies.models import Endorsement, EndorsementState, Policy
from sinosure.core import clock
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.policies import a_policy_in_force
from tests.journeys.people import Caller, Reader
from tests.policies.test_endorsements import a_draft, a_request, a_signed, an_approved
from tests.policies.test_pages import client_of

pytestmark = pytest.mark.django_db


def page_of(row: Endorsement) -> str:
    return reverse("policies:endorsement-detail", args=[row.pk])


def page_of_policy(policy: Policy) -> str:
    return reverse("policies:policy-detail", args=[policy.pk])


def test_an_endorsement_walks_from_the_request_to_the_signature_by_page():
    policy = a_policy_in_force()
    Reader("chen").act(page_of_policy(policy), "endorse", wish="Two large buyers", effective_from=str(clock.today()))
    row = Endorsement.objects.get(policy=policy)
    Reader("zhou").act(page_of(row), "draft", max_liability="2,000,000")
    Reader("qian").act(page_of(row), "approve")
    Reader("zhao").act(page_of(row), "sign", is_read="on")
    row.refresh_from_db()
    assert (row.state, row.schedule.max_liability) == (EndorsementState.SIGNED, Decimal(2_000_000))
    assert "2,000,000.00" in Reader("chen").open(page_of_policy(policy)).content.decode()


def test_the_same_by_api():
    policy = a_policy_in_force()
    day = str(clock.today() + timedelta(days=5))
    asked = Caller("chen").post("endorsements/", {"policy": policy.pk, "wish": "Lower risk", "effective_from": day})
    at = f"endorsements/{asked['id']}"
    terms = {"insured_ratios": {"BUYER_DEFAULT": "0.80"}, "max_liability": "1500000"}
    drawn = Caller("zhou").post(f"{at}/draft/", {"effective_from": day, "terms": terms})
    assert drawn["changes"]["insured_ratios"] == {"old": {"BUYER_DEFAULT": "0.9"}, "new": {"BUYER_DEFAULT": "0.8"}}
    Caller("qian").post(f"{at}/approve/")
    signed = Caller("zhao").post(f"{at}/sign/", {"version": 3})
    assert (signed["state"], signed["actions"]) == ("SIGNED", [])
    assert Caller("chen").get(f"policies/{policy.pk}/")["schedule"]["version"] == 1
    with clock.frozen(clock.today() + timedelta(days=5)):
        assert Caller("chen").get(f"policies/{policy.pk}/")["schedule"]["version"] == 2


def test_a_day_before_a_shipment_is_refused_at_its_field_in_both_languages():
    limit = a_limit()
    a_shipment(limit)
    target = reverse("policies:endorsement-new", args=[limit.policy_id])
    for language, words in (("en", "is on record"), ("zh-hans", "已有出运记录")):
        client = client_of("chen")
        answer = client.post(
            target, {"wish": "x", "effective_from": str(clock.today())}, headers={"accept-language": language}
        )
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Endorsement.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("make", [a_request, a_draft, an_approved, a_signed])
def test_every_state_has_its_page_for_each_side(make, language):
    row = make()
    for name in ("chen", "zhao", "zhou", "qian"):
        for path in (page_of(row), page_of_policy(row.policy)):
            assert client_of(name).get(path, headers={"accept-language": language}).status_code == 200


def test_the_form_is_prefilled_with_the_schedule_and_the_changes_so_far():
    first = draft_initial(a_draft())
    assert (first["max_liability"], first["deductible"]) == (Decimal(2_000_000), Decimal(0))
