"""From the signature to the end of a policy (Rulebook §2.1): who may make each move, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from policies import clocks, services
from policies.lifecycle import POLICY
from policies.models import LiabilityCounter, Policy, PolicySchedule, PolicyState
from policies.signals import policy_signed
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import NotAllowed, WrongState
from sinosure.deadlines.sweep import sweep
from sinosure.documents.models import Signature
from sinosure.notifications.models import Message
from tests.factories.people import actor
from tests.factories.policies import (
    a_policy_in_force,
    a_policy_in_underwriting,
    a_proposal,
    a_quoted_policy,
    a_signed_policy,
    an_accepted_policy,
    pay_deposit,
    terms,
)
from tests.policies.asked import kinds_of
from tests.refusals import code_of

pytestmark = pytest.mark.django_db


def test_the_number_comes_with_the_first_signature_and_not_before():
    policy = an_accepted_policy()
    assert policy.number is None
    services.sign(actor=actor("zhao"), policy_id=policy.pk)
    policy.refresh_from_db()
    assert policy.number == f"SCH-{clock.today().year}-12-00001"
    assert policy.state == PolicyState.ACCEPTED


def test_the_database_refuses_a_signed_policy_without_a_number():
    policy = an_accepted_policy()
    with pytest.raises(IntegrityError, match="policy_number_from_signature"), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(state=PolicyState.SIGNED)


def test_positive_control_with_a_number_the_same_update_passes():
    policy = an_accepted_policy()
    assert Policy.objects.filter(pk=policy.pk).update(state=PolicyState.SIGNED, number="SCH-2026-12-99999") == 1


def test_both_sides_sign_the_same_pdf():
    policy = a_signed_policy()
    insured, insurer = Signature.objects.of(policy).order_by("id")
    assert (insured.party, insured.signer_id) == ("INSURED", actor("zhao").user_id)
    assert (insurer.party, insurer.signer_id) == ("INSURER", actor("qian").user_id)
    assert insured.document_sha256 == insurer.document_sha256
    assert insured.document.title_zh == "保险单及保险单明细表"


def test_the_insured_signs_once_and_first():
    policy = an_accepted_policy()
    assert code_of(lambda: services.countersign(actor=actor("qian"), policy_id=policy.pk)) == "insured_signs_first"
    services.sign(actor=actor("zhao"), policy_id=policy.pk)
    assert code_of(lambda: services.sign(actor=actor("zhao"), policy_id=policy.pk)) == "already_signed"


def test_who_quoted_does_not_sign_for_the_insurer():
    policy = an_accepted_policy()
    services.sign(actor=actor("zhao"), policy_id=policy.pk)
    assert code_of(lambda: services.countersign(actor=actor("zhou"), policy_id=policy.pk)) == "four_eyes"
    services.countersign(actor=actor("sun"), policy_id=policy.pk)


def test_the_database_refuses_the_quoter_as_signer_too():
    policy = a_signed_policy()
    with pytest.raises(IntegrityError, match="policy_signer_is_not_quoter"), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(insurer_signer=policy.quoted_by_id)


def test_signature_opens_the_counter_and_the_clocks_and_tells_those_above():
    heard = []

    def listener(sender, policy, actor, **more):
        heard.append((policy.number, actor.name))

    policy_signed.connect(listener)
    try:
        policy = a_signed_policy(max_liability=Decimal(750_000))
    finally:
        policy_signed.disconnect(listener)
    assert heard == [(policy.number, actor("qian").name)]
    assert LiabilityCounter.objects.get(pk=policy.pk).maximum == Decimal(750_000)
    assert {clocks.POLICY_EXPIRY, clocks.RENEWAL} <= kinds_of(policy)


def test_cover_begins_when_the_whole_deposit_premium_is_booked():
    policy = a_signed_policy()
    services.deposit_paid(actor=actor("yuan"), policy_id=policy.pk, amount=Decimal("1999.99"))
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.SIGNED
    services.deposit_paid(actor=actor("yuan"), policy_id=policy.pk, amount=Decimal("0.01"))
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.IN_FORCE


def test_only_finance_books_the_deposit_premium():
    with pytest.raises(NotAllowed):
        services.deposit_paid(actor=actor("qian"), policy_id=a_signed_policy().pk, amount=Decimal(2_000))


def test_a_paid_policy_waits_for_its_first_day_and_begins_with_it():
    start = clock.today() + timedelta(days=10)
    policy = a_signed_policy(starts_on=start)
    pay_deposit(policy)
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.SIGNED
    with clock.frozen(start - timedelta(days=1)):
        sweep()
        assert Policy.objects.get(pk=policy.pk).state == PolicyState.SIGNED
    with clock.frozen(clock.start_of(start)):
        sweep()
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.IN_FORCE


def test_a_deposit_that_comes_after_the_first_day_begins_cover_at_once():
    policy = a_signed_policy()
    with clock.frozen(policy.starts_on + timedelta(days=5)):
        sweep()
        pay_deposit(policy)
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.IN_FORCE


def test_a_deposit_of_nothing_begins_cover_with_the_signature():
    assert a_signed_policy(deposit_premium=Decimal(0)).state == PolicyState.IN_FORCE


def test_suspension_is_dated_and_lifted():
    policy = a_policy_in_force()
    services.suspend(actor=actor("yuan"), policy_id=policy.pk, reason="PN-1 30 days overdue")
    services.suspend(actor=actor("yuan"), policy_id=policy.pk, reason="again")
    with clock.frozen(clock.today() + timedelta(days=3)):
        lifted = services.lift_suspension(actor=actor("yuan"), policy_id=policy.pk)
    gap = policy.suspensions.get()
    assert lifted.state == PolicyState.IN_FORCE
    assert (gap.lifted_on - gap.suspended_on).days == 3


def test_the_policy_ends_with_its_last_day():
    policy = a_policy_in_force()
    with clock.frozen(policy.ends_on):
        sweep()
        assert Policy.objects.get(pk=policy.pk).state == PolicyState.IN_FORCE
    with clock.frozen(policy.ends_on + timedelta(days=1)):
        sweep()
        sweep()
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.EXPIRED
    assert AuditEntry.objects.filter(action="policy.expire", subject_id=policy.pk).count() == 1


def test_a_policy_whose_deposit_never_came_expires_without_cover():
    policy = a_signed_policy()
    with clock.frozen(policy.ends_on + timedelta(days=1)):
        sweep()
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.EXPIRED
    assert Message.objects.filter(kind="policy.unpaid_at_expiry").exists()


def test_renewal_opens_sixty_days_before_the_end_and_is_reminded():
    policy = a_policy_in_force()
    with clock.frozen(policy.ends_on - timedelta(days=61)):
        assert code_of(lambda: services.renew(actor=actor("chen"), policy_id=policy.pk)) == "renewal_not_open"
    with clock.frozen(policy.ends_on - timedelta(days=60)):
        sweep()
        renewal = services.renew(actor=actor("chen"), policy_id=policy.pk)
        assert services.renew(actor=actor("chen"), policy_id=policy.pk).pk == renewal.pk
    assert renewal.renewed_from_id == policy.pk
    assert renewal.starts_on == policy.ends_on + timedelta(days=1)
    assert "is_truthful" not in renewal.proposal
    assert Message.objects.filter(kind="deadline.reminder.RENEWAL").exists()


def test_a_renewed_policy_is_called_so_when_the_next_one_covers():
    policy = a_policy_in_force()
    with clock.frozen(policy.ends_on - timedelta(days=20)):
        renewal = services.renew(actor=actor("chen"), policy_id=policy.pk)
        answers = a_proposal(starts_on=renewal.starts_on)
        services.save_draft(actor=actor("chen"), policy_id=renewal.pk, proposal=answers)
        services.submit(actor=actor("chen"), policy_id=renewal.pk)
        assert clocks.RENEWAL not in kinds_of(policy)
        services.take(actor=actor("zhou"), policy_id=renewal.pk)
        services.quote(actor=actor("zhou"), policy_id=renewal.pk, terms=terms(starts_on=renewal.starts_on))
        services.accept(actor=actor("zhao"), policy_id=renewal.pk)
        services.sign(actor=actor("zhao"), policy_id=renewal.pk)
        services.countersign(actor=actor("qian"), policy_id=renewal.pk)
        pay_deposit(renewal)
    with clock.frozen(policy.ends_on + timedelta(days=1)):
        sweep()
    assert Policy.objects.get(pk=renewal.pk).state == PolicyState.IN_FORCE
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.RENEWED


def test_notice_of_termination_runs_thirty_days():
    policy = a_policy_in_force()
    services.give_notice(actor=actor("zhao"), policy_id=policy.pk, reason="Business closed")
    with clock.frozen(clock.today() + timedelta(days=30)):
        sweep()
        assert Policy.objects.get(pk=policy.pk).state == PolicyState.IN_FORCE
    with clock.frozen(clock.today() + timedelta(days=31)):
        sweep()
    ended = Policy.objects.get(pk=policy.pk)
    assert (ended.state, ended.terminated_on) == (PolicyState.TERMINATED, clock.today() + timedelta(days=31))
    assert kinds_of(policy) == set()


def test_the_clerk_gives_no_notice_of_termination():
    with pytest.raises(NotAllowed):
        services.give_notice(actor=actor("chen"), policy_id=a_policy_in_force().pk, reason="x")


@pytest.mark.parametrize(
    ("action", "deed"),
    [
        ("submit", lambda pk: services.submit(actor=actor("chen"), policy_id=pk)),
        ("take", lambda pk: services.take(actor=actor("zhou"), policy_id=pk)),
        ("ask", lambda pk: services.ask(actor=actor("zhou"), policy_id=pk, question="?")),
        ("answer", lambda pk: services.answer(actor=actor("chen"), policy_id=pk, answer="!")),
        ("quote", lambda pk: services.quote(actor=actor("zhou"), policy_id=pk, terms=terms())),
        ("decline", lambda pk: services.decline(actor=actor("zhou"), policy_id=pk, reason="no")),
        ("accept", lambda pk: services.accept(actor=actor("zhao"), policy_id=pk)),
        ("refuse", lambda pk: services.refuse(actor=actor("zhao"), policy_id=pk)),
        ("sign", lambda pk: services.sign(actor=actor("zhao"), policy_id=pk)),
        ("countersign", lambda pk: services.countersign(actor=actor("qian"), policy_id=pk)),
    ],
)
def test_no_move_starts_from_a_state_that_the_table_does_not_name(action, deed):
    """A declined application is the end of the road: every move says so with 409."""
    policy = a_policy_in_underwriting()
    services.decline(actor=actor("zhou"), policy_id=policy.pk, reason="Outside our field")
    assert PolicyState.DECLINED not in POLICY[action].sources
    with pytest.raises(WrongState), transaction.atomic():
        deed(policy.pk)


def test_a_schedule_is_never_rewritten():
    policy = a_quoted_policy()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PolicySchedule.objects.filter(policy=policy).update(max_liability=1)
