"""A database of its own for a benchmark, made and dropped by it; and a million shipments to stand in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from declarations.models import Shipment

FILL = """
    INSERT INTO declarations_shipment (
        policy_id, policyholder_id, obligor_id, state, declaration_no, kind, term, credit_days, invoice_no, invoice_key, contract_no,
        transport_no, customs_no, hs_code, description, lc_no, destination_id, shipped_on, due_on, amount, deposit, currency, fx,
        policy_amount, open_amount, limit_id, covered, cover_reason, rate_pct, premium, premium_credit, premium_state, is_late, known_risk,
        hold_reason, remark, version, declared_at)
    SELECT s.policy_id, s.policyholder_id, l.obligor_id, 'BOOKED', 'DEC-202501-' || lpad(n::text, 7, '0'), 'GOODS', 'OA', 60,
        %(prefix)s || n, %(prefix)s || n, '', 'BL' || %(prefix)s || n, 'CU' || %(prefix)s || n, '940542', 'LED lamps', '', s.destination_id,
        %(today)s::date - (n %% 300)::int, %(today)s::date - (n %% 300)::int + 60, 1000, 0, 'USD', 1, 1000,
        CASE WHEN n %% 300 < 61 THEN 1000 ELSE 0 END, l.id, 0, CASE WHEN n %% 300 < 61 THEN 'OVER_LIMIT' ELSE '' END, 0.16, 1.6, 0, 'PAID',
        false, false, '', '', 1, now()
    FROM declarations_shipment s, generate_series(%(first)s, %(last)s) n
    JOIN (SELECT id, obligor_id, row_number() OVER (ORDER BY id) - 1 AS k, count(*) OVER () AS all_of_them FROM limits_creditlimit) l
        ON l.k = n %% l.all_of_them
    WHERE s.id = %(model)s
"""


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """An empty, migrated database beside the configured one."""
    settings.DATABASES["default"]["TEST"]["NAME"] = connection.settings_dict["TEST"]["NAME"] = (
        f"bench_{name}_{os.getpid()}"
    )
    old = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


def fill(model: Shipment, count: int, prefix: str = "OLD", first: int = 1) -> None:
    """`count` more shipments like `model`, without the checks of foreign keys that this copy does not need."""
    values = {"first": first, "last": first + count - 1, "model": model.pk, "today": model.shipped_on, "prefix": prefix}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FILL, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE declarations_shipment")
