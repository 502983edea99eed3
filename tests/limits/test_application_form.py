"""The buyer of a limit application is found among very many: as one types, or by the form itself where no script runs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from limits.models import LimitApplication
from tests.factories.obligors import a_buyer
from tests.factories.policies import a_policy_in_force
from tests.journeys.people import Reader

pytestmark = pytest.mark.django_db
NEW, CHOICES = "limits:application-new", "credit_info:choices"
ANSWERS = {
    "term": "OA", "credit_days": "60", "amount": "50000", "trading_years": "1", "last_turnover": "0", "expected_turnover": "90000",
    "worst_overdue_days": "0", "orders_in_hand": "0", "ownership_ratio": "0", "goods": "Lamps",
}  # fmt: skip


def post(reader: Reader, policy: int, **more: str):
    return reader.client.post(reverse(NEW), {**ANSWERS, "policy": policy, **more})


def test_the_form_holds_no_list_of_buyers():
    a_policy_in_force()
    names = [a_buyer(f"Quite Another {n} GmbH").name for n in range(3)]
    page = Reader("chen").open(reverse(NEW)).content.decode()
    assert not [name for name in names if name in page]
    assert f'data-ask="{reverse(CHOICES)}"' in page


def test_the_buyer_that_a_link_names_is_chosen_already():
    a_policy_in_force()
    buyer = a_buyer("Weber Handel GmbH")
    page = Reader("chen").open(f"{reverse(NEW)}?buyer={buyer.pk}").content.decode()
    assert f'<option value="{buyer.pk}" selected>Weber Handel GmbH · {buyer.code} · Germany</option>' in page


def test_without_scripts_what_is_typed_is_looked_for_and_one_is_chosen():
    policy, chen = a_policy_in_force().pk, Reader("chen")
    buyer, other = a_buyer("Weber Handel GmbH"), a_buyer("Pacific Lamp Co.")
    found = post(chen, policy, **{"obligor": "", "obligor-find": "weber handel"})
    text = found.content.decode()
    assert (found.status_code, 'data-code="choose_one"' in text) == (422, True)
    assert f'<option value="{buyer.pk}">' in text
    assert other.name not in text
    checked = post(chen, policy, **{"obligor": str(buyer.pk), "obligor-find": "weber handel"})
    assert (checked.status_code, "Check your answers" in checked.content.decode()) == (200, True)
    assert not LimitApplication.objects.exists()


@pytest.mark.parametrize("typed", ["Atlantis Shipping", "x", "%", "_", "💡", "\u202e", "x" * 10_000, "'; --", "\x00"])
def test_what_fits_nothing_is_said_at_the_field_and_what_was_typed_is_kept(typed):
    policy = a_policy_in_force().pk
    a_buyer("Weber Handel GmbH")
    answer = post(Reader("chen"), policy, **{"obligor": "", "obligor-find": typed})
    assert answer.status_code == 422
    assert "Weber Handel" not in answer.content.decode()
    assert "50000" in answer.content.decode()


@pytest.mark.parametrize("chosen", ["0", "-1", "9" * 30, "abc", "²"])
def test_a_choice_that_nobody_offered_is_refused(chosen):
    policy = a_policy_in_force().pk
    a_buyer()
    assert post(Reader("chen"), policy, obligor=chosen).status_code == 422


def test_scripts_ask_for_the_best_ten_by_name_code_or_number():
    buyer = a_buyer("Weber Handel GmbH", registration_no="HRB 4711")
    for n in range(12):
        a_buyer(f"Lampen {n} GmbH")
    client = Reader("chen").client
    for typed in ("weber", buyer.code, "HRB 4711", "Weber Handle"):
        [first, *_rest] = client.get(reverse(CHOICES), {"q": typed}).json()["results"]
        assert first == {"value": str(buyer.pk), "text": f"Weber Handel GmbH · {buyer.code} · Germany"}
    assert len(client.get(reverse(CHOICES), {"q": "Lampen"}).json()["results"]) == 10
    assert client.get(reverse(CHOICES), {"q": " "}).json() == {"results": []}


def test_a_guest_is_sent_to_sign_in(client):
    assert client.get(reverse(CHOICES), {"q": "x"}).status_code == 302
