"""The certificate of a look-up: what it says, who gets it, what its code tells later; look-up and facts over the API."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from credit_info import certificates, facts
from credit_info.models import Fact
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from sinosure.documents.models import Document
from tests.factories.obligors import a_buyer
from tests.factories.people import actor
from tests.journeys.people import Caller, Reader

pytestmark = pytest.mark.django_db


def turn(obligor, light: str) -> None:
    facts.set_light(actor=actor("cao"), obligor_id=obligor.pk, light=light, reasons=["Paid late in 2025."])


def test_it_says_the_light_of_the_moment_without_the_text_of_facts():
    buyer = a_buyer()
    turn(buyer, "YELLOW")
    document = certificates.certify(actor=actor("chen"), obligor_id=buyer.pk)
    told = document.context
    assert (told["light"], told["name"], document.number) == ("YELLOW", buyer.name, f"LU-{clock.today():%Y}-00001")
    assert told["asked_by"] == "宁波海拓进出口有限公司"
    assert told["reasons"][0]["en"]
    assert "Paid late" not in str(told)


def test_its_code_tells_whether_the_light_is_still_the_same():
    buyer = a_buyer()
    turn(buyer, "GREEN")
    document = certificates.certify(actor=actor("chen"), obligor_id=buyer.pk)
    assert certificates.standing(document)[0] == "green"
    turn(buyer, "RED")
    assert certificates.standing(document)[0] == "amber"
    with translation.override("en"):
        shown = Client(headers={"accept-language": "en"}).get(
            reverse("documents:verify"), {"code": document.verification_code}
        )
    assert "The light has changed since" in shown.content.decode()


def test_only_the_organisation_that_asked_sees_it():
    document = certificates.certify(actor=actor("chen"), obligor_id=a_buyer().pk)
    assert Document.objects.visible_to(actor("zhao")).filter(pk=document.pk).exists()
    assert not Document.objects.visible_to(actor("wu")).filter(pk=document.pk).exists()
    assert not Document.objects.visible_to(actor("li")).filter(pk=document.pk).exists()


def test_nobody_without_the_register_gets_one():
    with pytest.raises(NotAllowed):
        certificates.certify(actor=actor("wei"), obligor_id=a_buyer().pk)


def test_a_person_gets_it_from_the_look_up_page():
    buyer = a_buyer("Wisła Handel sp. z o.o.", country="PL")
    chen = Reader("chen")
    page = chen.open(f"{reverse('credit_info:look-up')}?q=Wisla+Handel")
    assert reverse("credit_info:certificate", args=[buyer.pk]) in page.content.decode()
    answer = chen.client.post(reverse("credit_info:certificate", args=[buyer.pk]))
    assert answer["Location"] == reverse("documents:download", args=[Document.objects.get().pk])


def test_look_up_certificate_and_facts_over_the_api():
    buyer = a_buyer("Wisła Handel sp. z o.o.", country="PL")
    chen, cao = Caller("chen"), Caller("cao")
    made = cao.post(f"buyers/{buyer.pk}/facts/", {
        "kind": "in_order", "on": str(clock.today()), "text": "Filed its accounts in time.", "source": "Register",
    })  # fmt: skip
    assert made["kind"] == "in_order"
    [found] = chen.get("buyers/look-up/", q="Wisla Handel")
    assert (found["id"], found["light"], found["kinds"]) == (buyer.pk, "GREEN", ["in_order"])
    assert [row["text"] for row in chen.get(f"buyers/{buyer.pk}/facts/")] == ["Filed its accounts in time."]
    assert chen.post(f"buyers/{buyer.pk}/certificate/")["number"].startswith("LU-")
    assert chen.get("buyers/look-up/", q="Nobody At All Ltd") == []
    assert Fact.objects.count() == 1
    refused = chen.client.post(f"/api/v1/buyers/{buyer.pk}/facts/", headers=chen._keyed())
    assert refused.status_code == 403
