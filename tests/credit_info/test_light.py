"""The credit light: one test a rule, what outweighs what, and what a guest may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from credit_info import facts
from credit_info.light import RULES, judge
from credit_info.models import Fact, FactKind, Light
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from tests.factories.obligors import a_bank_obligor, a_buyer
from tests.factories.people import actor, user

DAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Told:
    kind: str
    on: date = DAY
    ends_on: date | None = None


@pytest.mark.parametrize(
    ("kind", "light"),
    [
        ("fraud_confirmed", "RED"), ("fraud_suspected_major", "RED"), ("serious_default_record", "RED"), ("bankrupt", "RED"),
        ("closed", "RED"), ("judged_red", "RED"), ("default_record", "YELLOW"), ("operating_problem", "YELLOW"),
        ("disclosure_incomplete", "YELLOW"), ("judged_yellow", "YELLOW"), ("in_order", "GREEN"), ("judged_green", "GREEN"),
    ],
)  # fmt: skip
def test_each_kind_of_fact_gives_its_light(kind, light):
    assert judge([Told(kind)], DAY).light == light
    assert judge([Told(kind)], DAY).reasons == (kind,)


def test_every_kind_has_a_rule():
    assert set(RULES) == set(FactKind.values)


def test_nothing_known_is_never_green():
    assert judge([], DAY).light == Light.UNKNOWN


def test_red_outweighs_yellow_and_yellow_outweighs_green():
    judged = judge([Told("in_order"), Told("default_record"), Told("operating_problem")], DAY)
    assert (judged.light, judged.reasons) == (Light.YELLOW, ("default_record", "operating_problem"))
    assert judge([Told("judged_green"), Told("bankrupt")], DAY).light == Light.RED


@pytest.mark.parametrize(("days", "light"), [(-1, "UNKNOWN"), (0, "RED"), (9, "RED"), (10, "UNKNOWN")])
def test_a_fact_counts_from_its_day_until_the_day_it_ends(days, light):
    told = Told("bankrupt", DAY, DAY + timedelta(days=10))
    assert judge([told], DAY + timedelta(days=days)).light == light


def record(obligor, kind="default_record", who="cao", **changes):
    given = {"kind": kind, "on": clock.today(), "text": "Paid 70 days late", "source": "Trade references", **changes}
    return facts.record(actor=actor(who), obligor_id=obligor.pk, **given)


@pytest.mark.django_db
def test_the_light_follows_facts_as_they_come_and_end():
    buyer = a_buyer(light="GREEN")
    fact = record(buyer)
    buyer.refresh_from_db()
    assert buyer.light == Light.YELLOW
    facts.end(actor=actor("cao"), fact_id=fact.pk, on=clock.today(), text="Paid in full")
    buyer.refresh_from_db()
    assert buyer.light == Light.GREEN
    assert [row["text"] for row in buyer.light_reasons][:2] == ["Paid in full", "Paid 70 days late"]


@pytest.mark.django_db
def test_the_analyst_cannot_talk_a_bankruptcy_green():
    buyer = a_buyer()
    record(buyer, "bankrupt")
    assert (
        facts.set_light(actor=actor("cao"), obligor_id=buyer.pk, light="GREEN", reasons=["Looks fine"]).light
        == Light.RED
    )


@pytest.mark.django_db
def test_facts_need_an_analyst_a_source_a_text_and_a_past_day():
    buyer = a_buyer()
    with pytest.raises(NotAllowed):
        record(buyer, who="zhou")
    for changes, code in (({"source": " "}, "source_missing"), ({"text": ""}, "text_missing"), ({"kind": "x"}, "bad_kind"),
                          ({"on": clock.today() + timedelta(days=1)}, "in_the_future")):  # fmt: skip
        with pytest.raises(DomainError) as refused, transaction.atomic():
            record(buyer, **changes)
        assert refused.value.code == code
    fact = record(buyer)
    with pytest.raises(IntegrityError, match="fact_ends_after_it_began"), transaction.atomic():
        Fact.objects.filter(pk=fact.pk).update(ends_on=fact.on - timedelta(days=1))


@pytest.mark.django_db
def test_what_a_bought_report_says_stays_with_the_insurer():
    buyer = a_buyer()
    record(buyer, text="Secret of the report", is_internal=True)
    buyer.refresh_from_db()
    assert buyer.light == Light.YELLOW
    address = reverse("credit_info:obligor-detail", args=[buyer.pk])
    for name, sees in (("chen", False), ("zhou", True)):
        client = Client()
        client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
        assert ("Secret of the report" in client.get(address).content.decode()) is sees
    page = (
        Client(headers={"accept-language": "en"})
        .get(reverse("credit_info:look-up"), {"q": buyer.name})
        .content.decode()
    )
    assert "Secret" not in page
    assert "Past dishonesty" not in page


@pytest.mark.django_db
def test_a_guest_looks_up_companies_and_banks_ten_times_an_hour():
    cache.clear()
    buyer, bank = a_buyer("Nordlicht Handels GmbH", light="RED"), a_bank_obligor(bic="DEUTDEFF")
    guest, address = Client(headers={"accept-language": "en"}), reverse("credit_info:look-up")
    page = guest.get(address, {"q": "nordlicht handel"}).content.decode()
    assert buyer.name in page
    assert "Prudent trading" in page
    assert bank.name in guest.get(address, {"q": "DEUTDEFF"}).content.decode()
    unknown = guest.get(address, {"q": "Nobody Knows This One"}).content.decode()
    assert "Not found" in unknown
    assert "Normal trading" not in unknown
    for typed in ("😀", "%", "x" * 200, "字"):
        assert guest.get(address, {"q": typed}).status_code == 200
    assert [guest.get(address, {"q": "a"}).status_code for _n in range(4)] == [200, 200, 200, 429]
    signed_in = Client()
    signed_in.force_login(user("chen"), backend="django.contrib.auth.backends.ModelBackend")
    assert signed_in.get(address, {"q": "a"}).status_code == 200
    cache.clear()


@pytest.mark.django_db
def test_the_analyst_records_and_ends_a_fact_on_the_page():
    buyer = a_buyer()
    cao = Client()
    cao.force_login(user("cao"), backend="django.contrib.auth.backends.ModelBackend")
    form = {"kind": "bankrupt", "on": str(clock.today()), "text": "Filed", "source": "Court of Kiel"}
    assert cao.post(reverse("credit_info:fact-new", args=[buyer.pk]), form).status_code == 302
    fact = Fact.objects.get()
    assert cao.get(reverse("credit_info:fact-end", args=[fact.pk])).status_code == 200
    assert (
        cao.post(
            reverse("credit_info:fact-end", args=[fact.pk]), {"on": str(clock.today()), "text": "Lifted"}
        ).status_code
        == 302
    )
    buyer.refresh_from_db()
    assert buyer.light == Light.UNKNOWN
