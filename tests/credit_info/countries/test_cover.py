"""国别全景: cover changes by two people, a suspension stops limits, each reads its own figures only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from credit_info.atlas import cover, selectors
from credit_info.atlas.cover import Terms
from credit_info.atlas.models import BookSum, CoverChange
from credit_info.atlas.summing import summarise
from credit_info.models import Obligor
from limits.models import CountryCap, CreditLimit, LimitStop
from limits.services import approve as approve_limit
from limits.services import reopen_country
from sinosure.accounts.actor import ANONYMOUS
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.sweep import sweep
from sinosure.notifications.models import Message
from sinosure.reference.models import Country, ExchangeRate
from sinosure.reference.seed.load import load_reference
from tests.credit_info.countries.asked import OPEN, SUSPENDED, client_of, in_force, propose
from tests.factories.declarations import a_shipment, an_overdue_shipment
from tests.factories.limits import a_limit, a_proposed_application
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, organisation, user
from tests.factories.policies import a_policy_in_force
from tests.refusals import code_of

pytestmark = pytest.mark.django_db


# cover ---------------------------------------------------------------------------------------------------------------


def test_one_proposes_another_decides_and_the_country_follows():
    load_reference()
    change = propose(Terms("C", "RESTRICTED", Decimal(5_000_000)))
    assert Country.objects.get(pk="DE").cover_status == "OPEN"
    assert code_of(lambda: cover.approve(actor=actor("zhou"), change_id=change.pk)) == "four_eyes"
    with pytest.raises(NotAllowed):
        cover.approve(actor=actor("cao"), change_id=change.pk)  # an analyst proposes, and does not decide
    cover.approve(actor=actor("gu"), change_id=change.pk)
    country = Country.objects.get(pk="DE")
    assert (country.risk_class, country.cover_status) == ("C", "RESTRICTED")
    assert CountryCap.objects.get(pk="DE").amount == Decimal(5_000_000)
    cover.approve(actor=actor("gu"), change_id=propose(Terms("C", "RESTRICTED")).pk)
    assert not CountryCap.objects.filter(pk="DE").exists()
    history = list(selectors.history("DE"))
    assert [(row.was_cap, row.cap) for row in history] == [(Decimal(5_000_000), None), (None, Decimal(5_000_000))]
    assert AuditEntry.objects.filter(action="country.changed").count() == 2


@pytest.mark.parametrize(
    ("terms", "changes", "code"),
    [
        (OPEN, {}, "nothing_changes"),
        (Terms("F", "OPEN"), {}, "bad_terms"),
        (Terms("A", "SHUT"), {}, "bad_terms"),
        (Terms("A", "OPEN", Decimal(-1)), {}, "bad_cap"),
        (SUSPENDED, {"reason": " "}, "reason_missing"),
        (SUSPENDED, {"days": -1}, "in_the_past"),
        (SUSPENDED, {"days": 400}, "too_far_ahead"),
    ],
)
def test_terms_that_are_no_terms_are_refused(terms, changes, code):
    load_reference()
    changes = dict(changes)
    day = clock.today() + timedelta(days=changes.pop("days", 0))
    assert code_of(lambda: propose(terms, effective_on=day, **changes)) == code


def test_one_change_is_open_at_a_time_and_may_be_turned_down_or_taken_back():
    load_reference()
    first = propose()
    assert code_of(propose) == "proposed_already"
    assert code_of(lambda: cover.reject(actor=actor("sun"), change_id=first.pk, comment="")) == "comment_required"
    cover.reject(actor=actor("sun"), change_id=first.pk, comment="Channels are open again")
    second = cover.withdraw(actor=actor("cao"), change_id=propose().pk)
    assert second.state == "WITHDRAWN"
    with pytest.raises(NotAllowed):
        propose(who="chen")


def test_terms_with_a_later_day_take_effect_on_that_day():
    load_reference()
    day = clock.today() + timedelta(days=3)
    change = cover.approve(actor=actor("feng"), change_id=propose(effective_on=day).pk)
    assert (change.state, Country.objects.get(pk="DE").cover_status) == ("APPROVED", "OPEN")
    with clock.frozen(day - timedelta(days=1)):
        sweep()
        assert Country.objects.get(pk="DE").cover_status == "OPEN"
    with clock.frozen(day):
        sweep()
    assert Country.objects.get(pk="DE").cover_status == "SUSPENDED"
    assert CoverChange.objects.get().in_force_at is not None


def test_a_change_that_is_taken_back_before_its_day_never_takes_effect():
    load_reference()
    day = clock.today() + timedelta(days=3)
    change = cover.approve(actor=actor("feng"), change_id=propose(effective_on=day).pk)
    cover.withdraw(actor=actor("zhou"), change_id=change.pk)
    assert Deadline.objects.get(kind=cover.STARTS).state == "CANCELLED"
    with clock.frozen(day):
        sweep()
    assert Country.objects.get(pk="DE").cover_status == "OPEN"


def test_the_database_keeps_the_history_and_the_second_person():
    load_reference()
    change = in_force(Terms("B", "OPEN"))
    rows = CoverChange.objects.filter(pk=change.pk)
    for deed in (lambda: rows.update(reason="Another"), lambda: rows.update(state="PROPOSED"), rows.delete):
        with pytest.raises(IntegrityError, match="never rewritten"), transaction.atomic():
            deed()
    waiting = propose()
    own = CoverChange.objects.filter(pk=waiting.pk)
    with pytest.raises(IntegrityError, match="cover_change_maker_is_not_checker"), transaction.atomic():
        own.update(decided_by_id=waiting.proposed_by_id, decided_at=clock.now())
    with pytest.raises(IntegrityError, match="cover_change_decided_by_somebody"), transaction.atomic():
        own.update(state="APPROVED")
    with pytest.raises(IntegrityError, match="one_open_change_a_country"), transaction.atomic():
        CoverChange.objects.create(
            country_id="DE", risk_class="A", cover_status="OPEN", was_risk_class="A", was_cover_status="OPEN", reason="x",
            effective_on=clock.today(), proposed_by=user("sun"), proposed_at=clock.now(),
        )  # fmt: skip
    with pgtrigger.ignore(
        "credit_info.CoverChange:terms_stand"
    ):  # the control: without its trigger a row can be rewritten
        assert rows.update(reason="Another") == 1


# what a suspension does ----------------------------------------------------------------------------------------------


def test_a_suspension_stops_every_limit_there_and_tells_the_exporter():
    limit, elsewhere = a_limit(), a_limit(obligor=a_buyer(country="FR"))
    in_force()
    stop = LimitStop.objects.get()
    assert (stop.limit, stop.reason, stop.stopped_on) == (limit, "COUNTRY", clock.today())
    assert set(CreditLimit.objects.filter(is_stopped=True)) == {limit}
    told = Message.objects.get(kind="limit.stopped")
    assert (told.organisation, told.params["buyer"]) == (organisation("haituo"), limit.obligor.name)
    assert not elsewhere.is_stopped


def test_reopening_needs_the_country_first_then_an_underwriter_with_a_reason():
    a_limit()
    in_force()
    deed = {"actor": actor("zhou"), "country": "DE"}
    assert code_of(lambda: reopen_country(**deed, comment="Why not")) == "country_suspended"
    in_force(OPEN)
    assert CreditLimit.objects.get().is_stopped  # LIM-10 d: only an underwriter opens it again
    assert code_of(lambda: reopen_country(**deed, comment=" ")) == "comment_required"
    with pytest.raises(NotAllowed):
        reopen_country(actor=actor("cao"), country="DE", comment="x")
    assert len(reopen_country(**deed, comment="Channels work again")) == 1
    assert not CreditLimit.objects.get().is_stopped
    in_force()
    assert CreditLimit.objects.get().is_stopped  # a second suspension stops it anew


def test_a_limit_that_was_proposed_before_is_not_approved_after_the_suspension():
    application = a_proposed_application()
    in_force()
    assert code_of(lambda: approve_limit(actor=actor("sun"), application_id=application.pk)) == "country_suspended"


# figures -------------------------------------------------------------------------------------------------------------


def test_sums_by_country_in_usd_each_its_own_and_the_staff_all():
    """Haituo: 200,000 granted, 100,000 open, 40,000 of it overdue. Yunshan: 50,000 EUR open at 0.80 = 62,500 USD."""
    policy = a_policy_in_force(starts_on=clock.today() - timedelta(days=120))
    limit = a_limit(policy)
    an_overdue_shipment(limit, amount=Decimal(40_000))
    a_shipment(limit, amount=Decimal(60_000))
    theirs = a_limit(a_policy_in_force(policyholder=organisation("yunshan")), limit.obligor, amount="90000")
    ExchangeRate.objects.filter(currency_id="EUR").delete()
    ExchangeRate.objects.create(currency_id="EUR", day=clock.today(), per_usd=Decimal("0.80"))
    a_shipment(theirs, amount=Decimal(50_000), currency="EUR")
    summarise()
    mine, yours, all_of_it = (selectors.country(actor(name), "DE").totals for name in ("chen", "wu", "zhou"))
    assert (mine.amount("granted"), mine.amount("open"), mine.amount("overdue")) == (200_000, 100_000, 40_000)
    assert (yours.amount("granted"), yours.amount("open"), yours.amount("overdue")) == (90_000, 62_500, 0)
    assert (all_of_it.amount("granted"), all_of_it.amount("open")) == (290_000, 162_500)
    assert all_of_it.items["open"] == 3
    assert selectors.country(ANONYMOUS, "DE").totals.usd == {}
    assert selectors.country(actor("wei"), "DE").totals.usd == {}  # an administrator has no business with buyers
    page = client_of("wu").get(reverse("credit_info:country-detail", args=["DE"])).content.decode()
    assert "62,500" in page
    for theirs_only in ("200,000", "100,000", "162,500", "290,000"):
        assert theirs_only not in page


def test_an_amount_without_a_rate_is_counted_and_told():
    limit = a_limit()
    a_shipment(limit, amount=Decimal(50_000), currency="EUR")
    ExchangeRate.objects.filter(currency_id="EUR").delete()
    assert summarise().without_rate == 1
    assert BookSum.objects.get(measure="open").usd == 0


def test_sums_by_industry_group_and_light():
    parent = a_buyer("Nord Holding AG")
    limit = a_limit(obligor=a_buyer("Nord Licht GmbH", light="GREEN"))
    Obligor.objects.filter(pk=limit.obligor_id).update(section=20, parent=parent)
    a_limit(obligor=parent, policy=limit.policy, amount="100000")
    a_limit(obligor=a_buyer("Solo AG", group_name=""), policy=limit.policy, amount="100000")
    summarise()
    rows = {row.industry.section: row for row in selectors.industries(actor("chen"))}
    assert (rows[20].totals.amount("granted"), rows[20].buyers) == (200_000, {"GREEN": 1})
    assert selectors.without_industry(actor("chen")).amount("granted") == 200_000
    groups = [(row.name, row.totals.amount("granted"), row.part) for row in selectors.portfolio(actor("chen"), "group")]
    assert groups == [("Nord Holding AG", 300_000, Decimal("0.75")), ("Solo AG", 100_000, Decimal("0.25"))]
    [(country, totals)] = selectors.main_countries(actor("chen"), 20)
    assert (country.pk, totals.amount("granted")) == ("DE", 200_000)
    assert selectors.portfolio(actor("wu"), "country") == []
