"""Book a checked file in one transaction: lock the limits, resolve again, write lines, draws and clocks as sets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from psycopg2.extras import execute_values

from declarations import clocks, messages
from declarations.importer import checking, resolving
from declarations.models import BatchState, ImportBatch, ImportRow, Shipment
from declarations.production import switching
from declarations.signals import shipment_booked
from limits import services as limits
from limits.models import CreditLimit
from sinosure.accounts.actor import SYSTEM, Actor, actor_of
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.workdays import calendar_days
from sinosure.deadlines.registry import KINDS
from sinosure.reference.services import calendar_of

_TENANT_LOCK = 7_310
_SHIPMENTS = """
    INSERT INTO declarations_shipment (
        id, policy_id, policyholder_id, obligor_id, buyer_id, state, declaration_no, kind, term, credit_days, invoice_no, invoice_key,
        contract_no, transport_no, customs_no, hs_code, description, lc_no, destination_id, shipped_on, due_on, original_due_on, amount,
        deposit, currency, fx, policy_amount, open_amount, limit_id, covered, cover_reason, rate_pct, premium, premium_credit,
        premium_state, is_late, known_risk, hold_reason, remark, version, financing_bank_id, batch_id, declared_at, seller, aval_no,
        affiliate_id, acceptance_no)
    SELECT b.id, %(policy)s, %(policyholder)s, s.obligor_id, s.buyer_id,
        CASE b.hold WHEN '' THEN 'BOOKED' WHEN 'LATE' THEN 'LATE_REVIEW' ELSE 'ON_HOLD' END, b.number, s.kind, s.term, s.credit_days,
        s.invoice_no, s.invoice_key, s.contract_no, s.transport_no, s.customs_no, s.hs_code, s.description, s.lc_no, s.destination_id,
        s.shipped_on, s.due_on, s.due_on, s.amount, s.deposit, s.currency, b.fx, b.policy_amount, s.amount - s.deposit,
        CASE WHEN b.hold = '' THEN b.limit_id END, b.covered,
        CASE WHEN b.hold <> '' THEN 'NOT_BOOKED' WHEN b.reason <> '' THEN b.reason
            WHEN b.covered < b.exposure THEN 'OVER_LIMIT' ELSE '' END,
        b.rate_pct, b.premium, 0, CASE WHEN b.hold = '' THEN 'UNBILLED' ELSE 'NONE' END, b.is_late, %(knows)s, b.hold, '', 1,
        s.financing_bank_id, %(batch)s, %(now)s, s.seller, s.aval_no, s.affiliate_id, s.acceptance_no
    FROM booked b JOIN staged s USING (row_no) ORDER BY b.id
"""
_NUMBER_ROWS = """
    CREATE TEMP TABLE booked ON COMMIT DROP AS
    SELECT q.*, nextval('declarations_shipment_id_seq') AS id FROM (
        SELECT p.*, s.prefix || '-' || lpad(
            (s.first + p.place)::text, greatest(5, length((s.first + p.place)::text)), '0') AS number
        FROM (SELECT *, row_number() OVER (PARTITION BY to_char(shipped_on, 'YYYYMM') ORDER BY row_no) - 1 AS place FROM priced) p
        JOIN series s ON s.month = to_char(p.shipped_on, 'YYYYMM') ORDER BY p.row_no) q
"""
_SERIES = """
    CREATE TEMP TABLE series ON COMMIT DROP AS
    WITH wanted AS (SELECT to_char(shipped_on, 'YYYYMM') AS month, count(*) AS n FROM priced GROUP BY 1 ORDER BY 1)
    SELECT month, 'DEC-' || month AS prefix, n, 0::bigint AS first FROM wanted
"""
_RESERVE = """
    INSERT INTO documents_numberseries (series, last) SELECT prefix, n FROM series ORDER BY prefix
    ON CONFLICT (series) DO UPDATE SET last = documents_numberseries.last + excluded.last
"""
_FIRST = "UPDATE series s SET first = d.last - s.n + 1 FROM documents_numberseries d WHERE d.series = s.prefix"
_DRAWS = """
    INSERT INTO limits_limitmovement (limit_id, policyholder_id, amount, kind, subject_type, subject_id, moved_at)
    SELECT limit_id, %(policyholder)s, covered, 'DRAW', 'declarations.shipment', id, %(now)s FROM booked WHERE covered > 0 ORDER BY id
"""
_COUNTERS = """
    UPDATE limits_creditlimit l SET used = l.used + d.drawn
    FROM (SELECT limit_id, sum(covered) AS drawn FROM booked WHERE covered > 0 GROUP BY limit_id) d WHERE l.id = d.limit_id
"""
_WINDOWS = (
    "CREATE TEMP TABLE clock_window (due_on date, kind varchar(40), nominal date, legal date, earliest date, provisional boolean,"
    " next_fire timestamptz) ON COMMIT DROP"
)
_CLOCKS = """
    INSERT INTO deadlines_deadline (kind, subject_type, subject_id, policyholder_id, owner, starts_on, nominal_due, legal_due, earliest,
        provisional, next_fire_at, reminders_sent, state, amount_at_risk, currency, params)
    SELECT w.kind, 'declarations.shipment', b.id, %(policyholder)s, 'POLICYHOLDER', s.due_on, w.nominal, w.legal, w.earliest, w.provisional,
        w.next_fire, 0, 'OPEN', b.exposure, %(currency)s,
        jsonb_build_object('invoice', s.invoice_no, 'buyer', o.name, 'number', b.number, 'group', b.obligor_id)
    FROM booked b JOIN staged s USING (row_no) JOIN clock_window w ON w.due_on = s.due_on
    JOIN credit_info_obligor o ON o.id = b.obligor_id
    WHERE b.hold = '' ORDER BY b.id, w.kind
"""
_DIGEST = """
    SELECT encode(sha256(convert_to(COALESCE(string_agg(
        concat_ws('|', b.number, s.invoice_key, s.obligor_id, s.shipped_on, s.due_on, s.currency, s.amount, b.covered, b.premium), E'\\n'
        ORDER BY b.id), ''), 'UTF8')), 'hex') FROM booked b JOIN staged s USING (row_no)
"""
_PER_LIMIT = """
    SELECT limit_id, max(b.shipped_on), min(s.due_on) FROM booked b JOIN staged s USING (row_no)
    WHERE limit_id IS NOT NULL AND hold = '' GROUP BY limit_id ORDER BY limit_id
"""
_EXTENT = "SELECT count(*) FILTER (WHERE hold <> ''), min(id), max(id) FROM booked"


class Changed(Exception):
    """Since the preview a row became wrong; nothing was booked."""


def book(batch: ImportBatch) -> bool:
    """From BOOKING to BOOKED; back to READY with the new faults (False) when something changed since the preview."""
    try:
        with transaction.atomic():
            _book(batch)
    except Changed:
        batch.refresh_from_db()
        with transaction.atomic():
            checking.preview(batch)
        return False
    return True


def _book(batch: ImportBatch) -> None:
    actor = actor_of(batch.uploaded_by) if batch.uploaded_by else SYSTEM
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_TENANT_LOCK, batch.policyholder_id])
    resolving.lock_limits(batch)
    contracts = switching.let_go_for_file(actor, batch)
    resolving.resolve(batch, knows_of_loss=batch.knows_of_loss, again=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM faulty)")
        if cursor.fetchone()[0]:
            raise Changed
        booked = write(cursor, batch)
        cursor.execute(_DIGEST)
        digest = cursor.fetchone()[0]
        cursor.execute(_EXTENT)
        held, first_id, last_id = cursor.fetchone()
        cursor.execute(_PER_LIMIT)
        per_limit = cursor.fetchall()
    switching.ship_by_file(actor, batch, contracts)
    _tell_limits(per_limit)
    batch.preview = {**batch.preview, "first_id": first_id, "last_id": last_id}
    _finish(actor, batch, booked, held, digest)


def _tell_limits(per_limit: list[tuple[int, date, date]]) -> None:
    """The latest shipment keeps a limit alive (LIM-5), the first due date arms the stop of cover (LIM-10 a)."""
    limits.note_shipments(actor=SYSTEM, latest={limit_id: latest for limit_id, latest, _due in per_limit})
    rows = CreditLimit.objects.select_related("obligor").in_bulk([limit_id for limit_id, *_days in per_limit])
    for limit_id, _latest, first_due in per_limit:
        clocks.arm_stop(SYSTEM, rows[limit_id], first_due)


def write(cursor: Any, batch: ImportBatch) -> int:
    """Lines, draws and clocks of what is in `priced`; returns how many lines."""
    policy = batch.policy
    values = {
        "policy": batch.policy_id,
        "policyholder": batch.policyholder_id,
        "batch": batch.pk,
        "now": clock.now(),
        "currency": policy.currency,
        "knows": batch.knows_of_loss,
    }
    cursor.execute("DROP TABLE IF EXISTS pg_temp.series, pg_temp.booked, pg_temp.clock_window")
    for statement in (_SERIES, _RESERVE, _FIRST, _NUMBER_ROWS, "ANALYZE booked", _SHIPMENTS):
        cursor.execute(statement, values if "%(" in statement else None)
    booked: int = cursor.rowcount
    cursor.execute(_DRAWS, values)
    cursor.execute(_COUNTERS)
    cursor.execute(_WINDOWS)
    cursor.execute("SELECT DISTINCT due_on FROM staged")
    windows = list(_windows(day for (day,) in cursor.fetchall()))
    if windows:
        execute_values(cursor, "INSERT INTO clock_window VALUES %s", windows, page_size=1000)
    cursor.execute("ANALYZE clock_window")
    cursor.execute(_CLOCKS, values)
    return booked


def _windows(days: Iterable[date]) -> Iterable[tuple[Any, ...]]:
    """The notice window, counted once per due date by the rules of the single door (LN-3, LN-4, LN-6)."""
    chosen, kind = list(days), KINDS.get(clocks.LOSS_NOTICE)
    if not chosen or kind is None:
        return
    now, calendar = clock.now(), calendar_of(min(chosen).year - 1, max(chosen).year + 2)
    for due_on in chosen:
        w = calendar_days(due_on, clocks.NOTICE_DAYS, calendar)
        next_fire = kind.next_fire(due_on, w.legal_due, now, w.provisional)
        yield due_on, kind.name, w.nominal_due, w.legal_due, w.earliest, w.provisional, next_fire


def _finish(actor: Actor, batch: ImportBatch, booked: int, held: int, digest: str) -> None:
    batch.state, batch.booked_at, batch.rows_done = BatchState.BOOKED, clock.now(), booked
    batch.preview = {**batch.preview, **_result(batch), "booked": booked}
    batch.save(update_fields=["state", "booked_at", "rows_done", "preview"])
    ImportRow.objects.filter(batch_id=batch.pk).delete()
    detail = {"lines": booked, "held": held, "file": batch.sha256, "digest": digest}
    audit.record(actor, "shipments.imported", batch, detail=json.loads(json.dumps(detail)))
    if held:
        messages.tell_reviewers_of_file(actor, batch, held)
    messages.tell_file_booked(actor, batch, booked)
    shipment_booked.send(sender=Shipment, actor=actor, shipment=None, batch=batch)


def _result(batch: ImportBatch) -> dict[str, Any]:
    """The totals as they were booked, which may differ from the preview."""
    with connection.cursor() as cursor:
        return checking.summary(cursor)
