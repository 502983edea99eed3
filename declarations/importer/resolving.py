"""Match, judge, price and cover the staged rows of a file in sets, to the same figures as one shipment declared by hand.

Everything happens in temporary tables of the caller's transaction: `staged` (rows with who owes), `matched` (limit per
obligor, term, days and day), `priced` (what would be booked). What depends on a day, a currency or a rate alone is worked
out in Python by the rules of the single declaration, once per distinct value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg2.extras import execute_values

from declarations.importer import sql
from declarations.line import FX_PLACES
from declarations.models import ImportBatch
from declarations.quoting import declaration_due
from declarations.rating import BASE_RATES_PCT, RATE_PLACES, TENOR_BANDS, percentage_factor
from policies.cover import cover_test
from policies.in_force import version_on
from policies.models import Policy, PolicySchedule, RateBasis
from policies.selectors import cover_period
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import decimals_of
from sinosure.reference.services import fx

OUTSIDE = ("BEFORE_POLICY", "AFTER_POLICY", "TERMINATED")


def resolve(batch: ImportBatch, *, knows_of_loss: bool, again: bool = False) -> None:
    """Fill the temporary tables up to `priced`; rows with faults are in `faulty`. `again`: rows were judged before."""
    values = _values(batch, knows_of_loss)
    with connection.cursor() as cursor:
        for statement in sql.DROP:
            cursor.execute(statement)
        _make_facts(cursor, batch)
        judge = sql.JUDGE_AGAIN if again else sql.JUDGE
        for statement in (*sql.STAGE, *judge, *sql.MATCH, *sql.PRICE):
            cursor.execute(statement, values)


def lock_limits(batch: ImportBatch) -> None:
    """FOR UPDATE in id order, before anything is read that a draw depends on."""
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK, {"policy": batch.policy_id, "batch": batch.pk, "banks_only": _banks_only(batch)})


def _values(batch: ImportBatch, knows_of_loss: bool) -> dict[str, Any]:
    policy = batch.policy
    return {
        "batch": batch.pk, "policy": policy.pk, "policyholder": batch.policyholder_id, "places": decimals_of(policy.currency),
        "knows": knows_of_loss, "today": clock.today(), "currency": policy.currency,
        "banks_only": _banks_only(batch),
    }  # fmt: skip


def _banks_only(batch: ImportBatch) -> bool:
    """Forfaiting: a bank owes whatever the term (§1.1)."""
    return batch.policy.wording.named.covers_banks_only


def _make_facts(cursor: Any, batch: ImportBatch) -> None:
    policy = batch.policy
    schedules = list(policy.schedules.order_by("-version").prefetch_related("excluded_countries", "affiliates"))
    for statement in sql.FACTS:
        cursor.execute(statement)
    cursor.execute("SELECT DISTINCT shipped_on FROM declarations_importrow WHERE batch_id = %s AND is_read", [batch.pk])
    days = [day for (day,) in cursor.fetchall()]
    _fill(cursor, "day_fact", _day_facts(policy, schedules, days))
    cursor.execute("SELECT DISTINCT currency FROM declarations_importrow WHERE batch_id = %s AND is_read", [batch.pk])
    _fill(cursor, "money_fact", _money_facts(policy, [code for (code,) in cursor.fetchall()]))
    _fill(
        cursor, "schedule_fact", [(s.pk, s.max_credit_days, s.scope == "NON_LC", s.covers_services) for s in schedules]
    )
    _fill(cursor, "excluded", [(s.pk, c.pk) for s in schedules for c in s.excluded_countries.all()])
    _fill(cursor, "affiliate_fact", [(s.pk, a.code, a.pk) for s in schedules for a in s.affiliates.all()])
    _fill(cursor, "rate_fact", [rate for schedule in schedules for rate in _rates(schedule)])


def _fill(cursor: Any, table: str, rows: Iterable[Sequence[Any]]) -> None:
    chosen = list(rows)
    if chosen:
        execute_values(cursor, f"INSERT INTO {table} VALUES %s", chosen, page_size=1000)  # noqa: S608  constants only
    cursor.execute(f"ANALYZE {table}")


def _day_facts(policy: Policy, schedules: Sequence[PolicySchedule], days: Iterable[date]) -> Iterable[tuple[Any, ...]]:
    """Per shipment date: the schedule, whether the policy covers the day, the last day to declare it."""
    period, today = cover_period(policy), clock.today()
    for day in days:
        schedule = version_on(schedules, day)
        reason = cover_test(period, day).reason
        mode = schedule.declaration_mode if schedule else "MONTHLY_25"
        is_outside = reason in OUTSIDE or schedule is None
        yield day, schedule.pk if schedule else None, is_outside, bool(reason), today > declaration_due(mode, day)


def _money_facts(policy: Policy, codes: Iterable[str]) -> Iterable[tuple[str, Decimal]]:
    """Per currency: the rate of today; none for a currency without one."""
    for code in codes:
        try:
            yield code, fx(code, policy.currency, clock.today()).quantize(FX_PLACES)
        except DomainError:
            continue


def _rates(schedule: PolicySchedule) -> Iterable[tuple[Any, ...]]:
    """§4.4 as rows: schedule, country class, term group, first and last day of the band, rate in %."""
    if schedule.rate_basis == RateBasis.FLAT and schedule.flat_rate_pct is not None:
        for risk_class, groups in BASE_RATES_PCT.items():
            for group in groups:
                yield _rate(schedule, risk_class, group, 0, 9999, schedule.flat_rate_pct)
        return
    for risk_class, groups in BASE_RATES_PCT.items():
        for group, base in groups.items():
            first = 0
            for last, multiplier in TENOR_BANDS:
                full = base * multiplier * percentage_factor(schedule.highest_ratio) * schedule.experience_factor
                yield _rate(schedule, risk_class, group, first, last, full)
                first = last + 1


def _rate(
    schedule: PolicySchedule, risk_class: str, group: str, first: int, last: int, rate: Decimal
) -> tuple[Any, ...]:
    return schedule.pk, risk_class, group, first, last, rate, rate.quantize(RATE_PLACES)
