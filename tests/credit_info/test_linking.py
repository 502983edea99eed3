"""Other names and groups: found by a former name, never its own parent over any number of steps, by page, API and file."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from credit_info import facts, linking
from credit_info.models import Alias, Obligor
from credit_info.searching import search
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from tests.credit_info.test_intake import HEAD, counts, take_in
from tests.factories.obligors import a_bank_obligor, a_buyer
from tests.factories.people import actor, user
from tests.refusals import code_of

pytestmark = pytest.mark.django_db


def alias(buyer: Obligor, name: str = "Altlicht KG", who: str = "cao", **changes) -> Alias:
    return linking.add_alias(
        actor=actor(who), obligor_id=buyer.pk, **{"kind": "FORMER", "name": name, "source": "Gazette", **changes}
    )


def set_parent(child: Obligor, parent: Obligor | None, who: str = "cao") -> Obligor:
    return linking.set_parent(actor=actor(who), obligor_id=child.pk, parent=parent)


def test_a_former_name_leads_to_the_company_with_its_source():
    buyer = a_buyer("Ostsee Licht GmbH")
    alias(buyer)
    assert [hit.obligor_id for hit in search("altlicht")] == [buyer.pk]
    assert code_of(lambda: alias(buyer)) == "known_name"
    assert code_of(lambda: alias(buyer, "Ostsee Licht GmbH")) == "known_name"
    for changes, code in (
        ({"name": "x"}, "name_missing"),
        ({"kind": "NICK"}, "bad_kind"),
        ({"source": " "}, "source_missing"),
    ):
        assert code_of(lambda changes=changes: alias(buyer, **changes)) == code
    with pytest.raises(NotAllowed):
        alias(buyer, "Other", who="chen")


def test_no_company_is_its_own_parent_over_any_number_of_steps():
    top, middle, low = a_buyer("Top AG"), a_buyer("Middle AG"), a_buyer("Low AG")
    assert code_of(lambda: set_parent(top, top)) == "own_parent"
    set_parent(middle, top)
    set_parent(low, middle)
    assert code_of(lambda: set_parent(top, low)) == "own_parent"
    set_parent(middle, None)
    set_parent(top, low)  # now it is no loop any more
    with pytest.raises(NotAllowed):
        set_parent(low, None, who="chen")


def test_a_file_with_a_loop_of_parents_is_taken_in_without_it():
    """A belongs to B, B to C, C to A; D belongs to A and stays, without a parent that came in."""
    a_buyer()
    batch = take_in(
        HEAD
        + "Aa GmbH,DE,1,,,,,,,2\nBb GmbH,DE,2,,,,,,,3\nCc GmbH,DE,3,,,,,,,1\nDd GmbH,DE,4,,,,,,,1\nEe GmbH,DE,5,,,,,,,4\n"
    )
    assert counts(batch) == (5, 2, 0, 3)
    assert {fault.row_no: fault.code for fault in batch.faults.all()} == dict.fromkeys((1, 2, 3), "parent_loop")
    assert Obligor.objects.get(name="Dd GmbH").parent is None
    assert Obligor.objects.get(name="Ee GmbH").parent == Obligor.objects.get(name="Dd GmbH")


def test_pages_and_api_link_and_the_page_shows_what_is_known():
    buyer, parent = a_buyer("Ostsee Licht GmbH", registration_no="HRB 7"), a_buyer("Ostsee Holding AG")
    cao = Client(headers={"accept-language": "en"})
    cao.force_login(user("cao"), backend="django.contrib.auth.backends.ModelBackend")
    form = {"kind": "FORMER", "name": "Altlicht KG", "until": "2020-01-31", "source": "Gazette"}
    assert cao.post(reverse("credit_info:alias-new", args=[buyer.pk]), form).status_code == 302
    address = reverse("credit_info:parent-set", args=[buyer.pk])
    assert cao.post(address, {"parent": "NOBODY"}).status_code == 422
    assert cao.post(address, {"parent": buyer.code}).status_code == 422
    assert cao.post(address, {"parent": parent.code}).status_code == 302
    page = cao.get(reverse("credit_info:obligor-detail", args=[buyer.pk])).content.decode()
    for shown in ("Altlicht KG", "2020-01-31", "Gazette", "HRB 7", parent.name, "In business"):
        assert shown in page
    assert buyer.name in cao.get(reverse("credit_info:obligor-detail", args=[parent.pk])).content.decode()
    api = APIClient()
    api.force_login(user("cao"), backend="django.contrib.auth.backends.ModelBackend")
    assert [row["name"] for row in api.get(f"/api/v1/buyers/{buyer.pk}/names/").json()] == ["Altlicht KG"]
    added = api.post(
        f"/api/v1/buyers/{buyer.pk}/names/", {"kind": "TRADE", "name": "OL Lights", "source": "Web site"}, format="json"
    )
    assert added.status_code == 201
    loop = api.post(f"/api/v1/buyers/{parent.pk}/parent/", {"parent": buyer.pk}, format="json")
    assert (loop.status_code, loop.json()["code"]) == (422, "own_parent")
    assert api.post(f"/api/v1/buyers/{parent.pk}/parent/", {"parent": 999999999}, format="json").status_code == 404
    assert api.post(f"/api/v1/buyers/{buyer.pk}/parent/", {"parent": None}, format="json").json()["parent"] is None


# what nobody should type: (name, what the register says to it)
ODD = [
    ("😀😀", "name_missing"), ("%%", "name_missing"), ("__", "name_missing"), ("字", "name_missing"), ("X", "name_missing"),
    ("Weber\u202eGmbH", "control_characters"), ("Weber\x07 GmbH", "control_characters"), ("W" * 10_000, "too_long"),
    ("W\u0435ber Handel GmbH", "possible_duplicate"), ("Ｗｅｂｅｒ　Ｈａｎｄｅｌ　ＧｍｂＨ", "possible_duplicate"),
    ("Weber 😀 Lampen GmbH", ""), ("100% Licht_Werk GmbH", ""), ("'; DROP TABLE x; -- GmbH", ""),
]  # fmt: skip


def test_odd_names_are_answered_alike_by_page_and_by_api():
    a_buyer("Weber Handel GmbH")
    chen, api = Client(), APIClient()
    for client in (chen, api):
        client.force_login(user("chen"), backend="django.contrib.auth.backends.ModelBackend")
    for name, code in ODD:
        typed = {"name": name, "country": "DE"}
        page = chen.post(reverse("credit_info:obligor-propose"), typed)
        if not code:
            assert page.status_code == 302, name
            assert Obligor.objects.get(name=name).country_id == "DE"
            continue
        expected = 409 if code == "possible_duplicate" else 422
        assert page.status_code == expected, (name, page.status_code)
        if code in ("name_missing", "control_characters"):
            assert f'data-code="{code}"'.encode() in page.content, name
        answer = api.post("/api/v1/buyers/propose/", typed, format="json")
        assert answer.status_code in ((409,) if expected == 409 else (400, 422)), (name, answer.status_code)
        for address in (reverse("credit_info:look-up"), "/api/v1/buyers/look-up/"):
            assert api.get(address, {"q": name}).status_code in (200, 422)


def test_the_light_of_a_bank_follows_its_facts_too():
    bank = a_bank_obligor()
    facts.record(
        actor=actor("cao"), obligor_id=bank.pk, kind="closed", on=clock.today(), text="Licence withdrawn", source="Bank supervisor"
    )  # fmt: skip
    bank.refresh_from_db()
    assert (bank.light, bank.kind) == ("RED", "BANK")
