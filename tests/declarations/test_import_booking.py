"""A file of shipments: what is booked is what the single door would have booked, row by row."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from declarations import services as single
from declarations.importer import services
from declarations.line import Line
from declarations.models import BatchState, CoverReason, ImportRow, LineState, Shipment
from limits.models import CreditLimit, LimitMovement
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines.models import Deadline
from sinosure.reference.models import Country
from tests.factories.declarations import a_line, a_shipment, an_overdue_shipment
from tests.factories.files import a_booked_file, a_checked_file, a_row, an_upload, as_csv, as_xlsx, rows_of, worked
from tests.factories.limits import a_limit, a_stopped_limit
from tests.factories.people import actor

pytestmark = pytest.mark.django_db


def test_a_file_is_checked_shown_and_booked_only_when_confirmed():
    """12 × 20,000 under a limit of 200,000: 200,000 covered, 40,000 not; premium 12 × 32.00 (0.16 %) = 384.00."""
    limit = a_limit()
    batch = a_checked_file(limit, as_csv(rows_of(limit, 12, 发票金额="20,000.00", 出运日期=clock.today().isoformat())))
    assert (batch.state, batch.rows_total, batch.rows_bad) == (BatchState.READY, 12, 0)
    assert {name: Decimal(batch.preview[name]) for name in ("value", "covered", "uncovered", "premium")} == {
        "value": Decimal(240_000), "covered": Decimal(200_000), "uncovered": Decimal(40_000), "premium": Decimal(384),
    }  # fmt: skip
    assert not Shipment.objects.exists()
    services.confirm(actor=actor("chen"), batch_id=batch.pk)
    worked(batch)
    assert batch.state == BatchState.BOOKED
    limit.refresh_from_db()
    assert limit.used == Decimal(200_000)
    covered = [row.covered for row in Shipment.objects.order_by("id")]
    assert covered == [Decimal(20_000)] * 10 + [Decimal(0)] * 2
    assert Shipment.objects.filter(cover_reason=CoverReason.OVER_LIMIT).count() == 2
    assert sum(move.amount for move in LimitMovement.objects.filter(limit=limit)) == limit.used
    assert not ImportRow.objects.filter(batch_id=batch.pk).exists()
    entry = AuditEntry.objects.get(action="shipments.imported")
    assert (entry.detail["lines"], len(entry.detail["digest"])) == (12, 64)
    assert AuditEntry.objects.filter(action="shipment.declared").count() == 0


FIGURES = (
    "state", "term", "credit_days", "invoice_key", "shipped_on", "due_on", "amount", "deposit", "currency", "fx", "policy_amount",
    "open_amount", "limit_id", "covered", "cover_reason", "rate_pct", "premium", "premium_state", "is_late", "hold_reason",
    "destination_id", "kind", "buyer_id", "obligor_id", "original_due_on", "premium_credit", "version", "transport_no", "lc_no",
)  # fmt: skip
CLOCK = (
    "kind",
    "starts_on",
    "nominal_due",
    "legal_due",
    "earliest",
    "provisional",
    "next_fire_at",
    "amount_at_risk",
    "currency",
    "state",
    "owner",
)


def figures(rows):
    return [{name: getattr(row, name) for name in FIGURES} for row in rows]


def clocks(rows):
    found = [
        [{name: getattr(one, name) for name in CLOCK} for one in Deadline.objects.of(row).order_by("kind")]
        for row in rows
    ]
    return found


LINE = st.fixed_dictionaries({
    "limit": st.sampled_from(["dp", "oa"]), "term": st.sampled_from(["DP", "DA", "OA"]), "day": st.integers(min_value=0, max_value=195),
    "credit_days": st.sampled_from([0, 29, 30, 31, 60, 90, 91, 150, 400]), "currency": st.sampled_from(["USD", "EUR", "JPY"]),
    "amount": st.integers(min_value=2, max_value=90_000), "deposit": st.sampled_from([0, 0, 0, 1]),
    "destination": st.sampled_from(["DE", "FR", "sanctioned"]),
})  # fmt: skip
LATE_BESIDE_OVERDUE = [
    {"limit": "oa", "term": "DA", "day": 80, "credit_days": 400, "currency": "USD", "amount": 345, "deposit": 1, "destination": "DE"},
    {"limit": "oa", "term": "OA", "day": 90, "credit_days": 30, "currency": "USD", "amount": 500, "deposit": 0, "destination": "DE"},
]  # fmt: skip


@settings(max_examples=6, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
@given(lines=st.lists(LINE, min_size=4, max_size=9))
@example(lines=LATE_BESIDE_OVERDUE)
def test_a_file_books_what_the_single_door_would_have_booked(lines):
    """The same lines once by hand and once as a file, under limits in several states: every figure and clock is equal.

    By hand the person answers truthfully whether another invoice of this buyer is overdue (DEC-3): the file says so itself.
    """
    now, start = clock.now(), clock.today() - timedelta(days=200)
    with clock.frozen(start):
        dp = a_limit(term="DP", credit_days=30, amount="60000")
        oa = a_limit(policy=dp.policy, amount="150000", credit_days=90, effective_from=start + timedelta(days=20))
    ordered = _in_order(lines, start, {"dp": dp, "oa": oa})
    with clock.frozen(now):
        by_hand = _by_hand(ordered)
        expected, expected_clocks = figures(by_hand), clocks(by_hand)
        used = dict(CreditLimit.objects.values_list("pk", "used"))
        _undo(by_hand)
        rows = [
            a_row(one["limit"], n, 支付方式=one["term"], 出运日期=one["shipped_on"].isoformat(), 币种=one["currency"],
                  发票金额=str(one["amount"]), 预收款=str(one["deposit"] or ""), 目的国=one["destination"],
                  **{"信用期限（天）": str(one["credit_days"])})
            for n, one in enumerate(ordered)
        ]  # fmt: skip
        batch = a_booked_file(oa, as_csv(rows))
    assert batch.state == BatchState.BOOKED, batch.failure
    booked = list(Shipment.objects.filter(batch=batch).order_by("id"))
    assert figures(booked) == expected
    assert clocks(booked) == expected_clocks
    assert dict(CreditLimit.objects.values_list("pk", "used")) == used


def _in_order(lines, start, by_name):
    """The drawn lines in shipment order, with their limit, days and country."""
    sanctioned = Country.objects.filter(is_sanctioned=True).values_list("pk", flat=True).first()
    found = []
    for one in sorted(lines, key=lambda line: line["day"]):
        shipped_on = start + timedelta(days=one["day"])
        where = one["destination"] if one["destination"] != "sanctioned" else sanctioned or "DE"
        dates = {"shipped_on": shipped_on, "due_on": shipped_on + timedelta(days=one["credit_days"])}
        found.append({**one, **dates, "limit": by_name[one["limit"]], "destination": where})
    return found


def _by_hand(ordered):
    made = []
    overdue = {one["limit"].obligor_id for one in ordered if one["due_on"] < clock.today()}
    for n, one in enumerate(ordered):
        line = Line(
            obligor_id=one["limit"].obligor_id, term=one["term"], credit_days=one["credit_days"], invoice_no=f"F-{n:05d}",
            shipped_on=one["shipped_on"], due_on=one["due_on"], amount=Decimal(one["amount"]), currency=one["currency"],
            destination=one["destination"], deposit=Decimal(one["deposit"]), knows_of_loss=one["limit"].obligor_id in overdue,
        )  # fmt: skip
        made.append(single.declare(actor=actor("chen"), policy_id=one["limit"].policy_id, line=line))
    for row in made:
        row.refresh_from_db()
    return made


def _undo(rows):
    """Take the lines declared by hand back, so that the file finds everything as it was."""
    for row in rows:
        single.withdraw(actor=actor("chen"), shipment_id=row.pk, reason="again as a file")
    CreditLimit.objects.update(last_shipped_on=None)


def test_a_stopped_buyer_is_declared_but_not_covered():
    limit = a_stopped_limit()
    batch = a_booked_file(limit, as_csv([a_row(limit)]))
    row = Shipment.objects.get(batch=batch)
    assert (row.state, row.covered, row.cover_reason) == (LineState.BOOKED, 0, CoverReason.STOPPED)


def test_what_is_late_with_a_loss_known_waits_for_an_officer():
    overdue = an_overdue_shipment(days=40)
    row = a_row(overdue.limit, 出运日期=overdue.shipped_on.isoformat())
    batch = a_booked_file(overdue.limit, as_csv([row]))
    line = Shipment.objects.get(batch=batch)
    assert (line.state, line.hold_reason, line.covered) == (LineState.LATE_REVIEW, "LATE", 0)
    assert not Deadline.objects.of(line).exists()


def test_a_late_row_waits_for_an_officer_when_another_row_of_the_file_is_overdue():
    """DEC-3 asks whether any invoice of the buyer is overdue; in one file the order of the rows does not matter."""
    start = clock.today() - timedelta(days=120)
    with clock.frozen(start):
        limit = a_limit()
    late = a_row(limit, 1, 出运日期=start.isoformat(), **{"信用期限（天）": "150"})
    overdue = a_row(limit, 2, 出运日期=start.isoformat())
    batch = a_booked_file(limit, as_csv([late, overdue]))
    held = Shipment.objects.filter(batch=batch).order_by("id").values_list("state", "hold_reason", "known_risk")
    assert list(held) == [(LineState.LATE_REVIEW, "LATE", False)] * 2


def test_a_paper_of_another_insured_holds_the_line_silently():
    limit = a_limit()
    other = a_limit(policy=None, obligor=limit.obligor)
    assert other.pk != limit.pk
    a_shipment(limit, transport_no="COSU123")
    from tests.factories.policies import a_policy_in_force

    theirs = a_limit(policy=a_policy_in_force("yunshan"), obligor=limit.obligor)
    batch = a_checked_file(theirs, as_csv([a_row(theirs, 提单号="COSU123")]))
    assert batch.rows_bad == 0
    assert "SAME_DOCUMENT" not in str(batch.preview)
    services.confirm(actor=actor("wu"), batch_id=batch.pk)
    worked(batch)
    line = Shipment.objects.get(batch=batch)
    assert (line.state, line.hold_reason) == (LineState.ON_HOLD, "SAME_DOCUMENT")


def test_when_something_changed_since_the_preview_nothing_is_booked_and_it_is_shown():
    limit = a_limit()
    batch = a_checked_file(limit, as_csv(rows_of(limit, 3)))
    services.confirm(actor=actor("chen"), batch_id=batch.pk)
    a_shipment(limit, invoice_no="F-00002")
    worked(batch)
    assert (batch.state, batch.rows_bad) == (BatchState.READY, 1)
    assert not Shipment.objects.filter(batch=batch).exists()
    fault = batch.errors.get()
    assert (fault.row_no, fault.column, fault.code) == (3, "invoice_no", "already_declared")


def test_bad_rows_are_left_out_only_when_the_person_says_so():
    limit = a_limit()
    rows = [a_row(limit, 1), a_row(limit, 2, 发票金额="1e3"), a_row(limit, 3)]
    batch = a_checked_file(limit, as_csv(rows))
    assert (batch.rows_good, batch.rows_bad) == (2, 1)
    with pytest.raises(DomainError) as refused:
        services.confirm(actor=actor("chen"), batch_id=batch.pk)
    assert refused.value.code == "bad_rows"
    services.confirm(actor=actor("chen"), batch_id=batch.pk, leave_out_bad=True)
    worked(batch)
    assert Shipment.objects.filter(batch=batch).count() == 2


def test_a_bad_row_is_mended_in_place():
    limit = a_limit()
    batch = a_checked_file(limit, as_csv([a_row(limit, 1), a_row(limit, 2, 发票金额="1.000,00")]))
    assert batch.rows_bad == 1
    services.mend(actor=actor("chen"), batch_id=batch.pk, row_no=3, values={"amount": "1,000.00"})
    batch.refresh_from_db()
    assert (batch.rows_bad, batch.rows_good, batch.errors.count()) == (0, 2, 0)


def test_the_same_file_twice_is_refused_with_the_number_of_the_first():
    limit = a_limit()
    content = as_csv([a_row(limit)])
    first = an_upload(limit, content)
    with pytest.raises(DomainError) as refused:
        an_upload(limit, content, "again.csv")
    assert (refused.value.code, refused.value.status, refused.value.params["number"]) == (
        "already_received",
        409,
        first.number,
    )
    services.discard(actor=actor("chen"), batch_id=first.pk)
    an_upload(limit, content, "again.csv")


def test_the_worker_called_twice_books_once():
    limit = a_limit()
    batch = a_booked_file(limit, as_csv(rows_of(limit, 5)))
    worked(batch)
    assert Shipment.objects.count() == 5


def test_a_file_from_excel_gives_the_same_lines_as_csv():
    limit = a_limit()
    today = clock.today()
    row = a_row(limit, 出运日期=today, 发票金额=1234.5, **{"信用期限（天）": 60})
    batch = a_booked_file(limit, as_xlsx([row]), "s.xlsx")
    line = Shipment.objects.get(batch=batch)
    assert (line.amount, line.shipped_on, line.due_on) == (Decimal("1234.5"), today, today + timedelta(days=60))


def test_another_tenant_sees_and_touches_nothing():
    limit = a_limit()
    batch = a_checked_file(limit, as_csv([a_row(limit)]))
    for deed in (services.discard, services.confirm):
        with pytest.raises(batch.DoesNotExist):
            deed(actor=actor("wu"), batch_id=batch.pk)


def test_numbers_continue_the_series_of_the_month():
    limit = a_limit()
    first = single.declare(actor=actor("chen"), policy_id=limit.policy_id, line=a_line(limit, invoice_no="ONE"))
    batch = a_booked_file(limit, as_csv([a_row(limit, n, 出运日期=clock.today().isoformat()) for n in (1, 2)]))
    numbers = list(Shipment.objects.filter(batch=batch).order_by("id").values_list("declaration_no", flat=True))
    prefix, last = first.declaration_no.rsplit("-", 1)
    assert numbers == [f"{prefix}-{int(last) + 1:05d}", f"{prefix}-{int(last) + 2:05d}"]
