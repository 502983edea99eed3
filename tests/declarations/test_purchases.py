"""What a bank declares: receivables assigned to it (BANK) and claims bought without recourse (FORFAITING)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from credit_info.models import Obligor
from declarations import services
from declarations.line import Line
from declarations.models import CoverReason
from limits import services as limits
from limits.models import CreditLimit
from limits.services.applications import Request
from policies.models import Policy
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories.bank_policies import a_bank_limit, a_bank_policy, a_factoring_agreement
from tests.factories.limits import FACTS
from tests.factories.obligors import a_bank_obligor, a_buyer
from tests.factories.people import actor
from tests.journeys.html import Page
from tests.journeys.people import Caller, Reader

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _on_the_day():
    with clock.frozen(DAY):
        yield


def bought(obligor_id: int, **changes) -> Line:
    """USD 100,000, O/A, bought today, due in 90 days, from Haituo."""
    plain = Line(
        obligor_id=obligor_id, term="OA", credit_days=90, invoice_no="R-1", shipped_on=DAY, due_on=DAY + timedelta(days=90),
        amount=Decimal(100_000), currency="USD", destination="DE", seller="Ningbo Haituo",
    )  # fmt: skip
    return replace(plain, **changes)


def a_debtor_limit(obligor: Obligor | None = None) -> CreditLimit:
    """Under a bank policy with a factoring agreement with Haituo."""
    limit = a_bank_limit(a_bank_policy("BANK"), obligor)
    a_factoring_agreement(limit.policy)
    return limit


def declare(policy: Policy, line: Line):
    return services.declare(actor=actor("li"), policy_id=policy.pk, line=line)


def refused(policy: Policy, line: Line) -> tuple[str, str]:
    with pytest.raises(DomainError) as found:
        declare(policy, line)
    with override("zh-hans"):
        assert any("一" <= letter <= "鿿" for letter in found.value.text)
    return found.value.code, found.value.field


def test_an_assigned_receivable_is_covered_by_the_debtor_limit_and_bears_premium():
    """Class B, O/A 90 days: 0.24 % × 1.2 = 0.288 %; 100,000 × 0.288 % = 288.00."""
    limit = a_debtor_limit(a_buyer(country="PL"))
    row = declare(limit.policy, bought(limit.obligor_id, destination="PL"))
    assert (row.seller, row.covered, row.premium, row.cover_reason) == ("Ningbo Haituo", 100_000, Decimal("288.00"), "")


def test_a_receivable_without_its_seller_is_refused_by_field():
    limit = a_debtor_limit()
    assert refused(limit.policy, bought(limit.obligor_id, seller="")) == ("seller_missing", "seller")


def test_a_receivable_of_a_seller_without_a_factoring_agreement_of_that_day_is_refused():
    """Step 2 of the flow comes before step 4: one signed the day after the purchase is too late; the day itself is in time."""
    limit = a_bank_limit(a_bank_policy("BANK"))
    own, none = bought(limit.obligor_id), ("no_factoring_agreement", "seller")
    assert refused(limit.policy, own) == none
    with clock.frozen(DAY + timedelta(days=1)):
        a_factoring_agreement(limit.policy, number="BL-2")
        assert refused(limit.policy, own) == none
        assert declare(limit.policy, replace(own, shipped_on=clock.today())).state == "BOOKED"
    a_factoring_agreement(limit.policy)
    assert refused(limit.policy, replace(own, seller="Ningbo Haitou")) == none
    assert declare(limit.policy, replace(own, invoice_no="R-2")).state == "BOOKED"


def test_a_correction_cannot_bring_in_another_seller():
    row = declare((limit := a_debtor_limit()).policy, bought(limit.obligor_id))
    with pytest.raises(DomainError) as found:
        services.correct(
            actor=actor("li"), shipment_id=row.pk, line=bought(limit.obligor_id, seller="Yunshan"), reason="x"
        )
    assert found.value.code == "no_factoring_agreement"
    row.refresh_from_db()
    assert row.state == "BOOKED"


def test_what_another_bank_agreed_with_the_seller_counts_for_nothing():
    limit, other = a_bank_limit(a_bank_policy("BANK")), a_bank_policy("BANK")
    a_factoring_agreement(other)
    assert refused(limit.policy, bought(limit.obligor_id))[0] == "no_factoring_agreement"


def test_a_claim_bought_without_recourse_needs_no_factoring_agreement():
    bank = a_bank_obligor()
    limit = a_bank_limit(a_bank_policy("FORFAITING"), bank, term="DA")
    assert declare(limit.policy, bought(bank.pk, term="DA", aval_no="AV-7")).state == "BOOKED"


def test_the_form_offers_the_sellers_of_the_agreements_and_says_where_to_record_one():
    policy = a_bank_policy("BANK")
    address, li = f"{reverse('declarations:new')}?policy={policy.pk}", Reader("li")
    agreements = reverse("financing:bank-policy", args=[policy.pk])
    before = li.open(address).content.decode()
    assert "No factoring agreement is recorded under this policy yet." in before
    assert agreements in Page(before).links
    a_factoring_agreement(policy)
    a_factoring_agreement(policy, "Yunshan", number="BL-9")
    after = li.open(address).content.decode()
    assert "No factoring agreement is recorded" not in after
    [form] = [form for form in Page(after).forms if "seller" in form.offered]
    assert form.offered["seller"] == {"", "Ningbo Haituo", "Yunshan"}


def test_page_and_api_name_the_missing_agreement():
    limit = a_bank_limit(a_bank_policy("BANK"))
    with clock.frozen(DAY + timedelta(days=1)):
        a_factoring_agreement(limit.policy)
    typed = {
        "obligor": limit.obligor_id, "term": "OA", "credit_days": 90, "kind": "GOODS", "invoice_no": "R-1", "seller": "Ningbo Haituo",
        "shipped_on": f"{DAY}", "currency": "USD", "amount": "100,000", "knows_of_loss": "no",
    }  # fmt: skip
    page = Reader("li").client.post(f"{reverse('declarations:new')}?policy={limit.policy_id}", typed)
    assert 'data-code="no_factoring_agreement"' in page.content.decode()
    body = {
        **typed,
        "policy": limit.policy_id,
        "obligor": limit.obligor.code,
        "amount": "100000",
        "knows_of_loss": False,
    }
    for way in ("", "preview/"):
        li = Caller("li")
        answer = li.client.post(f"/api/v1/shipments/{way}", body, content_type="application/json", headers=li._keyed())
        assert (answer.status_code, answer.json()["code"]) == (409, "no_factoring_agreement")


def test_a_receivable_that_was_due_when_it_was_bought_is_refused():
    limit = a_debtor_limit()
    line = bought(limit.obligor_id, credit_days=0, due_on=DAY)
    assert refused(limit.policy, line) == ("bought_when_due", "due_on")


def test_services_are_not_in_a_bank_policy_that_was_not_endorsed():
    limit = a_debtor_limit()
    line = bought(limit.obligor_id, kind="SERVICE", description="Freight", acceptance_no="A-1")
    assert refused(limit.policy, line) == ("services_not_covered", "kind")


def test_731_days_are_refused():
    limit = a_debtor_limit()
    line = bought(limit.obligor_id, credit_days=731, due_on=DAY + timedelta(days=731))
    assert refused(limit.policy, line) == ("tenor_exceeds_2y", "due_on")


def test_a_buyer_owes_nothing_under_a_forfaiting_policy():
    policy = a_bank_policy("FORFAITING")
    buyer = a_buyer()
    assert refused(policy, bought(buyer.pk, term="DA", aval_no="A-1")) == ("obligor_not_covered", "obligor")
    with pytest.raises(DomainError) as found:
        limits.create_draft(
            actor=actor("li"), policy_id=policy.pk, obligor_id=buyer.pk, request=Request("DA", 90, Decimal(1000), FACTS)
        )
    assert (found.value.code, found.value.field) == ("obligor_not_covered", "obligor")


def test_an_open_account_is_nothing_to_forfait():
    policy = a_bank_policy("FORFAITING")
    assert refused(policy, bought(a_bank_obligor().pk)) == ("term_not_covered", "term")


def test_a_forfaited_claim_rests_on_an_lc_or_on_an_aval():
    policy, bank = a_bank_policy("FORFAITING"), a_bank_obligor()
    assert refused(policy, bought(bank.pk, term="LC_USANCE")) == ("lc_without_number", "lc_no")
    assert refused(policy, bought(bank.pk, term="DA")) == ("aval_missing", "aval_no")


def test_an_avalised_claim_draws_on_the_limit_of_the_bank():
    bank = a_bank_obligor()
    limit = a_bank_limit(a_bank_policy("FORFAITING"), bank, term="DA")
    row = declare(limit.policy, bought(bank.pk, term="DA", aval_no="AV-7"))
    assert (row.covered, row.aval_no, row.cover_reason) == (100_000, "AV-7", "")


def test_without_a_limit_on_the_bank_the_claim_is_declared_and_not_covered():
    policy, bank = a_bank_policy("FORFAITING"), a_bank_obligor()
    row = declare(policy, bought(bank.pk, term="LC_USANCE", lc_no="LC-1"))
    assert (row.covered, row.cover_reason) == (0, CoverReason.NO_LIMIT)


@pytest.mark.parametrize(
    ("product", "words", "absent"),
    [
        ("BANK", ["受让日", "卖方（出口企业）"], ["承兑或保付编号", "意向融资"]),
        ("FORFAITING", ["买入日", "债务银行", "承兑或保付编号"], []),
    ],
)
def test_the_form_speaks_of_what_the_bank_bought(product, words, absent):
    policy = a_bank_policy(product)
    reader = Reader("li")
    reader.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    page = reader.client.get(
        f"{reverse('declarations:new')}?policy={policy.pk}", headers={"accept-language": "zh-hans"}
    )
    text = page.content.decode()
    assert [word for word in words if word not in text] == []
    assert [word for word in absent if word in text] == []
