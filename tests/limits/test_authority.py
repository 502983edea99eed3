"""Whose signature a decision needs, and that nobody gets round it: by service, by SQL, by a grant that was lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from limits import services
from limits.models import ApplicationState, CreditLimit, LimitApplication, Proposal
from sinosure.accounts.models import RoleGrant
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from tests.factories import limits
from tests.factories.people import actor, user

pytestmark = pytest.mark.django_db


def _proposed(amount: str) -> LimitApplication:
    return limits.a_proposed_application(amount=Decimal(amount))


def _decided(application: LimitApplication) -> bool:
    application.refresh_from_db()
    return application.state == ApplicationState.DECIDED


@pytest.mark.parametrize(
    ("amount", "level"),
    [
        ("200000", 1), ("200000.01", 2),  # L1 up to 200,000
        ("1000000", 2), ("1000000.01", 3),  # L2 up to 1 m
        ("5000000", 3), ("5000000.01", 4),  # L3 up to 5 m, then the committee
    ],
)  # fmt: skip
def test_the_level_changes_one_cent_above_each_ceiling(amount, level):
    proposal = _proposed(amount).live_proposal
    assert proposal.level_needed == level
    assert proposal.needs_second_person is (Decimal(amount) > 1_000_000)


@pytest.mark.parametrize(
    ("amount", "name", "may"),
    [
        ("200000", "sun", True), ("200000.01", "sun", False), ("200000.01", "qian", True),
        ("1000000.01", "qian", False), ("1000000.01", "feng", True), ("5000000.01", "feng", False),
        ("200000", "feng", True), ("200000", "gu", False),
    ],
)  # fmt: skip
def test_only_a_high_enough_level_approves(amount, name, may):
    application = _proposed(amount)
    if may:
        services.approve(actor=actor(name), application_id=application.pk)
    else:
        with pytest.raises(NotAllowed):
            services.approve(actor=actor(name), application_id=application.pk)
    assert _decided(application) is may


def test_another_currency_is_measured_in_usd():
    """EUR 190,000 is above USD 200,000 at any rate of the seed (1 USD ≈ 0.9 EUR): level 2."""
    from tests.factories.policies import a_policy_in_force

    application = limits.a_proposed_application(policy=a_policy_in_force(currency="EUR"), amount=Decimal(190_000))
    assert application.live_proposal.usd_amount > 200_000
    assert application.live_proposal.level_needed == 2


def test_the_proposer_cannot_approve_even_a_small_limit():
    application = _proposed("10000")  # by Zhou
    with pytest.raises(NotAllowed, match="four_eyes"):
        services.approve(actor=actor("zhou"), application_id=application.pk)


def test_the_committee_needs_two_different_votes():
    application = _proposed("6000000")
    services.approve(actor=actor("gu"), application_id=application.pk)
    assert not _decided(application)
    with pytest.raises(NotAllowed, match="four_eyes"):
        services.approve(actor=actor("gu"), application_id=application.pk)
    services.approve(actor=actor("ma"), application_id=application.pk)
    assert _decided(application)


def test_a_grant_revoked_after_sign_in_no_longer_counts():
    application, sun = _proposed("100000"), actor("sun")
    RoleGrant.objects.filter(user=user("sun")).update(revoked_at=clock.now())
    with pytest.raises(NotAllowed, match="authority"):
        services.approve(actor=sun, application_id=application.pk)


# --- the same by SQL, past the services -------------------------------------------------------------------------------


def _vote_by_sql(application: LimitApplication, name: str, column: str = "approved_by_id") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE limits_proposal SET {column} = %s, approved_at = now() WHERE application_id = %s",
            [user(name).pk, application.pk],
        )


def test_the_database_refuses_the_proposer_as_approver():
    application = _proposed("100000")
    with pytest.raises(IntegrityError, match="proposal_maker_is_not_checker"):
        _vote_by_sql(application, "zhou")
    _vote_by_sql(application, "sun")  # control: another person passes


@pytest.mark.parametrize(
    ("amount", "name"), [("200000.01", "sun"), ("1000000.01", "qian"), ("5000000.01", "feng"), ("1", "he")]
)
def test_the_database_refuses_an_approver_without_authority(amount, name):
    with pytest.raises(IntegrityError, match="no authority"):
        _vote_by_sql(_proposed(amount), name)


def test_the_database_refuses_a_revoked_grant():
    application = _proposed("100000")
    RoleGrant.objects.filter(user=user("sun")).update(revoked_at=clock.now())
    with pytest.raises(IntegrityError, match="no authority"):
        _vote_by_sql(application, "sun")


def test_the_database_refuses_a_level_too_low_for_the_amount():
    application = _proposed("1500000")
    with pytest.raises(IntegrityError, match="too low"), transaction.atomic():
        Proposal.objects.filter(application=application).update(level_needed=1)


def test_the_database_refuses_a_decision_without_quorum():
    application = _proposed("6000000")
    _vote_by_sql(application, "gu")
    with pytest.raises(IntegrityError, match="no approved proposal"), transaction.atomic():
        LimitApplication.objects.filter(pk=application.pk).update(state="DECIDED")
    _vote_by_sql(application, "ma", "seconded_by_id")
    LimitApplication.objects.filter(pk=application.pk).update(state="DECIDED")  # control: two votes pass


def test_without_the_trigger_the_attack_works():
    """Positive control of the authority guard."""
    application = _proposed("5000000")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with pending checks cannot be altered
        cursor.execute("ALTER TABLE limits_proposal DISABLE TRIGGER USER")
    _vote_by_sql(application, "he")
    assert Proposal.objects.get(application=application).approved_by_id == user("he").pk


# --- caps (LIM-14) ----------------------------------------------------------------------------------------------------


def test_over_the_buyer_cap_goes_one_level_up():
    """Cap 250,000, 200,000 granted to another exporter, 100,000 asked: 300,000 > 250,000 → level 2 instead of 1."""
    from tests.factories.policies import a_policy_in_force

    buyer = limits.a_buyer()
    limits.a_limit(policy=a_policy_in_force("yunshan"), obligor=buyer, amount="200000")
    limits.a_buyer_cap(buyer, "250000")
    proposed = limits.a_proposed_application(obligor=buyer, amount=Decimal(100_000))
    assert proposed.live_proposal.level_needed == 2


def test_exactly_at_the_cap_is_not_over_it():
    buyer = limits.a_buyer()
    limits.a_country_cap(buyer.country_id, "100000")
    assert limits.a_proposed_application(obligor=buyer, amount=Decimal(100_000)).live_proposal.level_needed == 1


def test_a_cap_filled_after_the_proposal_is_seen_at_approval():
    """Proposed at level 1 while the country was empty; then another limit filled the cap: now level 2 must sign."""
    from tests.factories.policies import a_policy_in_force

    buyer = limits.a_buyer()
    limits.a_country_cap(buyer.country_id, "150000")
    application = limits.a_proposed_application(obligor=buyer, amount=Decimal(100_000))
    limits.a_limit(
        policy=a_policy_in_force("yunshan"), obligor=limits.a_buyer(country=buyer.country_id), amount="100000"
    )
    with pytest.raises(NotAllowed, match="authority"):
        services.approve(actor=actor("sun"), application_id=application.pk)
    services.approve(actor=actor("qian"), application_id=application.pk)
    assert _decided(application)


def test_the_cap_row_carries_what_is_granted():
    buyer = limits.a_buyer()
    limits.a_buyer_cap(buyer, "1000000")
    limits.a_limit(obligor=buyer, amount="200000")
    buyer.cap.refresh_from_db()
    assert buyer.cap.granted == Decimal(200_000)
    assert CreditLimit.objects.get().amount == Decimal(200_000)
