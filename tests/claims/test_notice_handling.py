"""The insurer's side of a notice, mitigation, collection, the end of a case, and what a bank may ask (LN-8 … LN-11)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from claims.models import MandateState, NoticeState, TaskState
from claims.notices import filing, handling, mandates, tasks
from claims.notices.analysis import expected_indemnity, look_at
from claims.notices.clocks import LOSS_NOTICE_DEFAULT, MITIGATION_TASK, NOTICE_RESPONSE
from claims.notices.selectors import InTime, in_time_words, notice_in_time, notices_for
from claims.windows import Lateness
from limits import services as limits
from limits.models import CreditLimit, LimitStop
from sinosure.accounts.actor import SYSTEM
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines import calendar_services
from sinosure.deadlines.models import Deadline, DeadlineState
from sinosure.deadlines.sweep import sweep
from sinosure.documents.models import Document
from sinosure.notifications.models import Message
from tests.factories import notices as factory
from tests.factories.declarations import a_receipt, a_shipment
from tests.factories.people import actor

pytestmark = pytest.mark.django_db
NOTICE_2027 = (Path(__file__).parents[1] / "reference" / "notice_2027.txt").read_text()


def test_accepting_meets_the_first_answer_and_makes_the_officer_the_minder():
    notice = factory.an_accepted_notice()
    assert (notice.state, notice.officer_id) == (NoticeState.ACCEPTED, actor("he").user_id)
    assert Deadline.objects.of(notice).get(kind=NOTICE_RESPONSE).state == DeadlineState.MET


def test_a_first_answer_that_does_not_come_in_two_working_days_goes_to_the_approver():
    notice = factory.a_filed_notice()  # Mon 2026-05-11
    with clock.frozen(date(2026, 5, 14)):
        sweep()
    assert Deadline.objects.of(notice).get(kind=NOTICE_RESPONSE).state == DeadlineState.MISSED
    assert Message.objects.get(kind="notice.response_missed").role == "CLAIMS_APPROVER"


def test_question_and_answer_go_back_and_forth_with_a_new_clock():
    notice = factory.a_questioned_notice()
    assert (notice.state, notice.question) == (NoticeState.INFO_REQUIRED, "Where are the goods now?")
    with clock.frozen(date(2026, 5, 20)):
        notice = handling.answer(actor=actor("chen"), notice_id=notice.pk, answer="In the buyer's warehouse.")
    assert (notice.state, notice.answer) == (NoticeState.SUBMITTED, "In the buyer's warehouse.")
    clocks = Deadline.objects.of(notice).filter(kind=NOTICE_RESPONSE).order_by("pk")
    assert [(row.state, row.legal_due) for row in clocks] == [
        (DeadlineState.MET, date(2026, 5, 13)), (DeadlineState.OPEN, date(2026, 5, 22)),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["chen", "zhou", "tang", "yuan", "yan"])
def test_only_claims_officers_triage(name: str):
    notice = factory.a_filed_notice()
    with pytest.raises(DomainError, match="not_allowed"):
        handling.accept(actor=actor(name), notice_id=notice.pk)


def test_an_accepted_notice_cannot_be_accepted_again():
    notice = factory.an_accepted_notice()
    with pytest.raises(DomainError, match="wrong_state") as refused:
        handling.accept(actor=actor("he"), notice_id=notice.pk)
    assert refused.value.status == 409


def test_instructions_are_numbered_dated_and_move_the_case_to_action():
    first = factory.a_task()
    second = factory.a_task(first.notice, instruction="Stop shipping.")
    assert (first.number, second.number) == (1, 2)
    first.notice.refresh_from_db()
    assert first.notice.state == NoticeState.ACTION
    deadline = Deadline.objects.of(first).get(kind=MITIGATION_TASK)
    assert (deadline.owner, deadline.legal_due, deadline.state) == ("POLICYHOLDER", first.due_on, DeadlineState.OPEN)


def test_an_instruction_cannot_be_due_yesterday():
    notice = factory.an_accepted_notice()
    with clock.frozen(date(2026, 5, 20)), pytest.raises(DomainError, match="date_in_past"):
        tasks.assign(actor=actor("he"), notice_id=notice.pk, instruction="Dun.", due_on=date(2026, 5, 19))


def test_the_insured_accepts_with_a_cost_the_insurer_consents_and_the_task_is_done():
    task = factory.a_task()
    with clock.frozen(task.due_on - timedelta(days=2)):
        tasks.accept(actor=actor("chen"), task_id=task.pk, cost_estimate=Decimal(800))
        consented = tasks.consent(actor=actor("he"), task_id=task.pk, cost_estimate=Decimal(750))
        assert consented.consent_no.startswith("WC-2026-")
        done = tasks.done(actor=actor("chen"), task_id=task.pk, result="Letter sent by courier.")
    assert (done.state, done.consented, done.cost_estimate) == (TaskState.DONE, True, Decimal(750))
    assert Deadline.objects.of(task).get(kind=MITIGATION_TASK).state == DeadlineState.MET


def test_a_cost_with_consent_cannot_be_raised_by_the_insured():
    task = factory.a_task(cost_estimate=Decimal(500), with_consent=True)
    tasks.accept(actor=actor("chen"), task_id=task.pk, cost_estimate=Decimal(5_000))
    task.refresh_from_db()
    assert task.cost_estimate == Decimal(500)
    with pytest.raises(DomainError, match="already_consented"):
        tasks.consent(actor=actor("he"), task_id=task.pk, cost_estimate=Decimal(5_000))


def test_a_refused_instruction_ends_its_clock_and_tells_the_officer():
    task = factory.a_task()
    refused = tasks.refuse(actor=actor("chen"), task_id=task.pk, result="The goods are already resold.")
    assert refused.state == TaskState.REFUSED
    assert Deadline.objects.of(task).get(kind=MITIGATION_TASK).state == DeadlineState.CANCELLED
    assert Message.objects.filter(kind="notice.task_answered", role="CLAIMS_OFFICER").exists()


def test_an_instruction_not_done_in_time_is_escalated():
    task = factory.a_task()
    with clock.frozen(task.due_on + timedelta(days=1)):
        sweep()
    told = Message.objects.get(kind="notice.task_missed")
    assert (told.role, told.params["task"]) == ("CLAIMS_OFFICER", 1)


def test_the_insured_of_another_firm_cannot_answer_an_instruction():
    task = factory.a_task()
    with pytest.raises(task.DoesNotExist):
        tasks.accept(actor=actor("wu"), task_id=task.pk)


def test_a_collection_mandate_shows_the_share_of_the_cost_and_is_signed():
    mandate = factory.a_mandate()  # insured at 90 %: the insured bears 10 % before payout
    assert mandate.insured_share_ratio == Decimal("0.10")
    assert Document.objects.of(mandate).get().title_zh == "委托代理协议"
    signed = mandates.sign(actor=actor("zhao"), mandate_id=mandate.pk)
    assert signed.state == MandateState.SIGNED
    with clock.frozen(date(2026, 6, 1)):
        mandates.report(
            actor=actor("he"), mandate_id=mandate.pk, reported_on=date(2026, 5, 30), text="Buyer offers 50 %."
        )
    assert mandate.reports.get().text == "Buyer offers 50 %."


def test_one_mandate_runs_at_a_time():
    mandate = factory.a_mandate()
    with pytest.raises(DomainError, match="mandate_exists"):
        mandates.draw_up(actor=actor("he"), notice_id=mandate.notice_id, channel="X", country="DE", fee_basis="5 %")
    mandates.end(actor=actor("he"), mandate_id=mandate.pk)
    again = mandates.draw_up(actor=actor("he"), notice_id=mandate.notice_id, channel="Y", country="DE", fee_basis="5 %")
    assert again.pk != mandate.pk


def test_a_payment_in_full_proposes_to_close_and_an_officer_closes():
    notice = factory.an_accepted_notice()
    with clock.frozen(date(2026, 6, 2)):
        with pytest.raises(DomainError, match="still_open"):
            handling.resolve_paid(actor=actor("he"), notice_id=notice.pk)
        a_receipt(notice.lines.get().shipment)
        assert Message.objects.filter(kind="notice.paid_in_full", role="CLAIMS_OFFICER").count() == 1
        closed = handling.resolve_paid(actor=actor("he"), notice_id=notice.pk)
    assert closed.state == NoticeState.RESOLVED_PAID
    assert not Deadline.objects.of(notice).open().exists()
    assert Message.objects.filter(kind="notice.stop_may_end", role="UNDERWRITER").exists()


def test_cover_stays_stopped_after_the_case_until_an_underwriter_opens_it():
    notice = factory.an_accepted_notice()
    with clock.frozen(date(2026, 6, 2)):
        a_receipt(notice.lines.get().shipment)
        handling.resolve_paid(actor=actor("he"), notice_id=notice.pk)
        limit = CreditLimit.objects.get(policy=notice.policy)
        assert limit.is_stopped
        stop = LimitStop.objects.get(limit=limit, reason="LOSS_NOTICE")
        limits.reopen(actor=actor("zhou"), stop_id=stop.pk, comment="Paid in full, account is current again.")
    limit.refresh_from_db()
    assert not limit.is_stopped


def test_a_withdrawn_notice_gives_unpaid_invoices_their_window_back():
    notice = factory.a_filed_notice()
    shipment = notice.lines.get().shipment
    with clock.frozen(date(2026, 5, 15)):
        withdrawn = handling.withdraw(actor=actor("chen"), notice_id=notice.pk, reason="The buyer promised to pay.")
    assert (withdrawn.state, withdrawn.closing_reason) == (NoticeState.WITHDRAWN, "The buyer promised to pay.")
    clocks = Deadline.objects.of(shipment).filter(kind=LOSS_NOTICE_DEFAULT).order_by("pk")
    assert [row.state for row in clocks] == [DeadlineState.MET, DeadlineState.OPEN]
    assert clocks[1].legal_due == date(2026, 6, 1)
    again = factory.a_filed_notice(shipment, at=date(2026, 6, 1))
    assert (again.pk != notice.pk, again.days_late) == (True, 0)


def test_a_case_is_closed_without_claim_with_its_reason():
    notice = factory.an_accepted_notice()
    closed = handling.close_no_claim(actor=actor("he"), notice_id=notice.pk, reason="Settled by set-off.")
    assert (closed.state, closed.closing_reason) == (NoticeState.CLOSED_NO_CLAIM, "Settled by set-off.")


def test_a_receipt_taken_back_does_not_start_the_window_of_a_reported_invoice():
    notice = factory.a_filed_notice()
    shipment = notice.lines.get().shipment
    from declarations import services as declarations

    with clock.frozen(date(2026, 5, 20)):
        receipt = a_receipt(shipment)
        declarations.reverse_receipt(actor=actor("chen"), receipt_id=receipt.pk, reason="Recalled by the bank")
    assert not Deadline.objects.of(shipment).open().filter(kind=LOSS_NOTICE_DEFAULT).exists()


# due 2027-01-06 + 30 = Fri 2027-02-05: provisional; by the invented notice a holiday, rolling to Fri 2027-02-12
def test_a_loaded_calendar_judges_what_was_filed_on_a_provisional_date():
    shipment = factory.due_on(date(2027, 1, 6))
    notice = factory.a_filed_notice(shipment, at=date(2027, 2, 15))
    assert (notice.legal_due, notice.due_provisional, notice.days_late) == (date(2027, 2, 5), True, 0)
    with clock.frozen(date(2027, 2, 20)):
        calendar_services.load(
            actor=SYSTEM, year=2027, rules=calendar_services.parse_notice(NOTICE_2027, 2027), source="x"
        )
    notice.refresh_from_db()
    assert (notice.legal_due, notice.due_provisional, notice.days_late) == (date(2027, 2, 12), False, 3)
    detail = AuditEntry.objects.get(action="loss_notice.rejudged").detail
    assert detail["before"]["legal_due"] == "2027-02-05"
    assert detail["after"] == {"legal_due": "2027-02-12", "days_late": 3, "provisional": False}
    assert Message.objects.filter(kind="notice.late_now").count() == 2


def test_the_analysis_shows_cover_premium_signs_and_the_expected_indemnity():
    shipment = factory.an_invoice(amount=Decimal(150_000))
    with clock.frozen(date(2026, 3, 20)):
        second = a_shipment(shipment.limit, shipped_on=date(2026, 3, 20), amount=Decimal(100_000))
    notice = factory.a_filed_notice(shipment)  # known on the first due date, before nothing else shipped
    with clock.frozen(date(2026, 5, 12)):
        look = look_at(notice)
    assert [row.line.shipment_id for row in look.lines] == [shipment.pk, second.pk]
    # limit 200,000: base min(250,000, 200,000) × 90 %
    assert look.figures is not None
    assert look.figures.total == Decimal("180000.00")
    assert look.reserve is not None
    assert look.reserve.amount == Decimal("90000.00")
    assert look.lateness == Lateness.IN_TIME
    assert look.limits[0].is_stopped


def test_lateness_is_proposed_and_not_decided():
    notice = factory.a_filed_notice(at=date(2026, 6, 24))  # 23 days late: G08
    look = look_at(notice)
    assert (look.lateness, look.reduction_ratio) == (Lateness.REDUCE, Decimal("0.10"))
    assert expected_indemnity(notice).amount == Decimal("90000.00")


def test_shipping_after_the_risk_was_known_is_a_sign_not_a_verdict():
    notice = factory.a_filed_notice()
    first = notice.lines.get().shipment
    with clock.frozen(date(2026, 5, 18)):
        a_shipment(first.limit, shipped_on=date(2026, 5, 18), amount=Decimal(1_000))
    signs = look_at(notice).lines[1].signs
    assert any("17" in sign for sign in signs)  # known 1 May, shipped 18 May
    assert len(signs) >= 2  # and cover was stopped


def test_the_desk_is_sorted_by_days_left_then_money():
    small = factory.a_filed_notice(factory.an_invoice(amount=Decimal(10_000)))
    large = factory.a_filed_notice(factory.an_invoice(amount=Decimal(90_000)))
    early = factory.a_filed_notice(at=date(2026, 5, 8))
    rows = notices_for(actor("he")).order_by("due_on", "-amount", "id")
    assert [row.pk for row in rows] == [early.pk, large.pk, small.pk]


def test_drafts_are_seen_by_the_insured_alone():
    draft = factory.a_draft(factory.an_invoice())
    assert draft in notices_for(actor("chen"))
    assert not notices_for(actor("he"), "all").exists()
    assert not notices_for(actor("wu")).exists()


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2026, 5, 1), InTime.NOT_NEEDED), (date(2026, 5, 2), InTime.RUNNING), (date(2026, 6, 1), InTime.RUNNING),
        (date(2026, 6, 2), InTime.MISSED),
    ],
)  # fmt: skip
def test_the_bank_is_told_how_an_overdue_invoice_stands(on: date, status: InTime):
    shipment = factory.an_invoice()
    with clock.frozen(on):
        assert notice_in_time(shipment).status == status


def test_the_bank_is_told_in_time_late_or_not_judged():
    in_time, late = factory.a_filed_notice(), factory.a_filed_notice(at=date(2026, 6, 3))
    assert notice_in_time(in_time.lines.get().shipment).status == InTime.FILED_IN_TIME
    assert notice_in_time(late.lines.get().shipment).status == InTime.FILED_LATE
    open_year = factory.a_filed_notice(factory.due_on(date(2026, 12, 10)), at=date(2027, 1, 20))
    assert notice_in_time(open_year.lines.get().shipment).status == InTime.FILED_PROVISIONAL
    assert in_time_words(late)[0] == "amber"


def test_a_draft_kept_for_an_event_is_filed_within_its_ten_days():
    shipment = factory.due_on(date(2026, 6, 30))
    known_on = date(2026, 4, 28)
    named = {"risk": "BUYER_INSOLVENCY", "occurred_on": known_on, "known_on": known_on}
    draft = factory.a_draft(shipment, on=known_on, **named)
    with clock.frozen(date(2026, 5, 14)):
        notice = filing.file(actor=actor("chen"), notice_id=draft.pk)
    clocks = Deadline.objects.of(notice).filter(kind="LOSS_NOTICE_OTHER")
    assert [row.state for row in clocks] == [DeadlineState.MET]
    assert notice.number == draft.number
