"""Where each duty lands, and that the search box shows nobody more than they may see."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from sinosure.core import clock
from sinosure.deadlines.models import Deadline
from sinosure.reference.seed.load import load_reference
from tests.factories import claims, financing
from tests.factories.declarations import an_overdue_shipment
from tests.factories.limits import a_limit
from tests.factories.people import user

pytestmark = pytest.mark.django_db


def page_of(name: str, path: str, **headers: str) -> str:
    client = Client()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(path, headers={"accept-language": "en", **headers}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["chen", "zhou", "he", "yuan", "peng", "sun"])
def test_every_duty_lands_on_a_home(name):
    assert "What to do next" in page_of(name, "/")


def test_before_signing_in_the_page_says_what_this_is():
    page = Client().get("/", headers={"accept-language": "en"}).content.decode()
    assert "Short-term export credit insurance" in page
    assert reverse("accounts:signin") in page


def test_the_exporter_sees_headroom_and_overdue():
    """A limit of 200,000, nothing used: 200,000 free."""
    a_limit(amount="200000")
    page = page_of("chen", "/")
    assert "Free under your limits" in page
    assert "200,000" in page


def test_overdue_is_exact_and_in_dollars():
    """100.35 and 200.40 open after their due dates: 300.75."""
    first = an_overdue_shipment(amount=Decimal("100.35"))
    an_overdue_shipment(limit=first.limit, invoice_no="SECOND", amount=Decimal("200.40"))
    assert "300.75" in page_of("chen", "/")


def test_a_bank_sees_what_it_lent_without_what_is_only_reserved():
    """50,000 drawn and 30,000 reserved: 50,000 lent."""
    loan = financing.a_loan(principal=Decimal(50_000))
    financing.an_approved_loan(loan.shipment, principal=Decimal(30_000))
    page = page_of("li", "/")
    assert "50,000" in page
    assert "80,000" not in page


def test_a_notice_due_today_stands_on_top_in_red():
    """The last valid day of the notice's own clock: on that day, and only then, the red note is there."""
    shipment = an_overdue_shipment()
    due_on = shipment_clock(shipment).legal_due
    with clock.frozen(due_on):
        assert shipment.invoice_no in red_note(page_of("chen", "/"))
    assert due_on != clock.today()
    assert shipment.invoice_no not in red_note(page_of("chen", "/"))


def red_note(page: str) -> str:
    """What is due today, whichever it is: on the 25th a month's declaration may stand there."""
    return page.partition("Last valid day is today")[2].partition("</p>")[0]


def shipment_clock(shipment):
    return Deadline.objects.of(shipment).open().order_by("legal_due").first()


def test_the_home_asks_the_same_however_much_is_due(django_assert_max_num_queries):
    client = Client()
    client.force_login(user("chen"), backend="django.contrib.auth.backends.ModelBackend")

    def queries() -> int:
        with django_assert_max_num_queries(45) as captured:
            client.get("/")
        return len(captured)

    first = an_overdue_shipment()
    client.get("/")
    few = queries()
    for number in range(3):
        an_overdue_shipment(limit=first.limit, invoice_no=f"MORE-{number}")
    assert queries() == few


def test_what_waits_is_counted_once_for_menu_and_figures(django_assert_max_num_queries):
    client = Client()
    client.force_login(user("he"), backend="django.contrib.auth.backends.ModelBackend")
    claims.a_filed_claim()
    with django_assert_max_num_queries(45) as captured:
        client.get("/")
    counts = [one for one in captured if one["sql"].startswith('SELECT COUNT(*) AS "__count" FROM "claims_claim"')]
    assert len(counts) == 1


def test_an_exact_number_opens_its_page():
    claim = claims.a_filed_claim()
    assert claim.number in page_of("he", f"/find/?q={claim.number.lower()}")
    client = Client()
    client.force_login(user("he"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/find/", {"q": claim.number})
    assert answer.url == reverse("claims:claim-detail", args=[claim.pk])


def test_another_exporter_finds_nothing_of_it():
    claim = claims.a_filed_claim()
    assert "Nothing found" in page_of("wu", f"/find/?q={claim.number}")


@pytest.mark.parametrize("q", ["", "a", "%", "\u202e", "x" * 5000, "' OR 1=1 --"])
def test_any_text_is_answered(q):
    client = Client()
    client.force_login(user("he"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/find/", {"q": q}).status_code == 200


def test_the_network_lists_the_28_offices():
    load_reference()
    page = Client().get("/network/", headers={"accept-language": "en"}).content.decode()
    assert page.count('<th scope="row">') == 28
