"""Filing a loss notice: the server's clock, the two windows, lateness stored and never refused (LN-1 … LN-9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist

from claims.models import LossNotice, NoticeState
from claims.notices import filing
from claims.notices.clocks import LOSS_NOTICE_DEFAULT, LOSS_NOTICE_OTHER, NOTICE_RESPONSE
from limits.models import CreditLimit, LimitStop
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines.models import Deadline, DeadlineState
from sinosure.deadlines.sweep import sweep
from sinosure.documents.models import Document
from sinosure.notifications.models import Message
from tests.factories import notices as factory
from tests.factories.declarations import a_receipt, a_shipment
from tests.factories.people import actor, organisation

pytestmark = pytest.mark.django_db


def window_of(shipment: object) -> Deadline:
    return Deadline.objects.of(shipment).get(kind=LOSS_NOTICE_DEFAULT)


@pytest.mark.parametrize(
    ("due_on", "nominal", "legal"),
    [
        (date(2025, 8, 15), date(2025, 9, 14), date(2025, 9, 15)),  # a Sunday
        (date(2025, 9, 1), date(2025, 10, 1), date(2025, 10, 9)),  # National Day
        (date(2026, 1, 20), date(2026, 2, 19), date(2026, 2, 24)),  # Spring Festival
        (date(2026, 3, 31), date(2026, 4, 30), date(2026, 4, 30)),
        (date(2026, 1, 31), date(2026, 3, 2), date(2026, 3, 2)),  # quality row 11: never “one month”
        (date(2024, 1, 30), date(2024, 2, 29), date(2024, 2, 29)),
        (date(2026, 10, 24), date(2026, 11, 23), date(2026, 11, 23)),
    ],
)
def test_booking_a_shipment_arms_the_thirty_days_of_its_due_date(due_on: date, nominal: date, legal: date):
    deadline = window_of(factory.due_on(due_on))
    assert (deadline.starts_on, deadline.nominal_due, deadline.legal_due) == (due_on, nominal, legal)
    assert not deadline.provisional


def test_a_window_that_ends_in_a_year_without_calendar_is_provisional():
    # due Wed 2026-12-02 + 30 = Fri 2027-01-01, a fixed holiday, then a weekend: Mon 2027-01-04
    deadline = window_of(factory.due_on(date(2026, 12, 2)))
    assert (deadline.nominal_due, deadline.legal_due) == (date(2027, 1, 1), date(2027, 1, 4))
    assert (deadline.provisional, deadline.earliest) == (True, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("known_on", "legal"),
    [
        (date(2026, 2, 10), date(2026, 3, 2)), (date(2026, 4, 28), date(2026, 5, 14)), (date(2026, 4, 30), date(2026, 5, 18)),
        (date(2026, 9, 18), date(2026, 10, 9)), (date(2026, 9, 24), date(2026, 10, 15)), (date(2026, 9, 30), date(2026, 10, 20)),
        (date(2026, 11, 20), date(2026, 12, 4)), (date(2026, 11, 23), date(2026, 12, 7)),
    ],
)  # fmt: skip
def test_a_draft_for_another_risk_arms_ten_working_days_from_the_day_it_was_known(known_on: date, legal: date):
    shipment = factory.due_on(known_on + timedelta(days=40))
    draft = factory.a_draft(shipment, on=known_on, risk="BUYER_INSOLVENCY", occurred_on=known_on, known_on=known_on)
    deadline = Deadline.objects.of(draft).get(kind=LOSS_NOTICE_OTHER)
    assert (deadline.starts_on, deadline.legal_due, deadline.provisional) == (known_on, legal, False)


# due 2026-05-01 (Fri) + 30 = Sunday 2026-05-31, last valid day Monday 2026-06-01
@pytest.mark.parametrize(
    ("moment", "days_late"),
    [
        (datetime(2026, 6, 1, 15, 59, 59, 999000, tzinfo=UTC), 0),  # 23:59:59.999 Shanghai of the last valid day
        (datetime(2026, 6, 1, 16, 0, 0, tzinfo=UTC), 1),  # 00:00 of the next day
        (datetime(2026, 6, 24, 4, 0, tzinfo=UTC), 23),
    ],
)
def test_the_last_instant_is_in_time_and_midnight_is_late_but_accepted(moment: datetime, days_late: int):
    notice = factory.a_filed_notice(at=moment)
    assert (notice.state, notice.received_at, notice.days_late) == (NoticeState.SUBMITTED, moment, days_late)
    assert notice.legal_due == date(2026, 6, 1)
    deadline = window_of(notice.lines.get().shipment)
    assert deadline.state == (DeadlineState.MET_LATE if days_late else DeadlineState.MET)


def test_working_day_eleven_is_late_by_its_calendar_days():
    known_on = date(2026, 4, 28)  # last valid day Thu 2026-05-14
    shipment = factory.due_on(date(2026, 6, 30))
    named = {"risk": "BUYER_REJECTION", "occurred_on": known_on, "known_on": known_on}
    on_the_day = factory.a_filed_notice(shipment, at=date(2026, 5, 14), **named)
    assert on_the_day.days_late == 0
    other = factory.due_on(date(2026, 7, 1))
    assert factory.a_filed_notice(other, at=date(2026, 5, 18), **named).days_late == 4


def test_what_a_client_says_about_the_time_is_audited_and_ignored():
    shipment = factory.an_invoice()
    with clock.frozen(datetime(2026, 6, 2, 2, 0, tzinfo=UTC)):
        notice = filing.report(
            actor=actor("chen"), policy_id=shipment.policy_id, obligor_id=shipment.obligor_id,
            facts=factory.facts(shipment), claimed_at="2026-06-01T10:00:00+08:00",
        )  # fmt: skip
    assert notice.days_late == 1
    detail = AuditEntry.objects.get(action="loss_notice.file").detail
    assert detail["claimed_at"] == "2026-06-01T10:00:00+08:00"
    assert datetime.fromisoformat(detail["received_at"]) == datetime(2026, 6, 2, 2, 0, tzinfo=UTC)


def test_the_moment_of_arrival_counts_and_not_the_moment_of_the_lock():
    shipment = factory.an_invoice()
    with clock.frozen(datetime(2026, 6, 1, 16, 0, 2, tzinfo=UTC)):  # two seconds past midnight when the lock was free
        notice = filing.report(
            actor=actor("chen"), policy_id=shipment.policy_id, obligor_id=shipment.obligor_id,
            facts=factory.facts(shipment), arrived_at=datetime(2026, 6, 1, 15, 59, 59, tzinfo=UTC),
        )  # fmt: skip
    assert notice.days_late == 0
    assert window_of(shipment).state == DeadlineState.MET


def test_a_notice_on_a_provisional_date_is_not_judged():
    shipment = factory.due_on(date(2026, 12, 10))
    notice = factory.a_filed_notice(shipment, at=date(2027, 2, 1))  # three weeks after the provisional date
    assert (notice.due_provisional, notice.days_late) == (True, 0)


def test_filing_stops_cover_meets_the_windows_and_starts_the_clocks():
    notice = factory.a_filed_notice()
    shipment = notice.lines.get().shipment
    limit = CreditLimit.objects.get(policy=notice.policy)
    stop = LimitStop.objects.get(limit=limit)
    assert (limit.is_stopped, stop.reason, stop.source_type, stop.source_id) == (
        True, "LOSS_NOTICE", "claims.lossnotice", notice.pk,
    )  # fmt: skip
    assert window_of(shipment).state == DeadlineState.MET
    response = Deadline.objects.of(notice).get(kind=NOTICE_RESPONSE)
    # filed Mon 2026-05-11, two working days: Wed 13
    assert (response.owner, response.legal_due) == ("INSURER", date(2026, 5, 13))
    filing_clock = Deadline.objects.of(notice).get(kind="CLAIM_FILING")
    assert filing_clock.nominal_due == date(2027, 5, 1)  # 365 days from the due date


def test_filing_issues_the_letter_and_tells_the_officers():
    notice = factory.a_filed_notice()
    letter = Document.objects.of(notice).get(kind="loss_notice")
    assert letter.title_zh == "可能损失通知书"
    assert letter.context["received_at"].startswith("2026-05-11")
    assert [line["invoice"] for line in letter.context["lines"]] == [notice.lines.get().shipment.invoice_no]
    told = Message.objects.filter(kind="notice.filed").values_list("organisation__code", "role")
    assert set(told) == {("haituo", ""), ("insurer", "CLAIMS_OFFICER")}


def test_a_notice_covers_every_open_invoice_insured_or_not_and_leaves_out_what_is_paid():
    shipment = factory.an_invoice()
    with clock.frozen(date(2026, 3, 20)):
        later = a_shipment(shipment.limit, shipped_on=date(2026, 3, 20), amount=Decimal(40_000))
        paid = a_shipment(shipment.limit, shipped_on=date(2026, 3, 19), amount=Decimal(5_000))
        a_receipt(paid, invoice_no=paid.invoice_no)
    notice = factory.a_filed_notice(shipment)
    reported = {line.shipment_id: line.outstanding for line in notice.lines.all()}
    assert reported == {shipment.pk: Decimal(100_000), later.pk: Decimal(40_000)}
    assert notice.amount == Decimal(140_000)
    assert window_of(later).state == DeadlineState.MET


def test_a_part_payment_leaves_the_rest_to_be_reported():
    shipment = factory.an_invoice()
    with clock.frozen(date(2026, 5, 4)):
        a_receipt(shipment, 30_000)
    assert factory.a_filed_notice(shipment).amount == Decimal(70_000)


def test_nothing_open_is_nothing_to_report():
    shipment = factory.an_invoice()
    with clock.frozen(date(2026, 5, 4)):
        a_receipt(shipment)
    with pytest.raises(DomainError, match="nothing_open") as refused:
        factory.a_filed_notice(shipment)
    assert refused.value.status == 409


@pytest.mark.parametrize("state", ["REVERSED", "REFUSED"])
def test_a_voided_invoice_named_in_a_notice_is_409_with_its_state(state: str):
    shipment = factory.an_invoice()
    draft = factory.a_draft(shipment)
    type(shipment).objects.filter(pk=shipment.pk).update(state=state)
    with clock.frozen(date(2026, 5, 10)), pytest.raises(DomainError, match="line_voided") as refused:
        filing.file(actor=actor("chen"), notice_id=draft.pk, shipment_ids=[shipment.pk])
    assert refused.value.status == 409


def test_a_paid_invoice_named_in_a_notice_is_409():
    shipment = factory.an_invoice()
    with clock.frozen(date(2026, 3, 10)):
        other = a_shipment(shipment.limit, shipped_on=date(2026, 3, 10))
    draft = factory.a_draft(shipment)
    with clock.frozen(date(2026, 5, 6)):
        a_receipt(shipment)
        with pytest.raises(DomainError, match="line_paid") as refused:
            filing.file(actor=actor("chen"), notice_id=draft.pk, shipment_ids=[shipment.pk, other.pk])
    assert refused.value.status == 409


def test_a_second_notice_on_the_buyer_is_409_when_it_brings_nothing_new():
    notice = factory.a_filed_notice()
    shipment = notice.lines.get().shipment
    with pytest.raises(DomainError, match="notice_exists") as refused:
        factory.a_filed_notice(shipment, at=date(2026, 5, 20))
    assert (refused.value.status, refused.value.params["notice"]) == (409, notice.pk)


def test_a_second_notice_adds_its_invoices_to_the_first():
    notice = factory.a_filed_notice()
    first = notice.lines.get().shipment
    with clock.frozen(date(2026, 5, 18)):  # declared after the notice: joins by itself
        a_shipment(first.limit, shipped_on=date(2026, 5, 18), amount=Decimal(1_000))
    notice.refresh_from_db()
    assert notice.lines.count() == 2
    assert LossNotice.objects.count() == 1
    assert notice.amount == Decimal(101_000)


def test_an_invoice_left_out_can_be_added_and_is_judged_by_the_day_it_came():
    shipment = factory.an_invoice()
    with clock.frozen(date(2026, 3, 3)):
        other = a_shipment(shipment.limit, shipped_on=date(2026, 3, 3), amount=Decimal(2_000))
    draft = factory.a_draft(shipment)
    with clock.frozen(date(2026, 5, 10)):
        notice = filing.file(actor=actor("chen"), notice_id=draft.pk, shipment_ids=[shipment.pk])
    assert notice.days_late == 0
    with clock.frozen(date(2026, 6, 10)):  # due 2026-05-02: last valid day Mon 2026-06-01, nine days late
        again = filing.report(
            actor=actor("chen"),
            policy_id=shipment.policy_id,
            obligor_id=shipment.obligor_id,
            facts=factory.facts(shipment),
        )
    assert again.pk == notice.pk
    assert again.days_late == 9
    assert again.lines.get(shipment=other).days_late == 9


def test_a_default_needs_an_overdue_invoice():
    with pytest.raises(DomainError, match="nothing_overdue"):
        factory.a_filed_notice(at=date(2026, 4, 1))  # due 2026-05-01


def test_the_due_day_itself_is_not_overdue_and_the_next_day_is():
    shipment = factory.an_invoice()
    with pytest.raises(DomainError, match="nothing_overdue"):
        factory.a_filed_notice(shipment, at=date(2026, 5, 1))
    assert factory.a_filed_notice(shipment, at=date(2026, 5, 2)).state == NoticeState.SUBMITTED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"risk": "BANK_DEFAULT"}, "cause_does_not_fit"),
        (
            {"risk": "BUYER_INSOLVENCY", "occurred_on": date(2026, 5, 4), "known_on": date(2026, 5, 3)},
            "known_before_occurred",
        ),
        ({"risk": "POL_WAR", "occurred_on": date(2026, 5, 4), "known_on": date(2026, 5, 12)}, "date_in_future"),
    ],
)
def test_facts_that_do_not_fit_are_refused_at_their_field(changes: dict, code: str):
    with pytest.raises(DomainError, match=code) as refused:
        factory.a_filed_notice(**changes)  # filed 2026-05-11
    assert refused.value.field in {"risk", "known_on"}


def test_a_notice_on_paper_counts_from_the_day_it_arrived():
    shipment = factory.an_invoice()
    with clock.frozen(date(2026, 6, 3)):
        notice = filing.receive_offline(
            actor=actor("he"), policy_id=shipment.policy_id, obligor_id=shipment.obligor_id, facts=factory.facts(shipment),
            received_at=datetime(2026, 6, 1, 15, 59, tzinfo=UTC),
        )  # fmt: skip
    assert (notice.days_late, notice.filed_by_id) == (0, actor("he").user_id)
    assert AuditEntry.objects.get(action="loss_notice.file").detail["entered_by"] == actor("he").name


def test_another_exporter_finds_neither_policy_nor_notice():
    notice = factory.a_filed_notice()
    with pytest.raises(ObjectDoesNotExist):
        filing.add_lines(actor=actor("wu"), notice_id=notice.pk)
    with pytest.raises(ObjectDoesNotExist):
        filing.prepare(actor=actor("wu"), policy_id=notice.policy_id, obligor_id=notice.obligor_id)


@pytest.mark.parametrize("name", ["he", "zhou", "yan", "zheng"])
def test_only_the_insured_files(name: str):
    shipment = factory.an_invoice()
    with clock.frozen(date(2026, 5, 10)), pytest.raises(DomainError, match="not_allowed"):
        filing.prepare(actor=actor(name), policy_id=shipment.policy_id, obligor_id=shipment.obligor_id)


def test_a_bank_that_is_only_loss_payee_does_not_file():
    shipment = factory.an_invoice()
    with clock.frozen(date(2026, 5, 10)), pytest.raises(ObjectDoesNotExist):
        filing.prepare(actor=actor("li"), policy_id=shipment.policy_id, obligor_id=shipment.obligor_id)


def test_a_missed_window_sends_the_exporter_to_the_late_notice():
    shipment = factory.an_invoice()
    with clock.frozen(date(2026, 6, 2)):
        sweep()
    assert window_of(shipment).state == DeadlineState.MISSED
    told = Message.objects.get(kind="deadline.missed.LOSS_NOTICE_DEFAULT")
    assert told.organisation == organisation("haituo")
    notice = factory.a_filed_notice(shipment, at=date(2026, 6, 5))
    assert notice.days_late == 4
    assert window_of(shipment).state == DeadlineState.MET_LATE


def test_a_receipt_in_full_disarms_the_window():
    shipment = factory.an_invoice()
    with clock.frozen(date(2026, 5, 4)):
        a_receipt(shipment)
    assert window_of(shipment).state == DeadlineState.CANCELLED
