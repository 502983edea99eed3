"""Every page of declarations opens for those who may, shows what it should, and others' rows stay unseen."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from declarations import services
from declarations.models import DeclarationPeriod, LineState, PremiumNotice, Receipt, Shipment
from sinosure.core import clock
from tests.factories.declarations import a_line, a_premium_notice, a_receipt, a_shipment, an_overdue_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor, user

pytestmark = pytest.mark.django_db


def client_of(name: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user(name))
    return client


def typed(limit, **changes):
    """The form as a browser sends it."""
    today = clock.today()
    return {
        "obligor": limit.obligor_id, "term": "OA", "credit_days": "60", "kind": "GOODS", "invoice_no": "HT-100",
        "shipped_on": today.isoformat(), "currency": "USD", "amount": "50,000.00", "knows_of_loss": "no", **changes,
    }  # fmt: skip


PLAIN = ["list", "review", "periods", "receipts", "overdue", "statistics", "notices"]


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_list_opens_in_both_languages(name, language):
    overdue = an_overdue_shipment()
    a_premium_notice(overdue)
    client = client_of("he", language)
    response = client.get(reverse(f"declarations:{name}"))
    assert response.status_code == 200


def test_the_pages_of_one_line_notice_month_and_receipt_open():
    overdue = an_overdue_shipment()
    notice = a_premium_notice(overdue)
    receipt = a_receipt(overdue, 1000)
    period = DeclarationPeriod.objects.filter(policy=overdue.policy).earliest("month")
    client = client_of("chen")
    for name, pk in (("detail", overdue.pk), ("notice", notice.pk), ("receipt", receipt.pk), ("period", period.pk)):
        response = client.get(reverse(f"declarations:{name}", args=[pk]))
        assert response.status_code == 200, name
    for name in ("correct", "extend", "withdraw"):
        assert client.get(reverse(f"declarations:{name}", args=[overdue.pk])).status_code in (200, 409), name


def test_a_shipment_is_declared_after_its_answers_were_checked():
    """50,000 under a free limit of 200,000: due in 60 days, covered in full, premium 0.16 % = 80.00 shown before sending."""
    limit = a_limit()
    client = client_of("chen")
    url = reverse("declarations:new")
    checked = client.post(url, typed(limit))
    text = checked.content.decode()
    assert checked.status_code == 200
    assert not Shipment.objects.exists()
    assert (clock.today() + timedelta(days=60)).isoformat() in text
    assert "80.00" in text
    sent = client.post(url, {**typed(limit), "_go": "confirm"})
    line = Shipment.objects.get()
    assert sent["Location"] == reverse("declarations:done", args=[line.pk])
    assert line.declaration_no in client.get(sent["Location"]).content.decode()
    assert (line.premium, line.covered) == (Decimal("80.00"), Decimal(50_000))


def test_nothing_typed_is_lost_when_the_form_is_refused():
    limit = a_limit()
    response = client_of("chen").post(
        reverse("declarations:new"), typed(limit, amount="1.000,00", invoice_no="KEEP-ME")
    )
    text = response.content.decode()
    assert response.status_code == 400
    assert "KEEP-ME" in text
    assert 'data-code="bad_number"' in text


def test_the_room_under_the_limit_is_shown_beside_the_form():
    limit = a_limit()
    a_shipment(limit, amount=Decimal(180_000))
    url = reverse("declarations:headroom")
    shown = client_of("chen").get(url, {"policy": limit.policy_id, "obligor": limit.obligor_id}).content.decode()
    assert "20,000.00" in shown


def test_the_list_filters_by_month_state_cover_and_number():
    limit = a_limit()
    first = a_shipment(limit, amount=Decimal(200_000), invoice_no="AAA-1")
    second = a_shipment(limit, invoice_no="BBB-2")
    client = client_of("chen")

    def found(**asked):
        text = client.get(reverse("declarations:list"), asked).content.decode()
        return first.invoice_no in text, second.invoice_no in text

    assert found() == (True, True)
    assert found(cover="UNCOVERED") == (False, True)
    assert found(cover="COVERED") == (True, False)
    assert found(q="bbb 2") == (False, True)
    assert found(q=first.declaration_no) == (True, False)
    assert found(month="2020-01") == (True, True)  # not on offer: left out
    assert found(state="REVERSED") == (False, False)


def test_the_export_has_the_columns_of_the_upload():
    a_shipment(invoice_no="AAA-1")
    response = client_of("chen").get(reverse("declarations:list"), {"export": "csv"})
    first = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert first[0].startswith("Invoice number,Buyer code,Issuing bank BIC,Payment term,Credit days,Shipment date")
    assert first[1].startswith("AAA-1,")


@pytest.mark.parametrize("name", ["wu", "kong"])
def test_rows_of_others_answer_404(name):
    overdue = an_overdue_shipment()
    notice, receipt = a_premium_notice(overdue), a_receipt(overdue, 10)
    period = DeclarationPeriod.objects.filter(policy=overdue.policy).earliest("month")
    client = client_of(name)
    for what, pk in (("detail", overdue.pk), ("notice", notice.pk), ("receipt", receipt.pk), ("period", period.pk)):
        assert client.get(reverse(f"declarations:{what}", args=[pk])).status_code == 404, what
    assert overdue.invoice_no not in client.get(reverse("declarations:list")).content.decode()
    assert overdue.invoice_no not in client.get(reverse("declarations:overdue")).content.decode()


def test_money_is_recorded_with_its_allocation_shown_first():
    overdue = an_overdue_shipment()
    client = client_of("chen")
    data = {
        "obligor": overdue.obligor_id, "currency": "USD", "amount": "40000", "received_on": clock.today().isoformat(),
        "reference": "TT-9", "invoice_no": "",
    }  # fmt: skip
    shown = client.post(reverse("declarations:receipt-new"), data).content.decode()
    assert overdue.invoice_no in shown
    assert not Receipt.objects.exists()
    client.post(reverse("declarations:receipt-new"), {**data, "_go": "confirm"})
    receipt = Receipt.objects.get()
    assert [(row.shipment_id, row.amount, row.rule) for row in receipt.allocations.all()] == [
        (overdue.pk, Decimal(40_000), "OLDEST_DUE")
    ]
    again = client.post(reverse("declarations:receipt-new"), {**data, "_go": "confirm"})
    assert again.status_code == 409
    assert 'data-code="receipt_twice"' in again.content.decode()


def test_finance_books_a_payment_and_the_exporter_cannot():
    notice = a_premium_notice(a_shipment(amount=Decimal(2_000_000)))
    url = reverse("declarations:notice-book", args=[notice.pk])
    assert client_of("chen").get(url).status_code == 403
    data = {"amount": "1,200.00", "received_on": clock.today().isoformat(), "reference": "TT-1"}
    client_of("yuan").post(url, data)
    notice.refresh_from_db()
    assert (notice.state, notice.paid) == ("PAID", Decimal(1_200))


def test_an_officer_decides_on_a_held_line():
    overdue = an_overdue_shipment(days=40)
    line = a_line(overdue.limit, shipped_on=overdue.shipped_on)
    late = services.declare(actor=actor("chen"), policy_id=overdue.policy_id, line=line)
    assert late.state == LineState.LATE_REVIEW
    officer = client_of("zhou")
    assert late.invoice_no in officer.get(reverse("declarations:review")).content.decode()
    refused = officer.post(reverse("declarations:refuse", args=[late.pk]), {"reason": "", "_go": ""})
    assert refused.status_code == 422
    officer.post(reverse("declarations:refuse", args=[late.pk]), {"reason": "A loss was known"})
    late.refresh_from_db()
    assert late.state == LineState.REFUSED


def test_a_month_without_exports_is_closed_as_nil():
    limit = a_limit()
    period = DeclarationPeriod.objects.filter(policy=limit.policy).earliest("month")
    url = reverse("declarations:period-close", args=[period.pk])
    client = client_of("chen")
    assert client.get(url).status_code == 200
    client.post(url)
    period.refresh_from_db()
    assert period.is_nil
    assert period.closed_at is not None


def test_the_number_of_queries_of_a_list_does_not_grow_with_its_rows(django_assert_max_num_queries):
    limit = a_limit(amount="5000000", decision={"amount": Decimal(200_000)})
    for _ in range(6):
        a_shipment(limit, amount=Decimal(10))
    client = client_of("chen")
    client.get(reverse("declarations:list"))
    with django_assert_max_num_queries(22):
        client.get(reverse("declarations:list"))
    assert PremiumNotice.objects.exists()
