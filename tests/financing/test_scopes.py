"""What an agreement takes in: countries, buyers, invoices; where two meet; what each bank then sees and is paid."""

from __future__ import annotations

from itertools import product
from typing import Any

import pgtrigger
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from claims.models import LossNotice
from declarations.models import Shipment
from financing import facts, flow, scopes, selectors, services
from financing.models import Agreement, AgreementKind
from financing.payees import payee_for
from financing.policy_rows import policy_rows
from financing.scopes import Given
from limits.models import CreditLimit
from policies.models import AssigneeBank, Policy
from sinosure.core.errors import DomainError
from sinosure.documents.models import Document
from tests.factories.claims import a_loss_notice
from tests.factories.declarations import a_shipment
from tests.factories.financing import a_draft_agreement, a_loan, an_active_agreement
from tests.factories.limits import a_limit
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, organisation, user
from tests.factories.policies import a_policy_in_force

pytestmark = pytest.mark.django_db


def trade() -> tuple[Policy, Shipment, Shipment]:
    """One policy, a German and a Polish buyer, one shipment to each: DE-1 and PL-1."""
    policy = a_policy_in_force()
    german = a_limit(policy=policy, obligor=a_buyer(country="DE"))
    polish = a_limit(policy=policy, obligor=a_buyer(country="PL"))
    return policy, a_shipment(german, invoice_no="DE-1"), a_shipment(polish, invoice_no="PL-1")


def given(kind: str, shipment: Shipment) -> Given:
    """A scope of one kind that takes the shipment in."""
    scope: dict[str, Given] = {
        "all": Given(),
        "country": Given(countries=(shipment.obligor.country_id,)),
        "obligor": Given(obligors=(shipment.obligor_id,)),
        "invoice": Given(invoices=(shipment.invoice_no.lower(),)),
    }
    return scope[kind]


PARTS = ("country", "obligor", "invoice")


@pytest.mark.parametrize("kind", PARTS)
def test_the_bank_sees_its_part_and_is_paid_for_it_alone(kind: str) -> None:
    policy, german, polish = trade()
    agreement = an_active_agreement(policy, given=given(kind, german))
    wang = actor("wang")
    assert list(Shipment.objects.visible_to(wang)) == [german]
    assert list(selectors.financeable(wang)) == [german]
    assert list(Policy.objects.visible_to(wang)) == [policy]
    assert payee_for(german).agreement == agreement
    assert payee_for(polish).organisation_id == policy.policyholder_id
    assert facts.agreement_of(polish, agreement.bank_id) is None
    with pytest.raises(Shipment.DoesNotExist):
        a_loan(polish, 10_000)


@pytest.mark.parametrize("kind", ["country", "obligor"])
def test_limits_and_notices_of_other_buyers_stay_hidden(kind: str) -> None:
    policy, german, polish = trade()
    an_active_agreement(policy, given=given(kind, german))
    notices = [a_loss_notice(polish), a_loss_notice(german)]
    wang = actor("wang")
    assert list(CreditLimit.objects.visible_to(wang)) == [german.limit]
    assert list(LossNotice.objects.visible_to(wang)) == notices[1:]


def test_a_bank_of_one_invoice_sees_neither_limit_nor_notice() -> None:
    policy, german, _polish = trade()
    an_active_agreement(policy, given=given("invoice", german))
    a_loss_notice(german)
    assert not CreditLimit.objects.visible_to(actor("wang")).exists()
    assert not LossNotice.objects.visible_to(actor("wang")).exists()


@pytest.mark.parametrize(("mine", "theirs"), [*product(("all", *PARTS), repeat=2)])
def test_two_agreements_on_the_same_shipment_are_refused_in_every_pair_of_scopes(mine: str, theirs: str) -> None:
    policy, german, _polish = trade()
    an_active_agreement(policy, given=given(mine, german))
    second = a_draft_agreement(policy, "jiangwan", given=given(theirs, german))
    with pytest.raises(DomainError) as refused:
        services.sign_exporter(actor=actor("zhao"), agreement_id=second.pk)
    assert (refused.value.code, refused.value.status) == ("agreement_overlaps", 409)
    with pytest.raises(IntegrityError, match="another live agreement binds"), transaction.atomic():
        Agreement.objects.filter(pk=second.pk).update(state="SIGNED_BY_EXPORTER")
    with pgtrigger.ignore("financing.Agreement:one_live_per_shipment"):
        assert Agreement.objects.filter(pk=second.pk).update(state="SIGNED_BY_EXPORTER") == 1


@pytest.mark.parametrize(("mine", "theirs"), [*product(PARTS, repeat=2)])
def test_two_banks_share_a_policy_where_their_scopes_do_not_meet(mine: str, theirs: str) -> None:
    policy, german, polish = trade()
    an_active_agreement(policy, given=given(mine, german))
    an_active_agreement(policy, "jiangwan", given=given(theirs, polish))
    banks = {payee_for(one).organisation_id for one in (german, polish)}
    assert banks == {organisation("minhai").pk, organisation("jiangwan").pk}
    assert list(Shipment.objects.visible_to(actor("kong"))) == [polish]


@pytest.mark.parametrize("kind", PARTS)
def test_the_cockpit_and_the_flow_tell_of_the_banks_part_alone(kind: str) -> None:
    """The Polish buyer is under a loss notice; a bank of German exports reads nothing of it, and counts one limit."""
    policy, german, polish = trade()
    agreement = an_active_agreement(policy, given=given(kind, german))
    a_loss_notice(polish)
    for name, seen in (("wang", "Not needed"), ("zhou", "1 loss notices open")):
        with override("en"):
            [row] = policy_rows(actor(name), [policy])
            assert str(row.notice.label) == seen
    with override("en"):
        shown = {str(one.label): str(one.note) for one in flow.steps(agreement, actor("wang"))}
    assert shown["Limit on the buyer approved"] == "1 limit"
    assert shown["On a loss, the indemnity goes to the bank"] == "No loss so far"


def test_a_bank_with_two_agreements_sees_each_row_once() -> None:
    policy, german, polish = trade()
    for one in (german, polish):
        an_active_agreement(policy, given=given("obligor", one))
    wang = actor("wang")
    assert list(selectors.assigned_policies(wang)) == [policy]
    assert set(CreditLimit.objects.visible_to(wang)) == {german.limit, polish.limit}
    assert CreditLimit.objects.visible_to(wang).count() == 2
    assert AssigneeBank.objects.of_obligor(policy.pk, german.obligor) == [(organisation("minhai").pk, None)]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (Given(countries=("DE",), obligors=(1,)), "one_scope", "obligors"),
        (Given(countries=("XX",)), "unknown_scope", "countries"),
        (Given(obligors=(2**40,)), "unknown_scope", "obligors"),
        (Given(invoices=("NOT-DECLARED",)), "unknown_scope", "invoices"),
        (Given(invoices=tuple(f"N{n}" for n in range(scopes.MOST + 1))), "too_many", "invoices"),
    ],
)
def test_a_scope_that_names_nothing_known_is_refused_at_its_field(wrong: Given, code: str, field: str) -> None:
    policy, _german, _polish = trade()
    with pytest.raises(DomainError) as refused:
        a_draft_agreement(policy, given=wrong)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_the_database_keeps_to_one_scope() -> None:
    agreement = a_draft_agreement()
    with pytest.raises(IntegrityError, match="agreement_has_one_scope"), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(countries=["DE"], invoices=["X"])


def client(name: str) -> Client:
    found = Client()
    found.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return found


ACCOUNT = {"account_name": "闽海银行", "account_bank": "宁波分行", "account_no": "620012345678"}


def test_the_form_takes_a_receivable_assignment_of_two_invoices() -> None:
    policy, german, polish = trade()
    typed: dict[str, Any] = {
        "policy": policy.pk, "bank": organisation("minhai").pk, "kind": "RECEIVABLE", "invoices": "de 1\nPL-1\n", **ACCOUNT,
    }  # fmt: skip
    client("chen").post(reverse("financing:agreement-new"), typed)
    agreement = Agreement.objects.get()
    assert (agreement.kind, agreement.invoices) == (AgreementKind.RECEIVABLE, [german.invoice_key, polish.invoice_key])
    services.sign_exporter(actor=actor("zhao"), agreement_id=agreement.pk)
    paper = Document.objects.of(agreement).get()
    assert paper.title_zh == "应收账款转让协议"
    page = client("wang").get(
        reverse("financing:agreement-detail", args=[agreement.pk]), headers={"accept-language": "en"}
    )
    assert f"Invoices {german.invoice_key}, {polish.invoice_key}" in page.content.decode()


def test_the_form_names_the_field_where_two_scopes_were_given_and_keeps_what_was_typed() -> None:
    policy, german, _polish = trade()
    typed: dict[str, Any] = {
        "policy": policy.pk, "bank": organisation("minhai").pk, "kind": "INDEMNITY", "countries": ["DE"],
        "obligors": [german.obligor_id], **ACCOUNT,
    }  # fmt: skip
    answer = client("chen").post(reverse("financing:agreement-new"), typed)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'data-code="one_scope"' in text
    assert '<option value="DE" selected>' in text


def test_the_api_takes_a_scope_and_says_it() -> None:
    policy, german, _polish = trade()
    body = {"policy": policy.pk, "bank": organisation("minhai").pk, "obligors": [german.obligor_id], **ACCOUNT}
    made = client("chen").post("/api/v1/agreements/", body, content_type="application/json")
    assert (made.status_code, made.json()["obligors"], made.json()["countries"]) == (201, [german.obligor_id], [])
