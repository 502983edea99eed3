"""A new year's notice: two administrators, a preview, and open clocks that move with both versions kept (quality row 13)."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError

from sinosure.accounts.actor import SYSTEM
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines import calendar_services, recompute
from sinosure.deadlines.models import CalendarDraft, Deadline, DeadlineState
from sinosure.deadlines.registry import PARKED
from sinosure.deadlines.sweep import sweep
from sinosure.notifications.models import Message
from sinosure.reference.models import CalendarYear
from tests.factories import deadlines as factory
from tests.factories import people

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parents[1] / "reference" / "notice_2027.txt"
NOTICE = FILE.read_text()
KNOWN = date(2027, 1, 27)  # a Wednesday of the year without a calendar


def loaded(today: date) -> list[recompute.Moved]:
    with clock.frozen(today):
        draft = calendar_services.propose(
            actor=people.actor("wei"), year=2027, text=NOTICE, source="国办发明电〔2026〕9号"
        )
        calendar_services.confirm(actor=people.actor("jin"), draft_id=draft.pk)
    draft.refresh_from_db()
    return draft.moved


def test_a_load_recomputes_open_clocks_and_keeps_both_versions():
    # fallback: 28 29 Jan, 1–5 Feb, 8–10 Feb = 10 → 2027-02-10; with the notice: 28 29 31 Jan, 1–4 Feb = 7, 12 14 15 Feb
    row = factory.armed(KNOWN, factory.TEN_WORKING_DAYS)
    assert (row.legal_due, row.provisional, row.earliest) == (date(2027, 2, 10), True, date(2027, 2, 10))
    loaded(KNOWN)
    row.refresh_from_db()
    assert (row.legal_due, row.nominal_due, row.provisional, row.earliest) == (
        date(2027, 2, 15),
        date(2027, 2, 15),
        False,
        None,
    )
    event = row.events.get(key__startswith="recount:")
    assert event.detail["from"] == {"nominal": "2027-02-10", "legal": "2027-02-10", "provisional": True}
    assert event.detail["to"] == {"nominal": "2027-02-15", "legal": "2027-02-15", "provisional": False}
    entry = AuditEntry.objects.get(action="calendar.loaded")
    assert entry.detail["moved"][0]["from"]["legal"] == "2027-02-10"
    assert entry.detail["moved"][0]["to"]["legal"] == "2027-02-15"
    assert (entry.actor_id, entry.detail["was_official"]) == (people.user("jin").pk, False)


def test_a_clock_waits_for_the_calendar_and_falls_due_after_it_was_loaded():
    row = factory.armed(KNOWN, factory.TEN_WORKING_DAYS)
    with clock.frozen(date(2027, 2, 13)):
        sweep()
    row.refresh_from_db()
    assert (row.state, row.next_fire_at) == (DeadlineState.OPEN, PARKED)
    loaded(date(2027, 2, 13))
    row.refresh_from_db()
    # the next thing is the reminder of working day 9, Sunday 14 February, which the notice makes a working day
    assert clock.business_date(row.next_fire_at) == date(2027, 2, 14)
    with clock.frozen(date(2027, 2, 15)):
        assert sweep().missed == 0
    with clock.frozen(date(2027, 2, 16)):
        assert sweep().missed == 1
    assert factory.effects() == [row.pk]


def test_a_calendar_that_comes_late_lets_the_clock_fall_due_at_once():
    row = factory.armed(KNOWN, factory.TEN_WORKING_DAYS)
    loaded(date(2027, 3, 1))
    with clock.frozen(date(2027, 3, 1)):
        assert sweep().missed == 1
    row.refresh_from_db()
    assert row.state == DeadlineState.MISSED


def test_thirty_days_that_end_in_a_new_holiday_roll_on():
    # due 2027-01-06 + 30 = Fri 2027-02-05: a working day by the fallback, Spring Festival by the notice; 12 Feb is worked
    row = factory.armed(date(2027, 1, 6))
    assert (row.legal_due, row.provisional) == (date(2027, 2, 5), True)
    loaded(date(2027, 1, 8))
    row.refresh_from_db()
    assert (row.nominal_due, row.legal_due, row.provisional) == (date(2027, 2, 5), date(2027, 2, 12), False)


def test_a_date_that_stays_only_becomes_official():
    row = factory.armed(date(2026, 12, 25), factory.TEN_WORKING_DAYS)  # 2027-01-11 either way
    loaded(date(2026, 12, 26))
    row.refresh_from_db()
    assert (row.legal_due, row.provisional) == (date(2027, 1, 11), False)


def test_clocks_of_other_years_and_settled_ones_do_not_move():
    other = factory.armed(date(2026, 3, 31), on=date(2026, 4, 1))
    loaded(date(2026, 12, 26))
    other.refresh_from_db()
    assert not other.events.exists()


def test_ten_thousand_clocks_move_in_a_handful_of_statements(django_assert_max_num_queries):
    factory.many_armed(10_000, factory.window_from(KNOWN, factory.TEN_WORKING_DAYS), kind=factory.TEN_WORKING_DAYS)
    rules = calendar_services.parse_notice(NOTICE, 2027)
    with clock.frozen(KNOWN), django_assert_max_num_queries(30):
        calendar_services.load(actor=SYSTEM, year=2027, rules=rules, source="x")
    assert Deadline.objects.filter(legal_due=date(2027, 2, 15), provisional=False).count() == 10_000


def test_the_preview_says_what_would_move_and_keeps_nothing():
    row = factory.armed(KNOWN, factory.TEN_WORKING_DAYS)
    found = calendar_services.preview(year=2027, text=NOTICE)
    assert [(move.count, move.old.legal_due, move.new.legal_due) for move in found.moves] == [
        (1, date(2027, 2, 10), date(2027, 2, 15))
    ]
    assert not CalendarYear.objects.get(year=2027).is_official
    row.refresh_from_db()
    assert row.provisional


def test_the_person_who_entered_a_notice_cannot_confirm_it():
    people.organisation("insurer")
    draft = calendar_services.propose(actor=people.actor("wei"), year=2027, text=NOTICE, source="x")
    with pytest.raises(DomainError, match="four_eyes"):
        calendar_services.confirm(actor=people.actor("wei"), draft_id=draft.pk)
    assert not CalendarYear.objects.get(year=2027).is_official


def test_the_database_holds_four_eyes_too():
    people.organisation("insurer")
    draft = calendar_services.propose(actor=people.actor("wei"), year=2027, text=NOTICE, source="x")
    with pytest.raises(IntegrityError, match="calendar_maker_is_not_checker"):
        CalendarDraft.objects.filter(pk=draft.pk).update(state="LOADED", settled_by=people.user("wei"))


@pytest.mark.parametrize("name", ["chen", "he", "shen", "yan"])
def test_only_system_administrators_enter_a_notice(name: str):
    with pytest.raises(DomainError, match="not_allowed"):
        calendar_services.propose(actor=people.actor(name), year=2027, text=NOTICE, source="x")


def test_one_notice_a_year_waits_at_a_time():
    people.organisation("insurer")
    calendar_services.propose(actor=people.actor("wei"), year=2027, text=NOTICE, source="x")
    with pytest.raises(DomainError, match="draft_waiting"):
        calendar_services.propose(actor=people.actor("jin"), year=2027, text=NOTICE, source="y")


def test_the_command_loads_a_year_from_a_file():
    factory.armed(KNOWN, factory.TEN_WORKING_DAYS)
    out = StringIO()
    call_command("load_calendar", "2027", str(FILE), "--dry-run", stdout=out)
    assert "1 x test.ten_working_days from 2027-01-27: 2027-02-10 -> 2027-02-15" in out.getvalue()
    assert not CalendarYear.objects.get(year=2027).is_official
    call_command("load_calendar", "2027", str(FILE), stdout=out)
    assert CalendarYear.objects.get(year=2027).is_official
    with pytest.raises(CommandError, match="weekday_differs"):
        call_command("load_calendar", "2028", str(FILE))


def test_administrators_are_warned_once_60_days_before_the_days_run_out():
    people.user("wei")
    with clock.frozen(date(2026, 10, 31)):
        assert not calendar_services.warn_before_gap()
    with clock.frozen(date(2026, 11, 1)):
        assert calendar_services.warn_before_gap()
        assert not calendar_services.warn_before_gap()
    message = Message.objects.get(kind=calendar_services.ENDS)
    assert (message.role, message.params["days"], message.params["next"]) == ("SYSTEM_ADMIN", 60, 2027)


def test_what_was_counted_while_a_load_was_under_way_is_caught_up():
    row = factory.armed(KNOWN, factory.TEN_WORKING_DAYS)
    loaded(KNOWN)
    Deadline.objects.filter(pk=row.pk).update(
        nominal_due=date(2027, 2, 10), legal_due=date(2027, 2, 10), provisional=True, earliest=date(2027, 2, 10)
    )
    with clock.frozen(date(2027, 1, 28)):
        assert len(recompute.catch_up()) == 1
        assert recompute.catch_up() == []
    row.refresh_from_db()
    assert row.legal_due == date(2027, 2, 15)
