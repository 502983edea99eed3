"""资信报警器: publish, follow, and reach each follower exactly once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.utils import translation

from credit_info import facts
from credit_info.alarms import fan_out, following, publishing, selectors
from credit_info.atlas.models import CoverChange
from credit_info.customers.selectors import customers
from credit_info.models import Delivery, FanOut, RiskEvent, RiskSubject, Subscription
from declarations import customers as shipments
from sinosure.accounts.models import User
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.notifications.kinds import text_of
from sinosure.notifications.models import Message, Outbox
from sinosure.reference.models import Country
from tests.credit_info.alarms.asked import follow
from tests.factories.alarms import a_new_event, an_alarm
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.obligors import a_bank_obligor, a_buyer
from tests.factories.people import actor, organisation, user

pytestmark = pytest.mark.django_db


def refused(code: str, deed: Any, **named: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        deed(**named)
    assert caught.value.code == code
    return caught.value


def reached(event: RiskEvent) -> list[str]:
    return sorted(event.deliveries.values_list("user__username", flat=True))


# following


def test_a_subject_of_each_dimension_is_followed_and_a_bank_is_a_company():
    buyer, bank = a_buyer(), a_bank_obligor()
    for kind, key in (("COUNTRY", "de"), ("INDUSTRY", "20"), ("COMPANY", buyer.code), ("COMPANY", bank.code)):
        follow("chen", kind, key)
    names = {(row.kind, row.name) for row in selectors.watch_of(actor("chen")).rows()}
    assert {("COMPANY", buyer.name), ("COMPANY", bank.name)} < names
    assert len(names) == 4


def test_following_twice_changes_the_channels_and_nothing_else():
    buyer = a_buyer()
    first = follow("chen", "COMPANY", buyer.code)
    again = follow("chen", "COMPANY", buyer.code, by_email=False)
    assert (first.pk, again.by_email) == (again.pk, False)
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "key", "code"),
    [
        ("COUNTRY", "XX", "unknown_subject"), ("COUNTRY", "", "unknown_subject"), ("INDUSTRY", "22", "unknown_subject"),
        ("INDUSTRY", "²", "unknown_subject"), ("COMPANY", "NOBODY", "unknown_subject"), ("COMPANY", "A\0", "unknown_subject"),
        ("PLANET", "3", "bad_dimension"),
    ],
)  # fmt: skip
def test_what_does_not_exist_cannot_be_followed(kind, key, code):
    a_buyer()
    refused(code, follow, name="chen", kind=kind, key=key)
    assert not RiskSubject.objects.exists()


def test_who_has_a_limit_or_shipped_follows_by_default_and_taking_it_off_is_remembered():
    limit = a_limit()
    buyer = limit.obligor
    watch = selectors.watch_of(actor("chen"))
    assert [(row.kind, row.is_default) for row in watch.rows()] == [("COMPANY", True), ("COUNTRY", True)]
    following.unfollow(actor=actor("chen"), kind="COMPANY", key=buyer.code)
    for name in ("lin", "wu"):
        user(name)
    event = an_alarm(buyer)
    fan_out.fan_out()
    assert reached(event) == ["lin", "zhao"]  # Chen took it off, Wu is of another firm
    assert not selectors.is_followed(actor("chen"), buyer)
    assert selectors.is_followed(actor("lin"), buyer)


def test_a_shipment_makes_a_follower_too_and_a_buyer_brings_its_country():
    shipment = a_shipment()
    held = shipments.holders(obligor=shipment.obligor_id)
    assert set(held.values_list("policyholder_id", flat=True)) == {shipment.policyholder_id}
    event = an_alarm(country=shipment.obligor.country_id)
    fan_out.fan_out()
    assert "chen" in reached(event)


# reaching


def test_an_alarm_reaches_a_follower_once_in_the_inbox_and_by_mail():
    buyer, chen = a_buyer(), user("chen")
    User.objects.filter(pk=chen.pk).update(email="chen@haituo.example")
    follow("chen", "COMPANY", buyer.code)
    event = an_alarm(buyer)
    for _ in range(2):
        fan_out.fan_out()
    [message] = Message.objects.filter(kind="alarm.warning")
    [mail] = Outbox.objects.filter(kind="alarm.warning")
    assert (message.user, message.subject_id, mail.recipient) == (chen, event.pk, "chen@haituo.example")
    with translation.override("en"):
        assert text_of(mail.kind, mail.params) == f"Alarm, warning, on {buyer.name}: Pays its suppliers late"
    assert selectors.unread_count(actor("chen")) == 1
    assert selectors.unread_count(actor("lin")) is None  # the same firm, but she does not follow


def test_who_does_not_want_mail_gets_none_and_who_left_gets_nothing():
    buyer = a_buyer()
    for name in ("chen", "lin"):
        follow(name, "COMPANY", buyer.code, by_email=name == "lin")
    User.objects.update(email="x@haituo.example")
    User.objects.filter(username="lin").update(is_active=False)
    event = an_alarm(buyer)
    fan_out.fan_out()
    assert reached(event) == ["chen"]
    assert not Outbox.objects.filter(kind="alarm.warning").exists()


def a_crowd(count: int, buyer_code: str) -> None:
    firm = organisation("haituo")
    User.objects.bulk_create(
        User(username=f"crowd{n}", organisation=firm, name_zh="x", name_en="x") for n in range(count)
    )
    subject = RiskSubject.objects.get(obligor__code=buyer_code)
    people = User.objects.filter(username__startswith="crowd").values_list("pk", flat=True)
    now = clock.now()
    Subscription.objects.bulk_create(Subscription(user_id=pk, subject=subject, changed_at=now) for pk in people)


def test_a_worker_that_dies_inside_a_page_loses_and_repeats_nothing(monkeypatch):
    buyer = a_buyer()
    follow("chen", "COMPANY", buyer.code)
    a_crowd(24, buyer.code)
    event = an_alarm(buyer)
    assert fan_out.advance(batch=10) == 10

    def dies(*_args: Any, **_named: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(fan_out, "_tell", dies)
        with pytest.raises(MemoryError):
            fan_out.advance(batch=10)
    assert event.deliveries.count() == 10
    assert fan_out.fan_out(batch=10) == 15
    state = FanOut.objects.get(event=event)
    assert (state.reached, Message.objects.filter(subject_id=event.pk, kind="alarm.warning").count()) == (25, 25)
    assert state.finished_at is not None


def test_who_follows_after_the_fan_out_began_is_not_part_of_it():
    buyer = a_buyer()
    follow("chen", "COMPANY", buyer.code)
    event = an_alarm(buyer)
    fan_out.advance(batch=1)
    follow("wu", "COMPANY", buyer.code)
    fan_out.fan_out()
    assert reached(event) == ["chen"]


def test_the_database_lets_an_event_reach_a_person_once():
    buyer = a_buyer()
    follow("chen", "COMPANY", buyer.code)
    an_alarm(buyer)
    fan_out.fan_out()
    row = Delivery.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="event_reaches_a_person_once"), transaction.atomic():
        row.save(force_insert=True)
    with connection.cursor() as cursor:  # without the guard it goes in
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE credit_info_delivery DROP CONSTRAINT event_reaches_a_person_once")
    row.save(force_insert=True)
    assert Delivery.objects.count() == 2


# publishing


def test_only_analysts_publish():
    buyer = a_buyer()
    for name in ("chen", "zhou"):
        with pytest.raises(NotAllowed):
            publishing.publish(actor=actor(name), subject=("COMPANY", buyer.code), event=a_new_event())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"happened_on": date(2099, 1, 1)}, "in_the_future"),
        ({"facts": (publishing.DatedFact(date(2099, 1, 1), "x"),)}, "in_the_future"),
        ({"title_zh": " "}, "title_zh_missing"), ({"source": ""}, "source_missing"), ({"severity": "BAD"}, "bad_severity"),
        ({"kind": "LIGHT"}, "bad_kind"),
    ],
)  # fmt: skip
def test_an_alarm_that_is_not_right_is_refused(changes, code):
    buyer = a_buyer()
    refused(code, an_alarm, obligor=buyer, **changes)
    assert not RiskEvent.objects.exists()


def test_the_database_refuses_a_day_in_the_future_and_any_change():
    event = an_alarm()
    tomorrow = clock.today() + timedelta(days=1)
    copy = RiskEvent.objects.get(pk=event.pk)
    copy.pk, copy.number, copy.key, copy.happened_on = None, "X", "x", tomorrow
    with pytest.raises(IntegrityError, match="event_not_in_the_future"), transaction.atomic():
        copy.save(force_insert=True)
    copy.happened_on = clock.today()
    copy.save(force_insert=True)
    for deed in (lambda: RiskEvent.objects.filter(pk=event.pk).update(title_en="x"), copy.delete):
        with pytest.raises((InternalError, IntegrityError), match="append-only"), transaction.atomic():
            deed()


def test_a_wrong_alarm_is_corrected_once_by_a_new_one():
    wrong = an_alarm()
    right = publishing.correct(
        actor=actor("cao"), event_id=wrong.pk, event=a_new_event(title_en="Pays in time after all")
    )
    assert (right.subject, right.corrects) == (wrong.subject, wrong)
    refused("corrected_already", publishing.correct, actor=actor("cao"), event_id=wrong.pk, event=a_new_event())


def test_a_risk_subject_is_one_thing():
    an_alarm()
    with pytest.raises(IntegrityError, match="risk_subject_is_one_thing"), transaction.atomic():
        RiskSubject.objects.create(kind="COUNTRY", country_id="FR", section=3)


def test_a_light_that_turns_is_an_alarm_and_a_first_green_one_is_none():
    buyer = a_buyer(light="GREEN")
    assert not RiskEvent.objects.exists()
    facts.set_light(actor=actor("cao"), obligor_id=buyer.pk, light="RED", reasons=["Closed"])
    [event] = RiskEvent.objects.all()
    assert (event.severity, event.kind, event.origin, event.subject.obligor) == ("SEVERE", "LIGHT", "SYSTEM", buyer)


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [("OPEN", "SUSPENDED", ["SEVERE"]), ("OPEN", "RESTRICTED", ["WARNING"]), ("OPEN", "OPEN", [])],
)
def test_new_cover_on_a_country_is_an_alarm_and_a_new_cap_alone_is_none(was, now, told):
    a_buyer()
    change = CoverChange(
        cover_status=now, was_cover_status=was, reason="Transfers are blocked.", effective_on=clock.today()
    )
    publishing.on_country(country=Country.objects.get(pk="FR"), change=change)
    assert (
        list(RiskEvent.objects.filter(kind="COVER", subject__country="FR").values_list("severity", flat=True)) == told
    )


def test_my_customers_warns_of_the_newest_alarm_that_stands():
    limit = a_limit()
    an_alarm(limit.obligor)
    wrong = an_alarm(limit.obligor, severity="SEVERE", title_zh="法院受理破产申请")
    with clock.frozen(clock.now() + timedelta(days=80)):
        assert [str(one.text) for one in customers(actor("chen"))[0].warnings] == ["法院受理破产申请"]
    publishing.correct(actor=actor("cao"), event_id=wrong.pk, event=a_new_event(severity="INFO"))
    assert [str(one.text) for one in customers(actor("chen"))[0].warnings] == ["拖欠供应商货款"]
    with clock.frozen(clock.now() + timedelta(days=91)):
        assert customers(actor("chen"))[0].warnings == ()
