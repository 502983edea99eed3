"""What the database refuses whoever writes (PLT-3, PLT-4), each with the write that passes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from policies.pooled.selectors import is_pooled_member
from sinosure.core import clock
from tests.factories.policies import a_policy_in_force
from tests.factories.pooled import a_bare_member, a_bare_plan, a_bare_platform

pytestmark = pytest.mark.django_db


def refused(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_one_enterprise_has_one_place_on_the_same_days_over_all_platforms():
    first, second = a_bare_platform(), a_bare_platform()
    a_bare_member(first)
    with refused("pooled_member_no_overlap"), transaction.atomic():
        a_bare_member(second)
    with transaction.atomic(), connection.cursor() as cursor:  # the control
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE policies_platformmember DROP CONSTRAINT pooled_member_no_overlap")
        a_bare_member(second)
        transaction.set_rollback(True)


def test_a_place_that_was_given_up_or_lies_in_another_year_does_not_hold():
    platform = a_bare_platform()
    a_bare_member(platform, state="WITHDRAWN")
    a_bare_member(platform, row_no=3)
    day_after = platform.ends_on + timedelta(days=1)
    a_bare_member(platform, row_no=4, period=DateRange(day_after, day_after + timedelta(days=364), "[]"))


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"payable": 335}, "pooled_member_premium_ties"),
        ({"subsidy_mode": "PAY_THEN_REIMBURSE", "payable": 336}, "pooled_member_premium_ties"),
        ({"exports_last_year": 3_000_001}, "pooled_member_within_threshold"),
        ({"state": "ISSUED"}, "pooled_member_issued_has_policy"),
    ],
)
def test_a_member_that_does_not_tie_is_refused(changes, constraint):
    platform = a_bare_platform()
    with refused(constraint), transaction.atomic():
        a_bare_member(platform, **changes)
    a_bare_member(platform)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"subsidy_mode": "GOVERNMENT_PAYS"}, "pooled_plan_subsidy"),
        ({"subsidy_ratio": 1}, "pooled_plan_subsidy"),
        ({"tier": None}, "pooled_plan_of_product"),
    ],
)
def test_a_plan_has_the_terms_of_its_product_and_mode(changes, constraint):
    platform = a_bare_platform()
    with refused(constraint), transaction.atomic():
        a_bare_plan(platform, **changes)
    a_bare_plan(platform)


def test_a_plan_is_never_changed():
    plan = a_bare_plan(a_bare_platform())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        type(plan).objects.filter(pk=plan.pk).update(max_exports=5)


def test_who_is_insured_through_a_platform_on_a_day():
    policy = a_policy_in_force()
    platform = a_bare_platform(starts_on=policy.starts_on, ends_on=policy.ends_on)
    assert not is_pooled_member(policy.policyholder_id, clock.today())
    a_bare_member(platform, policy=policy, organisation=policy.policyholder, state="ISSUED")
    assert is_pooled_member(policy.policyholder_id, clock.today())
    assert is_pooled_member(policy.policyholder_id, policy.ends_on)
    assert not is_pooled_member(policy.policyholder_id, policy.ends_on + timedelta(days=1))
    assert not is_pooled_member(policy.policyholder_id, policy.starts_on - timedelta(days=1))
