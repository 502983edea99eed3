"""Fields, errors, the page that asks to check, and one form – one deed."""

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.ui.fields import CommentField, PercentField, UploadField, WholeNumberField
from sinosure.ui.forms import Form, errors_of
from sinosure.ui.models import FormKey
from tests.factories import people
from tests.ui import urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.urls")]
GOOD = {"currency": "USD", "amount": "1,000.50", "shipped_on": "2026-11-02"}


@pytest.fixture(autouse=True)
def _no_deeds():
    urls.deeds.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(people.user("chen"), backend="django.contrib.auth.backends.ModelBackend")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def form(**changes) -> urls.ShipmentForm:
    return urls.ShipmentForm({**GOOD, **changes})


def test_an_amount_is_read_in_the_currency_chosen_beside_it():
    assert form(currency="JPY", amount="100.5").errors.as_data()["amount"][0].code == "too_many_decimals"
    assert form(currency="USD", amount="100.5").is_valid()


def test_a_wrong_currency_does_not_blame_the_amount():
    assert list(form(currency="XXX", amount="100.50").errors) == ["currency"]


def test_rmb_is_understood_and_said():
    filled = form(currency="RMB")
    assert filled.is_valid()
    assert filled.cleaned_data["currency"] == "CNY"
    assert any("CNY" in notice.text for notice in filled.notices())


@pytest.mark.parametrize("text", ["1_000", "1e3", "1.000,00", "٣٤", "十万", "NaN"])
def test_other_ways_to_write_an_amount_are_refused_as_malformed(text):
    filled = form(amount=text)
    assert filled.errors.as_data()["amount"][0].code == "bad_number"
    assert filled.http_status == 400


@pytest.mark.parametrize(("text", "code"), [("03/04/2026", "ambiguous_date"), ("2026-02-29", "bad_date")])
def test_dates_that_cannot_be_meant_are_refused(text, code):
    assert form(shipped_on=text).errors.as_data()["shipped_on"][0].code == code


def test_chinese_dates_are_read():
    filled = form(shipped_on="2026年11月2日")
    assert filled.is_valid()
    assert filled.cleaned_data["shipped_on"].isoformat() == "2026-11-02"


def test_a_refusal_of_a_service_lands_at_its_field_with_its_status_and_code():
    filled = form()
    assert filled.is_valid()
    filled.add_domain_error(DomainError("stale", "Changed meanwhile.", field="amount", status=409))
    assert filled.http_status == 409
    assert [(e.anchor, e.code, e.text) for e in errors_of(filled)] == [("id_amount", "stale", "Changed meanwhile.")]


class OddForm(Form):
    ratio = PercentField()
    days = WholeNumberField(maximum=730)
    comment = CommentField(required=False)
    paper = UploadField(required=False, max_bytes=3)


@pytest.mark.parametrize(("text", "ratio"), [("90", "0.9"), ("90%", "0.9"), ("９０％", "0.9"), ("0.24", "0.0024")])
def test_a_percentage_becomes_a_fraction(text, ratio):  # 90 / 100 = 0.9
    filled = OddForm({"ratio": text, "days": "60"})
    assert filled.is_valid()
    assert str(filled.cleaned_data["ratio"].normalize()) == ratio


@pytest.mark.parametrize("text", ["101", "-1", "1e1", "9_0"])
def test_odd_percentages_are_refused(text):
    assert "ratio" in OddForm({"ratio": text, "days": "60"}).errors


@pytest.mark.parametrize("text", ["6_0", "60.0", "731", "-1"])
def test_odd_counts_are_refused(text):
    assert "days" in OddForm({"ratio": "90", "days": text}).errors


def test_direction_marks_in_a_comment_are_refused():
    assert "comment" in OddForm({"ratio": "90", "days": "1", "comment": "invoice \u202egpj.exe"}).errors


def test_a_refused_form_keeps_what_was_typed_and_links_the_error(client):
    answer = client.post("/shipment/", {**GOOD, "amount": "1e3"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="1e3"' in page
    assert 'href="#id_amount"' in page
    assert 'data-code="bad_number"' in page
    assert re.search(r'<input[^>]*name="amount"[^>]*aria-describedby="id_amount_error"', page)


def test_a_refusal_by_the_service_is_shown_at_the_field_with_422(client):
    answer = client.post("/shipment/", {**GOOD, "amount": "13"})
    assert answer.status_code == 422
    assert "The limit expired on 2026-01-01." in answer.content.decode()


def test_answers_are_checked_before_anything_is_done(client):
    answer = client.post("/shipment/?check=1", GOOD)
    page = answer.content.decode()
    assert urls.deeds == []
    assert "Check your answers" in page
    assert "1,000.50" in page
    assert "was read as" in page
    assert client.post("/shipment/?check=1", {**GOOD, "_go": "change"}).content.decode().count('value="1,000.50"') == 1
    assert client.post("/shipment/?check=1", {**GOOD, "_go": "confirm"}).status_code == 302
    assert len(urls.deeds) == 1


def test_the_same_form_sent_twice_does_it_once_and_answers_alike(client):
    key = str(uuid4())
    first = client.post("/shipment/", {**GOOD, "form_key": key})
    second = client.post("/shipment/", {**GOOD, "form_key": key})
    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    assert len(urls.deeds) == 1


def test_without_a_key_it_would_be_done_twice(client):  # positive control
    for _ in range(2):
        client.post("/shipment/", GOOD)
    assert len(urls.deeds) == 2


def test_a_used_key_with_other_contents_is_refused_with_409(client):
    key = str(uuid4())
    client.post("/shipment/", {**GOOD, "form_key": key})
    answer = client.post("/shipment/", {**GOOD, "amount": "7", "form_key": key})
    assert answer.status_code == 409
    assert 'data-code="already_sent"' in answer.content.decode()
    assert len(urls.deeds) == 1


def test_a_refused_deed_gives_its_key_back(client):
    key = str(uuid4())
    client.post("/shipment/", {**GOOD, "amount": "13", "form_key": key})
    assert client.post("/shipment/", {**GOOD, "form_key": key}).status_code == 302


def test_a_key_is_claimed_once_even_by_sql():
    row = {"user_id": 1, "key": uuid4(), "sha256": "0" * 64, "made_at": clock.now()}
    FormKey.objects.create(**row)
    with pytest.raises(IntegrityError, match="form_key_once_per_person"), transaction.atomic():
        FormKey.objects.create(**row)
