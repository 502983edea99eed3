"""The bad inputs of issue 4, each by page, by API and by service: a named answer, and nothing reserved.

Haituo's limit on its buyer is 200,000 at 90 %: 180,000 may be lent on the buyer, 90,000 on an invoice of 100,000.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import reverse

from financing import services
from financing.models import Agreement, Check, FinancedInvoice, Loan
from policies.models import LiabilityCounter
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.documents import checking
from sinosure.documents.models import Document
from tests.factories.declarations import a_shipment
from tests.factories.financing import a_financeable_shipment, a_loan, an_active_agreement, an_approved_loan
from tests.factories.limits import a_limit
from tests.factories.people import actor, branch, user
from tests.financing.test_golden_on_pages_and_api import Ask, ways

pytestmark = pytest.mark.django_db
Answer = tuple[int, str]  # status and code
Deed = Callable[..., Answer]


def client(name: str) -> Client:
    found = Client()
    found.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return found


def deed_by_page(name: str, loan: Loan, action: str, **typed: str) -> Answer:
    answer = client(name).post(reverse(f"financing:loan-{action}", args=[loan.pk]), typed)
    text = answer.content.decode()
    return answer.status_code, text.split('data-code="')[1].split('"')[0] if "data-code=" in text else ""


def deed_by_api(name: str, loan: Loan, action: str, **typed: str) -> Answer:
    more = {"currency": loan.currency} if "amount" in typed else {}
    answer = client(name).post(f"/api/v1/loans/{loan.pk}/{action}/", {**typed, **more}, content_type="application/json")
    code = answer.json()["code"] if answer.status_code >= 400 else ""
    return answer.status_code, "" if code == "not_found" else code


def deed_by_service(name: str, loan: Loan, action: str, **typed: str) -> Answer:
    named: dict[str, Any] = {key: clock.today() if key.endswith("_on") else text for key, text in typed.items()}
    named |= {"amount": Decimal(named["amount"])} if "amount" in named else {}
    try:
        getattr(services, action)(actor=actor(name), loan_id=loan.pk, **named)
    except DomainError as refused:
        return refused.status, refused.code
    except ObjectDoesNotExist:
        return 404, ""
    return 200, ""


deeds = pytest.mark.parametrize(
    "deed", [deed_by_page, deed_by_api, deed_by_service], ids=["by page", "by API", "by service"]
)


@ways
@pytest.mark.parametrize(
    "written", ["inv-1", "ＩＮＶ－１", "I N V 1", "inv\u200b-1"], ids=["case", "width", "spaces", "zero-width"]
)
def test_the_same_invoice_in_other_case_width_spaces_or_with_zero_width_characters(way: Ask, written: str):
    a_loan(a_financeable_shipment(invoice_no="INV-1"), 10_000)
    other = a_financeable_shipment("jiangwan", invoice_no=written)
    assert way(other, "1000.00", "jiangwan")[0] == "duplicate_other_bank"
    assert FinancedInvoice.objects.count() == 1


@ways
def test_one_bill_of_lading_on_two_invoices_above_its_customs_value(way: Ask):
    """100,000 + 100,000 on one bill of lading of 150,000; of 200,000 it passes."""
    first = a_financeable_shipment(invoice_no="INV-1", transport_no="BL1")
    a_loan(first, 10_000)
    second = a_shipment(first.limit, invoice_no="INV-2", transport_no="BL1", shares_transport=True)
    assert way(second, "1000.00", customs_value="150000")[0] == "duplicate_document"
    assert way(second, "1000.00")[0] == "document_review"
    assert Loan.objects.count() == 1
    assert way(second, "1000.00", customs_value="200000")[0] == "ok"


@ways
def test_a_loan_above_the_ceiling_of_the_invoice(way: Ask):
    """90 % of 100,000."""
    shipment = a_financeable_shipment()
    assert way(shipment, "90000.01")[0] == "over_invoice"
    assert not Loan.objects.exists()
    assert way(shipment, "90000.00")[0] == "ok"


@ways
def test_a_loan_above_the_ceiling_of_the_debtor(way: Ask):
    """90,000 is lent on the buyer; of 90 % × 200,000 are 90,000 left, though the second invoice would bear 135,000."""
    first = a_financeable_shipment(invoice_no="INV-1")
    a_loan(first, 90_000)
    second = a_shipment(first.limit, invoice_no="INV-2", amount=Decimal(150_000))
    assert way(second, "90000.01")[0] == "over_debtor"
    assert Loan.objects.count() == 1
    assert way(second, "90000.00")[0] == "ok"


@ways
def test_a_loan_above_the_ceiling_of_the_policy(way: Ask):
    """Of the maximum liability 50,000 are left."""
    shipment = a_financeable_shipment()
    counter = LiabilityCounter.objects.get(pk=shipment.policy_id)
    LiabilityCounter.objects.filter(pk=counter.pk).update(paid_total=counter.maximum - Decimal(50_000))
    code, text = way(shipment, "50000.01")
    assert (code, "50,000.00" in text or "50000.00" in text) == ("over_policy", True)
    assert not Loan.objects.exists()
    assert way(shipment, "50000.00")[0] == "ok"


@ways
def test_a_maturity_one_day_too_late(way: Ask):
    """Due + 30 days is the last day."""
    shipment = a_financeable_shipment()
    for days, code in ((31, "over_tenor"), (30, "ok")):
        assert way(shipment, "10000.00", matures_on=str(shipment.due_on + timedelta(days=days)))[0] == code
    assert Loan.objects.count() == 1


@deeds
def test_a_drawdown_after_release_of_the_agreement(deed: Deed):
    """An open reservation keeps a bank from releasing; whatever ended the agreement, nothing is drawn under it."""
    loan = an_approved_loan()
    Agreement.objects.filter(pk=loan.agreement_id).update(state="RELEASED", active_until=clock.today())
    assert deed("li", loan, "draw", drawn_on=str(clock.today())) == (409, "not_insured")
    loan.refresh_from_db()
    assert loan.state == "APPROVED"


@deeds
def test_a_repayment_above_the_principal(deed: Deed):
    loan = a_loan(principal=10_000)
    typed = {"paid_on": str(clock.today()), "reference": "R-1"}
    assert deed("li", loan, "repay", amount="10000.01", **typed) == (422, "over_repaid")
    loan.refresh_from_db()
    assert loan.repaid == 0
    assert deed("li", loan, "repay", amount="10000.00", **typed)[0] in (200, 302)


@deeds
@pytest.mark.parametrize("name", ["yu", "kong"], ids=["of another branch", "of another bank"])
def test_a_bank_officer_of_another_branch(deed: Deed, name: str):
    """The loan is Ningbo's: Hangzhou, as another bank, gets what it gets for a loan that does not exist."""
    limit = a_limit()
    an_active_agreement(limit.policy, branch_id=branch("ningbo").pk)
    loan = a_loan(a_shipment(limit), principal=10_000)
    typed = {"amount": "1", "paid_on": str(clock.today()), "reference": "R-1"}
    assert (
        deed(name, loan, "repay", **typed) == deed(name, Loan(pk=10**9, currency="USD"), "repay", **typed) == (404, "")
    )
    assert deed("fang", loan, "repay", **typed)[0] in (200, 302)


@deeds
def test_a_replayed_repayment(deed: Deed):
    """The bank's reference is the key: the second time nothing is booked."""
    loan = a_loan(principal=10_000)
    typed = {"amount": "4000", "paid_on": str(clock.today()), "reference": "R-1"}
    assert deed("li", loan, "repay", **typed)[0] in (200, 302)
    assert deed("li", loan, "repay", **typed) == (409, "already_booked")
    loan.refresh_from_db()
    assert loan.repaid == 4000


def test_a_replayed_request_lends_once_by_page_and_by_api():
    shipment = a_financeable_shipment()
    body = {
        "principal": "10000", "drawn_on": str(clock.today()), "matures_on": str(shipment.due_on), "_go": "confirm",
        "form_key": str(uuid4()),
    }  # fmt: skip
    li, address = client("li"), reverse("financing:loan-lend", args=[shipment.pk])
    assert {li.post(address, body)["Location"] for _n in range(2)} == {
        reverse("financing:loan-detail", args=[Loan.objects.get().pk])
    }
    asked = {"shipment": shipment.pk, "currency": "USD",
             **{name: body[name] for name in ("principal", "drawn_on", "matures_on")}}  # fmt: skip
    key = {"idempotency-key": "k-1"}
    answers = [li.post("/api/v1/loans/", asked, content_type="application/json", headers=key).json() for _n in range(2)]
    assert (answers[0]["id"] == answers[1]["id"], Loan.objects.count()) == (True, 2)


@pytest.mark.parametrize(("principal", "code"), [("10000", "OK"), ("90000.01", "OVER_INVOICE")])
def test_what_is_confirmed_on_the_page_is_asked_once_and_kept(principal: str, code: str):
    """Also when the refusal undoes the deed with its form key."""
    shipment = a_financeable_shipment()
    typed = {
        "principal": principal, "drawn_on": str(clock.today()), "matures_on": str(shipment.due_on), "_go": "confirm",
        "form_key": str(uuid4()),
    }  # fmt: skip
    client("li").post(reverse("financing:loan-lend", args=[shipment.pk]), typed)
    assert [one.code for one in Check.objects.all()] == [code]


def test_a_refusal_under_an_idempotency_key_is_kept_too():
    """Else the key would be a way around the limit on probing."""
    shipment = a_financeable_shipment()
    asked = {"shipment": shipment.pk, "currency": "USD", "principal": "90000.01", "drawn_on": str(clock.today()),
             "matures_on": str(shipment.due_on)}  # fmt: skip
    answer = client("li").post(
        "/api/v1/loans/", asked, content_type="application/json", headers={"idempotency-key": "k-2"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "over_invoice")
    assert [one.code for one in Check.objects.all()] == ["OVER_INVOICE"]


def test_a_code_that_does_not_exist():
    code, english = "ABCD-EFGH-JKMN", {"accept-language": "en"}
    page = Client().get(reverse("documents:verify-code", args=[code]), headers=english).content.decode()
    assert "No document has this code." in page
    answer = Client().get(f"/api/v1/documents/verify/{code}/", headers=english)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_code")
    assert checking.of_code(code) is None


def test_a_code_that_exists_shows_what_the_paper_shows_by_page_and_by_api():
    """The control: in small letters too, and no word of buyer, amount or bank."""
    limit = a_limit()
    agreement = an_active_agreement(limit.policy)
    shipment = a_shipment(limit, financing_bank_id=agreement.bank_id)
    paper = Document.objects.get(kind="financing.cover_notice", policyholder=shipment.policyholder)
    answer = Client().get(f"/api/v1/documents/verify/{paper.verification_code.lower()}/")
    assert (answer.status_code, answer.json()["number"], answer.json()["standing"]["tone"]) == (
        200,
        paper.number,
        "green",
    )
    assert set(answer.json()) == {"title", "number", "issued_at", "sha256", "standing"}
    page = Client().get(reverse("documents:verify-code", args=[paper.verification_code]))
    assert paper.number in page.content.decode()
    assert shipment.obligor.name not in page.content.decode()
