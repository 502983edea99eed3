"""An agreement is amended by the same three signatures; each shipment stays under the version of its day (FIN-1, §8.2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.urls import reverse

from claims import payment
from financing import facts
from financing.amendments import services as amendments
from financing.models import Agreement, AgreementState, AgreementTerms, TermsState
from financing.payees import payee_for
from financing.scopes import ALL_EXPORTS, Given
from policies.models import AssigneeBank
from sinosure.accounts.actor import actor_of
from sinosure.accounts.models import RoleGrant, User
from sinosure.accounts.roles import Role
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, Stale
from sinosure.deadlines.sweep import sweep
from sinosure.documents.models import Document
from sinosure.notifications.models import Message
from tests.factories import claims as a
from tests.factories.declarations import a_shipment
from tests.factories.financing import a_loan, a_released_agreement, an_active_agreement, an_agreement_signed_by_the_bank
from tests.factories.limits import a_limit
from tests.factories.people import actor, organisation, user
from tests.factories.policies import a_policy_in_force

pytestmark = pytest.mark.django_db
NEW = "6200 9999 0000"


def second_approver() -> User:
    """Wanglin, Wang's colleague at Minhai."""
    person, is_new = User.objects.get_or_create(
        username="wanglin", defaults={"name_zh": "王琳", "name_en": "Wang Lin", "organisation": organisation("minhai")}
    )
    if is_new:
        RoleGrant.objects.create(user=person, role=Role.BANK_APPROVER, tier=1, granted_at=clock.now())
    return person


def proposed(agreement: Agreement, by: str = "chen", **changes: Any) -> AgreementTerms:
    """The next version: what is agreed with these changes."""
    named: dict[str, Any] = {
        "given": Given(**{name: tuple(value) for name, value in agreement.scope.items()}),
        "account_name": agreement.account_name, "account_bank": agreement.account_bank, "account_no": agreement.account_no,
        "reason": "The buyers of the bank's line have changed.",
    }  # fmt: skip
    return amendments.propose(actor=actor(by), agreement_id=agreement.pk, **{**named, **changes})


def signed_by_the_bank(terms: AgreementTerms, confirm: bool = True) -> AgreementTerms:
    amendments.sign_exporter(actor=actor("zhao"), terms_id=terms.pk)
    terms = amendments.sign_bank(actor=actor("wang"), terms_id=terms.pk)
    if terms.is_new_account and confirm:
        terms = amendments.confirm_account(actor=actor_of(second_approver()), terms_id=terms.pk)
    return terms


def amended(agreement: Agreement, **changes: Any) -> AgreementTerms:
    return amendments.sign_insurer(actor=actor("zhou"), terms_id=signed_by_the_bank(proposed(agreement, **changes)).pk)


def code_of(deed: Any, kind: type[Exception] = DomainError) -> str:
    with pytest.raises(kind) as refused:
        deed()
    return str(getattr(refused.value, "code", ""))


def test_a_shipment_is_paid_under_the_version_of_its_day():
    """All exports until 9 March; from 10 March on only those to the first buyer: the second buyer's go to the exporter again."""
    policy = a_policy_in_force(starts_on=date(2026, 1, 5))
    first, second = a_limit(policy), a_limit(policy)
    agreement = an_active_agreement(policy, active_from=date(2026, 3, 2))
    with clock.frozen(date(2026, 3, 10)):
        terms = amended(agreement, given=Given(obligors=(first.obligor_id,)))
        agreement.refresh_from_db()
        assert (agreement.state, agreement.obligors, terms.edition) == ("ACTIVE", [first.obligor_id], 2)
        days = [(one.edition, one.first_day, one.last_day) for one in agreement.terms.order_by("edition")]
        assert days == [(1, date(2026, 3, 2), date(2026, 3, 9)), (2, date(2026, 3, 10), None)]
        lines = {(limit, day): a_shipment(limit, shipped_on=date(2026, 3, day), amount=1_000)
                 for limit in (first, second) for day in (9, 10)}  # fmt: skip
        paid = {key: payee_for(row).organisation_id for key, row in lines.items()}
    bank, exporter = organisation("minhai").pk, organisation("haituo").pk
    assert paid == {(first, 9): bank, (first, 10): bank, (second, 9): bank, (second, 10): exporter}
    reasons = {key: facts.uninsured(row, bank) for key, row in lines.items()}
    assert [key for key, found in reasons.items() if "NO_AGREEMENT" in found] == [(second, 10)]
    assert (
        AssigneeBank.objects.now().filter(agreement_id=agreement.pk).count() == 2
    )  # the bank still reads the old ones
    with clock.frozen(date(2026, 4, 1)):
        a_released_agreement(agreement)
    assert agreement.terms.get(edition=2).last_day == date(2026, 4, 1)
    assert not AssigneeBank.objects.now().filter(agreement_id=agreement.pk).exists()


def test_all_three_sign_again_in_order_and_until_then_the_old_version_binds():
    agreement = an_active_agreement()
    shipment = a_shipment(a_limit(agreement.policy))
    terms = proposed(agreement, account_no=NEW)
    agreement.refresh_from_db()
    assert (agreement.state, terms.state, terms.is_new_account) == ("AMENDING", "PROPOSED", True)
    assert code_of(lambda: amendments.sign_bank(actor=actor("wang"), terms_id=terms.pk)) == "wrong_state"
    assert code_of(lambda: amendments.sign_exporter(actor=actor("chen"), terms_id=terms.pk), NotAllowed)
    signed_by_the_bank(terms, confirm=False)
    assert payee_for(shipment).account_no == "620012345678"
    assert code_of(lambda: amendments.sign_insurer(actor=actor("zhou"), terms_id=terms.pk)) == "account_unconfirmed"
    own = code_of(lambda: amendments.confirm_account(actor=actor("wang"), terms_id=terms.pk), NotAllowed)
    assert own == "four_eyes"
    amendments.confirm_account(actor=actor_of(second_approver()), terms_id=terms.pk)
    done = amendments.sign_insurer(actor=actor("zhou"), terms_id=terms.pk)
    assert (done.state, payee_for(shipment).account_no) == ("IN_FORCE", "620099990000")
    papers = Document.objects.of(done)
    assert [(one.number, one.context["edition"], one.context["replaces"]) for one in papers] == [
        (f"{agreement.number}-V2", 2, 1)
    ]
    told = set(Message.objects.filter(kind="amendment.in_force").values_list("organisation__code", flat=True))
    assert told == {"haituo", "minhai"}


def test_a_loan_goes_on_while_the_agreement_is_being_amended():
    shipment = a_shipment(a_limit(an_active_agreement().policy))
    agreement = Agreement.objects.get()
    proposed(agreement, account_no=NEW)
    assert a_loan(shipment, 10_000).state == "DISBURSED"


def test_a_payment_waits_for_the_cooling_off_day_of_a_changed_account():
    """Signed on Friday 2026-09-11: Monday 14 is the cooling-off day, money may go there from Tuesday 15 on."""
    with clock.frozen(date(2026, 3, 2)):
        policy = a_policy_in_force(starts_on=date(2026, 1, 5))
        agreement = an_active_agreement(policy)
        shipment = a_shipment(a_limit(policy), shipped_on=date(2026, 3, 2))
    claim = a.a_claim_to_pay(shipment)
    with clock.frozen(date(2026, 9, 11)):
        early = payment.prepare(actor=actor("yuan"), claim_id=claim.pk)[0]
        terms = amended(agreement, account_no=NEW)
        assert terms.account_from == date(2026, 9, 15)
        moved = code_of(lambda: payment.approve(actor=actor("deng"), payment_id=early.pk))
        payment.cancel(actor=actor("yuan"), payment_id=early.pk, reason="The account changed")
        refused = code_of(lambda: payment.prepare(actor=actor("yuan"), claim_id=claim.pk))
    assert (moved, refused) == ("account_changed", "account_cooling_off")
    with clock.frozen(date(2026, 9, 14)):
        assert code_of(lambda: payment.prepare(actor=actor("yuan"), claim_id=claim.pk)) == "account_cooling_off"
    with clock.frozen(date(2026, 9, 15)):
        sweep()
        assert Message.objects.filter(kind="amendment.account_open", organisation__code="minhai").exists()
        [paid] = payment.prepare(actor=actor("yuan"), claim_id=claim.pk)
    assert (paid.account_no, paid.payee_id) == ("620099990000", organisation("minhai").pk)
    early.pk, early.number, early.state, early.account_no = None, "PY-X", "PREPARED", "620099990000"
    type(paid).objects.filter(pk=paid.pk).update(state="CANCELLED")
    with pytest.raises(IntegrityError, match="cooling-off"), transaction.atomic():
        early.save()


def test_a_wider_scope_is_refused_where_another_bank_is_bound():
    """Minhai has the first buyer, Jiangwan the second; Minhai's agreement cannot be widened to all exports, by nobody."""
    policy = a_policy_in_force()
    first, second = a_limit(policy), a_limit(policy)
    mine = an_active_agreement(policy, given=Given(obligors=(first.obligor_id,)))
    an_active_agreement(policy, "jiangwan", given=Given(obligors=(second.obligor_id,)))
    terms = proposed(mine, given=ALL_EXPORTS)
    assert code_of(lambda: amendments.sign_exporter(actor=actor("zhao"), terms_id=terms.pk)) == "agreement_overlaps"
    attack = AgreementTerms.objects.filter(pk=terms.pk)
    with pytest.raises(IntegrityError, match="binds some of these"), transaction.atomic():
        attack.update(state=TermsState.SIGNED_BY_EXPORTER)
    with transaction.atomic(), connection.cursor() as cursor:  # the control: without the trigger the attack succeeds
        cursor.execute("SET LOCAL session_replication_role = replica")
        assert attack.update(state=TermsState.SIGNED_BY_EXPORTER) == 1
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_what_an_amendment_is_about_to_take_in_no_other_agreement_takes():
    """Minhai widens from the first buyer to both, signed by the exporter; Jiangwan comes too late for the second."""
    policy = a_policy_in_force()
    first, second = a_limit(policy), a_limit(policy)
    mine = an_active_agreement(policy, given=Given(obligors=(first.obligor_id,)))
    both = Given(obligors=(first.obligor_id, second.obligor_id))
    terms = amendments.sign_exporter(actor=actor("zhao"), terms_id=proposed(mine, given=both).pk)
    given = Given(obligors=(second.obligor_id,))
    assert code_of(lambda: an_agreement_signed_by_the_bank(policy, "jiangwan", given=given)) == "agreement_overlaps"
    amendments.drop(actor=actor("li"), terms_id=terms.pk, reason="The line was not approved")
    assert (
        an_agreement_signed_by_the_bank(policy, "jiangwan", given=given, account_no="62001111").state
        == "SIGNED_BY_BANK"
    )


def test_who_may_propose_drop_and_send_back():
    agreement = an_active_agreement()
    for stranger in ("kong", "wu"):
        with pytest.raises(Agreement.DoesNotExist):
            proposed(agreement, by=stranger, account_no=NEW)
    with pytest.raises(NotAllowed):
        proposed(agreement, by="zhou", account_no=NEW)
    assert code_of(lambda: proposed(agreement)) == "nothing_changed"
    terms = proposed(agreement, by="li", account_no=NEW)
    assert code_of(lambda: proposed(agreement, account_no="62007777")) == "wrong_state"
    with pytest.raises(Stale):
        amendments.drop(actor=actor("chen"), terms_id=terms.pk, reason="No", version=9)
    signed_by_the_bank(terms)
    amendments.send_back(actor=actor("zhou"), terms_id=terms.pk, reason="The seal is missing")
    agreement.refresh_from_db()
    terms.refresh_from_db()
    assert (agreement.state, agreement.account_no, terms.state) == ("ACTIVE", "620012345678", "DROPPED")
    assert proposed(agreement, account_no=NEW).edition == 3


def test_an_amendment_ends_with_its_agreement():
    agreement = an_active_agreement()
    terms = proposed(agreement, account_no=NEW)
    a_released_agreement(agreement)
    terms.refresh_from_db()
    assert terms.state == TermsState.DROPPED
    consent = Document.objects.of(agreement).get(kind="financing.release_consent")
    assert consent.context["until"] == str(clock.today())


def test_an_open_loan_on_a_shipment_of_today_is_not_left_outside():
    shipment = a_shipment(a_limit(an_active_agreement().policy))
    a_loan(shipment, 10_000)
    other = a_limit(shipment.policy)
    terms = signed_by_the_bank(proposed(Agreement.objects.get(), given=Given(obligors=(other.obligor_id,))))
    assert code_of(lambda: amendments.sign_insurer(actor=actor("zhou"), terms_id=terms.pk)) == "loans_outside"
    with clock.frozen(clock.today() + timedelta(days=1)):
        assert amendments.sign_insurer(actor=actor("zhou"), terms_id=terms.pk).state == "IN_FORCE"


def test_an_agreement_ends_by_itself_on_the_agreed_last_day():
    last = clock.today() + timedelta(days=20)
    agreement = an_active_agreement(ends_on=last)
    assert code_of(lambda: an_active_agreement(ends_on=clock.today() - timedelta(days=1))) == "date_out_of_range"
    with clock.frozen(last):
        sweep()
        agreement.refresh_from_db()
        assert agreement.state == AgreementState.ACTIVE
    with clock.frozen(last + timedelta(days=1)):
        limit = a_limit(agreement.policy)
        assert payee_for(a_shipment(limit, shipped_on=last)).organisation_id == agreement.bank_id
        assert payee_for(a_shipment(limit)).organisation_id == agreement.policyholder_id  # before any sweep
        sweep()
        agreement.refresh_from_db()
    assert (agreement.state, agreement.active_until) == (AgreementState.EXPIRED, last)
    assert Message.objects.filter(kind="agreement.last_day_passed", organisation__code="minhai").exists()


def test_agreed_terms_never_change_and_days_never_overlap():
    agreement = an_active_agreement()
    terms = agreement.terms.get()
    rows = AgreementTerms.objects.filter(pk=terms.pk)
    for attack in (lambda: rows.update(account_no="62006666"), rows.delete):
        with pytest.raises((InternalError, IntegrityError), match="never"), transaction.atomic():
            attack()
    named = {"agreement": agreement, "policyholder": agreement.policyholder, "proposed_at": clock.now(),
             "account_name": "x", "account_bank": "x", "account_no": "62006666"}  # fmt: skip
    with pytest.raises(IntegrityError, match="one_version_per_day"), transaction.atomic():
        AgreementTerms.objects.create(edition=2, state="IN_FORCE", days=terms.days, **named)
    with pytest.raises(IntegrityError, match="account_maker_is_not_checker"), transaction.atomic():
        AgreementTerms.objects.create(edition=2, bank_signer=user("wang"), confirmed_by=user("wang"), **named)
    with pytest.raises(IntegrityError, match="new_account_was_confirmed"), transaction.atomic():
        AgreementTerms.objects.create(
            edition=2, state="IN_FORCE", is_new_account=True, days=(date(2020, 1, 1), date(2020, 1, 2)), **named
        )


def client(person: str | User) -> Client:
    found = Client()
    found.force_login(
        user(person) if isinstance(person, str) else person, backend="django.contrib.auth.backends.ModelBackend"
    )
    return found


def test_the_whole_amendment_by_page():
    agreement = an_active_agreement()
    address = reverse("financing:agreement-amend", args=[agreement.pk])
    typed = {
        "reason": "New settlement account", "account_name": agreement.account_name, "account_bank": "宁波分行",
        "account_no": "bad!",
    }  # fmt: skip
    wrong = client("chen").post(address, typed)
    assert (wrong.status_code, 'data-code="bad_account"' in wrong.content.decode()) == (422, True)
    assert "New settlement account" in wrong.content.decode()
    made = client("chen").post(address, {**typed, "account_no": NEW})
    terms = AgreementTerms.objects.get(edition=2)
    detail = reverse("financing:amendment-detail", args=[terms.pk])
    assert made["Location"] == detail
    wanglin = second_approver()
    for person, action in (
        ("zhao", "sign-exporter"), ("wang", "sign-bank"), (wanglin, "confirm-account"), ("zhou", "sign-insurer"),
    ):  # fmt: skip
        assert reverse(f"financing:amendment-{action}", args=[terms.pk]) in client(person).get(detail).content.decode()
        terms.refresh_from_db()
        page = reverse(f"financing:amendment-{action}", args=[terms.pk])
        assert client(person).post(page, {"version": terms.version, "is_read": "on"})["Location"] == detail, action
    for name in ("chen", "li", "zhou"):
        shown = client(name).get(detail, headers={"accept-language": "en"}).content.decode()
        assert "620012345678" in shown
        assert "620099990000" in shown
        assert "Nothing is paid into the new account before" in shown
    assert client("kong").get(detail).status_code == 404
    listed = client("li").get(
        reverse("financing:agreement-detail", args=[agreement.pk]), headers={"accept-language": "en"}
    )
    assert "Version 2" in listed.content.decode()


def test_the_whole_amendment_by_api():
    agreement = an_active_agreement()

    def post(person: str | User, path: str, body: dict[str, Any]) -> Any:
        return client(person).post(f"/api/v1/agreement-versions/{path}", body, content_type="application/json")

    body = {
        "agreement": agreement.pk,
        "reason": "New account",
        "account_name": "x",
        "account_bank": "x",
        "account_no": NEW,
    }
    assert post("kong", "", body).status_code == 404
    made = post("li", "", body)
    assert (made.status_code, made.json()["edition"], made.json()["is_new_account"]) == (201, 2, True)
    pk = made.json()["id"]
    steps = (("zhao", "sign_exporter"), ("wang", "sign_bank"), ("zhou", "sign_insurer"), (second_approver(), "confirm_account"),
             ("zhou", "sign_insurer"))  # fmt: skip
    answers = [post(person, f"{pk}/{action}/", {}) for person, action in steps]
    assert [one.status_code for one in answers] == [200, 200, 409, 200, 200]
    assert answers[2].json()["code"] == "account_unconfirmed"
    assert (answers[-1].json()["state"], answers[-1].json()["first_day"]) == ("IN_FORCE", str(clock.today()))
    assert client("chen").get("/api/v1/agreement-versions/").json()["results"][0]["edition"] == 2
