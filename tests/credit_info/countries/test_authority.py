"""Who may approve which change of cover on a country: tiers by what it touches, kept by the database too."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
import pytest
from django.db import IntegrityError, transaction

from credit_info.alarms import publishing
from credit_info.atlas import cover, selectors, sources
from credit_info.atlas.authority import DEFAULTS, Rule, Terms, Touch, level_for
from credit_info.atlas.models import CoverAuthority, CoverChange
from sinosure.accounts.actor import ANONYMOUS
from sinosure.accounts.models import RoleGrant
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from sinosure.reference.seed.load import load_reference
from tests.factories.alarms import a_new_event, an_alarm
from tests.factories.people import actor, user
from tests.journeys.people import Caller

M = 1_000_000


def terms(letter: str = "C", status: str = "OPEN", cap: int | None = None) -> Terms:
    return Terms(letter, status, None if cap is None else Decimal(cap))


@pytest.mark.parametrize(
    ("was", "now", "level"),
    [
        (terms("C"), terms("D"), 1),  # a worse class is stricter
        (terms("C"), terms("C", "RESTRICTED"), 1),
        (terms("C"), terms("C", cap=90 * M), 1),  # a first cap is stricter, however large
        (terms("C", cap=9 * M), terms("C", cap=8 * M), 1),
        (terms("C"), terms("B"), 2),
        (terms("C", "RESTRICTED"), terms("C"), 2),
        (terms("C", cap=9 * M), terms("C", cap=10 * M), 2),
        (terms("C", cap=9 * M), terms("C", cap=10 * M + 1), 3),
        (terms("C", cap=9 * M), terms("C", cap=50 * M), 3),
        (terms("C", cap=9 * M), terms("C", cap=50 * M + 1), 4),
        (terms("C", cap=9 * M), terms("C"), 4),  # no cap at all
        (terms("C"), terms("C", "SUSPENDED"), 3),
        (terms("C", "SUSPENDED"), terms("C", "RESTRICTED"), 3),
        (terms("C", "SUSPENDED", 9 * M), terms("B", "OPEN", 60 * M), 4),  # the highest of what it touches
    ],
)
def test_the_level_follows_what_a_change_touches(was, now, level):
    assert level_for(was, now, DEFAULTS) == level


def proposed(now: Terms, who: str = "zhou") -> CoverChange:
    load_reference()
    return cover.propose(actor=actor(who), country="DE", terms=now, reason="Payment channels are closed")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "may_not", "may"),
    [
        (terms("A", "SUSPENDED"), ("sun", "qian"), "feng"), (terms("A", "SUSPENDED"), ("hu",), "gu"),
        (terms("A", cap=M), (), "sun"),
    ],
)  # fmt: skip
def test_who_lacks_the_tier_cannot_approve_and_who_has_it_can(now, may_not, may):
    change = proposed(now)
    for name in may_not:
        with pytest.raises(NotAllowed) as refused:
            cover.approve(actor=actor(name), change_id=change.pk)
        assert refused.value.code == "authority"
        assert "approve" not in [move.action for move in cover.moves(change, actor(name))]
        assert selectors.waiting_changes(actor(name)) is None
    assert selectors.waiting_changes(actor(may)) == 1
    assert cover.approve(actor=actor(may), change_id=change.pk).state == "IN_FORCE"


@pytest.mark.django_db
def test_a_lower_tier_may_still_turn_a_change_down():
    change = proposed(terms("A", "SUSPENDED"))
    assert cover.reject(actor=actor("sun"), change_id=change.pk, comment="Channels are open again").state == "REJECTED"


@pytest.mark.django_db
def test_the_database_refuses_an_approval_without_authority_and_a_level_made_lower():
    change = proposed(terms("A", "SUSPENDED"))
    rows = CoverChange.objects.filter(pk=change.pk)

    def approve_in_sql() -> None:
        with transaction.atomic():
            rows.update(state="APPROVED", decided_by_id=user("sun").pk, decided_at=clock.now())

    with pytest.raises(IntegrityError, match="no authority of level 3"):
        approve_in_sql()
    values = {field.attname: getattr(change, field.attname) for field in CoverChange._meta.concrete_fields}
    with pytest.raises(IntegrityError, match="level 1 is too low"), transaction.atomic():
        CoverChange.objects.create(**{**values, "id": None, "country_id": "FR", "level_needed": 1})
    with pgtrigger.ignore("credit_info.CoverChange:authority_of_decider"):  # the control: without it both go in
        CoverChange.objects.create(**{**values, "id": None, "country_id": "FR", "level_needed": 1})
        approve_in_sql()
    assert sorted(CoverChange.objects.values_list("state", "level_needed")) == [("APPROVED", 3), ("PROPOSED", 1)]


@pytest.mark.django_db
def test_a_duty_that_has_ended_approves_nothing():
    change, feng = proposed(terms("A", "SUSPENDED")), actor("feng")  # signed in before
    RoleGrant.objects.filter(user=user("feng")).update(revoked_at=clock.now())
    with pytest.raises(IntegrityError, match="no authority"), transaction.atomic():
        cover.approve(actor=feng, change_id=change.pk)


@pytest.mark.django_db
def test_new_rules_hold_for_what_is_proposed_from_then_on():
    before = proposed(terms("A", "SUSPENDED"))
    CoverAuthority.objects.create(version=2, touch=Touch.ANY, level=2)
    assert cover.rules_of(2) == [Rule("ANY", 2)]
    cover.approve(actor=actor("feng"), change_id=before.pk)
    after = proposed(terms("A", "OPEN"))
    assert [(row.authority_version, row.level_needed) for row in (before, after)] == [(1, 3), (2, 2)]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        CoverAuthority.objects.update(level=1)


# alarms among the news -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_alarms_on_a_country_are_among_its_news_until_corrected():
    wrong = an_alarm(country="DE", severity="SEVERE", title_en="Ports closed", source="Port notice")
    an_alarm(country="FR", title_en="Elsewhere")
    [one] = Caller("chen").get("countries/DE/")["news"]
    assert (one["on"], one["title"], one["source"], one["label"]) == (
        clock.today().isoformat(), "Ports closed", "Port notice", "Severe",
    )  # fmt: skip
    assert one["path"] == f"/buyers/alarms/{wrong.pk}/"
    assert sources.news_of(ANONYMOUS, country="DE") == []  # guests read no alarms
    publishing.correct(actor=actor("cao"), event_id=wrong.pk, event=a_new_event(title_en="Ports work"))
    assert [row["title"] for row in Caller("chen").get("countries/DE/")["news"]] == ["Ports work"]


@pytest.mark.django_db
def test_alarms_on_an_industry_are_among_its_news():
    load_reference()
    publishing.publish(actor=actor("cao"), subject=("INDUSTRY", "20"), event=a_new_event(title_en="Lamps unsold"))
    assert [row["title"] for row in Caller("chen").get("industries/20/")["news"]] == ["Lamps unsold"]
    assert Caller("chen").get("industries/19/")["news"] == []
