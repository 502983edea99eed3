"""Decisions become versions: validity, increases, temporary limits, cuts that only look forward, lapses."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from limits import services
from limits.models import CreditLimitVersion, VersionReason
from limits.services import limit_for
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.sweep import sweep
from sinosure.documents.models import Document
from tests.factories import limits
from tests.factories.people import actor
from tests.factories.policies import a_policy_in_force

pytestmark = pytest.mark.django_db
START = date(2026, 3, 2)
JUNE = date(2026, 6, 1)
DAY = timedelta(days=1)


def _limit(**changes):
    return limits.a_limit(policy=a_policy_in_force(starts_on=START), **changes)


def _found(limit, shipped_on, term="OA", credit_days=60):
    return limit_for(
        policy=limit.policy, obligor=limit.obligor, term=term, credit_days=credit_days, shipped_on=shipped_on
    )


def _amount(limit, shipped_on):
    return _found(limit, shipped_on).ceiling


def test_a_limit_is_valid_from_its_first_day_to_the_end_of_the_policy():
    """E4: one day before → BEFORE_VALIDITY; the last day counts; the day after does not."""
    limit = _limit()
    end = limit.policy.ends_on
    days = [START - DAY, START, end, end + DAY]
    assert [_found(limit, day).reason for day in days] == ["BEFORE_VALIDITY", "", "", "AFTER_VALIDITY"]


def test_a_future_start_waits_and_takes_effect_at_midnight():
    with clock.frozen(START):
        limit = _limit(decision={"effective_from": START + 3 * DAY})
        assert limit.amount == 0
    with clock.frozen(clock.start_of(START + 3 * DAY) - timedelta(seconds=1)):
        sweep()
        limit.refresh_from_db()
        assert limit.amount == 0
    with clock.frozen(clock.start_of(START + 3 * DAY)):
        sweep()
        limit.refresh_from_db()
        assert limit.amount == Decimal(200_000)


def test_an_increase_counts_for_shipments_from_its_day_on():
    limit = _limit()
    limits.a_limit(policy=limit.policy, obligor=limit.obligor, amount="300000", effective_from=JUNE)
    assert [_amount(limit, day) for day in (JUNE - DAY, JUNE)] == [Decimal(200_000), Decimal(300_000)]
    assert [v.validity.upper for v in limit.versions.order_by("pk")] == [JUNE, limit.policy.ends_on + DAY]


def test_a_temporary_limit_goes_first_and_the_base_returns_after_it():
    limit = _limit()
    last = JUNE + 29 * DAY
    with clock.frozen(JUNE):
        limits.a_temporary_limit(limit, "350000", until=last)
        limit.refresh_from_db()
        assert limit.amount == Decimal(350_000)
    assert [_amount(limit, day) for day in (JUNE - DAY, JUNE, last, last + DAY)] == [
        Decimal(200_000), Decimal(350_000), Decimal(350_000), Decimal(200_000),
    ]  # fmt: skip
    with clock.frozen(last + DAY):
        sweep()
        limit.refresh_from_db()
        assert limit.amount == Decimal(200_000)


def test_a_reduction_counts_from_midnight_and_only_forward():
    """Cut on 1 June: goods shipped on 1 June keep 200,000, those of 2 June get 80,000 (LIM-9)."""
    limit = _limit()
    with clock.frozen(JUNE):
        version = services.reduce(
            actor=actor("zhou"), limit_id=limit.pk, amount=Decimal(80_000), reason="OVERDUE", comment="Slow payment"
        )
        limit.refresh_from_db()
        assert limit.amount == Decimal(200_000)
    assert version.effective_from == JUNE + DAY
    assert [_amount(limit, day) for day in (JUNE, JUNE + DAY)] == [Decimal(200_000), Decimal(80_000)]
    with clock.frozen(clock.start_of(JUNE + DAY)):
        sweep()
        limit.refresh_from_db()
        assert limit.amount == Decimal(80_000)
    assert Document.objects.of(limit).filter(kind="limit_adjustment").count() == 1


def test_a_cut_leaves_shipped_goods_covered():
    limit = _limit()
    services.draw(actor=actor("chen"), limit_id=limit.pk, amount=Decimal(150_000), subject=limit)
    with clock.frozen(JUNE):
        services.reduce(
            actor=actor("zhou"), limit_id=limit.pk, amount=Decimal(80_000), reason="OVERDUE", comment="Slow payment"
        )
    with clock.frozen(JUNE + DAY):
        sweep()
        limit.refresh_from_db()
        assert (limit.amount, limit.used) == (Decimal(80_000), Decimal(150_000))
        with pytest.raises(DomainError, match="over_limit"):
            services.draw(actor=actor("chen"), limit_id=limit.pk, amount=Decimal(1), subject=limit)


def test_a_cancellation_leaves_nothing_for_later_shipments():
    limit = _limit()
    with clock.frozen(JUNE):
        services.cancel(actor=actor("zhou"), limit_id=limit.pk, reason="COUNTRY", comment="War")
    assert [_found(limit, day).reason for day in (JUNE, JUNE + DAY)] == ["", "NO_LIMIT"]


def test_a_reduction_ends_a_temporary_increase_too():
    limit = _limit()
    with clock.frozen(JUNE):
        limits.a_temporary_limit(limit, "350000", until=JUNE + 60 * DAY)
        services.reduce(
            actor=actor("zhou"), limit_id=limit.pk, amount=Decimal(120_000), reason="PORTFOLIO", comment="Portfolio"
        )
    assert [_amount(limit, day) for day in (JUNE, JUNE + DAY)] == [Decimal(350_000), Decimal(120_000)]


@pytest.mark.parametrize("amount", ["200000", "250000", "0"])
def test_a_reduction_must_be_lower_and_above_zero(amount):
    with pytest.raises(DomainError, match="not_a_reduction"):
        services.reduce(
            actor=actor("zhou"), limit_id=_limit().pk, amount=Decimal(amount), reason="OVERDUE", comment="x"
        )


@pytest.mark.parametrize("name", ["chen", "he", "gu", "cao"])
def test_only_an_underwriter_cuts(name):
    with pytest.raises(NotAllowed):
        services.cancel(actor=actor(name), limit_id=_limit().pk, reason="COUNTRY", comment="x")


def test_a_lower_decision_on_a_standing_limit_is_forward_only_too():
    limit = _limit()
    limits.a_limit(
        policy=limit.policy, obligor=limit.obligor, effective_from=JUNE, decision={"amount": Decimal(50_000)}
    )
    assert [_amount(limit, day) for day in (JUNE, JUNE + DAY)] == [Decimal(200_000), Decimal(50_000)]


def test_a_nil_decision_covers_nothing_and_says_so():
    limit = limits.a_zero_limit(policy=a_policy_in_force(starts_on=START))
    assert _found(limit, JUNE).reason == "NO_LIMIT"


def test_twelve_months_without_a_shipment_lapse_the_limit():
    """Last shipment 10 April 2026: the last day that saves it is 10 April 2027; on the 11th it has lapsed."""
    limit = limits.a_limit(policy=a_policy_in_force(starts_on=START))
    CreditLimitVersion.objects.filter(limit=limit)  # the version ends with the policy, 1 March 2027
    with clock.frozen(date(2026, 4, 10)):
        services.note_shipments(actor=actor("chen"), latest={limit.pk: date(2026, 4, 10)})
    assert Deadline.objects.of(limit).open().get(kind="LIMIT_IDLE").legal_due == date(2027, 4, 10)


def test_the_idle_clock_lapses_a_limit_that_nobody_used():
    limit = _limit()
    services.note_shipments(actor=actor("chen"), latest={limit.pk: START})
    clock_row = Deadline.objects.of(limit).open().get(kind="LIMIT_IDLE")
    Deadline.objects.filter(pk=clock_row.pk).update(nominal_due=JUNE, legal_due=JUNE, next_fire_at=clock.end_of(JUNE))
    with clock.frozen(JUNE + DAY):
        sweep()  # shipped within twelve months: the clock starts anew, nothing lapses
    limit.refresh_from_db()
    assert limit.amount == Decimal(200_000)
    assert Deadline.objects.of(limit).open().get(kind="LIMIT_IDLE").legal_due == date(2027, 3, 2)


def test_a_lapsed_limit_says_why():
    """A limit of a policy that started on 2 March 2026, never shipped under, extended beyond a year by hand of the test."""
    limit = _limit()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with pending checks cannot be altered
        cursor.execute("ALTER TABLE limits_creditlimitversion DISABLE TRIGGER USER")
        cursor.execute("UPDATE limits_creditlimitversion SET validity = daterange('2026-03-02', '2028-01-01')")
        cursor.execute("ALTER TABLE limits_creditlimitversion ENABLE TRIGGER USER")
    with clock.frozen(date(2027, 3, 3)):
        from limits.services.versions import on_idle

        on_idle([Deadline(subject_id=limit.pk)])
    limit.refresh_from_db()
    assert limit.amount == 0
    assert limit.versions.last().reason == VersionReason.IDLE


# --- the database -----------------------------------------------------------------------------------------------------


def test_two_live_versions_of_a_kind_cannot_share_a_day():
    version = _limit().versions.get()
    twin = CreditLimitVersion.objects.get(pk=version.pk)
    twin.pk, twin.number = None, "LIM-X/2"
    with pytest.raises(IntegrityError, match="one_live_version_per_day"), transaction.atomic():
        twin.save()
    twin.validity = DateRange(version.validity.upper, version.validity.upper + DAY)
    twin.save()  # control: the day after is free


@pytest.mark.parametrize(
    "change",
    [
        "amount = 900000", "validity = daterange('2026-03-02', '2030-01-01')", "validity = daterange('2026-03-05', '2026-12-01')",
        "reason = 'COUNTRY'",
    ],
)  # fmt: skip
def test_a_decision_is_never_rewritten(change):
    _limit()
    with pytest.raises(IntegrityError, match="never rewritten"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE limits_creditlimitversion SET {change}")


def test_a_validity_may_only_end_earlier():
    version = _limit().versions.get()
    version.validity = DateRange(START, JUNE)
    version.save()
    with pytest.raises(IntegrityError, match="never rewritten"), transaction.atomic():
        version.delete()
