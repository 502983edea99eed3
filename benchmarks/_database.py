"""A database of its own for a benchmark, made and dropped by it; and a million shipments to stand in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from declarations.models import Shipment
from sinosure.reference.seed.load import load_reference

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


_TEMPLATE = "empty"
_NAME = re.compile(r"bench_(\d+)_\w+")


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """A database with reference data beside the configured one: a copy of one that the first benchmark of a run makes."""
    before, own = connection.settings_dict["NAME"], _named(name)
    with _admin() as cursor:
        if not _exists(cursor, _named(_TEMPLATE)):
            _make_template()
        cursor.execute(f"CREATE DATABASE {own} TEMPLATE {_named(_TEMPLATE)}")
    _use(own)
    try:
        yield
    finally:
        _use(before)
        with _admin() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)")


def drop_leftovers(mine: bool = False) -> None:
    """The databases of runs that were killed: their process is gone and nobody is connected; `mine`: also those of this run."""
    with _admin() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database d WHERE NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datid = d.oid)"
        )
        for (name,) in cursor.fetchall():
            found = _NAME.fullmatch(name)
            if found and (_is_gone(int(found[1])) or (mine and int(found[1]) == os.getpid())):
                cursor.execute(f"DROP DATABASE IF EXISTS {name}")


def _named(name: str) -> str:
    return f"bench_{os.getpid()}_{name}"


def _admin() -> Any:
    return connection._nodb_cursor()  # type: ignore[attr-defined]


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() is not None


def _make_template() -> None:
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = _named(_TEMPLATE)
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    load_reference()
    _use(before)


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def database_url() -> str:
    """The database that is in use now, for a worker process."""
    found = connection.settings_dict
    login = f"{found['USER']}:{quote(found['PASSWORD'] or '')}@" if found["USER"] else ""
    place = {"host": found["HOST"], "port": found["PORT"], **found["OPTIONS"]}
    options = urlencode({name: value for name, value in place.items() if name in ("host", "port") and value})
    return f"postgres://{login}/{found['NAME']}?{options}"


def fill(model: Shipment, count: int, prefix: str = "OLD", first: int = 1) -> None:
    """`count` more shipments like `model`, without the checks of foreign keys that this copy does not need."""
    values = {"first": first, "last": first + count - 1, "model": model.pk, "today": model.shipped_on, "prefix": prefix}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FILL, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE declarations_shipment")
