"""Guards of decision, gate and payment: in the service, and in the database when somebody goes round it by SQL.

Every guard has its positive control: the same deed goes through when what it asks for is there.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from claims import decision, gate, payment, recoveries
from claims.models import Claim, ClaimState, ItemState, Opinion, Payment, PaymentState, RecoveryReceipt, ReturnKind
from sinosure.accounts.models import RoleGrant
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories import claims as a
from tests.factories.declarations import a_receipt
from tests.factories.people import actor, user

pytestmark = pytest.mark.django_db


@contextmanager
def refused(code: str):
    with pytest.raises(DomainError) as caught:
        yield
    assert caught.value.code == code


@contextmanager
def refused_by_the_database(words: str):
    """The statement fails whoever runs it; the transaction around goes on."""
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        yield


def without_triggers(statement: str, *values: object) -> None:
    """Positive control: the same statement with the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_who_proposed_cannot_decide():
    claim = a.a_proposed_claim()
    RoleGrant.objects.create(user=user("he"), role="CLAIMS_APPROVER", tier=4, granted_at=clock.now())
    with clock.frozen(a.after_waiting(claim)):
        with refused("four_eyes"):
            decision.decide(actor=actor("he"), claim_id=claim.pk)
        assert decision.decide(actor=actor("xie"), claim_id=claim.pk).decided_by_id == user("xie").pk


def test_maker_is_not_checker_even_by_sql():
    opinion = Opinion.objects.get(claim=a.a_proposed_claim())
    with refused_by_the_database("opinion_maker_is_not_checker|lacks authority"):
        Opinion.objects.filter(pk=opinion.pk).update(decided_by=opinion.proposed_by_id, decided_at=clock.now())
    assert Opinion.objects.filter(pk=opinion.pk).update(decided_by=user("xie").pk, decided_at=clock.now()) == 1


def test_a_case_above_the_tier_goes_to_somebody_with_the_authority():
    """USD 180,000 is beyond level 1 (100,000), within level 2 (300,000)."""
    shipment = a.an_unpaid_shipment(amount=Decimal(200_000))
    claim = a.a_proposed_claim(shipment)
    opinion = claim.opinions.get()
    assert (opinion.amount, opinion.level_needed) == (Decimal(180_000), 2)
    RoleGrant.objects.filter(user=user("tang")).update(tier=1)
    with clock.frozen(a.after_waiting(claim)):
        with refused("authority"):
            decision.decide(actor=actor("tang"), claim_id=claim.pk)
        with refused_by_the_database("lacks authority of level 2"):
            Opinion.objects.filter(pk=opinion.pk).update(decided_by=user("tang").pk, decided_at=clock.now())
        RoleGrant.objects.filter(user=user("tang")).update(tier=2)
        assert decision.decide(actor=actor("tang"), claim_id=claim.pk).decided_by_id == user("tang").pk


def test_a_lost_grant_counts_at_once():
    claim = a.a_proposed_claim()
    approver = actor("xie")
    RoleGrant.objects.filter(user=user("xie")).update(revoked_at=clock.now())
    with clock.frozen(a.after_waiting(claim)), refused_by_the_database("lacks authority"):
        decision.decide(actor=approver, claim_id=claim.pk)  # the actor was read before the grant was lost


def test_an_opinion_is_fixed_once_proposed():
    opinion = Opinion.objects.get(claim=a.a_proposed_claim())
    with refused_by_the_database("is fixed once proposed"):
        Opinion.objects.filter(pk=opinion.pk).update(amount=1)
    without_triggers("UPDATE claims_opinion SET amount = 1 WHERE id = %s", opinion.pk)
    opinion.refresh_from_db()
    assert opinion.amount == 1


def test_nothing_is_paid_before_all_four_papers_are_verified():
    claim = a.a_notified_claim()
    with clock.frozen(a.after_waiting(claim)):
        a.return_all(claim)
        a.verify_all(claim, ReturnKind.values[:3])
        with refused("wrong_state"):
            payment.prepare(actor=actor("yuan"), claim_id=claim.pk)
        a.verify_all(claim, ReturnKind.values[3:])
        assert [row.amount for row in payment.prepare(actor=actor("yuan"), claim_id=claim.pk)] == [Decimal(90_000)]


def test_nothing_is_paid_before_all_four_papers_are_verified_even_by_sql():
    row = a.a_prepared_payment()
    row.opinion.returns.filter(kind=ReturnKind.AML).update(state=ItemState.PROVIDED)
    copy = {
        name: getattr(row, name) for name in ("claim", "opinion", "policyholder", "payee", "account_name", "amount")
    }
    Payment.objects.filter(pk=row.pk).update(state=PaymentState.CANCELLED)
    with refused_by_the_database("four return documents"):
        Payment.objects.create(**copy, number="PY-SQL-1", prepared_at=clock.now())
    row.opinion.returns.filter(kind=ReturnKind.AML).update(state=ItemState.VERIFIED)
    assert Payment.objects.create(**copy, number="PY-SQL-2", prepared_at=clock.now()).pk


def test_a_second_live_payment_is_refused_in_service_and_by_sql():
    row = a.a_prepared_payment()
    with clock.frozen(a.after_waiting(row.claim)), refused("payment_exists"):
        payment.prepare(actor=actor("deng"), claim_id=row.claim_id)
    copy = {name: getattr(row, name) for name in ("claim", "opinion", "policyholder", "payee", "account_name")}
    with refused_by_the_database("more than the opinion|one_live_payment"):
        Payment.objects.create(**copy, amount=Decimal(1), number="PY-SQL-1", prepared_at=clock.now())
    with clock.frozen(a.after_waiting(row.claim)):
        payment.cancel(actor=actor("deng"), payment_id=row.pk, reason="Wrong day")
        assert len(payment.prepare(actor=actor("yuan"), claim_id=row.claim_id)) == 1


def test_who_prepares_does_not_approve():
    row = a.a_prepared_payment()
    with clock.frozen(a.after_waiting(row.claim)):
        with refused("four_eyes"):
            payment.approve(actor=actor("yuan"), payment_id=row.pk)
        with refused_by_the_database("payment_maker_is_not_checker"):
            Payment.objects.filter(pk=row.pk).update(approved_by=user("yuan").pk)
        assert payment.approve(actor=actor("deng"), payment_id=row.pk).state == PaymentState.APPROVED


@pytest.mark.parametrize("insider", ["he", "xie"])
def test_who_adjusted_or_decided_does_not_pay(insider):
    claim = a.a_claim_to_pay()
    RoleGrant.objects.create(user=user(insider), role="FINANCE_OFFICER", tier=1, granted_at=clock.now())
    with clock.frozen(a.after_waiting(claim)):
        with refused("three_people"):
            payment.prepare(actor=actor(insider), claim_id=claim.pk)
        row = a.a_prepared_payment(claim)
        with refused("three_people"):
            payment.approve(actor=actor(insider), payment_id=row.pk)
        with refused_by_the_database("payer is adjuster or approver"):
            Payment.objects.filter(pk=row.pk).update(approved_by=user(insider).pk)


def test_what_a_claim_has_paid_moves_only_with_the_book():
    claim = a.a_paid_claim()
    with refused_by_the_database("but the book says"):
        Claim.objects.filter(pk=claim.pk).update(paid_total=Decimal(1))
    without_triggers("UPDATE claims_claim SET paid_total = 1 WHERE id = %s", claim.pk)
    claim.refresh_from_db()
    assert claim.paid_total == 1


def test_no_claim_is_paid_above_what_was_decided():
    claim = a.a_paid_claim()
    with refused_by_the_database("claim_paid_within_cap"):
        Claim.objects.filter(pk=claim.pk).update(cap=Decimal("89999.99"))
    assert Claim.objects.filter(pk=claim.pk).update(cap=Decimal(90_000)) == 1


def test_the_percentage_of_a_worksheet_never_passes_the_hard_cap_even_by_sql():
    sheet = a.an_adjusted_claim().worksheets.get()
    copy = {f.attname: getattr(sheet, f.attname) for f in sheet._meta.concrete_fields if f.name != "id"}
    with refused_by_the_database("worksheet_hard_cap"):
        type(sheet).objects.create(**{**copy, "version": 8, "insured_ratio": Decimal("0.95")})
    assert type(sheet).objects.create(**{**copy, "version": 9}).pk


def test_a_saved_worksheet_cannot_be_changed():
    sheet = a.an_adjusted_claim().worksheets.get()
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        type(sheet).objects.filter(pk=sheet.pk).update(indemnity_total=1)


def test_a_receipt_makes_an_open_opinion_fall_and_maker_and_checker_start_again():
    """Row 31: 100,000 open, opinion 90,000; the buyer pays 40,000: 60,000 × 90 % = 54,000."""
    claim = a.a_claim_to_pay()
    row = a.a_prepared_payment(claim)
    shipment = claim.lines.get().shipment
    with clock.frozen(a.after_waiting(claim)):
        a_receipt(shipment, 40_000)
        claim.refresh_from_db()
        row.refresh_from_db()
        assert (claim.state, row.state) == (ClaimState.LOSS_ADJUSTMENT, PaymentState.CANCELLED)
        assert row.opinion.voided_at is not None or Opinion.objects.get(pk=row.opinion_id).voided_at is not None
        with refused("amount_moved"):
            a.propose(claim)
        assert a.adjusted(claim).payable_now == Decimal(54_000)
        assert a.propose(claim).amount == Decimal(54_000)


def test_a_receipt_while_the_bank_has_the_payment_does_not_undo_it():
    row = a.a_prepared_payment()
    with clock.frozen(a.after_waiting(row.claim)):
        payment.approve(actor=actor("deng"), payment_id=row.pk)
        payment.send(actor=actor("yuan"), payment_id=row.pk)
        a_receipt(row.claim.lines.get().shipment, 40_000)
        done = payment.confirm(
            actor=actor("yuan"), payment_id=row.pk, confirmed_on=clock.today(), bank_reference="BK-1"
        )
    assert done.state == PaymentState.CONFIRMED


def test_a_payment_returned_by_the_bank_is_undone_in_the_book_and_prepared_again():
    row = a.a_prepared_payment()
    counter = row.claim.policy.liability
    with clock.frozen(a.after_waiting(row.claim)):
        payment.approve(actor=actor("deng"), payment_id=row.pk)
        payment.send(actor=actor("yuan"), payment_id=row.pk)
        counter.refresh_from_db()
        assert counter.paid_total == Decimal(90_000)
        payment.return_payment(actor=actor("yuan"), payment_id=row.pk, reason="Account closed")
        counter.refresh_from_db()
        claim = Claim.objects.get(pk=row.claim_id)
        assert (counter.paid_total, claim.paid_total) == (0, 0)
        assert len(payment.prepare(actor=actor("yuan"), claim_id=claim.pk)) == 1


def test_an_interim_indemnity_is_taken_off_the_final_one():
    """G16: undisputed 60,000 × 90 % = 54,000; later 95,000 × 90 % = 85,500 less 54,000 = 31,500."""
    first = a.an_unpaid_shipment(amount=Decimal(60_000))
    with clock.frozen(first.shipped_on):
        second = a.a_shipment(first.limit, shipped_on=first.shipped_on, amount=Decimal(35_000))
    claim = a.a_claim_in_adjustment(first)
    later = a.entries(**{str(second.pk): {"eligible": False, "reason": "DISPUTED", "note": "Quality is looked into."}})
    with clock.frozen(a.after_waiting(claim)):
        a.adjusted(claim, later)
        a.propose(claim, "INTERIM")
        decision.decide(actor=actor("xie"), claim_id=claim.pk)
        decision.send_notice(actor=actor("he"), claim_id=claim.pk)
        a.return_all(claim)
        a.verify_all(claim)
        assert [row.amount for row in a.pay(claim)] == [Decimal(54_000)]
        claim.refresh_from_db()
        assert claim.state == ClaimState.PAID
        decision.continue_to_final(actor=actor("he"), claim_id=claim.pk)
        assert a.adjusted(claim).payable_now == Decimal(31_500)
        a.propose(claim)
        decision.decide(actor=actor("xie"), claim_id=claim.pk)
        decision.send_notice(actor=actor("he"), claim_id=claim.pk)
        a.return_all(claim)
        a.verify_all(claim)
        assert [row.amount for row in a.pay(claim)] == [Decimal(31_500)]
    claim.refresh_from_db()
    assert (claim.state, claim.paid_total) == (ClaimState.SUBROGATED, Decimal(85_500))


def test_an_interim_may_precede_the_waiting_period_a_final_one_may_not():
    claim = a.a_claim_in_adjustment()
    with clock.frozen(claim.occurred_on + timedelta(days=60)):
        a.adjusted(claim)
        with refused("waiting_period"):
            a.propose(claim)
        assert a.propose(claim, "INTERIM").amount == Decimal(90_000)


def test_a_late_notice_must_be_answered_before_an_opinion():
    claim = a.an_adjusted_claim(days_after=60)
    with clock.frozen(a.after_waiting(claim)):
        with refused("breach_open"):
            a.propose(claim)
        a.adjusted(claim, a.Entries(breach="WAIVE", breach_reason="The insurer knew already."))
        assert a.propose(claim).amount == Decimal(90_000)


def test_identity_papers_need_the_fields_and_a_copy():
    claim = a.a_notified_claim()
    with clock.frozen(a.after_waiting(claim)):
        paper = gate.provide(actor=actor("zhao"), claim_id=claim.pk, kind=ReturnKind.AML, upload=a.a_file())
        assert paper.state == ItemState.MISSING
        with refused("aml_incomplete"):
            gate.declare_identity(actor=actor("zhao"), claim_id=claim.pk, details={"beneficiary": "X"})
        assert (
            gate.declare_identity(actor=actor("zhao"), claim_id=claim.pk, details=a.IDENTITY).state
            == ItemState.PROVIDED
        )


def test_who_records_a_recovery_does_not_split_it():
    case = a.a_recovery_case()
    with clock.frozen(a.after_waiting(case.claim)):
        receipt = recoveries.record(
            actor=actor("peng"), case_id=case.pk, received_on=clock.today(), gross=Decimal(100), reference="R-1"
        )
        RoleGrant.objects.create(user=user("peng"), role="FINANCE_OFFICER", tier=1, granted_at=clock.now())
        with refused("four_eyes"):
            recoveries.split(actor=actor("peng"), receipt_id=receipt.pk)
        with refused_by_the_database("recovery_maker_is_not_checker"):
            RecoveryReceipt.objects.filter(pk=receipt.pk).update(split_by=user("peng").pk)
        assert recoveries.split(actor=actor("yuan"), receipt_id=receipt.pk).insurer_share == Decimal(90)
