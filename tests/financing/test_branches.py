"""Branches of a bank (FIN-3): who handles what, how it changes hands, and what a sister branch learns."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from declarations.models import Shipment
from financing import services
from financing.models import Agreement, AgreementState, Check, CoverNotice, FinancingEntry, Loan
from financing.scopes import Given
from financing.verification import Ask
from policies.ending import services as ending
from policies.models import AssigneeBank, PolicyConsent
from sinosure.accounts import services as accounts
from sinosure.accounts.models import User
from sinosure.accounts.roles import Role
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.notifications.models import Message, Outbox
from tests.factories.declarations import a_shipment
from tests.factories.financing import a_draft_agreement, a_loan, a_repayment, an_active_agreement
from tests.factories.limits import a_limit
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, branch, organisation, user

pytestmark = pytest.mark.django_db


def a_shipment_of(code: str) -> Shipment:
    """USD 100,000 under an agreement that this branch of Minhai handles."""
    limit = a_limit()
    an_active_agreement(limit.policy, branch_id=branch(code).pk)
    return a_shipment(limit, financing_bank_id=organisation("minhai").pk)


def moved(agreement: Agreement, code: str | None) -> Agreement:
    to = branch(code).pk if code else None
    return services.move_to_branch(actor=actor("wang"), agreement_id=agreement.pk, branch_id=to)


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_branch_lends_and_books_on_its_own_agreement():
    loan = a_loan(a_shipment_of("ningbo"), principal=50_000)
    assert loan.branch == branch("ningbo")
    services.repay(actor=actor("fang"), loan_id=loan.pk, amount=Decimal(50_000), paid_on=clock.today(), reference="R1")
    assert Loan.objects.get().repaid == 50_000


def test_a_sister_branch_cannot_even_ask_for_the_invoice():
    shipment = a_shipment_of("ningbo")
    ask = Ask(Decimal(1), clock.today(), shipment.due_on)
    with pytest.raises(Shipment.DoesNotExist):
        services.verify(actor=actor("yu"), shipment_id=shipment.pk, ask=ask)


def test_the_agreement_moves_with_its_open_loans_and_what_is_repaid_stays():
    shipment = a_shipment_of("ningbo")
    repaid = a_repayment(a_loan(shipment, principal=10_000))
    open_loan = a_loan(shipment, principal=50_000)
    agreement = moved(open_loan.agreement, "hangzhou")
    assert Loan.objects.get(pk=open_loan.pk).branch == branch("hangzhou")
    assert Loan.objects.get(pk=repaid.pk).branch == branch("ningbo")
    assert [row.branch for row in AssigneeBank.objects.filter(agreement_id=agreement.pk)] == [branch("hangzhou")]
    assert set(Loan.objects.visible_to(actor("yu"))) == {open_loan}
    assert set(Loan.objects.visible_to(actor("fang"))) == {repaid}
    assert set(Loan.objects.visible_to(actor("li"))) == {repaid, open_loan}
    assert CoverNotice.objects.visible_to(actor("yu")).exists()
    assert not CoverNotice.objects.visible_to(actor("fang")).exists()


def test_a_move_is_in_the_trail_and_both_branches_are_told():
    agreement = an_active_agreement(branch_id=branch("ningbo").pk)
    moved(agreement, "hangzhou")
    detail = AuditEntry.objects.get(action="agreement.move_branch").detail
    assert (detail["from"], detail["to"], detail["loans"]) == ("宁波分行", "杭州分行", 0)
    told = Message.objects.filter(kind__startswith="agreement.moved").values_list("kind", "branch__code")
    assert set(told) == {("agreement.moved_away", "ningbo"), ("agreement.moved", "hangzhou")}


@pytest.mark.parametrize("name", ["li", "shi", "zhao", "zhou"])
def test_only_head_offices_approver_moves_an_agreement(name):
    agreement = an_active_agreement(branch_id=branch("ningbo").pk)
    with pytest.raises(NotAllowed):
        services.move_to_branch(actor=actor(name), agreement_id=agreement.pk, branch_id=None)


def test_a_branch_of_another_bank_is_no_branch():
    other = accounts.register_branch(
        actor("shen"), bank=organisation("jiangwan"), code="a", name_zh="甲", name_en="A"
    )  # fmt: skip
    agreement = an_active_agreement()
    with pytest.raises(DomainError, match="unknown_branch"):
        services.move_to_branch(actor=actor("wang"), agreement_id=agreement.pk, branch_id=other.pk)
    with pytest.raises(DomainError, match="unknown_branch"):
        a_draft_agreement(agreement.policy, branch_id=other.pk)


def two_agreements() -> tuple[Shipment, Agreement, Agreement]:
    """One buyer at Ningbo, another at Hangzhou, under one policy; the shipment is to Ningbo's."""
    limit = a_limit()
    other = a_limit(policy=limit.policy, obligor=a_buyer())
    first = an_active_agreement(limit.policy, branch_id=branch("ningbo").pk, given=_only(limit.obligor_id))
    second = an_active_agreement(limit.policy, branch_id=branch("hangzhou").pk, given=_only(other.obligor_id))
    return a_shipment(limit), first, second


def _only(obligor_id: int) -> Given:
    return Given(obligors=(obligor_id,))


def test_two_branches_under_one_policy_each_see_their_buyer():
    shipment, first, second = two_agreements()
    for name, agreement in (("fang", first), ("yu", second)):
        assert list(Agreement.objects.visible_to(actor(name))) == [agreement]
    assert shipment in Shipment.objects.visible_to(actor("fang"))
    assert shipment not in Shipment.objects.visible_to(actor("yu"))


def test_what_a_sister_branch_holds_is_refused_by_a_neutral_name():
    """Hangzhou took the buyer in once, so it may still read the shipment; Ningbo has the agreement and a loan of 90,000."""
    shipment, _first, second = two_agreements()
    a_loan(shipment)
    AssigneeBank.objects.create(
        policy=shipment.policy, bank=organisation("minhai"), branch=branch("hangzhou"), since=clock.today(),
        agreement_id=second.pk, edition=9, obligors=[shipment.obligor_id],
    )  # fmt: skip
    ask = Ask(Decimal(1), clock.today(), shipment.due_on)
    verdict = services.verify(actor=actor("yu"), shipment_id=shipment.pk, ask=ask)
    assert (verdict.code, verdict.failed, verdict.headroom.amount, verdict.steps) == (
        "OTHER_BRANCH", ("OTHER_BRANCH",), 0, (),
    )  # fmt: skip
    with pytest.raises(DomainError) as refused:
        services.approve(
            actor=actor("yu"), shipment_id=shipment.pk, principal=Decimal(1), matures_on=shipment.due_on,
            drawn_on=clock.today(),
        )  # fmt: skip
    assert (refused.value.code, refused.value.status) == ("other_branch", 409)
    assert "AG-" not in refused.value.text
    assert "LOAN-" not in refused.value.text
    assert Check.objects.filter(code="OTHER_BRANCH").count() == 2
    assert Loan.objects.count() == 1
    page = client_of("yu").post(
        reverse("financing:loan-lend", args=[shipment.pk]),
        {"principal": "1", "matures_on": shipment.due_on.isoformat(), "_go": "verify"}, headers={"accept-language": "en"},
    )  # fmt: skip
    assert "Another branch of your bank handles this invoice" in page.content.decode()
    assert "90,000" not in page.content.decode()


def test_head_office_lends_further_and_the_loan_is_the_branchs():
    shipment, *_both = two_agreements()
    services.lend(
        actor=actor("fang"), shipment_id=shipment.pk, principal=Decimal(50_000), drawn_on=clock.today(),
        matures_on=shipment.due_on,
    )  # fmt: skip
    more = services.lend(
        actor=actor("li"), shipment_id=shipment.pk, principal=Decimal(40_000), drawn_on=clock.today(),
        matures_on=shipment.due_on,
    )  # fmt: skip
    assert more.branch == branch("ningbo")


def test_another_bank_still_meets_the_invoice_of_a_branch():
    shipment, *_both = two_agreements()
    a_loan(shipment)
    Shipment.objects.filter(pk=shipment.pk).update(financing_bank=organisation("jiangwan"))
    verdict = services.verify(
        actor=actor("kong"), shipment_id=shipment.pk, ask=Ask(Decimal(1), clock.today(), shipment.due_on)
    )
    assert verdict.code == "DUPLICATE_OTHER_BANK"


def test_consent_is_head_offices_where_two_branches_are_loss_payee():
    _shipment, first, second = two_agreements()
    ending.give_notice(actor=actor("zhao"), policy_id=first.policy_id, reason="We stop exporting.")
    consent = PolicyConsent.objects.get()
    for name in ("shi", "fang", "yu"):
        assert not PolicyConsent.objects.visible_to(actor(name)).exists()
    assert PolicyConsent.objects.visible_to(actor("wang")).get() == consent
    moved(second, "ningbo")
    assert PolicyConsent.objects.visible_to(actor("shi")).get() == consent


def test_messages_and_mails_go_to_the_branch_and_head_office_reads_along():
    User.objects.filter(pk__in=[user(name).pk for name in ("fang", "yu", "li")]).update(email="x@example.com")
    agreement = a_draft_agreement(branch_id=branch("ningbo").pk)
    services.sign_exporter(actor=actor("zhao"), agreement_id=agreement.pk)
    message = Message.objects.get(kind="agreement.signed_by_exporter")
    assert [name for name in ("fang", "yu", "li") if message in Message.objects.visible_to(actor(name))] == [
        "fang",
        "li",
    ]
    assert [row.dedup for row in Outbox.objects.filter(kind=message.kind)] == [
        f"message:{message.pk}:{user('fang').pk}"
    ]


def test_the_ledger_and_the_webhooks_are_head_offices():
    a_loan(a_shipment_of("ningbo"))
    assert client_of("wang").get(reverse("financing:book")).status_code == 200
    for address in ("financing:book", "financing:book-export", "notifications:webhook-list"):
        assert client_of("shi").get(reverse(address)).status_code == 403
    assert not FinancingEntry.objects.visible_to(actor("yu")).exists()


def test_head_office_moves_an_agreement_by_page_and_by_api():
    agreement = an_active_agreement(branch_id=branch("ningbo").pk)
    client, address = client_of("wang"), reverse("financing:agreement-move-branch", args=[agreement.pk])
    assert "杭州分行" not in client_of("zhou").get(address).content.decode()
    assert branch("hangzhou").name_zh in client.get(address).content.decode()
    client.post(address, {"branch": branch("hangzhou").pk})
    assert Agreement.objects.get().branch == branch("hangzhou")
    answer = client.post(
        f"/api/v1/agreements/{agreement.pk}/move_branch/", {"branch": None}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["branch"]) == (200, None)
    again = client.post(
        f"/api/v1/agreements/{agreement.pk}/move_branch/", {"branch": None}, content_type="application/json"
    )
    assert (again.status_code, again.json()["code"]) == (409, "branch_unchanged")
    assert client_of("chen").get("/api/v1/agreements/branches/").json()[0]["code"] == "hangzhou"


def test_the_exporter_names_the_branch_when_it_drafts():
    policy = a_limit().policy
    typed = {
        "policy": policy.pk, "kind": "INDEMNITY", "bank": organisation("minhai").pk, "branch": branch("ningbo").pk,
        "account_name": "A", "account_bank": "B", "account_no": "6200000000001",
    }  # fmt: skip
    client_of("chen").post(reverse("financing:agreement-new"), typed)
    assert Agreement.objects.get().branch == branch("ningbo")


def test_the_administrator_registers_a_branch_and_sets_it_by_page():
    shen, li = client_of("shen"), user("li")
    shen.post(reverse("portal:branch-new", args=[li.organisation_id]),
              {"code": "wenzhou", "name_zh": "温州支行", "name_en": "Wenzhou"})  # fmt: skip
    wenzhou = li.organisation.branches.get(code="wenzhou")
    shen.post(reverse("portal:person-branch", args=[li.pk]), {"branch": wenzhou.pk})
    assert User.objects.get(pk=li.pk).branch == wenzhou
    assert "温州支行" in shen.get(reverse("portal:person", args=[li.pk])).content.decode()
    assert AuditEntry.objects.get(action="person.moved").detail == {"from": "", "to": "wenzhou"}
    assert shen.get(reverse("portal:person-branch", args=[user("chen").pk])).status_code == 404


def test_a_viewer_stays_at_head_office():
    with pytest.raises(DomainError, match="viewer_at_head_office"):
        accounts.set_branch(actor("shen"), person=user("zheng"), branch=branch("ningbo"))
    with pytest.raises(DomainError, match="viewer_at_head_office"):
        accounts.grant_duty(actor("shen"), person=user("fang"), role=Role.BANK_VIEWER)


@pytest.mark.parametrize(
    ("table", "bank", "constraint"),
    [("accounts_user", "organisation_id", "user_at_own_bank"), ("financing_agreement", "bank_id", "agreement_at_own_bank"),
     ("financing_loan", "bank_id", "loan_at_own_bank"), ("policies_assigneebank", "bank_id", "assignee_at_own_bank")],
)  # fmt: skip
def test_nothing_names_a_branch_of_another_bank_even_by_sql(table, bank, constraint):
    """With the constraint refused; without it the row would be another bank's branch's."""
    user("fang")
    a_loan(a_shipment_of("ningbo"))
    foreign = accounts.register_branch(
        actor("shen"), bank=organisation("jiangwan"), code="a", name_zh="甲", name_en="A"
    )  # fmt: skip
    update = f"UPDATE {table} SET branch_id = %s WHERE branch_id IS NOT NULL AND {bank} <> %s"
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            cursor.execute(update, [foreign.pk, foreign.bank_id])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        cursor.execute(update, [foreign.pk, foreign.bank_id])
        assert cursor.rowcount > 0


def test_a_moved_agreement_that_has_ended_keeps_its_states():
    agreement = an_active_agreement(branch_id=branch("ningbo").pk, ends_on=clock.today())
    with clock.frozen(clock.today() + timedelta(days=1)):
        services.expire_agreements(policy=agreement.policy)
        assert moved(agreement, "hangzhou").state == AgreementState.EXPIRED
