"""E-mails: in the language of the reader, with what to do next, and safe in their headers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.message import BadHeaderError
from django.urls import reverse

from credit_info.alarms import fan_out, following, selectors
from credit_info.models import Obligor, RiskEvent
from limits.messages import tell_exporter
from sinosure.accounts.models import User
from sinosure.core import clock
from sinosure.notifications.mail import one_line
from sinosure.notifications.models import Outbox, OutboxState
from sinosure.notifications.relay import relay
from tests.factories.alarms import an_alarm
from tests.factories.limits import a_limit
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, user
from tests.journeys.people import Reader

pytestmark = pytest.mark.django_db
SITE = "https://cover.example"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def with_address(name: str, language: str = "zh-hans") -> None:
    User.objects.filter(pk=user(name).pk).update(email=f"{name}@haituo.example", language=language)


def a_followed_alarm(buyer: Obligor, *names: str, **changes: str) -> RiskEvent:
    for name in names:
        following.follow(actor=actor(name), kind="COMPANY", key=buyer.code)
    event = an_alarm(buyer, **changes)
    fan_out.fan_out()
    return event


def test_an_alarm_says_in_the_readers_language_what_happened_and_what_to_do():
    buyer = a_buyer()
    with_address("chen")
    with_address("lin", "en")
    event = a_followed_alarm(
        buyer, "chen", "lin", severity="SEVERE", text_zh="法院已受理。", text_en="The court took it up."
    )
    assert relay() == 2
    sent = {one.to[0].split("@")[0]: one for one in mail.outbox}
    page = SITE + reverse("credit_info:alarm-detail", args=[event.pk])
    stop = f"{SITE}{reverse('credit_info:alarm-unfollow')}?dimension=COMPANY&key={buyer.code}"
    assert sent["lin"].subject == f"Alarm, severe, on {buyer.name}: Pays its suppliers late"
    for words in ("The court took it up.", "Severity: Severe", "Source: Trade press", f"Happened on: {event.happened_on}",
                  "Hold back what is not shipped yet", page, stop):  # fmt: skip
        assert words in sent["lin"].body
    assert sent["chen"].subject == f"严重报警：{buyer.name}——拖欠供应商货款"
    for words in ("法院已受理。", "严重", "来源：Trade press", "请先阅读报警内容", page, stop):
        assert words in sent["chen"].body


def test_the_html_part_says_the_same_and_shows_marks_as_text():
    buyer = a_buyer()
    with_address("chen", "en")
    a_followed_alarm(buyer, "chen", title_en="Late <b>again</b> & again")
    relay()
    [(page, kind)] = mail.outbox[0].alternatives
    assert kind == "text/html"
    assert "Late &lt;b&gt;again&lt;/b&gt; &amp; again" in page
    assert "Late <b>again</b> & again" in mail.outbox[0].body


def test_one_event_is_one_mail_to_each_follower():
    buyer = a_buyer()
    for name in ("chen", "lin"):
        with_address(name)
    a_followed_alarm(buyer, "chen", "lin")
    fan_out.fan_out()
    assert (relay(), relay()) == (2, 0)
    assert sorted(one.to[0] for one in mail.outbox) == ["chen@haituo.example", "lin@haituo.example"]


def test_a_name_with_a_line_end_puts_no_header_into_a_mail():
    buyer = a_buyer()
    evil = "Lumen\r\nBcc: all@evil.example"
    with pytest.raises(BadHeaderError):  # as it is, the mail would not go out and those behind it would wait
        EmailMessage(f"Alarm on {evil}", "", to=["x@haituo.example"]).message()
    Obligor.objects.filter(pk=buyer.pk).update(name=evil)
    buyer.refresh_from_db()
    with_address("chen", "en")
    a_followed_alarm(buyer, "chen")
    assert relay() == 1
    made = mail.outbox[0].message()
    assert made["Bcc"] is None
    assert "Lumen Bcc: all@evil.example" in mail.outbox[0].subject


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\x0b", "\x85", "\u2028", "\u2029", "\u202e", "\x00"])
def test_a_subject_is_one_line_without_hidden_signs(sign):
    assert one_line(f"a{sign}b") == "a b"


def test_a_mail_that_cannot_be_made_waits_and_holds_up_nobody():
    buyer = a_buyer()
    for name in ("chen", "lin"):
        with_address(name)
    a_followed_alarm(buyer, "chen", "lin")
    bad = Outbox.objects.order_by("pk").first()
    Outbox.objects.filter(pk=bad.pk).update(params={}, created_at=clock.now() - timedelta(hours=1))
    relay()
    bad.refresh_from_db()
    assert (bad.state, bad.attempts, len(mail.outbox)) == (OutboxState.WAITING, 1, 1)


def test_the_link_in_the_mail_asks_first_and_then_ends_it():
    buyer = a_buyer()
    following.follow(actor=actor("chen"), kind="COMPANY", key=buyer.code)
    chen, link = Reader("chen"), f"{reverse('credit_info:alarm-unfollow')}?dimension=COMPANY&key={buyer.code}"
    assert f"Stop following {buyer.name}" in chen.open(link).content.decode()
    assert selectors.is_followed(actor("chen"), buyer)
    chen.client.post(link, {"dimension": "COMPANY", "key": buyer.code})
    assert not selectors.is_followed(actor("chen"), buyer)


def test_every_other_message_has_its_link_as_well():
    limit = a_limit()
    with_address("chen", "en")
    tell_exporter(actor("qian"), "limit.reopened", limit)
    relay()
    [sent] = [one for one in mail.outbox if one.to == ["chen@haituo.example"]]
    assert f"Cover on {limit.obligor.name} is open again." in sent.body
    assert SITE + reverse("limits:detail", args=[limit.pk]) in sent.body
    assert "Stop following" not in sent.body


def test_the_language_of_the_pages_is_that_of_the_mails():
    chen = Reader("chen")
    for asked, kept in (("en", "en"), ("xx", "en"), ("zh-hans", "zh-hans")):
        chen.client.post(reverse("ui:language"), {"language": asked, "next": "/"})
        assert User.objects.get(username="chen").language == kept
