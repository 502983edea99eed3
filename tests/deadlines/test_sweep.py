"""Every deadline takes effect exactly once, never early, whatever happens to the workers (R2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from sinosure.core import clock
from sinosure.deadlines import services
from sinosure.deadlines.models import Deadline, DeadlineEvent, DeadlineState
from sinosure.deadlines.registry import KINDS, PARKED, DeadlineKind, register
from sinosure.deadlines.sweep import BATCH, sweep
from sinosure.notifications.models import Message
from tests.factories import deadlines as factory
from tests.factories import people

pytestmark = pytest.mark.django_db
DUE_ON = date(2026, 3, 31)  # + 30 days = Thursday 2026-04-30, a working day


def states() -> set[str]:
    return set(Deadline.objects.values_list("state", flat=True))


def test_a_deadline_is_open_until_the_last_instant_of_its_day_and_missed_from_midnight_in_shanghai():
    row = factory.armed(DUE_ON)
    with clock.frozen(datetime(2026, 4, 30, 15, 59, 59, 999999, tzinfo=UTC)):  # 23:59:59.999999 Shanghai
        sweep()
        assert states() == {"OPEN"}
        assert factory.effects() == []
    with clock.frozen(datetime(2026, 4, 30, 16, 0, tzinfo=UTC)):  # 00:00 on 1 May
        assert sweep().missed == 1
    row.refresh_from_db()
    assert row.state == DeadlineState.MISSED
    assert factory.effects() == [row.pk]


def test_sweeping_again_and_again_fires_once():
    row = factory.armed(DUE_ON)
    with clock.frozen(date(2026, 5, 1)):
        assert [sweep().missed for _ in range(3)] == [1, 0, 0]
    assert factory.effects() == [row.pk]
    assert list(row.events.values_list("key", flat=True)) == ["due"]


def test_reminders_come_on_days_1_10_20_27_and_30():
    row = factory.armed(DUE_ON)
    spoken = []
    for days in range(0, 31):
        with clock.frozen(factory.day_after(DUE_ON, days)):
            if sweep().reminded:
                spoken.append(days)
    assert spoken == [1, 10, 20, 27, 30]
    row.refresh_from_db()
    assert row.reminders_sent == 5
    assert row.next_fire_at == clock.end_of(date(2026, 4, 30))
    assert Message.objects.filter(kind=f"deadline.reminder.{factory.THIRTY_DAYS}").count() == 5


def test_reminders_of_a_ten_day_clock_count_working_days():
    # known Tue 2026-02-10: WD 3 = Fri 13, WD 7 = Thu 26 (holiday 15–23, Sat 14 worked), WD 9 = Sat 28, WD 10 = Mon 2 March
    factory.armed(date(2026, 2, 10), factory.TEN_WORKING_DAYS)
    spoken = []
    for days in range(0, 21):
        with clock.frozen(factory.day_after(date(2026, 2, 10), days)):
            if sweep().reminded:
                spoken.append(clock.today())
    assert spoken == [date(2026, 2, 13), date(2026, 2, 26), date(2026, 2, 28), date(2026, 3, 2)]


def test_a_reminder_says_how_many_days_are_left_and_until_when():
    factory.armed(DUE_ON)
    with clock.frozen(date(2026, 4, 20)):
        sweep()
    message = Message.objects.get()
    assert message.params == {"buyer": "Marlin Trading", "due": "2026-04-30", "days": 10}
    assert message.organisation == factory.subject()


def test_after_three_days_of_downtime_everything_fires_once_and_reminders_are_not_repeated():
    window = factory.window_from(DUE_ON)
    early = factory.window_from(date(2026, 4, 10))
    factory.many_armed(30, window)
    factory.many_armed(20, early, first=31)  # its reminders of 20 and 30 April, +10 and +20, were slept through
    with clock.frozen(date(2026, 4, 29)):
        sweep()
    with clock.frozen(date(2026, 5, 3)):
        done = sweep()
    # +20 of the second group was 30 April: one reminder each although the system slept from 29 April to 3 May
    assert (done.missed, done.reminded) == (30, 20)
    assert sorted(factory.effects()) == factory.ids(Deadline.objects.filter(starts_on=DUE_ON).order_by("id"))
    with clock.frozen(date(2026, 5, 3)):
        assert sweep().seen == 0


def test_a_provisional_date_reminds_two_days_earlier_and_never_falls_due():
    # 10 working days from 2026-12-25 end on 2027-01-11 by the fallback; nothing is published for 2027
    row = factory.armed(date(2026, 12, 25), factory.TEN_WORKING_DAYS)
    assert (row.provisional, row.legal_due, row.earliest) == (True, date(2027, 1, 11), date(2027, 1, 8))
    spoken = []
    for days in range(0, 60):
        with clock.frozen(factory.day_after(date(2026, 12, 25), days)):
            if sweep().reminded:
                spoken.append(clock.today())
    # WD 3 = Wed 30 Dec, 7 = Wed 6 Jan, 9 = Fri 8 Jan, 10 = Mon 11 Jan, each two days earlier
    assert spoken == [date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 6), date(2027, 1, 9)]
    row.refresh_from_db()
    assert (row.state, row.next_fire_at) == (DeadlineState.OPEN, PARKED)
    assert factory.effects() == []


def test_the_database_refuses_to_miss_a_provisional_date():
    row = factory.armed(date(2026, 12, 25), factory.TEN_WORKING_DAYS)
    with pytest.raises(IntegrityError, match="deadline_no_fire_on_provisional"):
        Deadline.objects.filter(pk=row.pk).update(state=DeadlineState.MISSED)


def test_a_met_or_cancelled_clock_stays_silent():
    met = factory.armed(DUE_ON)
    with clock.frozen(date(2026, 4, 10)):
        services.meet(actor=people.actor("chen"), kind=factory.THIRTY_DAYS, subject=factory.subject())
    with clock.frozen(date(2026, 6, 1)):
        assert sweep().seen == 0
    met.refresh_from_db()
    assert met.state == DeadlineState.MET


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (datetime(2026, 4, 30, 15, 59, 59, 999000, tzinfo=UTC), DeadlineState.MET),
        (datetime(2026, 4, 30, 16, 0, 0, tzinfo=UTC), DeadlineState.MET_LATE),
    ],
)
def test_met_at_the_last_second_is_in_time_and_at_midnight_late(moment: datetime, state: str):
    row = factory.armed(DUE_ON)
    with clock.frozen(moment):
        services.meet(actor=people.actor("chen"), kind=factory.THIRTY_DAYS, subject=factory.subject())
    row.refresh_from_db()
    assert row.state == state


def test_a_missed_clock_can_still_be_met_late():
    row = factory.armed(DUE_ON)
    with clock.frozen(date(2026, 5, 2)):
        sweep()
        services.meet(actor=people.actor("chen"), kind=factory.THIRTY_DAYS, subject=factory.subject())
    row.refresh_from_db()
    assert row.state == DeadlineState.MET_LATE
    assert list(row.events.order_by("id").values_list("key", flat=True)) == ["due", "MET_LATE"]


def test_a_failing_effect_holds_up_only_its_own_row_and_is_tried_again():
    window = factory.window_from(DUE_ON)
    factory.many_armed(5, window)
    poison = Deadline.objects.order_by("id")[2]

    def effect(rows: Sequence[Deadline]) -> None:
        if any(row.pk == poison.pk for row in rows):
            raise ValueError("broken row")
        factory.leave_a_line(rows)

    sound = KINDS[factory.THIRTY_DAYS]
    register(DeadlineKind(**{**vars(sound), "on_due": effect}))
    with clock.frozen(date(2026, 5, 2)):
        done = sweep()
        assert (done.missed, done.failed) == (4, 1)
        poison.refresh_from_db()
        assert poison.state == DeadlineState.OPEN
        assert poison.next_fire_at == clock.now() + timedelta(minutes=1)
    register(sound)
    with clock.frozen(date(2026, 5, 3)):
        assert sweep().missed == 1
    assert len(factory.effects()) == 5


def test_batches_do_not_leave_any_behind():
    factory.many_armed(23, factory.window_from(DUE_ON))
    with clock.frozen(date(2026, 5, 2)):
        assert sweep(batch=5).missed == 23
    assert sorted(factory.effects()) == factory.ids(Deadline.objects.order_by("id"))
    assert BATCH <= 5000


def test_many_at_once_arrive_as_one_message():
    factory.many_armed(40, factory.window_from(DUE_ON))
    with clock.frozen(date(2026, 5, 2)):
        sweep()
    message = Message.objects.get()
    assert (message.kind, message.params["count"]) == ("deadlines.many_missed", 40)


def test_one_effect_a_deadline_is_a_rule_of_the_database():
    row = factory.armed(DUE_ON)
    with clock.frozen(date(2026, 5, 2)):
        sweep()
    with pytest.raises(IntegrityError, match="deadline_effect_once"):
        DeadlineEvent.objects.create(deadline=row, key="due", at=clock.now())


def test_one_open_clock_a_subject_and_kind():
    first = factory.armed(DUE_ON)
    second = factory.armed(date(2026, 4, 10))
    first.refresh_from_db()
    assert (first.state, second.state) == (DeadlineState.CANCELLED, DeadlineState.OPEN)
    with pytest.raises(IntegrityError, match="deadline_one_open"):
        Deadline.objects.filter(pk=first.pk).update(state=DeadlineState.OPEN)
