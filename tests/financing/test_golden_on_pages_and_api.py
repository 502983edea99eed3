"""F1 to F8 of the golden file by page, by API and by service: the same answer from all, and nothing reserved after a refusal.

Haituo's limit on its buyer is 200,000 at 90 %: 180,000 may be lent on the buyer, 90,000 on INV-1 of 100,000.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from declarations.models import Shipment
from declarations.services import register_receivable
from financing import services
from financing.models import Check, Loan
from financing.verification import Standing, judge
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories.declarations import a_line, a_receipt, a_shipment
from tests.factories.financing import a_financeable_shipment, a_loan, a_repayment, an_active_agreement
from tests.factories.limits import a_limit
from tests.factories.micro import a_micro_policy
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, user
from tests.financing.test_verification import INV_1, ask

GOLDEN = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[1] / "golden" / "cases.json").read_text("utf-8"))["financing"]
}
Answer = tuple[str, str]  # the code in lower case, and all that the reader sees
Ask = Callable[..., Answer]
BANKS = {"minhai": "li", "jiangwan": "kong"}


def by_page(shipment: Shipment, principal: str, bank: str = "minhai", **changes: str) -> Answer:
    """The lend page, confirmed."""
    client = Client()
    client.force_login(user(BANKS[bank]), backend="django.contrib.auth.backends.ModelBackend")
    typed = {
        "principal": principal, "drawn_on": str(clock.today()), "matures_on": str(shipment.due_on), "_go": "confirm", **changes,
    }  # fmt: skip
    answer = client.post(reverse("financing:loan-lend", args=[shipment.pk]), typed, headers={"accept-language": "en"})
    text = answer.content.decode()
    return ("ok", "") if answer.status_code == 302 else (text.split('data-code="')[1].split('"')[0], text)


def by_api(shipment: Shipment, principal: str, bank: str = "minhai", **changes: str) -> Answer:
    client = Client()
    client.force_login(user(BANKS[bank]), backend="django.contrib.auth.backends.ModelBackend")
    body = {
        "shipment": shipment.pk, "currency": shipment.currency, "principal": principal,
        "drawn_on": str(clock.today()), "matures_on": str(shipment.due_on), **changes,
    }  # fmt: skip
    answer = client.post(
        "/api/v1/loans/", json.dumps(body), content_type="application/json", headers={"accept-language": "en"}
    )
    return ("ok", "") if answer.status_code == 201 else (answer.json()["code"], answer.content.decode())


def by_service(shipment: Shipment, principal: str, bank: str = "minhai", **changes: str) -> Answer:
    readers: dict[str, Callable[[str], Any]] = {"matures_on": date.fromisoformat, "customs_value": Decimal}
    named = {"matures_on": shipment.due_on, **{name: readers[name](text) for name, text in changes.items()}}
    try:
        services.lend(
            actor=actor(BANKS[bank]),
            shipment_id=shipment.pk,
            principal=Decimal(principal),
            drawn_on=clock.today(),
            **named,
        )
    except DomainError as refused:
        with translation.override("en"):
            return refused.code, str(refused.text)
    return "ok", ""


def expected(case: str) -> str:
    return str(GOLDEN[case]["expected"]).lower()


def lent_on_inv_1(**changes: Any) -> Shipment:
    """F1 is standing: 90,000 of Minhai on INV-1."""
    shipment = a_financeable_shipment(invoice_no="INV-1", **changes)
    a_loan(shipment, 90_000, **({"customs_value": Decimal(100_000)} if changes else {}))
    return shipment


ways = pytest.mark.parametrize("way", [by_page, by_api, by_service], ids=["by page", "by API", "by service"])


@ways
@pytest.mark.django_db
def test_f1_passes_and_f2_another_bank_learns_that_and_nothing_else(way: Ask) -> None:
    first = a_financeable_shipment(invoice_no="INV-1")
    second = a_financeable_shipment("jiangwan", invoice_no="inv 1")
    assert way(first, "90000.00") == (expected("F1"), "")
    code, text = way(second, "10000.00", "jiangwan")
    assert code == expected("F2")
    assert "Minhai" not in text
    assert "90,000" not in text
    assert Loan.objects.count() == 1


@ways
@pytest.mark.django_db
def test_f3_more_on_the_same_invoice_is_over_it(way: Ask) -> None:
    code, text = way(lent_on_inv_1(), "5000.00")
    assert code == expected("F3")
    assert f"At most USD {int(GOLDEN['F3']['headroom']):.2f} may be lent" in text


@ways
@pytest.mark.django_db
def test_f4_over_the_debtor_and_f5_after_40000_came_back_it_passes(way: Ask) -> None:
    """F4: 90,000 + 100,000 > 180,000, and 90,000 would pass. F5: 50,000 + 100,000."""
    first = lent_on_inv_1()
    second = a_shipment(first.limit, invoice_no="INV-2", amount=Decimal(120_000))
    code, text = way(second, "100000.00")
    assert code == expected("F4")
    assert f"USD {int(GOLDEN['F4']['headroom']):,.2f}" in text
    a_receipt(first, 40_000)
    a_repayment(Loan.objects.get(), 40_000)
    assert way(second, "100000.00")[0] == expected("F5")


@ways
@pytest.mark.django_db
def test_f6_the_papers_of_inv_1_bear_no_second_invoice(way: Ask) -> None:
    """100,000 + 100,000 on a customs declaration of 100,000; the bank's own figure does not help."""
    papers = {"transport_no": "BL1", "customs_no": "223400000000000001"}
    lent_on_inv_1(**papers)
    other = a_financeable_shipment("jiangwan", invoice_no="INV-1A", shares_transport=True, **papers)
    assert way(other, "20000.00", "jiangwan", customs_value="900000.00")[0] == expected("F6")


def _undeclared() -> Shipment:
    shipment = a_financeable_shipment()
    Shipment.objects.filter(pk=shipment.pk).update(state="ON_HOLD")
    return shipment


@ways
@pytest.mark.django_db
def test_f7_what_is_not_insured_bears_nothing(way: Ask) -> None:
    code, text = way(_undeclared(), "1.00")
    assert code == expected("F7")
    assert "Nothing may be lent on this invoice now." in text


@ways
@pytest.mark.django_db
def test_f8_a_micro_policy_bears_80_percent(way: Ask) -> None:
    """100,000 × 80 %; no limit and no declaration, the invoice is registered."""
    policy = a_micro_policy()
    an_active_agreement(policy)
    buyer = a_buyer("Bac Ninh Mushroom Trading", country="VN")
    today = clock.today()
    line = replace(
        a_line(a_limit()), obligor_id=buyer.pk, destination="VN", invoice_no="INV-9", shipped_on=today,
        due_on=today + timedelta(days=60),
    )  # fmt: skip
    shipment = register_receivable(actor=actor("wu"), policy_id=policy.pk, line=line)
    code, text = way(shipment, "85000.00")
    assert code == expected("F8")
    assert f"USD {int(GOLDEN['F8']['headroom']):,.2f}" in text
    assert way(shipment, "80000.00")[0] == "ok"


@ways
@pytest.mark.django_db
def test_a_refusal_reserves_nothing_and_is_kept(way: Ask) -> None:
    way(a_financeable_shipment(), "95000.00")
    assert not Loan.objects.exists()
    assert Check.objects.filter(code="OVER_INVOICE").exists()


# on the rule ----------------------------------------------------------------------------------------------------------

cents = st.decimals(0, 500_000, places=2)
standings = st.builds(
    replace, st.just(INV_1), invoice=cents.filter(bool), received=st.just(Decimal(0)), lent_invoice=cents, limit=cents,
    lent_obligor=cents, liability=cents, lent_policy=cents, insured_ratio=st.decimals("0.5", 1, places=2),
    fx=st.decimals("0.1", 10, places=4),
)  # fmt: skip


@given(standings)
def test_the_headroom_passes_and_a_cent_more_never_does(one: Standing) -> None:
    room = judge(one, ask(0)).headroom.amount
    assert judge(one, ask(str(room + Decimal("0.01")))).code.startswith("OVER_")
    assert not room or judge(one, ask(str(room))).passes


@given(standings, cents)
def test_whatever_is_lent_already_leaves_less_and_never_more(one: Standing, more: Decimal) -> None:
    """On the invoice, the debtor and the policy alike."""
    before = judge(one, ask(0)).headroom.amount
    for name in ("lent_invoice", "lent_obligor", "lent_policy", "received"):
        heavier = replace(one, **{name: getattr(one, name) + more})
        assert judge(heavier, ask(0)).headroom.amount <= before


@given(standings, cents)
def test_what_passes_stays_within_every_ceiling(one: Standing, principal: Decimal) -> None:
    """In the invoice's currency, without rounding: 3a, 3b, 3c of §8.5."""
    if not judge(one, ask(str(principal))).passes:
        return
    ratio = min(one.advance_ratio, one.insured_ratio)
    assert one.lent_invoice + principal <= ratio * (one.invoice - one.received)
    assert principal <= (one.limit * one.insured_ratio - one.lent_obligor) * one.fx
    assert principal <= (one.liability - one.lent_policy) * one.fx


@given(standings, cents)
def test_another_banks_invoice_is_blocked_whatever_the_figures(one: Standing, principal: Decimal) -> None:
    verdict = judge(replace(one, held_by_other=True), ask(str(principal)))
    assert (verdict.code, verdict.headroom.amount, verdict.steps) == ("DUPLICATE_OTHER_BANK", 0, ())


def test_every_golden_case_is_walked_here() -> None:
    source = Path(__file__).read_text("utf-8")
    assert [case for case in GOLDEN if f'"{case}"' not in source and f"'{case}'" not in source] == []
