"""The sums by policyholder, obligor and measure, made set-based from what the apps above registered.

Pages read the sums, so a page costs the same whether ten thousand or ten million shipments stand behind it; it says as of when.
"""

from __future__ import annotations

import time
from typing import Any

from django.db import connection, transaction

from credit_info.atlas import sources
from credit_info.atlas.models import BookSummary
from sinosure.core import clock

_LOCK = 7_204_814
_RATES = """
    CREATE TEMPORARY TABLE atlas_rate ON COMMIT DROP AS
    SELECT DISTINCT ON (currency_id) currency_id AS currency, per_usd FROM reference_exchangerate
    WHERE day <= %(today)s AND currency_id <> 'USD' ORDER BY currency_id, day DESC
"""
_SUM = """
    INSERT INTO credit_info_booksum (policyholder_id, obligor_id, measure, usd, items)
    SELECT s.policyholder_id, s.obligor_id, %(measure)s,
        SUM(round(CASE WHEN s.currency = 'USD' THEN s.amount ELSE COALESCE(s.amount / r.per_usd, 0) END, 2)), SUM(s.items)
    FROM ({sql}) s (policyholder_id, obligor_id, currency, amount, items) LEFT JOIN atlas_rate r USING (currency)
    GROUP BY s.policyholder_id, s.obligor_id
"""
_WITHOUT_RATE = """
    SELECT COALESCE(SUM(s.items), 0) FROM ({sql}) s (policyholder_id, obligor_id, currency, amount, items)
    WHERE s.currency <> 'USD' AND s.amount <> 0 AND NOT EXISTS (SELECT FROM atlas_rate r WHERE r.currency = s.currency)
"""
_REGISTER = """
    INSERT INTO credit_info_registercount (country_id, section, light, items)
    SELECT country_id, section, light, count(*) FROM credit_info_obligor WHERE merged_into_id IS NULL
    GROUP BY country_id, section, light
"""


@transaction.atomic
def summarise() -> BookSummary:
    """Every sum anew, in one transaction; two at a time queue up. Amounts at the rates of today."""
    began = time.perf_counter()
    values: dict[str, Any] = {"today": clock.today()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("DELETE FROM credit_info_booksum")
        cursor.execute("DELETE FROM credit_info_registercount")
        cursor.execute("DROP TABLE IF EXISTS atlas_rate")
        cursor.execute(_RATES, values)
        missing = sum(_sum(cursor, source, values) for source in sources.registered())
        cursor.execute(_REGISTER)
    took = round((time.perf_counter() - began) * 1000)
    facts = {"made_at": clock.now(), "took_ms": took, "without_rate": missing}
    return BookSummary.objects.update_or_create(id=1, defaults=facts)[0]


def _sum(cursor: Any, source: sources.Source, values: dict[str, Any]) -> int:
    """One measure; how many of its items have no exchange rate and count as nothing."""
    cursor.execute(_SUM.format(sql=source.sql), {**values, "measure": source.measure})
    cursor.execute(_WITHOUT_RATE.format(sql=source.sql), values)
    return int(cursor.fetchone()[0])


def last() -> BookSummary | None:
    return BookSummary.objects.filter(pk=1).first()
