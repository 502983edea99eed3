"""The list, the explanation, the calendar and the business date in the browser, by role."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from sinosure.accounts.actor import SYSTEM
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.deadlines import selectors, services
from sinosure.deadlines.models import CalendarDraft, Deadline
from sinosure.deadlines.registry import KINDS, DeadlineKind, register
from sinosure.deadlines.sweep import sweep
from sinosure.reference.models import BusinessDate, CalendarYear
from tests.factories import deadlines as factory
from tests.factories.people import actor, organisation, user

pytestmark = pytest.mark.django_db
NOTICE = (Path(__file__).parents[1] / "reference" / "notice_2027.txt").read_text()


def browser(name: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def key_in(response: object) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', response.content.decode())[1]


def test_the_explanation_shows_every_day_with_its_reason():
    row = factory.armed(date(2026, 2, 10), factory.TEN_WORKING_DAYS)
    with clock.frozen(date(2026, 2, 12)):
        text = browser("chen").get(reverse("deadlines:detail", args=[row.pk])).content.decode()
    for day in ("2026-02-10", "2026-02-14", "2026-02-17", "2026-03-02"):
        assert day in text
    assert "Spring Festival holiday" in text
    assert "Make-up working day" in text
    assert "Day off in exchange for work on 2026-02-14" in text


def test_a_provisional_date_is_explained_with_the_earliest_plausible_one():
    row = factory.armed(date(2026, 12, 25), factory.TEN_WORKING_DAYS)
    text = browser("chen").get(reverse("deadlines:detail", args=[row.pk])).content.decode()
    assert "2027-01-11 is provisional" in text
    assert "as early as 2027-01-08" in text


@pytest.mark.parametrize(
    ("name", "status"), [("chen", 200), ("he", 200), ("wu", 404), ("li", 404), ("wei", 404), ("shen", 404)]
)
def test_a_clock_is_seen_by_its_side_and_the_insurers_business_people(name: str, status: int):
    row = factory.armed(date(2026, 3, 31))
    assert browser(name).get(reverse("deadlines:detail", args=[row.pk])).status_code == status


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "query", ["", "?scope=settled", "?scope=customers", "?kind=test.thirty_days", "?due_from=rubbish"]
)
def test_the_list_opens_with_every_filter(query: str, language: str):
    factory.armed(date(2026, 3, 31))
    for name in ("chen", "he", "li"):
        assert browser(name, language).get(reverse("deadlines:list") + query).status_code == 200


def test_the_inbox_is_sorted_by_days_left_then_money():
    subjects = [organisation(code) for code in ("haituo", "yunshan", "minhai")]
    amounts = [
        Money(Decimal(1_000), "USD"),
        Money(Decimal(900_000), "JPY"),
        None,
    ]  # 900,000 JPY are more than 1,000 USD
    for subject, amount in zip(subjects, amounts, strict=True):
        services.open_deadline(
            actor=SYSTEM, kind=factory.THIRTY_DAYS, subject=subject, policyholder_id=organisation("haituo").pk,
            window=factory.window_from(date(2026, 4, 1)), at_risk=amount, params={"buyer": subject.code},
        )  # fmt: skip
    services.open_deadline(
        actor=SYSTEM, kind=factory.TEN_WORKING_DAYS, subject=subjects[0], policyholder_id=organisation("haituo").pk,
        window=factory.window_from(date(2026, 4, 1), factory.TEN_WORKING_DAYS), params={"buyer": "first"},
    )  # fmt: skip
    with clock.frozen(date(2026, 4, 10)):
        rows = selectors.inbox(actor("chen"))
    assert [row.title for row in rows] == ["Notify first", "Notify yunshan", "Notify haituo", "Notify minhai"]
    assert rows[0].days_left == 6  # 2026-04-01 + 10 WD (6 April off) = Thursday 16 April
    assert selectors.inbox(actor("wu")) == []


def test_clocks_that_wait_for_their_start_are_not_shown_before():
    register(DeadlineKind(**{**vars(KINDS[factory.THIRTY_DAYS]), "waits_for_start": True}))
    factory.armed(date(2026, 3, 31), on=date(2026, 3, 1))
    for today, shown in ((date(2026, 3, 31), 0), (date(2026, 4, 1), 1)):
        with clock.frozen(today):
            assert len(selectors.inbox(actor("chen"))) == shown


def test_several_clocks_on_one_buyer_are_one_row_with_the_sum():
    holder = factory.subject()
    window = factory.window_from(date(2026, 4, 1))
    for number, code in enumerate(("haituo", "yunshan"), start=1):
        services.open_deadline(
            actor=SYSTEM, kind=factory.THIRTY_DAYS, subject=organisation(code), policyholder_id=holder.pk, window=window,
            at_risk=Money(Decimal(1000 * number), "USD"), params={"buyer": "Marlin", "group": 7},
        )  # fmt: skip
    with clock.frozen(date(2026, 4, 10)):
        (row,) = selectors.inbox(actor("chen"))
    assert (row.others, row.at_risk) == (1, Money(Decimal(3000), "USD"))


def test_a_missed_clock_stays_in_the_inbox_until_it_is_met():
    factory.armed(date(2026, 3, 31))
    with clock.frozen(date(2026, 5, 5)):
        sweep()
        (row,) = selectors.inbox(actor("chen"))
        assert (row.days_left, row.deadline.state) == (-5, "MISSED")
        services.meet(actor=actor("chen"), kind=factory.THIRTY_DAYS, subject=factory.subject())
        assert selectors.inbox(actor("chen")) == []


def test_the_list_of_a_thousand_clocks_costs_as_many_queries_as_one(django_assert_max_num_queries):
    factory.many_armed(1000, factory.window_from(date(2026, 3, 31)))
    chen = browser("chen")
    with clock.frozen(date(2026, 4, 10)), django_assert_max_num_queries(16):
        assert chen.get(reverse("deadlines:list")).status_code == 200


def test_a_year_is_entered_by_one_administrator_and_loaded_by_another():
    factory.armed(date(2027, 1, 27), factory.TEN_WORKING_DAYS)
    wei, jin, url = browser("wei"), browser("jin"), reverse("deadlines:calendar-new")
    answers = {"year": "2027", "source": "国办发明电〔2026〕9号", "text": NOTICE}
    with clock.frozen(date(2027, 1, 28)):
        check = wei.post(url, {**answers, "form_key": key_in(wei.get(url))})
        assert "1 open deadlines are counted anew; 1 of them get another last valid day." in check.content.decode()
        kept = wei.post(url, {**answers, "form_key": key_in(check), "_go": "confirm"})
        draft = CalendarDraft.objects.get()
        page = wei.get(kept["Location"]).content.decode()
        assert "You entered this yourself" in page
        confirm = reverse("deadlines:calendar-confirm", args=[draft.pk])
        assert wei.post(confirm, {"form_key": "a" * 32}).status_code == 403
        assert not CalendarYear.objects.get(year=2027).is_official
        page = jin.get(kept["Location"])
        assert jin.post(confirm, {"form_key": key_in(page)}).status_code == 302
    assert CalendarYear.objects.get(year=2027).is_official
    assert Deadline.objects.get().legal_due == date(2027, 2, 15)


def test_a_wrong_notice_is_refused_at_its_field_and_kept_in_the_form():
    people_url = reverse("deadlines:calendar-new")
    organisation("insurer")
    wei = browser("wei")
    text = "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。"
    answer = wei.post(
        people_url, {"year": "2027", "source": "x", "text": text, "form_key": key_in(wei.get(people_url))}
    )
    assert answer.status_code == 422
    assert "is another weekday than printed" in answer.content.decode()
    assert "周四" in answer.content.decode()


@pytest.mark.parametrize("name", ["chen", "he", "wei", "li"])
def test_the_calendar_of_every_year_can_be_looked_at(name: str):
    organisation("insurer")
    client = browser(name, "zh-hans")
    for year in (2004, 2026, 2027, 2030):
        assert client.get(reverse("deadlines:calendar-year", args=[year])).status_code == 200


def test_the_business_date_moves_forward_on_the_page():
    organisation("insurer")
    wei, url = browser("wei"), reverse("deadlines:business-date")
    target = (clock.today() + timedelta(days=5)).isoformat()
    assert wei.post(url, {"day": target, "form_key": key_in(wei.get(url))}).status_code == 302
    assert BusinessDate.objects.get().offset_days == 5
    refused = wei.post(url, {"day": "2026-01-01", "form_key": key_in(wei.get(url))})
    assert refused.status_code == 422
    assert browser("chen").get(url).status_code == 403
