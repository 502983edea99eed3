"""The maximum liability of a policy (POL-3): never paid beyond, however many pay at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from policies.models import LiabilityCounter
from policies.selectors import liability_left
from policies.services import draw_liability, release_liability
from sinosure.accounts.actor import SYSTEM
from sinosure.core.errors import DomainError
from tests.factories.policies import a_policy_in_force, a_quoted_policy


@pytest.mark.django_db
def test_a_draw_leaves_the_rest_and_a_release_gives_it_back():
    policy = a_policy_in_force(max_liability=100_000)
    draw_liability(actor=SYSTEM, policy_id=policy.pk, amount=Decimal("30000.50"))
    assert liability_left(policy).amount == Decimal("69999.50")
    release_liability(actor=SYSTEM, policy_id=policy.pk, amount=Decimal("0.50"))
    assert liability_left(policy).amount == Decimal(70_000)


@pytest.mark.django_db
def test_a_draw_beyond_the_maximum_is_refused_and_says_what_is_left():
    policy = a_policy_in_force(max_liability=100_000)
    draw_liability(actor=SYSTEM, policy_id=policy.pk, amount=Decimal(100_000))
    with pytest.raises(DomainError) as refusal:
        draw_liability(actor=SYSTEM, policy_id=policy.pk, amount=Decimal("0.01"))
    assert refusal.value.code == "over_max_liability"
    assert "USD 0.00" in refusal.value.text


@pytest.mark.django_db
def test_more_than_was_paid_is_not_given_back():
    policy = a_policy_in_force(max_liability=100_000)
    with pytest.raises(DomainError) as refusal:
        release_liability(actor=SYSTEM, policy_id=policy.pk, amount=Decimal(1))
    assert refusal.value.code == "over_release"


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["0", "-1", "NaN"])
def test_an_amount_that_is_no_payment_is_refused(amount):
    policy = a_policy_in_force(max_liability=100_000)
    with pytest.raises(DomainError):
        draw_liability(actor=SYSTEM, policy_id=policy.pk, amount=Decimal(amount))


@pytest.mark.django_db
def test_before_signature_nothing_can_be_paid():
    policy = a_quoted_policy()
    assert liability_left(policy) is None
    with pytest.raises(LiabilityCounter.DoesNotExist):
        draw_liability(actor=SYSTEM, policy_id=policy.pk, amount=Decimal(1))


@pytest.mark.django_db
def test_the_database_refuses_more_than_the_maximum_too():
    policy = a_policy_in_force(max_liability=100_000)
    with pytest.raises(IntegrityError, match="paid_within_max"), transaction.atomic():
        LiabilityCounter.objects.filter(pk=policy.pk).update(paid_total=100_001)


@pytest.mark.django_db(transaction=True)
def test_eight_payers_at_once_never_pass_the_maximum():
    """100,000 in all, 64 tries of 3,000: exactly 33 succeed (99,000), 31 are refused."""
    policy = a_policy_in_force(max_liability=100_000)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _n: _try(policy.pk), range(64)))
    assert results.count(True) == 33
    assert LiabilityCounter.objects.get(pk=policy.pk).paid_total == Decimal(99_000)


def _try(policy_id: int) -> bool:
    try:
        draw_liability(actor=SYSTEM, policy_id=policy_id, amount=Decimal(3_000))
    except DomainError:
        return False
    finally:
        connection.close()
    return True


@pytest.mark.django_db(transaction=True)
def test_positive_control_looking_first_and_paying_then_overdraws():
    """The naive way, with the CHECK away: everybody sees the same room."""
    policy = a_policy_in_force(max_liability=100_000)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE policies_liabilitycounter DROP CONSTRAINT paid_within_max")
    try:
        counters = [LiabilityCounter.objects.get(pk=policy.pk) for _n in range(2)]
        for counter in counters:
            assert counter.maximum - counter.paid_total >= 60_000
        for counter in counters:
            _pay_unguarded(counter)
        assert LiabilityCounter.objects.get(pk=policy.pk).paid_total == Decimal(120_000)
    finally:
        LiabilityCounter.objects.filter(pk=policy.pk).update(paid_total=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE policies_liabilitycounter ADD CONSTRAINT paid_within_max "
                "CHECK (paid_total >= 0 AND paid_total <= maximum)"
            )


def _pay_unguarded(counter: LiabilityCounter) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE policies_liabilitycounter SET paid_total = paid_total + 60000 WHERE policy_id = %s", [counter.pk]
        )
