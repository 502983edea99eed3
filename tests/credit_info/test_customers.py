"""我的客户: favourites by hand, partners and warnings by themselves, a pasted list against the register."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from credit_info import facts
from credit_info.customers import batch, selectors, services
from credit_info.models import Favourite
from limits.services import stop
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.reference.seed.load import load_reference
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, user
from tests.journeys.people import Caller, Reader

pytestmark = pytest.mark.django_db


def client_of(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_favourite_is_marked_once_and_taken_off():
    buyer = a_buyer()
    for _ in range(2):
        services.mark(actor=actor("chen"), obligor_id=buyer.pk)
    [found] = selectors.customers(actor("chen"))
    assert (found.is_favourite, found.is_partner, found.warnings) == (True, False, ())
    assert selectors.customers(actor("wu")) == []
    services.unmark(actor=actor("chen"), obligor_id=buyer.pk)
    assert selectors.customers(actor("chen")) == []


def test_the_database_keeps_a_favourite_once():
    services.mark(actor=actor("chen"), obligor_id=a_buyer().pk)
    row = Favourite.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="favourite_once"), transaction.atomic():
        row.save(force_insert=True)


def test_the_staff_have_no_favourites():
    with pytest.raises(NotAllowed):
        services.mark(actor=actor("zhou"), obligor_id=a_buyer().pk)
    assert client_of("zhou").get(reverse("credit_info:customers")).status_code == 404


def test_who_holds_a_limit_is_a_partner_and_a_stop_a_red_light_and_an_overdue_invoice_are_warnings():
    limit = a_limit()
    [found] = selectors.customers(actor("chen"))
    assert (found.is_partner, found.warnings) == (True, ())
    shipment = a_shipment(limit)
    with clock.frozen(shipment.due_on + timedelta(days=1)):
        assert [str(one.text) for one in selectors.customers(actor("chen"))[0].warnings] == ["有发票逾期"]
    stop(actor=actor("zhou"), reason="UNDERWRITER", limit_id=limit.pk)
    facts.set_light(actor=actor("cao"), obligor_id=limit.obligor_id, light="RED", reasons=["Closed"])
    [found] = selectors.customers(actor("chen"))
    assert [str(one.text) for one in found.warnings] == ["红绿灯为红灯", "承保已停止"]


def test_those_that_ask_for_care_come_first_and_can_be_chosen():
    calm, careful = a_buyer("Aalto Oy", country="FI"), a_buyer("Zebra Ltd", country="GB")
    for buyer in (calm, careful):
        services.mark(actor=actor("chen"), obligor_id=buyer.pk)
    facts.set_light(actor=actor("cao"), obligor_id=careful.pk, light="YELLOW", reasons=["Paid late"])
    assert [one.obligor.name for one in selectors.customers(actor("chen"))] == ["Zebra Ltd", "Aalto Oy"]
    shown = client_of("chen").get(f"{reverse('credit_info:customers')}?kind=warning").content.decode()
    assert "Zebra Ltd" in shown
    assert "Aalto Oy" not in shown


@pytest.mark.parametrize(
    ("written", "name", "country"),
    [
        ("Wisła Handel sp. z o.o., PL", "Wisła Handel sp. z o.o.", "PL"),
        ("Wisła Handel sp. z o.o.\tPoland", "Wisła Handel sp. z o.o.", "PL"),
        ("Wisła Handel sp. z o.o.，波兰", "Wisła Handel sp. z o.o.，波兰", ""),
        ("Yiwu Daily, Goods Co., Ltd.", "Yiwu Daily, Goods Co., Ltd.", ""),
        ('"Nordlicht, Handels GmbH",de', "Nordlicht, Handels GmbH", "DE"),
    ],
)
def test_a_line_may_name_its_country(written: str, name: str, country: str):
    load_reference()
    [line] = batch.lines_of(f"\n{written}\n\n")
    assert (line.number, line.name, line.country) == (2, name, country)


def test_an_empty_list_and_a_long_one_are_refused():
    for text, code in (("  \n ", "no_lines"), ("x\n" * 201, "too_many_lines")):
        with pytest.raises(DomainError) as error:
            batch.lines_of(text)
        assert (error.value.code, error.value.field) == (code, "names")


def test_a_list_is_checked_line_by_line_and_the_unknown_is_never_green():
    buyer = a_buyer("Wisła Handel sp. z o.o.", country="PL")
    facts.set_light(actor=actor("cao"), obligor_id=buyer.pk, light="GREEN", reasons=["In order"])
    rows = batch.check(batch.lines_of("wisla handel, PL\nNobody Whatsoever Ltd\nWisla Handel, DE"))
    assert [(row.obligor and row.obligor.pk, row.light) for row in rows] == [
        (buyer.pk, "GREEN"), (None, "UNKNOWN"), (None, "UNKNOWN"),
    ]  # fmt: skip


def test_a_person_pastes_a_list_marks_one_and_finds_it_among_the_customers():
    buyer = a_buyer("Wisła Handel sp. z o.o.", country="PL")
    chen = Reader("chen")
    shown = chen.fill(reverse("credit_info:customer-check"), names="wisla handel\nNobody Whatsoever Ltd")
    text = shown.content.decode()
    assert "Wisła Handel sp. z o.o." in text
    assert "Not found" in text
    chen.client.post(reverse("credit_info:customer-mark", args=[buyer.pk]))
    assert "Wisła Handel" in chen.open(reverse("credit_info:customers")).content.decode()


def test_a_file_in_gb18030_is_read_and_a_wrong_one_keeps_what_was_typed():
    a_buyer("Wisła Handel sp. z o.o.", country="PL")
    upload = io.BytesIO("Wisla Handel,波兰\n".encode("gb18030"))
    upload.name = "list.csv"
    answer = client_of("chen").post(reverse("credit_info:customer-check"), {"names": "", "file": upload})
    assert "Wisła Handel" in answer.content.decode()
    answer = client_of("chen").post(reverse("credit_info:customer-check"), {"names": "x\n" * 201})
    assert answer.status_code == 413
    assert "x\nx" in answer.content.decode().replace("\r", "")


def test_customers_over_the_api():
    buyer = a_buyer("Wisła Handel sp. z o.o.", country="PL")
    chen = Caller("chen")
    [found] = chen.post("buyers/check/", {"names": ["wisla handel, PL"]})
    assert (found["buyer"], found["light"]) == (buyer.pk, "UNKNOWN")
    chen.post(f"buyers/{buyer.pk}/mark/")
    [mine] = chen.get("buyers/mine/")
    assert (mine["id"], mine["is_favourite"], mine["warnings"]) == (buyer.pk, True, [])
    chen.post(f"buyers/{buyer.pk}/unmark/")
    assert chen.get("buyers/mine/") == []
