"""How a policy ends (Rulebook §2.1): notice, the consent of a bank, run-off, and what is not renewed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from policies import above, clocks, services
from policies.models import (
    AssigneeBank,
    ConsentState,
    NoticeState,
    Policy,
    PolicyConsent,
    PolicyState,
    TerminationNotice,
)
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.sweep import sweep
from sinosure.notifications.models import Message
from tests.factories.declarations import a_receipt, a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor, organisation
from tests.factories.policies import a_policy_in_force, a_proposal, terms
from tests.journeys.people import Caller, Reader
from tests.refusals import code_of

pytestmark = pytest.mark.django_db


def an_assigned_policy(*banks: str) -> Policy:
    policy = a_policy_in_force()
    for code in banks or ("minhai",):
        policy.assignees.create(bank=organisation(code), since=clock.today(), agreement_id=1)
    return policy


def a_notice(policy: Policy, who: str = "zhao") -> TerminationNotice:
    return services.give_notice(actor=actor(who), policy_id=policy.pk, reason="Business closed")


def runs(policy: Policy) -> bool:
    return Deadline.objects.of(policy).open().filter(kind=clocks.TERMINATION).exists()


def test_the_notice_of_the_insured_waits_for_the_bank_and_runs_with_its_consent():
    policy = an_assigned_policy()
    notice = a_notice(policy)
    assert (notice.state, runs(policy)) == (NoticeState.WAITING, False)
    consent = PolicyConsent.objects.get(notice=notice)
    services.give_consent(actor=actor("wang"), consent_id=consent.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.effective_on) == (NoticeState.RUNNING, clock.today() + timedelta(days=30))
    with clock.frozen(clock.today() + timedelta(days=31)):
        sweep()
    policy.refresh_from_db()
    notice.refresh_from_db()
    assert (policy.state, notice.state) == (PolicyState.TERMINATED, NoticeState.DONE)


def test_every_bank_has_to_consent():
    notice = a_notice(an_assigned_policy("minhai", "jiangwan"))
    first, second = PolicyConsent.objects.filter(notice=notice).order_by("bank__code")
    services.give_consent(actor=actor("kong"), consent_id=first.pk)
    notice.refresh_from_db()
    assert notice.state == NoticeState.WAITING
    services.give_consent(actor=actor("wang"), consent_id=second.pk)
    notice.refresh_from_db()
    assert notice.state == NoticeState.RUNNING


def test_a_bank_that_refuses_keeps_the_policy_alive():
    policy = an_assigned_policy("minhai", "jiangwan")
    notice = a_notice(policy)
    own = PolicyConsent.objects.get(notice=notice, bank=organisation("minhai"))
    assert code_of(lambda: services.refuse_consent(actor=actor("wang"), consent_id=own.pk, remark=" ")) == "required"
    services.refuse_consent(actor=actor("wang"), consent_id=own.pk, remark="Loans are open")
    notice.refresh_from_db()
    assert (notice.state, runs(policy)) == (NoticeState.REFUSED, False)
    assert PolicyConsent.objects.get(notice=notice, bank=organisation("jiangwan")).state == ConsentState.DROPPED
    assert Message.objects.filter(kind="policy.consent_refused").exists()


def test_the_database_refuses_to_run_the_insureds_notice_without_the_bank():
    notice = a_notice(an_assigned_policy())
    run = {"state": NoticeState.RUNNING, "effective_on": clock.today()}
    with pytest.raises(IntegrityError, match="has not consented"), transaction.atomic():
        TerminationNotice.objects.filter(pk=notice.pk).update(**run)
    AssigneeBank.objects.update(until=clock.today())
    assert TerminationNotice.objects.filter(pk=notice.pk).update(**run) == 1


def test_the_insurer_gives_notice_without_asking_the_bank_which_is_told():
    policy = an_assigned_policy()
    assert a_notice(policy, "zhou").state == NoticeState.RUNNING
    assert Message.objects.filter(kind="policy.termination_notice", organisation=organisation("minhai")).exists()


def test_only_the_bank_that_was_asked_answers_and_only_its_approver():
    consent = PolicyConsent.objects.get(notice=a_notice(an_assigned_policy()))
    with pytest.raises(PolicyConsent.DoesNotExist):
        services.give_consent(actor=actor("kong"), consent_id=consent.pk)
    for name in ("li", "zhou", "zhao"):
        with pytest.raises(NotAllowed), transaction.atomic():
            services.give_consent(actor=actor(name), consent_id=consent.pk)
    services.give_consent(actor=actor("wang"), consent_id=consent.pk)
    with pytest.raises(WrongState), transaction.atomic():
        services.give_consent(actor=actor("wang"), consent_id=consent.pk)


def test_notice_is_given_once_and_taken_back_by_its_own_side():
    policy = a_policy_in_force()
    notice = a_notice(policy)
    assert code_of(lambda: a_notice(policy)) == "notice_given"
    with pytest.raises(NotAllowed), transaction.atomic():
        services.withdraw_notice(actor=actor("zhou"), policy_id=policy.pk)
    services.withdraw_notice(actor=actor("zhao"), policy_id=policy.pk)
    notice.refresh_from_db()
    assert (notice.state, runs(policy)) == (NoticeState.WITHDRAWN, False)
    with clock.frozen(clock.today() + timedelta(days=31)):
        sweep()
    policy.refresh_from_db()
    assert policy.state == PolicyState.IN_FORCE


def a_terminated_policy() -> Policy:
    policy = a_policy_in_force(starts_on=clock.today() - timedelta(days=340))
    with clock.frozen(clock.today() - timedelta(days=31)):
        a_notice(policy)
    sweep()
    policy.refresh_from_db()
    assert policy.state == PolicyState.TERMINATED
    return policy


def test_a_terminated_policy_is_not_renewed():
    policy = a_terminated_policy()
    assert code_of(lambda: services.renew(actor=actor("chen"), policy_id=policy.pk)) == "renewal_of_terminated"


def test_the_database_refuses_it_too_and_takes_the_renewal_of_an_expired_one():
    policy = a_terminated_policy()
    draft = services.create_draft(actor=actor("chen"), proposal={})
    draft.pk, draft.application_no, draft.renewed_from = None, "AP-X", policy
    with pytest.raises(IntegrityError, match="terminated and not renewed"), transaction.atomic():
        draft.save()
    Policy.objects.filter(pk=policy.pk).update(state=PolicyState.EXPIRED)
    draft.save()


def test_a_policy_under_notice_is_not_renewed():
    policy = a_policy_in_force()
    with clock.frozen(policy.ends_on - timedelta(days=50)):
        a_notice(policy)
        assert code_of(lambda: services.renew(actor=actor("chen"), policy_id=policy.pk)) == "renewal_under_notice"


def test_the_run_off_is_closed_when_nothing_is_open():
    """USD 100,000 are open after expiry; once the buyer has paid and the premium is settled nothing is left."""
    limit = a_limit()
    policy, shipment = limit.policy, a_shipment(limit)
    with clock.frozen(policy.ends_on + timedelta(days=1)):
        sweep()
        assert [item.count for item in above.open_items(policy.pk)] == [1]
        assert code_of(lambda: services.close_run_off(actor=actor("zhou"), policy_id=policy.pk)) == "run_off_open"
        a_receipt(shipment)
        assert above.open_items(policy.pk) == []
        closed = services.close_run_off(actor=actor("zhou"), policy_id=policy.pk)
    assert closed.state == PolicyState.RUN_OFF_CLOSED


def test_a_renewal_that_overlaps_the_policy_before_it_is_refused():
    """The draft of a renewal may be dated anew; it still begins after the policy whose exports it takes."""
    policy = a_policy_in_force()
    with clock.frozen(policy.ends_on - timedelta(days=20)):
        renewal = services.renew(actor=actor("chen"), policy_id=policy.pk)
        services.save_draft(actor=actor("chen"), policy_id=renewal.pk, proposal=a_proposal(starts_on=policy.ends_on))
        services.submit(actor=actor("chen"), policy_id=renewal.pk)
        services.take(actor=actor("zhou"), policy_id=renewal.pk)
        services.quote(actor=actor("zhou"), policy_id=renewal.pk, terms=terms(starts_on=policy.ends_on))
        services.accept(actor=actor("zhao"), policy_id=renewal.pk)
        with pytest.raises(DomainError) as refused:
            services.sign(actor=actor("zhao"), policy_id=renewal.pk)
        assert (refused.value.code, refused.value.field) == ("same_exports", "starts_on")
        with pytest.raises(IntegrityError, match="covers exports"), transaction.atomic():
            Policy.objects.filter(pk=renewal.pk).update(state=PolicyState.SIGNED, number="SCH-2026-12-99999")
        after = {"starts_on": policy.ends_on + timedelta(days=1), "ends_on": policy.ends_on + timedelta(days=300)}
        Policy.objects.filter(pk=renewal.pk).update(state=PolicyState.SIGNED, number="SCH-2026-12-99999", **after)


def test_the_bank_consents_by_page_and_by_api():
    policy = an_assigned_policy()
    Reader("zhao").act(reverse("policies:policy-detail", args=[policy.pk]), "notice", text="Business closed")
    consent = PolicyConsent.objects.get(policy=policy)
    assert (
        "Business closed" in Reader("wang").open(reverse("policies:consent-detail", args=[consent.pk])).content.decode()
    )
    Reader("wang").act(reverse("policies:consent-detail", args=[consent.pk]), "give")
    assert Reader("zhao").open(reverse("policies:policy-detail", args=[policy.pk]))
    Caller("zhao").post(f"policies/{policy.pk}/notice/withdraw/")
    Caller("zhao").post(f"policies/{policy.pk}/notice/", {"text": "Again"})
    again = PolicyConsent.objects.get(policy=policy, state=ConsentState.ASKED)
    assert Caller("wang").post(f"policy-consents/{again.pk}/refuse/", {"text": "Loans"})["state"] == "REFUSED"
    assert Decimal(Caller("zhao").get(f"policies/{policy.pk}/")["liability_left"]) == Decimal(1_000_000)
