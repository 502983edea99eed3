"""Declaring one shipment: cover against the limit, premium, clocks, refusals by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from declarations import services
from declarations.models import CoverReason, LineState, Shipment
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines.models import Deadline, DeadlineState
from tests.factories.declarations import a_line, a_receipt, a_shipment, an_overdue_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor

pytestmark = pytest.mark.django_db


def test_a_shipment_within_the_limit_is_covered_and_priced():
    """200,000 limit, 100,000 declared; Germany class A, O/A 60 days: 0.16 % × 1.0 × 1 × 1 = 160.00."""
    shipment = a_shipment()
    assert (shipment.state, shipment.covered, shipment.cover_reason) == (LineState.BOOKED, Decimal("100000.00"), "")
    assert shipment.premium == Decimal("160.00")
    shipment.limit.refresh_from_db()
    assert shipment.limit.used == Decimal("100000")


def test_what_is_above_the_limit_is_kept_and_bears_premium_on_its_full_value():
    """E1: 200,000 limit with 180,000 in use; 50,000 declared → 20,000 covered, premium on 50,000 = 80.00."""
    limit = a_limit()
    a_shipment(limit, amount=Decimal(180_000))
    third = a_shipment(limit, amount=Decimal(50_000))
    assert (third.covered, third.cover_reason) == (Decimal("20000.00"), CoverReason.OVER_LIMIT)
    assert third.premium == Decimal("80.00")


def test_money_from_the_buyer_frees_the_limit_and_covers_what_was_above_it():
    """E2: the buyer pays 80,000 of the first; the 30,000 above the limit become covered."""
    limit = a_limit()
    first = a_shipment(limit, amount=Decimal(80_000), shipped_on=clock.today())
    a_shipment(limit, amount=Decimal(100_000))
    third = a_shipment(limit, amount=Decimal(50_000))
    assert third.covered == Decimal("20000.00")
    a_receipt(first)
    third.refresh_from_db()
    limit.refresh_from_db()
    assert (third.covered, third.cover_reason, limit.used) == (Decimal("50000.00"), "", Decimal("150000.00"))


def test_the_notice_window_is_armed_at_booking_and_ends_with_full_payment():
    shipment = a_shipment()
    window = Deadline.objects.of(shipment).get(kind="LOSS_NOTICE_DEFAULT")
    assert window.starts_on == shipment.due_on
    assert window.nominal_due == shipment.due_on + timedelta(days=30)
    a_receipt(shipment)
    window.refresh_from_db()
    assert window.state == DeadlineState.CANCELLED


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"due_on": date(2026, 1, 1)}, "due_before_ship", "due_on"),
        ({"credit_days": 731}, "tenor_exceeds_2y", "due_on"),
        ({"shipped_on": date(2027, 12, 1)}, "future_shipment", "shipped_on"),
        ({"shipped_on": date(2025, 1, 1)}, "outside_policy", "shipped_on"),
        ({"deposit": Decimal(100_000)}, "deposit_too_large", "deposit"),
        ({"invoice_no": "INV-А1"}, "confusable", None),
        ({"kind": "SERVICE", "transport_no": "BL1"}, "service_with_transport", "transport_no"),
    ],
)
def test_a_wrong_line_is_refused_at_its_field_and_nothing_is_written(change, code, field):
    limit = a_limit()
    with pytest.raises(DomainError) as refused:
        services.declare(actor=actor("chen"), policy_id=limit.policy_id, line=a_line(limit, **change))
    assert refused.value.code == code
    assert field is None or refused.value.field == field
    assert not Shipment.objects.exists()


@pytest.mark.parametrize("again", ["ht-7 ", "ＨＴ－７", "HT\u200b-7", "ht 7"])
def test_the_same_invoice_in_other_clothes_is_a_duplicate_with_its_number(again):
    limit = a_limit()
    first = a_shipment(limit, invoice_no="HT-7")
    with pytest.raises(DomainError) as refused:
        a_shipment(limit, invoice_no=again)
    assert (refused.value.status, refused.value.params["number"]) == (409, first.declaration_no)


def test_above_the_policys_own_term_but_within_two_years_is_kept_uncovered():
    """The schedule allows 365 days; 400 are declared."""
    limit = a_limit()
    shipment = a_shipment(limit, credit_days=400)
    assert (shipment.covered, shipment.cover_reason) == (0, CoverReason.OUT_OF_POLICY)


def test_a_late_line_waits_for_an_officer_when_a_loss_is_known():
    overdue = an_overdue_shipment(days=40)
    limit = overdue.limit
    line = a_line(limit, shipped_on=overdue.shipped_on)
    late = services.declare(actor=actor("chen"), policy_id=limit.policy_id, line=line)
    assert (late.state, late.is_late, late.covered) == (LineState.LATE_REVIEW, True, 0)
    booked = services.accept_held(actor=actor("he"), shipment_id=late.pk, comment="No loss on this one")
    assert booked.state == LineState.BOOKED


def test_another_exporter_cannot_declare_under_this_policy():
    limit = a_limit()
    with pytest.raises(limit.policy.DoesNotExist):
        services.declare(actor=actor("wu"), policy_id=limit.policy_id, line=a_line(limit))


def test_a_correction_reverses_the_line_and_declares_its_replacement():
    shipment = a_shipment()
    line = replace(services.line_of(shipment), amount=Decimal(90_000))
    new = services.correct(actor=actor("chen"), shipment_id=shipment.pk, line=line, reason="Wrong amount")
    shipment.refresh_from_db()
    assert (shipment.state, shipment.covered, new.replaces_id, new.covered) == (
        LineState.REVERSED,
        0,
        shipment.pk,
        Decimal(90_000),
    )
