"""From the draft to an accepted quote (Rulebook §2.1): who may make each move, and what it leaves behind."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from policies import services
from policies.models import Policy, PolicyState, ProductWording
from policies.seed import PRODUCTS
from sinosure.accounts.models import Organisation
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, Stale
from sinosure.deadlines.sweep import sweep
from sinosure.documents.models import Document
from sinosure.notifications.models import Message
from tests.factories.people import actor, organisation
from tests.factories.policies import (
    a_draft_policy,
    a_policy_in_underwriting,
    a_proposal,
    a_quoted_policy,
    a_submitted_policy,
    terms,
)
from tests.policies.asked import kinds_of
from tests.refusals import code_of

pytestmark = pytest.mark.django_db


def test_a_draft_may_be_saved_with_gaps_and_belongs_to_its_exporter():
    policy = services.create_draft(actor=actor("chen"), proposal={"contact_name": "Chen"})
    assert (policy.state, policy.number) == (PolicyState.DRAFT, None)
    assert policy.application_no.startswith("AP-")
    services.save_draft(actor=actor("lin"), policy_id=policy.pk, proposal=a_proposal(starts_on=clock.today()))
    policy.refresh_from_db()
    assert policy.proposal["largest_limit_wanted"] == "400000"
    assert policy.ends_on == policy.starts_on.replace(year=policy.starts_on.year + 1) - timedelta(days=1)


def test_an_old_form_does_not_overwrite_a_newer_draft():
    policy = a_draft_policy()
    services.save_draft(actor=actor("chen"), policy_id=policy.pk, proposal=a_proposal(), version=1)
    with pytest.raises(Stale):
        services.save_draft(actor=actor("lin"), policy_id=policy.pk, proposal=a_proposal(), version=1)


def test_only_an_exporter_applies():
    with pytest.raises(NotAllowed):
        services.create_draft(actor=actor("zhou"), proposal=a_proposal())


def test_a_product_that_is_not_sold_is_refused_by_its_name():
    taken_off = {**PRODUCTS["SME"], "is_sold": {"value": False, "tag": "D", "source": ""}}
    ProductWording.objects.create(product="SME", version="off", valid_from=date(2021, 1, 1), terms=taken_off)
    assert code_of(lambda: services.create_draft(actor=actor("chen"), proposal={}, product="SME")) == "not_sold"


def test_submission_issues_the_application_form_and_tells_the_underwriters():
    actor("zhou")
    policy = a_submitted_policy()
    assert policy.state == PolicyState.SUBMITTED
    assert policy.submitted_by_id == actor("chen").user_id
    assert Document.objects.of(policy).get().title_zh == "投保单"
    assert Message.objects.filter(kind="policy.submitted", role="UNDERWRITER").exists()
    assert AuditEntry.objects.filter(action="policy.submit", subject_id=policy.pk).count() == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"contact_name": ""}, "proposal_incomplete", "contact_name"),
        ({"is_truthful": False}, "proposal_incomplete", "is_truthful"),
        ({"uscc": "91330200MA2AGXT41S"}, "bad_uscc", "uscc"),
        ({"uscc": "91330200MA2AGXT411"}, "uscc_check", "uscc"),
        ({"uscc": "91530100MA6K3TF72M"}, "uscc_differs", "uscc"),
        ({"commercial_ratio": Decimal("0.91")}, "over_hard_cap", "commercial_ratio"),
        ({"longest_credit_days": 731}, "tenor_exceeds_2y", "longest_credit_days"),
        ({"starts_on": date(2020, 1, 1)}, "starts_in_the_past", "starts_on"),
    ],
)
def test_an_application_that_breaks_a_rule_is_not_taken(change, code, field):
    policy = a_draft_policy(**change)
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        services.submit(actor=actor("chen"), policy_id=policy.pk)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.DRAFT


def test_the_first_code_of_an_organisation_is_kept_and_no_other_may_use_it():
    wu = actor("wu")
    Organisation.objects.filter(code="yunshan").update(uscc="")
    organisation("haituo")
    taken = services.create_draft(actor=wu, proposal=a_proposal())
    assert code_of(lambda: services.submit(actor=wu, policy_id=taken.pk)) == "uscc_taken"
    services.save_draft(actor=wu, policy_id=taken.pk, proposal=a_proposal(uscc="91530100MA6K3TF72M"))
    services.submit(actor=wu, policy_id=taken.pk)
    assert organisation("yunshan").uscc == "91530100MA6K3TF72M"


def test_another_exporter_does_not_find_the_application():
    policy = a_submitted_policy()
    with pytest.raises(Policy.DoesNotExist):
        services.accept(actor=actor("wu"), policy_id=policy.pk)


def test_question_and_answer_go_back_and_forth():
    policy = a_policy_in_underwriting()
    services.ask(actor=actor("zhou"), policy_id=policy.pk, question="Which goods?")
    assert code_of(lambda: services.quote(actor=actor("zhou"), policy_id=policy.pk, terms=terms())) == "wrong_state"
    answered = services.answer(actor=actor("chen"), policy_id=policy.pk, answer="Valves")
    assert (answered.state, answered.question, answered.answer) == (PolicyState.UNDERWRITING, "Which goods?", "Valves")


def test_an_empty_question_is_not_sent():
    policy = a_policy_in_underwriting()
    assert code_of(lambda: services.ask(actor=actor("zhou"), policy_id=policy.pk, question="  ")) == "required"


def test_declining_needs_a_reason_which_the_exporter_reads():
    policy = a_policy_in_underwriting()
    assert code_of(lambda: services.decline(actor=actor("zhou"), policy_id=policy.pk, reason="")) == "required"
    declined = services.decline(actor=actor("zhou"), policy_id=policy.pk, reason="Outside our field")
    assert (declined.state, declined.remark) == (PolicyState.DECLINED, "Outside our field")


def test_a_second_quote_is_a_new_version_and_the_first_stays():
    policy = a_quoted_policy()
    services.quote(actor=actor("zhou"), policy_id=policy.pk, terms=terms(max_liability=Decimal(1_200_000)))
    assert list(policy.schedules.order_by("version").values_list("version", "max_liability")) == [
        (1, Decimal(1_000_000)),
        (2, Decimal(1_200_000)),
    ]


def test_the_deposit_premium_is_the_minimum_premium_unless_the_schedule_says_otherwise():
    assert a_quoted_policy().schedule.deposit_premium == Decimal(2_000)
    assert a_quoted_policy(deposit_premium=Decimal(500)).schedule.deposit_premium == Decimal(500)


def test_an_unanswered_quote_lapses_after_its_last_day():
    policy = a_quoted_policy(valid_until=clock.today() + timedelta(days=30))
    with clock.frozen(policy.quote_valid_until):
        sweep()
        assert Policy.objects.get(pk=policy.pk).state == PolicyState.QUOTED
    with clock.frozen(policy.quote_valid_until + timedelta(days=1)):
        sweep()
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.LAPSED_QUOTE


def test_a_quote_is_not_accepted_after_its_last_day_even_before_the_sweep():
    policy = a_quoted_policy()
    with clock.frozen(policy.quote_valid_until):
        services.accept(actor=actor("zhao"), policy_id=policy.pk)
    late = a_quoted_policy()
    with clock.frozen(late.quote_valid_until + timedelta(days=1)):
        assert code_of(lambda: services.accept(actor=actor("zhao"), policy_id=late.pk)) == "quote_lapsed"


def test_the_clerk_does_not_accept_or_sign_for_the_firm():
    policy = a_quoted_policy()
    with pytest.raises(NotAllowed):
        services.accept(actor=actor("chen"), policy_id=policy.pk)


def test_a_refused_quote_ends_the_application():
    policy = services.refuse(actor=actor("zhao"), policy_id=a_quoted_policy().pk, reason="Too dear")
    assert (policy.state, policy.remark, kinds_of(policy)) == (PolicyState.LAPSED_QUOTE, "Too dear", set())
