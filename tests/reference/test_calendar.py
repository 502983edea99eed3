"""The working calendar as rows: seeded, numbered, loaded from the official notice."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.workdays import working_days
from sinosure.reference import calendar
from sinosure.reference.models import CalendarYear, WorkCalendarDay
from sinosure.reference.notice_text import parse_notice
from sinosure.reference.seed.calendar import shipped_calendar
from sinosure.reference.seed.load import load_reference
from sinosure.reference.services import calendar_around, calendar_of

NOTICE_2026 = """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""
# an invented notice for the year that is not published yet
NOTICE_2027 = (Path(__file__).parent / "notice_2027.txt").read_text()


def test_the_2026_notice_as_published_gives_the_shipped_days():
    read = {rule.date: rule.is_workday for rule in parse_notice(NOTICE_2026, 2026)}
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [read.get(day, day.weekday() < 5) for day in days] == [shipped_calendar().is_workday(day) for day in days]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_days_found"),
        ("今年不放假。", "no_days_found"),
        ("一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。", "weekday_differs"),  # 2026's notice for 2027
        ("一、元旦：1月1日（周五）至3日（周日）放假，共4天。", "total_differs"),
        ("一、清明节：4月31日放假。", "bad_date"),
        ("一、国庆节：10月1日至9日放假。十月末：2月30日放假。", "bad_date"),
        ("2027-13-01,rest,元旦", "bad_date"),
    ],
)
def test_a_slip_in_the_notice_is_refused_with_its_reason(text: str, code: str):
    with pytest.raises(DomainError) as refused:
        parse_notice(text, 2027)
    assert (refused.value.code, refused.value.field) == (code, "text")


def test_rows_of_a_table_are_read_too():
    rules = parse_notice("2027-01-01,rest,元旦\n2027-01-31,work\n2027-02-05\t休\t春节\n", 2027)
    assert [(rule.date.isoformat(), rule.is_workday, rule.name) for rule in rules] == [
        ("2027-01-01", False, "元旦"), ("2027-01-31", True, ""), ("2027-02-05", False, "春节"),
    ]  # fmt: skip


def test_a_holiday_that_begins_in_december_is_read_across_the_year():
    rules = parse_notice(
        "一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。", 2023
    )  # 31 December 2022: a Saturday
    assert [rule.date.isoformat() for rule in rules] == ["2023-01-01", "2023-01-02"]


def test_a_notice_with_few_holidays_is_not_a_year():
    with pytest.raises(DomainError, match="too_few_holidays"):
        calendar.check_rules(2027, parse_notice("一、元旦：1月1日（周五）至3日（周日）放假，共3天。", 2027))


@pytest.mark.django_db
class TestRows:
    def test_seeding_twice_changes_nothing_and_keeps_what_staff_loaded(self):
        load_reference()
        calendar.store_year(year=2027, rules=parse_notice(NOTICE_2027, 2027), is_official=True, source="国办发明电")
        before = list(WorkCalendarDay.objects.values_list("date", "is_workday", "ordinal"))
        load_reference()
        assert list(WorkCalendarDay.objects.values_list("date", "is_workday", "ordinal")) == before
        assert CalendarYear.objects.get(year=2027).is_official

    def test_2004_to_2026_are_official_and_2027_is_provisional(self):
        load_reference()
        years = dict(CalendarYear.objects.values_list("year", "is_official"))
        assert {year for year, official in years.items() if official} == set(range(2004, 2027))
        assert years[2027] is False
        off = WorkCalendarDay.objects.filter(date__year=2027, is_workday=False, date__iso_week_day__lt=6)
        # Mon–Fri less 1 Jan (Fri), 1–2 May (Sat, Sun), 1–3 Oct (Fri, Sat, Sun): two weekdays off
        assert list(off.values_list("date", flat=True)) == [date(2027, 1, 1), date(2027, 10, 1)]

    def test_the_running_number_makes_plus_ten_working_days_a_join(self):
        load_reference()
        # 2026-02-10 + 10 working days = 2026-03-02 (LN-5)
        start = WorkCalendarDay.objects.get(date=date(2026, 2, 10))
        end = WorkCalendarDay.objects.get(ordinal=start.ordinal + 10, is_workday=True)
        assert end.date == date(2026, 3, 2)
        rest = WorkCalendarDay.objects.filter(date__range=("2026-02-15", "2026-02-23"))
        assert set(rest.values_list("ordinal", flat=True)) == {
            start.ordinal + 4
        }  # 11, 12, 13, 14 worked, then nine days off

    def test_a_later_load_is_seen_at_once(self):
        load_reference()
        assert not calendar_of(2027, 2027).is_official(date(2027, 3, 1))
        calendar.store_year(year=2027, rules=parse_notice(NOTICE_2027, 2027), is_official=True, source="x")
        loaded = calendar_of(2027, 2027)
        assert loaded.is_official(date(2027, 3, 1))
        assert (loaded.is_workday(date(2027, 1, 31)), loaded.is_workday(date(2027, 2, 5))) == (True, False)

    def test_windows_count_the_table_and_not_the_shipped_file(self):
        load_reference()
        calendar.store_year(year=2027, rules=parse_notice(NOTICE_2027, 2027), is_official=True, source="x")
        window = working_days(date(2026, 12, 25), 10, calendar_around(date(2026, 12, 25)))
        # 28–31 Dec = 4, 4–8 Jan = 9 (1–3 off), 11 Jan = 10: the fallback was right, and it is official now
        assert (window.legal_due, window.provisional) == (date(2027, 1, 11), False)

    @pytest.mark.parametrize(
        ("today", "left"),
        [(date(2026, 11, 1), 60), (date(2026, 10, 31), None), (date(2026, 12, 31), 0), (date(2027, 1, 5), -5)],
    )
    def test_the_gap_is_announced_60_days_ahead(self, today: date, left: int | None):
        load_reference()  # official until 2026-12-31
        with clock.frozen(today):
            assert calendar.days_until_gap(clock.today()) == left
