"""Keyset paging walks every row once in both directions and refuses places that do not exist."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import RequestFactory

from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.ui.models import FormKey
from sinosure.ui.paging import keyset_page, sort_order

pytestmark = pytest.mark.django_db
ORDER = ("-made_at", "-id")
FAR = "WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsICI5OTk5OTk5OTk5OTk5OTk5OTk5OTkiXQ"  # an id of 22 digits


@pytest.fixture
def rows() -> list[int]:
    """Seven rows, two and two of the same moment; ids in list order."""
    start = clock.now()
    made = [FormKey.objects.create(user_id=1, key=uuid4(), made_at=start - timedelta(days=n // 2)) for n in range(7)]
    return [row.pk for row in sorted(made, key=lambda row: (row.made_at, row.pk), reverse=True)]


def page(url: str = "/", order=ORDER, size: int = 3):
    return keyset_page(FormKey.objects.all(), RequestFactory().get(url), order=order, size=size)


def test_going_on_shows_every_row_once(rows):
    seen, url = [], "/"
    while url:
        here = page(url)
        seen += [row.pk for row in here]
        url = here.next_url
    assert seen == rows


def test_going_back_leads_to_the_first_page(rows):
    last = page(page(page().next_url).next_url)
    middle = page(last.previous_url)
    first = page(middle.previous_url)
    assert [row.pk for row in middle] == rows[3:6]
    assert [row.pk for row in first] == rows[:3]
    assert first.previous_url == ""


def test_filters_and_sorting_stay_in_the_links(rows):
    assert "state=open" in page("/?state=open").next_url


def test_a_page_costs_one_query_and_the_total_another(rows, django_assert_num_queries):
    with django_assert_num_queries(1):
        here = page()
    with django_assert_num_queries(1):
        assert here.total == here.total == "7"


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "W10", "WyJhIiwgImIiXQ", FAR])
def test_a_place_that_does_not_exist_is_a_400(rows, cursor):
    with pytest.raises(DomainError) as refusal:
        page(f"/?after={cursor}")
    assert (refusal.value.code, refusal.value.status) == ("bad_cursor", 400)


def test_sorting_takes_listed_names_only():
    request = SimpleNamespace(GET={"sort": "-amount"})
    assert sort_order(request, {"amount": "amount"}, "-shipped_on") == ("-amount", "-id")
    request.GET["sort"] = "password"
    assert sort_order(request, {"amount": "amount"}, "-shipped_on") == ("-shipped_on", "-id")
