"""LIM-10 c: a light that turns red stops new cover on the buyer under every policy; an underwriter opens it again."""

from __future__ import annotations

import pytest

from credit_info import facts
from credit_info.models import Obligor
from limits.models import CreditLimit, LimitStop
from limits.services import reopen
from sinosure.core import clock
from tests.factories import limits
from tests.factories.people import actor

pytestmark = pytest.mark.django_db


def turn(obligor: Obligor, light: str) -> None:
    facts.set_light(actor=actor("cao"), obligor_id=obligor.pk, light=light, reasons=["The supervisor closed it."])


def test_red_stops_the_limit_today_and_says_why():
    limit = limits.a_limit()
    turn(limit.obligor, "RED")
    row = LimitStop.objects.get()
    assert (row.reason, row.stopped_on, row.closed_at) == ("RED_LIGHT", clock.today(), None)
    assert CreditLimit.objects.get().is_stopped


def test_yellow_and_a_second_red_fact_stop_nothing_more():
    limit = limits.a_limit()
    turn(limit.obligor, "YELLOW")
    assert not LimitStop.objects.exists()
    turn(limit.obligor, "RED")
    turn(limit.obligor, "RED")
    assert LimitStop.objects.count() == 1


def test_green_again_does_not_reopen_but_an_underwriter_does():
    limit = limits.a_limit()
    turn(limit.obligor, "RED")
    turn(limit.obligor, "GREEN")
    assert CreditLimit.objects.get().is_stopped
    reopen(actor=actor("zhou"), stop_id=LimitStop.objects.get().pk, comment="The licence is back.")
    assert not CreditLimit.objects.get().is_stopped
    turn(limit.obligor, "RED")
    assert LimitStop.objects.filter(closed_at=None).count() == 1


def test_a_buyer_without_limits_may_turn_red():
    limits.a_limit()
    stranger = Obligor.objects.create(kind="BUYER", code="PL99999", name="Nikt sp. z o.o.", country_id="PL")
    turn(stranger, "RED")
    assert not LimitStop.objects.exists()
