"""The life of an application: who may make which move from which state."""

from __future__ import annotations

from decimal import Decimal

import pytest

from limits import services
from limits.lifecycle import APPLICATION
from limits.models import ApplicationState, CreditLimit
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.deadlines.models import Deadline
from tests.factories import limits
from tests.factories.people import actor

pytestmark = pytest.mark.django_db


def test_an_application_goes_from_draft_to_a_limit_in_force():
    application = limits.a_draft()
    services.submit(actor=actor("chen"), application_id=application.pk)
    services.take(actor=actor("zhou"), application_id=application.pk)
    services.ask(actor=actor("zhou"), application_id=application.pk, question="How long have you known the buyer?")
    services.answer(actor=actor("chen"), application_id=application.pk, answer="Four years.")
    limits.propose(application)
    services.approve(actor=actor("sun"), application_id=application.pk)
    application.refresh_from_db()
    limit = CreditLimit.objects.get()
    assert application.state == ApplicationState.DECIDED
    assert (limit.amount, limit.used, limit.currency) == (Decimal(200_000), 0, "USD")


def test_submission_starts_five_working_days():
    application = limits.a_submitted_application()
    clock_row = Deadline.objects.of(application).open().get(kind="LIMIT_DECISION")
    assert clock_row.owner == "INSURER"
    assert (clock_row.amount_at_risk, clock_row.currency) == (Decimal(200_000), "USD")


def test_the_decision_clock_stops_while_the_exporter_is_asked():
    application = limits.an_application_in_review()
    services.ask(actor=actor("zhou"), application_id=application.pk, question="Which goods?")
    assert not Deadline.objects.of(application).open().exists()
    services.answer(actor=actor("chen"), application_id=application.pk, answer="Lamps.")
    assert Deadline.objects.of(application).open().exists()


def test_a_decline_leaves_no_limit_and_tells_only_the_reasons():
    application = limits.an_application_in_review()
    services.decline(
        actor=actor("zhou"), application_id=application.pk, reasons="No figures.", internal_note="Report: weak"
    )
    application.refresh_from_db()
    assert application.state == ApplicationState.DECLINED
    assert application.closing_reason == "No figures."
    assert not CreditLimit.objects.exists()


def test_a_returned_proposal_can_be_proposed_again():
    application = limits.a_proposed_application()
    services.return_proposal(actor=actor("qian"), application_id=application.pk, comment="Look at the group again.")
    application.refresh_from_db()
    assert application.state == ApplicationState.IN_REVIEW
    limits.propose(application, amount=Decimal(150_000))
    assert limits.approved(application).amount == Decimal(150_000)


def test_a_second_application_on_the_same_buyer_and_term_waits():
    first = limits.a_submitted_application()
    second = limits.a_draft(policy=first.policy, obligor=first.obligor)
    with pytest.raises(DomainError, match="already_under_way"):
        services.submit(actor=actor("chen"), application_id=second.pk)


def test_a_stale_form_is_refused():
    draft = limits.a_draft()
    services.update_draft(
        actor=actor("chen"), application_id=draft.pk, request=limits.a_request(amount=Decimal(1)), version=1
    )
    with pytest.raises(DomainError, match="stale"):
        services.update_draft(
            actor=actor("lin"), application_id=draft.pk, request=limits.a_request(amount=Decimal(2)), version=1
        )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"credit_days": 731}, "tenor_exceeds_2y"),
        ({"amount": Decimal(0)}, "must_be_positive"),
        ({"is_temporary": True}, "end_required"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_code(changes, code):
    with pytest.raises(DomainError, match=code):
        limits.a_draft(**changes)


def test_an_lc_limit_is_on_a_bank_and_any_other_on_a_buyer():
    buyer = limits.a_buyer()
    with pytest.raises(DomainError, match="term_and_obligor"):
        limits.a_draft(obligor=buyer, term="LC_USANCE")
    assert limits.a_draft(term="LC_USANCE").obligor.kind == "BANK"


def test_a_related_party_is_flagged_from_a_fifth_of_the_shares_on():
    def flagged(ratio, same_controller=False):
        facts = limits.FACTS | {"ownership_ratio": ratio, "same_controller": same_controller}
        return limits.a_draft(facts=facts).is_related_party

    assert [flagged("0.1999"), flagged("0.20"), flagged("0", True)] == [False, True, True]


DOERS = {
    "limits.apply": {"chen", "lin", "zhao"},
    "limits.underwrite": {"zhou", "sun", "qian", "hu", "feng"},
    "limits.decide": {"zhou", "sun", "qian", "hu", "feng", "gu", "ma"},
}
PEOPLE = ["chen", "zhao", "zhou", "sun", "qian", "feng", "gu", "he", "tang", "peng", "yuan", "cao", "wei", "shen", "yan", "li", "wang", "zheng"]  # fmt: skip


@pytest.mark.parametrize("action", [move.action for move in APPLICATION.moves])
@pytest.mark.parametrize("state", list(ApplicationState))
def test_every_move_is_checked_by_state_and_duty(action, state):
    """Every action × state × role: only the named duty, only from the named states."""
    move = APPLICATION[action]
    row = type("Row", (), {"state": state, "proposer_id": -1})()
    for name in PEOPLE:
        may = name in DOERS[move.capability] and state in move.sources
        assert (move in APPLICATION.available(row, actor(name))) is may, (action, state, name)


@pytest.mark.parametrize("name", ["he", "yan", "li", "cao"])
def test_another_duty_cannot_take_or_decide(name):
    submitted, proposed = limits.a_submitted_application(), limits.a_proposed_application()
    with pytest.raises(NotAllowed):
        services.take(actor=actor(name), application_id=_visible(name, submitted))
    with pytest.raises(NotAllowed):
        services.approve(actor=actor(name), application_id=_visible(name, proposed))


def _visible(name, application):
    from limits.models import LimitApplication

    if not LimitApplication.objects.visible_to(actor(name)).filter(pk=application.pk).exists():
        pytest.skip("not even visible")
    return application.pk


def test_a_move_from_the_wrong_state_says_so():
    application = limits.a_submitted_application()
    with pytest.raises(WrongState):
        services.approve(actor=actor("sun"), application_id=application.pk)


def test_another_exporter_does_not_see_the_application():
    from limits.models import LimitApplication

    application = limits.a_submitted_application()
    with pytest.raises(LimitApplication.DoesNotExist):
        services.withdraw(actor=actor("wu"), application_id=application.pk)
