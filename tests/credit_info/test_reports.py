"""资信报告: ordered, delivered, valid for a year, reused in limit applications, never repeated to an exporter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from credit_info.reports import letters, services
from credit_info.reports.models import OrderState, ReportOrder, Service
from credit_info.reports.quoting import check_reasons, repeats
from credit_info.reports.selectors import valid_on, waiting_for
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, user

pytestmark = pytest.mark.django_db

SAID = "Peers report that the company paid its lamps after seventy days on average"
FINDINGS = {"summary": "Active.", "payment": SAID, "finance": "Sound.", "advice": "Sixty days."}


@pytest.fixture(autouse=True)
def on_a_monday():
    with clock.frozen(date(2026, 11, 23)), translation.override("en"):
        yield


def ordered(name: str = "chen") -> ReportOrder:
    return services.order(actor=actor(name), service=Service.COMPANY, obligor=a_buyer())


def delivered() -> ReportOrder:
    row = services.take(actor=actor("cao"), order_id=ordered().pk)
    return services.deliver(actor=actor("cao"), order_id=row.pk, **FINDINGS)


def test_an_order_is_promised_in_working_days_and_waits_for_the_analyst():
    row = ordered()
    # Monday 23 November, five working days: 24, 25, 26, 27, 30
    assert (row.promised_on, row.price, row.state) == (date(2026, 11, 30), 800, OrderState.ORDERED)
    assert waiting_for(actor("cao")) == 1
    assert waiting_for(actor("chen")) is None


def test_the_same_report_is_not_ordered_twice_and_the_database_says_so_too():
    row = ordered()
    with pytest.raises(DomainError, match="ordered_already"):
        services.order(actor=actor("chen"), service=Service.COMPANY, obligor=row.obligor)
    row.pk, row.number = None, "CR-X"
    with pytest.raises(IntegrityError, match="report_ordered_once"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("service", "code"), [(Service.COMPANY, "company_missing"), (Service.SECTOR, "question_missing")]
)
def test_what_an_order_lacks_is_named(service, code):
    with pytest.raises(DomainError, match=code):
        services.order(actor=actor("chen"), service=service)


def test_a_delivered_report_is_a_letter_and_valid_for_a_year():
    row = delivered()
    assert (row.state, row.valid_until) == (OrderState.DELIVERED, date(2027, 11, 23))
    assert list(valid_on(actor("chen"), row.obligor_id)) == [row]
    assert list(valid_on(actor("wu"), row.obligor_id)) == []  # another customer
    assert list(valid_on(actor("zhou"), row.obligor_id)) == [row]  # the underwriter
    with clock.frozen(row.valid_until + timedelta(days=1)):
        assert not valid_on(actor("chen"), row.obligor_id)


def test_a_part_that_is_empty_keeps_the_report_from_being_delivered():
    row = services.take(actor=actor("cao"), order_id=ordered().pk)
    with pytest.raises(DomainError, match="findings_missing") as refused:
        services.deliver(actor=actor("cao"), order_id=row.pk, **{**FINDINGS, "advice": " "})
    assert refused.value.field == "advice"


def test_an_order_that_is_worked_on_cannot_be_cancelled():
    row = services.take(actor=actor("cao"), order_id=ordered().pk)
    with pytest.raises(DomainError, match="wrong_state"):
        services.cancel(actor=actor("chen"), order_id=row.pk)


def test_reasons_for_the_exporter_do_not_repeat_the_report_or_an_internal_fact():
    row = delivered()
    with pytest.raises(DomainError, match="quotes_report"):
        check_reasons(row.obligor_id, f"We grant less because {SAID.upper()}.")
    check_reasons(row.obligor_id, "The buyer pays slowly.")  # general words are fine


@pytest.mark.parametrize(
    ("text", "secret", "is_repeated"),
    [
        ("同业反映平均付款七十天以上", "据查，同业反映平均付款七十天", True),  # eleven characters in a row
        ("同业反映付款慢", "据查，同业反映平均付款七十天", False),
        ("it paid its invoices late", "It  paid, its invoices late!", True),  # case and marks do not matter
        ("paid its invoices late", "paid its invoices late", False),  # four words are general
    ],
)
def test_a_run_of_ten_characters_or_five_words_is_a_repetition(text, secret, is_repeated):
    assert repeats(text, secret) is is_repeated


def test_an_exporter_orders_by_page_and_the_analyst_delivers_by_api():
    buyer = a_buyer()
    client = Client(headers={"accept-language": "en"})
    client.force_login(user("chen"))
    shown = client.get(f"/buyers/reports/new/?company={buyer.code}").content.decode()
    assert f'value="{buyer.code}"' in shown
    key = shown.split('name="form_key" value="')[1].split('"')[0]
    typed = {"form_key": key, "service": "COMPANY", "obligor": buyer.code, "question": ""}
    assert "800" in client.post("/buyers/reports/new/", typed).content.decode()  # the price, before it is ordered
    assert client.post("/buyers/reports/new/", {**typed, "_go": "confirm"}).status_code == 302
    row = ReportOrder.objects.get()
    analyst = Client()
    analyst.force_login(user("cao"))
    url = f"/api/v1/credit-reports/{row.pk}/"
    for step, body in (("take", {}), ("deliver", FINDINGS)):
        answer = analyst.post(f"{url}{step}/", body, content_type="application/json", headers={"idempotency-key": step})
        assert answer.status_code == 200, answer.content
    page = client.get(f"/buyers/reports/{row.pk}/").content.decode()
    assert SAID in page
    stranger = Client()
    stranger.force_login(user("wu"))
    assert stranger.get(f"/buyers/reports/{row.pk}/").status_code == 404


def test_a_code_that_does_not_exist_is_explained_at_its_field():
    client = Client(headers={"accept-language": "en"})
    client.force_login(user("chen"))
    shown = client.get("/buyers/reports/new/").content.decode()
    key = shown.split('name="form_key" value="')[1].split('"')[0]
    answer = client.post("/buyers/reports/new/", {"form_key": key, "service": "COMPANY", "obligor": "BXX-9"})
    assert answer.status_code == 422
    assert "No company of the register has the code BXX-9" in answer.content.decode()


def test_the_sample_says_that_it_is_one():
    answer = Client().get("/buyers/reports/sample.pdf")
    assert answer.status_code == 200
    import io

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Sample" in text
    assert letters.SAMPLE["reference"] in text
