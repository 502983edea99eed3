"""Keep the sums of trade in step with the records, by what changes and never by counting anew.

Writers put their changes into the temporary table `trade_delta` (rows that go have negative figures) and call `settle`
in the same transaction, holding the one row of TradeWindow. When a newer month comes in, the months that leave the last
twelve are taken off the sums of that period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from credit_info.navigator.models import TradeWindow

FIGURES = ("weight_kg", "amount", "count")
CHINA = "sum(amount) FILTER (WHERE origin = 'CN')"
_TYPES = "weight_kg numeric(18,3), amount numeric(18,3), count bigint"
_DELTA = f"""
    DROP TABLE IF EXISTS trade_delta, trade_dated;
    CREATE TEMPORARY TABLE trade_delta (
        obligor_id bigint, country_id varchar(2), hs6 varchar(6), origin varchar(2), month date, {_TYPES}) ON COMMIT DROP;
    CREATE TEMPORARY TABLE trade_dated (
        period smallint, obligor_id bigint, country_id varchar(2), hs varchar(6), origin varchar(2), {_TYPES}) ON COMMIT DROP
"""
_LEVELS = "CROSS JOIN LATERAL (VALUES (hs6), (left(hs6, 4))) level (hs)"
# each change counts in its year, and in the last twelve months when it lies in them
_DATE = f"""
    INSERT INTO trade_dated
    SELECT extract(year FROM month)::smallint, obligor_id, country_id, hs, origin, weight_kg, amount, count FROM trade_delta {_LEVELS}
    UNION ALL
    SELECT 0, obligor_id, country_id, hs, origin, weight_kg, amount, count FROM trade_delta {_LEVELS}
    WHERE month > %(newest)s::date - interval '12 months'
"""  # noqa: S608  only constants of this module
_LEAVE = f"""
    INSERT INTO trade_dated
    SELECT 0, obligor_id, country_id, hs, origin_id, -weight_kg, -amount, -count FROM credit_info_traderecord {_LEVELS}
    WHERE month > %(was)s::date - interval '12 months' AND month <= %(newest)s::date - interval '12 months'
"""  # noqa: S608


@dataclass(frozen=True)
class Sums:
    """One table of sums: what it is keyed by, and the changes that it is fed with."""

    table: str
    keys: tuple[str, ...]
    source: str
    has_china: bool = True

    @property
    def figures(self) -> tuple[str, ...]:
        return (*FIGURES, "china_amount") if self.has_china else FIGURES

    def changes(self) -> str:
        china = f", coalesce({CHINA}, 0) AS china_amount" if self.has_china else ""
        keys = ", ".join(self.keys)
        sums = "sum(weight_kg) AS weight_kg, sum(amount) AS amount, sum(count) AS count"
        return f"SELECT {keys}, {sums}{china} FROM {self.source} GROUP BY {keys}"  # noqa: S608

    def statements(self) -> tuple[str, ...]:
        """Known cells take the change, new ones are written, and those that have come to nothing go."""
        same = " AND ".join(f"t.{key} = c.{key}" for key in self.keys)
        added = ", ".join(f"{name} = t.{name} + c.{name}" for name in self.figures)
        columns = ", ".join((*self.keys, *self.figures))
        return (
            f"CREATE TEMPORARY TABLE trade_cells ON COMMIT DROP AS {self.changes()}",
            "ANALYZE trade_cells",
            f"UPDATE {self.table} t SET {added} FROM trade_cells c WHERE {same}",  # noqa: S608
            f"INSERT INTO {self.table} ({columns}) SELECT {columns} FROM trade_cells c "  # noqa: S608
            f"WHERE NOT EXISTS (SELECT 1 FROM {self.table} t WHERE {same})",
            f"DELETE FROM {self.table} t USING trade_cells c WHERE {same} AND c.count < 0 AND t.count = 0",  # noqa: S608
            "DROP TABLE trade_cells",
        )


MONTHS = Sums(
    "credit_info_marketmonth",
    ("hs", "country_id", "month"),
    f"(SELECT * FROM trade_delta {_LEVELS}) levelled",  # noqa: S608
)
ORIGINS = Sums(
    "credit_info_marketorigin", ("hs", "period", "country_id", "origin_id"),
    "(SELECT *, origin AS origin_id FROM trade_dated) named", has_china=False,
)  # fmt: skip
BUYERS = Sums("credit_info_buyerstanding", ("hs", "period", "country_id", "obligor_id"), "trade_dated")
ALL = (MONTHS, ORIGINS, BUYERS)


def begin() -> TradeWindow:
    """Lock the window against other writers, and make room for the changes."""
    TradeWindow.objects.get_or_create(id=1)
    window = TradeWindow.objects.select_for_update().get(id=1)
    with connection.cursor() as cursor:
        cursor.execute(_DELTA)
    return window


def leave(window: TradeWindow, newest: date | None) -> None:
    """Before any record is written: move the window on to `newest`; the months behind it leave the last twelve."""
    if newest is None or (window.newest is not None and newest <= window.newest):
        return
    if window.newest is not None:
        with connection.cursor() as cursor:
            cursor.execute(_LEAVE, {"was": window.newest, "newest": newest})
    window.newest = newest
    window.save(update_fields=["newest"])


def settle(window: TradeWindow) -> None:
    """After the records are written: bring what changed to every table of sums."""
    if window.newest is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(_DATE, {"newest": window.newest})
        for sums in ALL:
            for sql in sums.statements():
                cursor.execute(sql)


_RECOUNT = """
    INSERT INTO trade_delta
    SELECT obligor_id, country_id, hs6, origin_id, month, weight_kg, amount, count FROM credit_info_traderecord
"""


@transaction.atomic
def differences() -> dict[str, int]:
    """Count everything anew from the records: how many cells of each table differ from what is kept. Nothing is changed."""
    window, found = begin(), {}
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT)
        cursor.execute(_DATE, {"newest": window.newest})
        for sums in ALL:
            columns = ", ".join((*sums.keys, *sums.figures))
            kept, fresh = f"SELECT {columns} FROM {sums.table}", f"SELECT {columns} FROM ({sums.changes()}) c"  # noqa: S608
            cursor.execute(f"SELECT count(*) FROM (({kept} EXCEPT {fresh}) UNION ALL ({fresh} EXCEPT {kept})) d")  # noqa: S608
            found[sums.table] = int(cursor.fetchone()[0])
    return found


_MOVED = """
    INSERT INTO trade_delta
    SELECT o.id, r.country_id, r.hs6, r.origin_id, r.month, o.sign * r.weight_kg, o.sign * r.amount, o.sign * r.count
    FROM credit_info_traderecord r CROSS JOIN (VALUES (%(double)s::bigint, -1), (%(kept)s::bigint, 1)) o (id, sign)
    WHERE r.obligor_id = %(double)s
"""
_SAME = "k.month = d.month AND k.hs6 = d.hs6 AND k.origin_id = d.origin_id AND k.country_id = d.country_id"
_JOIN = f"""
    WITH joined AS (
        UPDATE credit_info_traderecord k SET weight_kg = k.weight_kg + d.weight_kg, amount = k.amount + d.amount, count = k.count + d.count
        FROM credit_info_traderecord d WHERE k.obligor_id = %(kept)s AND d.obligor_id = %(double)s AND {_SAME} RETURNING d.id)
    DELETE FROM credit_info_traderecord WHERE id IN (SELECT id FROM joined)
"""  # noqa: S608


@transaction.atomic
def move(double_id: int, kept_id: int) -> None:
    """Two rows of the register are one company: its trade and contacts go on under the one that is kept."""
    window, values = begin(), {"double": double_id, "kept": kept_id}
    statements = (
        _MOVED, _JOIN, "UPDATE credit_info_traderecord SET obligor_id = %(kept)s WHERE obligor_id = %(double)s",
        "UPDATE credit_info_tradecontact SET obligor_id = %(kept)s WHERE obligor_id = %(double)s",
    )  # fmt: skip
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql, values)
    settle(window)
