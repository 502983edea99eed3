"""Endorsements (Rulebook §2.1): four eyes, the next version of the schedule, and never over a shipped risk."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from financing.expected import ratio_of
from policies import selectors
from policies.endorsements import clocks, letters, services
from policies.endorsements.changes import check_effective
from policies.endorsements.selectors import versions
from policies.in_force import version_on
from policies.models import Endorsement, EndorsementState, LiabilityCounter, Policy, PolicySchedule
from policies.services import draw_liability
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.sweep import sweep
from sinosure.documents.models import Signature
from sinosure.notifications.models import Message
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor, organisation
from tests.factories.policies import a_policy_in_force, a_quoted_policy, a_signed_policy
from tests.refusals import code_of

pytestmark = pytest.mark.django_db
TWO_MILLION = {"max_liability": Decimal(2_000_000)}


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def a_request(policy: Policy | None = None, effective_from: date | None = None) -> Endorsement:
    policy = policy or a_policy_in_force()
    day = effective_from or clock.today()
    return services.request(actor=actor("chen"), policy_id=policy.pk, wish="We grow faster.", effective_from=day)


def a_draft(row: Endorsement | None = None, terms=None) -> Endorsement:
    row = row or a_request()
    return services.draft(
        actor=actor("zhou"), endorsement_id=row.pk, terms=terms or TWO_MILLION, effective_from=row.effective_from
    )


def an_approved(row: Endorsement | None = None, **named) -> Endorsement:
    return services.approve(actor=actor("qian"), endorsement_id=a_draft(row, **named).pk)


def a_signed(row: Endorsement | None = None, **named) -> Endorsement:
    return services.sign(actor=actor("zhao"), endorsement_id=an_approved(row, **named).pk)


def test_the_signed_endorsement_is_the_next_version_with_the_changed_fields_only():
    row = a_signed()
    assert row.changes == {"max_liability": {"old": "1000000", "new": "2000000"}}
    assert row.number == f"{row.policy.number}-E-01"
    first, second = row.policy.schedules.order_by("version")
    assert (second.version, second.max_liability, second.endorsement_no) == (2, Decimal(2_000_000), row.number)
    assert second.insured_ratios == first.insured_ratios
    assert LiabilityCounter.objects.get(pk=row.policy_id).maximum == Decimal(2_000_000)


def test_both_sides_sign_the_same_paper():
    row = a_signed()
    insurer, insured = Signature.objects.filter(document=letters.paper_of(row)).order_by("id")
    assert (insurer.party, insured.party) == ("INSURER", "INSURED")
    assert insurer.document_sha256 == insured.document_sha256
    assert insurer.document.title_zh == "批单"


def test_who_drew_it_up_does_not_approve_it():
    row = a_draft()
    assert code_of(lambda: services.approve(actor=actor("zhou"), endorsement_id=row.pk)) == "four_eyes"


def test_the_database_refuses_one_person_for_both_too():
    row = an_approved()
    with pytest.raises(IntegrityError, match="endorsement_four_eyes"), transaction.atomic():
        Endorsement.objects.filter(pk=row.pk).update(approved_by=row.drafted_by_id)


def test_only_the_signer_signs_and_only_an_underwriter_draws_up():
    row = an_approved()
    with pytest.raises(NotAllowed):
        services.sign(actor=actor("chen"), endorsement_id=row.pk)
    services.refuse(actor=actor("zhao"), endorsement_id=row.pk, reason="No longer needed")
    asked = a_request(row.policy)
    with pytest.raises(NotAllowed):
        services.draft(actor=actor("chen"), endorsement_id=asked.pk, terms=TWO_MILLION, effective_from=clock.today())


def test_an_endorsement_dated_before_a_shipment_is_refused_by_field():
    """Shipped today: tomorrow is the first day a change may begin."""
    limit = a_limit()
    a_shipment(limit)
    with pytest.raises(DomainError) as refused:
        a_request(limit.policy, clock.today())
    assert (refused.value.code, refused.value.field) == ("before_shipment", "effective_from")
    assert a_request(limit.policy, in_days(1)).state == EndorsementState.REQUESTED


def test_a_shipment_made_before_the_signature_stops_it():
    limit = a_limit()
    row = an_approved(a_request(limit.policy))
    a_shipment(limit)
    assert code_of(lambda: services.sign(actor=actor("zhao"), endorsement_id=row.pk)) == "effective_day_passed"
    assert limit.policy.schedules.count() == 1


def test_an_endorsement_does_not_begin_in_the_past_or_after_the_end():
    policy = a_policy_in_force()
    assert code_of(lambda: a_request(policy, in_days(-1))) == "effective_in_the_past"
    assert code_of(lambda: a_request(policy, policy.ends_on + timedelta(days=1))) == "effective_after_end"


def test_the_database_refuses_a_version_that_reaches_back_and_takes_one_from_today():
    policy = a_policy_in_force()
    row = PolicySchedule.objects.get(policy=policy)
    row.pk, row.version, row.endorsement_no, row.effective_from = None, 2, "E-1", in_days(-1)
    with pytest.raises(IntegrityError, match="schedule_endorsed_forward"), transaction.atomic():
        row.save()
    row.effective_from = clock.today()
    row.save()


def test_every_version_begins_no_earlier_than_the_one_it_changes():
    a_signed(row := a_request(effective_from=in_days(20)))
    assert code_of(lambda: a_request(row.policy, in_days(19))) == "before_last_version"
    check_effective(
        in_days(20), today=clock.today(), ends_on=in_days(300), last_version_from=in_days(20), last_risk_on=None
    )


def test_the_schedule_of_a_day_is_the_one_in_force_on_it():
    row = a_signed(a_request(effective_from=in_days(10)))
    assert selectors.schedule_on(row.policy, in_days(9)).version == 1
    assert selectors.schedule_on(row.policy, in_days(10)).version == 2


def test_the_history_shows_each_version_with_its_days_and_leaves_out_what_never_was_in_force():
    row = a_signed(a_request(effective_from=in_days(10)))
    assert [(one.schedule.version, one.first_day, one.last_day, one.is_now) for one in versions(row.policy)] == [
        (2, in_days(10), None, False),
        (1, in_days(0), in_days(9), True),
    ]
    a_signed(a_request(row.policy, in_days(10)), terms={"max_liability": Decimal(3_000_000)})
    assert [one.schedule.version for one in versions(row.policy)] == [3, 1]


def test_a_quote_that_was_replaced_was_never_in_force():
    policy = a_quoted_policy(starts_on=clock.today())
    old, new = (
        PolicySchedule(version=1, effective_from=in_days(0)),
        PolicySchedule(version=2, effective_from=in_days(5)),
    )
    assert version_on([old, new], in_days(1)) is new
    assert version_on([], in_days(1)) is None
    assert selectors.schedule_on(policy, in_days(-3)).version == 1


def test_the_maximum_follows_on_the_first_day_of_the_change():
    row = a_signed(a_request(effective_from=in_days(10)))
    with clock.frozen(in_days(9)):
        sweep()
        assert LiabilityCounter.objects.get(pk=row.policy_id).maximum == Decimal(1_000_000)
    with clock.frozen(clock.start_of(in_days(10))):
        sweep()
    assert LiabilityCounter.objects.get(pk=row.policy_id).maximum == Decimal(2_000_000)


def test_a_maximum_below_what_was_paid_is_refused():
    row = a_request()
    draw_liability(actor=actor("yuan"), policy_id=row.policy_id, amount=Decimal(300_000))
    assert code_of(lambda: a_draft(row, {"max_liability": Decimal(299_999)})) == "below_paid"
    assert a_draft(row, {"max_liability": Decimal(300_000)}).state == EndorsementState.DRAFTED


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"max_liability": Decimal(1_000_000)}, "nothing_changed"),
        ({"insured_ratios": {"BUYER_DEFAULT": Decimal("0.91")}}, "over_hard_cap"),
        ({"max_credit_days": 731}, "tenor_exceeds_2y"),
        ({"max_credit_days": 400}, "long_credit_needs_reason"),
        ({"experience_factor": Decimal("1.31")}, "experience_out_of_range"),
    ],
)
def test_a_change_obeys_the_rules_of_the_schedule(terms, code):
    row = a_request()
    assert code_of(lambda: a_draft(row, terms)) == code


def test_one_endorsement_at_a_time():
    row = a_request()
    assert code_of(lambda: a_request(row.policy)) == "endorsement_open"
    with pytest.raises(IntegrityError, match="endorsement_one_open"), transaction.atomic():
        Endorsement.objects.create(
            policy=row.policy, policyholder=row.policyholder, wish="x", effective_from=clock.today(),
            requested_by_id=row.requested_by_id, requested_at=clock.now(), is_from_insured=True,
        )  # fmt: skip


def test_only_a_policy_that_covers_is_endorsed():
    policy = a_signed_policy()
    with pytest.raises(WrongState):
        a_request(policy)


def test_an_endorsement_nobody_signs_lapses_with_its_first_day():
    row = an_approved(a_request(effective_from=in_days(5)))
    assert Deadline.objects.of(row).open().get().kind == clocks.SIGNATURE
    with clock.frozen(in_days(6)):
        sweep()
    row.refresh_from_db()
    assert (row.state, row.policy.schedules.count()) == (EndorsementState.LAPSED, 1)


def test_return_decline_withdraw_and_refuse_each_leave_the_schedule_alone():
    row = a_draft()
    services.send_back(actor=actor("qian"), endorsement_id=row.pk, reason="Too much")
    services.withdraw(actor=actor("chen"), endorsement_id=row.pk)
    other = a_draft(a_request(row.policy))
    assert code_of(lambda: services.decline(actor=actor("zhou"), endorsement_id=other.pk, reason=" ")) == "required"
    services.decline(actor=actor("zhou"), endorsement_id=other.pk, reason="Loss ratio")
    third = an_approved(a_request(row.policy))
    services.refuse(actor=actor("zhao"), endorsement_id=third.pk, reason="Too late")
    states = set(Endorsement.objects.filter(policy=row.policy).values_list("state", flat=True))
    assert states == {"WITHDRAWN", "DECLINED", "REFUSED"}
    assert row.policy.schedules.count() == 1


def test_the_insurer_may_begin_it_too_and_another_exporter_does_not_find_it():
    policy = a_policy_in_force()
    row = services.request(actor=actor("zhou"), policy_id=policy.pk, wish="Loss ratio", effective_from=in_days(3))
    assert row.is_from_insured is False
    with pytest.raises(NotAllowed):
        services.withdraw(actor=actor("chen"), endorsement_id=row.pk)
    with pytest.raises(Endorsement.DoesNotExist):
        services.withdraw(actor=actor("wu"), endorsement_id=row.pk)


def test_the_bank_that_is_loss_payee_reads_what_was_signed_and_not_before():
    row = an_approved()
    row.policy.assignees.create(bank=organisation("minhai"), since=clock.today(), agreement_id=1)
    assert not Endorsement.objects.visible_to(actor("li")).exists()
    services.sign(actor=actor("zhao"), endorsement_id=row.pk)
    assert Endorsement.objects.visible_to(actor("li")).exists()
    assert Message.objects.filter(kind="endorsement.signed", organisation=organisation("minhai")).exists()


def test_each_shipment_keeps_the_percentage_and_the_rate_of_its_own_day():
    """90 % before, 80 % from day 10 on: the premium of P1 is 480.00 and then 480 × 80/90 = 426.67."""
    limit = a_limit()
    before = a_shipment(limit)
    low = dict.fromkeys(limit.policy.wording.named.value("risks"), Decimal("0.80"))
    a_signed(a_request(limit.policy, in_days(10)), terms={"insured_ratios": low})
    with clock.frozen(in_days(12)):
        after = a_shipment(limit)
    assert (ratio_of(before), ratio_of(after)) == (Decimal("0.90"), Decimal("0.80"))
    assert after.premium == (before.premium * 8 / 9).quantize(Decimal("0.01"))
    assert selectors.insured_ratio(limit.policy, "BUYER_DEFAULT", before.shipped_on) == Decimal("0.90")
