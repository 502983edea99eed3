"""《赔款转让协议》 by role: three signatures in turn, one live agreement a shipment, payee by shipment date, release and end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from declarations.models import Shipment
from financing import selectors, services
from financing.lifecycle import AGREEMENT
from financing.models import Agreement, AgreementState
from financing.payees import payee_for
from policies.models import AssigneeBank, Policy
from policies.services import give_notice, terminate_policies
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, Stale, WrongState
from sinosure.deadlines.models import Deadline
from sinosure.documents.models import Document, Signature
from sinosure.documents.services import rendition_of
from sinosure.notifications.models import Message
from tests.factories.financing import (
    a_draft_agreement,
    a_loan,
    a_released_agreement,
    an_active_agreement,
    an_agreement_signed_by_the_bank,
    an_agreement_signed_by_the_exporter,
)
from tests.factories.obligors import a_buyer
from tests.factories.people import PEOPLE, actor, organisation
from tests.factories.policies import a_policy_in_force, a_submitted_policy

pytestmark = pytest.mark.django_db

SIGNERS = {
    "sign_exporter": (a_draft_agreement, "zhao"),
    "sign_bank": (an_agreement_signed_by_the_exporter, "wang"),
    "sign_insurer": (an_agreement_signed_by_the_bank, "zhou"),
}


def test_three_signatures_in_turn_bring_the_agreement_into_force():
    agreement = an_active_agreement()
    assert (agreement.state, agreement.active_from) == (AgreementState.ACTIVE, clock.today())
    assert agreement.number.startswith(f"AG-{clock.today().year}-")
    assert agreement.account_no == "620012345678"
    row = AssigneeBank.objects.get(policy=agreement.policy)
    assert (row.bank.code, row.since, row.until, row.agreement_id) == ("minhai", clock.today(), None, agreement.pk)


def test_all_three_sign_the_same_pdf_and_its_hash_is_kept():
    agreement = an_active_agreement()
    document = Document.objects.of(agreement).get()
    rows = Signature.objects.of(agreement).order_by("id")
    assert [(row.party, row.signer.username) for row in rows] == [
        ("EXPORTER", "zhao"),
        ("BANK", "wang"),
        ("INSURER", "zhou"),
    ]
    assert {row.document_sha256 for row in rows} == {rendition_of(document).sha256}
    assert document.bank == organisation("minhai")
    assert rendition_of(document).file.read(5) == b"%PDF-"


@pytest.mark.parametrize("action", SIGNERS)
def test_only_the_signer_of_the_side_may_sign(action):
    make, right = SIGNERS[action]
    agreement = make()
    service = getattr(services, action)
    for name in sorted(PEOPLE):
        may = actor(name).can(AGREEMENT[action].capability)
        if not may or name in ("wu", "kong"):
            with pytest.raises((NotAllowed, Agreement.DoesNotExist)):
                service(actor=actor(name), agreement_id=agreement.pk)
    assert service(actor=actor(right), agreement_id=agreement.pk).state == AGREEMENT[action].target


@pytest.mark.parametrize("action", SIGNERS)
def test_a_signature_out_of_turn_is_refused(action):
    agreement = an_active_agreement()
    with pytest.raises(WrongState):
        getattr(services, action)(actor=actor(SIGNERS[action][1]), agreement_id=agreement.pk)


def test_a_text_that_changed_meanwhile_is_not_signed():
    agreement = a_draft_agreement()
    changes = {"account_name": "闽海银行", "account_bank": "总行", "account_no": "999999"}
    services.edit(actor=actor("chen"), agreement_id=agreement.pk, bank_id=agreement.bank_id, **changes)
    with pytest.raises(Stale):
        services.sign_exporter(actor=actor("zhao"), agreement_id=agreement.pk, version=agreement.version)


def test_only_a_draft_is_edited():
    agreement = an_agreement_signed_by_the_exporter()
    with pytest.raises(WrongState):
        services.edit(
            actor=actor("chen"), agreement_id=agreement.pk, bank_id=agreement.bank_id, account_name="A",
            account_bank="B", account_no="999999",
        )  # fmt: skip


@pytest.mark.parametrize("account_no", ["12", "6200-1234-ÄÖ", "1" * 35])
def test_an_account_number_has_six_to_thirty_four_digits_or_letters(account_no):
    with pytest.raises(DomainError) as refused:
        a_draft_agreement(account_no=account_no)
    assert (refused.value.code, refused.value.field) == ("bad_account", "account_no")


def test_indemnities_go_to_a_bank_and_under_a_signed_policy_only():
    policy = a_policy_in_force()
    named = {"account_name": "A", "account_bank": "B", "account_no": "123456"}
    with pytest.raises(DomainError) as refused:
        services.draft(actor=actor("chen"), policy_id=policy.pk, bank_id=organisation("yunshan").pk, **named)
    assert refused.value.code == "unknown_bank"
    with pytest.raises(DomainError) as refused:
        a_draft_agreement(a_submitted_policy())
    assert (refused.value.code, refused.value.status) == ("policy_not_live", 409)


def test_nobody_drafts_for_another_exporter():
    policy = a_policy_in_force()
    named = {"bank_id": organisation("minhai").pk, "account_name": "A", "account_bank": "B", "account_no": "123456"}
    with pytest.raises(Policy.DoesNotExist):
        services.draft(actor=actor("wu"), policy_id=policy.pk, **named)
    for name in ("li", "wang", "zhou"):
        with pytest.raises(NotAllowed):
            services.draft(actor=actor(name), policy_id=policy.pk, **named)


@pytest.mark.parametrize(
    "make", [an_agreement_signed_by_the_exporter, an_agreement_signed_by_the_bank, an_active_agreement]
)
def test_a_second_live_agreement_on_the_policy_is_refused(make):
    first = make()
    second = a_draft_agreement(first.policy, "jiangwan")
    with pytest.raises(DomainError) as refused:
        services.sign_exporter(actor=actor("zhao"), agreement_id=second.pk)
    assert (refused.value.code, refused.value.status) == ("agreement_overlaps", 409)
    assert first.number in refused.value.text


def test_the_database_refuses_a_second_live_agreement_too():
    first = an_active_agreement()
    second = a_draft_agreement(first.policy, "jiangwan")
    with (
        pytest.raises(IntegrityError, match="another live agreement binds"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE financing_agreement SET state = 'SIGNED_BY_EXPORTER' WHERE id = %s", [second.pk])


def test_another_policy_of_the_exporter_may_be_assigned_to_another_bank():
    first, second = an_active_agreement(), an_active_agreement(bank="jiangwan")
    assert first.policy_id != second.policy_id
    assert (first.state, second.state) == (AgreementState.ACTIVE, AgreementState.ACTIVE)


@pytest.mark.parametrize(
    ("make", "action", "who"),
    [
        (an_agreement_signed_by_the_exporter, "withdraw", "zhao"),
        (an_agreement_signed_by_the_exporter, "return_bank", "wang"),
        (an_agreement_signed_by_the_bank, "withdraw", "zhao"),
        (an_agreement_signed_by_the_bank, "return_insurer", "zhou"),
    ],
)
def test_an_agreement_that_is_sent_back_is_a_draft_and_is_signed_anew_on_a_new_pdf(make, action, who):
    agreement = make()
    with pytest.raises(DomainError, match="required"):
        services.send_back(actor=actor(who), agreement_id=agreement.pk, action=action, reason=" ")
    back = services.send_back(actor=actor(who), agreement_id=agreement.pk, action=action, reason="Wrong account")
    assert (back.state, back.remark) == (AgreementState.DRAFT, "Wrong account")
    services.sign_exporter(actor=actor("zhao"), agreement_id=agreement.pk)
    services.sign_bank(actor=actor("wang"), agreement_id=agreement.pk)
    services.sign_insurer(actor=actor("zhou"), agreement_id=agreement.pk)
    assert Document.objects.of(agreement).count() == 2
    last = Document.objects.of(agreement).order_by("-id")[0]
    assert last.signatures.count() == 3


def shipped(policy: Policy, day: date) -> Shipment:
    """A shipment on paper, to a buyer of no agreement's list."""
    insured, obligor = policy.policyholder, a_buyer()
    return Shipment(policy=policy, policyholder=insured, obligor=obligor, shipped_on=day, invoice_key="X1")


def test_the_bank_is_payee_for_what_leaves_from_the_first_day_to_the_last():
    """In force from 10 days after the policy began, released 20 days after: day 9 exporter, 10 to 20 bank, 21 exporter."""
    policy = a_policy_in_force(starts_on=clock.today() - timedelta(days=40))
    first = policy.starts_on + timedelta(days=10)
    last = policy.starts_on + timedelta(days=20)
    agreement = an_active_agreement(policy, active_from=first)
    with clock.frozen(last):
        a_released_agreement(agreement)
    bank, insured = organisation("minhai").pk, organisation("haituo").pk
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    assert [payee_for(shipped(policy, day)).organisation_id for day in days] == [insured, bank, bank, insured]
    paid = payee_for(shipped(policy, first))
    assert (paid.account_no, paid.agreement) == ("620012345678", agreement)
    assert payee_for(shipped(policy, days[0])).account_no == "6222000012345678"


def test_an_agreement_that_is_not_in_force_yet_changes_no_payee():
    agreement = an_agreement_signed_by_the_bank()
    assert payee_for(shipped(agreement.policy, clock.today())).organisation_id == organisation("haituo").pk


def test_the_bank_that_follows_on_the_same_day_is_paid_for_that_day():
    first = an_active_agreement()
    a_released_agreement(first)
    an_active_agreement(first.policy, "jiangwan")
    assert payee_for(shipped(first.policy, clock.today())).organisation_id == organisation("jiangwan").pk


def test_only_the_bank_releases_and_then_it_no_longer_sees_the_policy():
    agreement = an_active_agreement()
    for name in ("zhao", "zhou", "li", "zheng"):
        with pytest.raises(NotAllowed):
            services.release(actor=actor(name), agreement_id=agreement.pk, reason="x")
    with pytest.raises(Agreement.DoesNotExist):
        services.release(actor=actor("kong"), agreement_id=agreement.pk, reason="x")
    assert Policy.objects.visible_to(actor("wang")).filter(pk=agreement.policy_id).exists()
    released = a_released_agreement(agreement)
    assert (released.state, released.active_until) == (AgreementState.RELEASED, clock.today())
    assert not Policy.objects.visible_to(actor("wang")).filter(pk=agreement.policy_id).exists()


def test_an_agreement_with_an_open_loan_is_not_released():
    loan = a_loan()
    with pytest.raises(DomainError) as refused:
        a_released_agreement(loan.agreement)
    assert (refused.value.code, refused.value.status) == ("loans_open", 409)


def test_the_exporter_cannot_end_an_assigned_policy_alone():
    agreement = an_active_agreement()
    assert give_notice(actor=actor("zhao"), policy_id=agreement.policy_id, reason="x").state == "WAITING"


def test_the_agreement_ends_with_the_policy_and_the_bank_stays_payee_of_what_left_before():
    policy = a_policy_in_force(starts_on=clock.today() - timedelta(days=60))
    agreement = an_active_agreement(policy, active_from=policy.starts_on)
    give_notice(actor=actor("zhou"), policy_id=policy.pk, reason="No exports left")
    row = Deadline.objects.get(kind="POLICY_TERMINATION", subject_id=policy.pk)
    with clock.frozen(row.legal_due + timedelta(days=1)):
        terminate_policies([row])
    agreement.refresh_from_db()
    assert (agreement.state, agreement.active_until) == (AgreementState.EXPIRED, row.legal_due)
    assert payee_for(shipped(policy, row.legal_due)).organisation_id == organisation("minhai").pk
    assert AssigneeBank.objects.filter(agreement_id=agreement.pk, until=None).exists()


def test_a_draft_is_the_exporters_own_and_other_banks_see_nothing():
    draft, signed = a_draft_agreement(), an_agreement_signed_by_the_exporter()
    seen = {name: set(selectors.agreements(actor(name))) for name in ("chen", "wu", "wang", "kong", "zhou")}
    assert seen == {"chen": {draft, signed}, "wu": set(), "wang": {signed}, "kong": set(), "zhou": {signed}}


def test_each_side_is_told_when_it_is_its_turn():
    agreement = an_active_agreement()
    told = Message.objects.filter(subject_type="financing.agreement", subject_id=agreement.pk)
    found = {(row.kind, row.organisation.code, row.role) for row in told.select_related("organisation")}
    assert found == {
        ("agreement.signed_by_exporter", "minhai", ""),
        ("agreement.signed_by_bank", "haituo", ""),
        ("agreement.signed_by_bank", "insurer", "UNDERWRITER"),
        ("agreement.active", "haituo", ""),
        ("agreement.active", "minhai", ""),
        ("agreement.contract", "haituo", ""),
    }


def test_every_move_is_in_the_trail():
    agreement = a_released_agreement()
    actions = AuditEntry.objects.filter(subject_type="financing.agreement", subject_id=agreement.pk).order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "agreement.draft", "agreement.sign_exporter", "agreement.sign_bank", "agreement.sign_insurer", "agreement.contract",
        "agreement.release",
    ]  # fmt: skip


def test_the_navigation_counts_what_waits_for_a_signature():
    an_agreement_signed_by_the_exporter()
    counts = {name: selectors.waiting_count(actor(name)) for name in ("zhao", "wang", "kong", "zhou", "li")}
    assert counts == {"zhao": None, "wang": 1, "kong": None, "zhou": None, "li": None}
