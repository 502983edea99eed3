"""Clicked: an exporter finds a buyer, checks its light, applies for a limit, follows it and gets the alarm; an underwriter stops cover.

LED lamps in the Emirates: 60,000 + 12,000 + 99,000 = 171,000 against 18,000 a year earlier, 153 / 18 = +850 %.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from credit_info.alarms.fan_out import fan_out
from limits import services as limits
from limits.levels import load_levels
from limits.models import CreditLimit, LimitApplication
from tests.browser.clicking import PHONE, Clicker, Room
from tests.factories.limits import FACTS, approved, propose
from tests.factories.people import actor, organisation
from tests.factories.policies import a_policy_in_force
from tests.factories.trade import a_lamp_market
from tests.journeys.story import on
from tests.journeys.test_alarm_story import TOLD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("locale", "size"), [("en-GB", None), ("en-GB", PHONE)], ids=["desk", "phone"])
def test_from_the_navigator_to_the_alarm_and_the_stop(room: Room, locale: str, size: dict[str, int] | None) -> None:
    room.set_up(locale, **({"size": size} if size else {}))
    organisation("insurer")
    load_levels()
    with on("2026-11-23"):
        dune = a_lamp_market()
        a_policy_in_force()
        profile = _find(room.seat("chen"))
        _apply(room.seat("chen"), profile)
        application = LimitApplication.objects.get(obligor=dune, amount=40_000)
        page = reverse("credit_info:obligor-detail", args=[dune.pk])
        room.seat("chen").act(page, "follow")
        limit = _decided(application)
        _publish(room.seat("cao"), dune.code)
        for _ in range(2):
            fan_out()
        _read(room.seat("chen"))
        _stop(room.seat("zhou"))
        limit.refresh_from_db()
        assert limit.is_stopped
        room.seat("chen").open(reverse("limits:list"))
        assert "Stopped" in room.seat("chen").text()


def _find(chen: Clicker) -> str:
    """By product and country, the green ones only; the profile says what it buys from whom."""
    chen.open(reverse("credit_info:obligor-list"))
    chen.click(chen.page.locator(f'a[href="{reverse("credit_info:navigator")}"]').first)
    search = chen.page.locator("form").filter(has=chen.page.locator("[name=product]")).first
    search.locator("[name=product]").fill("LED lamps")
    search.locator("select[name=country]").select_option("AE", force=True)
    chen.click(search.locator("button[type=submit]"))
    for figure in ("171,000", "+850%", "Khor Electrical LLC"):
        assert figure in chen.text()
    chen.open(chen.page.url + "&light=GREEN")
    assert "Khor Electrical LLC" not in chen.text()
    chen.follow("Dune Light LLC")
    assert "Green: normal trading" in chen.text()
    profile = chen.page.url
    chen.follow("Check the credit light")
    assert "Accounts of last year read" in chen.text()
    return profile


def _apply(chen: Clicker, profile: str) -> None:
    chen.open(profile)
    chen.follow("Apply for a limit")
    answers = {name: str(value) for name, value in FACTS.items() if value is not False}
    chen.fill_here(term="OA", credit_days="60", amount="40,000", **answers)


def _decided(application: LimitApplication) -> CreditLimit:
    """Taken, proposed and approved: clicked elsewhere."""
    limits.take(actor=actor("zhou"), application_id=application.pk)
    application.refresh_from_db()
    propose(application)
    return approved(application)


def _publish(cao: Clicker, code: str) -> None:
    fields = {**TOLD, "happened_on": "2026-11-22", "dimension": "COMPANY", "company": code}
    cao.fill(reverse("credit_info:alarm-new"), **fields, kind_of_event="INSOLVENCY")


def _read(chen: Clicker) -> None:
    chen.open(reverse("notifications:inbox"))
    assert chen.text().count("Insolvency opened") == 1


def _stop(zhou: Clicker) -> None:
    """The candidate stands in the list with what is at stake: one policy, a limit of 40,000, nothing shipped."""
    zhou.open(reverse("limits:candidate-list"))
    zhou.follow("Insolvency opened")
    assert "40,000.00" in zhou.text()
    zhou.page.fill("[name=comment]", "Insolvent.")
    zhou.click(zhou.page.locator("button[name=decision][value=stop]"))
    assert "Insolvent." in zhou.text()
