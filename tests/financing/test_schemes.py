"""Regional schemes: who may borrow, the fund with its guards, compensation in order, by page and by API."""

from __future__ import annotations

import re
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from financing.microloan import drawing
from financing.models import FundEntry, RegionalScheme, SchemeCase, SchemeTerms, TopUp
from financing.schemes import entry, fund, selectors, services
from financing.schemes.services import Indemnity
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.ledger.models import Account
from sinosure.ledger.services import balance
from sinosure.reference.services import fx
from tests.factories.declarations import a_receipt
from tests.factories.micro import a_paid_direct_claim, an_invoice
from tests.factories.microloan import an_applicant, an_invoice_to_draw_on
from tests.factories.people import actor, user
from tests.factories.schemes import (
    a_case,
    a_member,
    a_scheme,
    a_scheme_application,
    a_top_up,
    an_overdue_loan,
)

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def paid(monkeypatch: pytest.MonkeyPatch, amount: int) -> None:
    """The insurer has paid so much on every invoice."""
    monkeypatch.setattr(services, "_indemnity", [lambda _shipment: Indemnity(Decimal(amount), "USD", is_final=True)])


# who may borrow --------------------------------------------------------------------------------------------------------


def test_a_firm_outside_the_pooled_platform_is_not_admitted():
    scheme = a_scheme()
    an_applicant()
    with pytest.raises(DomainError, match="not_pooled"):
        a_scheme_application(scheme)


def test_enterprise_c_a_member_gets_its_line_within_the_ceiling_of_the_scheme():
    """Exports of USD 1 million: CNY 650,000 within the scheme's 2,000,000; above 300,000 the bank's officer offers."""
    scheme = a_scheme()
    a_member()
    with pytest.raises(DomainError, match="above_scheme"):
        a_scheme_application(scheme, 2_000_001)
    line = a_scheme_application(scheme)
    assert (line.state, line.amount, line.rate_pct) == ("REFERRED", 650_000, Decimal("3.35"))


def test_a_used_up_fund_stops_new_lines_and_drawdowns_until_it_is_topped_up(monkeypatch):
    """1,000 in the fund, a loss reported whose 40 % is far more: stopped; 500,000 more and it lends again."""
    scheme = a_scheme(balance=1_000)
    loan = an_overdue_loan(scheme)
    assert not entry.is_stopped(scheme)
    case = a_case(scheme, loan)
    assert case.fund_expected > 1_000
    assert entry.is_stopped(scheme)
    line = loan.drawdown.line
    shipment = an_invoice_to_draw_on(line)
    with pytest.raises(DomainError, match="fund_used_up"):
        drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal(100))
    a_top_up(scheme, 500_000)
    scheme.refresh_from_db()
    assert not entry.is_stopped(scheme)
    drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal(100))


# the fund --------------------------------------------------------------------------------------------------------------


def test_two_persons_of_the_finance_bureau_pay_in():
    scheme = a_scheme(balance=0)
    row = fund.propose(actor=actor("cai"), scheme_id=scheme.pk, amount=Decimal(100_000), reference="CZ-1")
    with pytest.raises(NotAllowed, match="four_eyes"):
        fund.decide(actor=actor("cai"), top_up_id=row.pk, action="confirm")
    with pytest.raises(NotAllowed):
        fund.decide(actor=actor("shang"), top_up_id=row.pk, action="confirm")
    with pytest.raises(IntegrityError, match="top_up_four_eyes"), transaction.atomic():
        TopUp.objects.filter(pk=row.pk).update(state="CONFIRMED", decided_by=actor("cai").user_id)
    fund.decide(actor=actor("kuai"), top_up_id=row.pk, action="confirm")
    scheme.refresh_from_db()
    assert (scheme.fund_balance, FundEntry.objects.get().balance) == (100_000, 100_000)
    assert balance(Account.RISK_FUND, "CNY") == -100_000
    for reference, code in (("CZ-1", "already_booked"), (" ", "required")):
        with pytest.raises(DomainError, match=code):
            fund.propose(actor=actor("cai"), scheme_id=scheme.pk, amount=Decimal(1), reference=reference)
    with pytest.raises(DomainError, match="must_be_positive"):
        fund.propose(actor=actor("cai"), scheme_id=scheme.pk, amount=Decimal(0), reference="CZ-3")
    with pytest.raises(NotAllowed):
        fund.propose(actor=actor("shang"), scheme_id=scheme.pk, amount=Decimal(1), reference="CZ-4")


def test_the_database_keeps_fund_book_and_shares():
    scheme = a_scheme(balance=500)
    with pytest.raises(IntegrityError, match="scheme_fund_never_below_zero"), transaction.atomic():
        RegionalScheme.objects.update(fund_balance=F("fund_balance") - 501)
    RegionalScheme.objects.update(fund_balance=F("fund_balance") - 500)  # down to zero is fine
    terms = {"scheme": scheme, "version": 2, "valid_from": clock.today(), "max_loan": 1}
    with pytest.raises(IntegrityError, match="scheme_shares_make_one"), transaction.atomic():
        SchemeTerms.objects.create(**terms, bank_ratio="0.20", guarantor_ratio="0.40", fund_ratio="0.41")
    SchemeTerms.objects.create(**terms, bank_ratio="0.30", guarantor_ratio="0.30", fund_ratio="0.40")
    assert entry.terms_of(scheme).version == 2


@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_never_take_more_than_the_fund_holds():
    """1,000 in the fund, two payments of 700. Control: reading first and writing what was computed pays out both."""
    scheme = a_scheme(balance=1_000)
    assert _race(scheme, _naively) == 2
    RegionalScheme.objects.update(fund_balance=1_000)
    assert _race(scheme, _guarded) == 1
    scheme.refresh_from_db()
    assert scheme.fund_balance == 300


def _race(scheme: RegionalScheme, pay: Any) -> int:
    barrier, done = threading.Barrier(2), list[int]()

    def run() -> None:
        try:
            pay(scheme.pk, barrier)
            done.append(1)
        except DomainError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


def _naively(pk: int, barrier: threading.Barrier) -> None:
    held = RegionalScheme.objects.get(pk=pk).fund_balance
    barrier.wait()
    assert held >= 700
    RegionalScheme.objects.filter(pk=pk).update(fund_balance=held - 700)


def _guarded(pk: int, barrier: threading.Barrier) -> None:
    barrier.wait()
    with transaction.atomic():
        fund.shift(RegionalScheme.objects.get(pk=pk), Decimal(-700))


# compensation ----------------------------------------------------------------------------------------------------------


def test_the_indemnity_comes_first_and_the_loan_must_be_overdue(monkeypatch):
    scheme = a_scheme()
    loan = an_overdue_loan(scheme)
    with clock.frozen(loan.matures_on), pytest.raises(DomainError, match="not_overdue"):
        services.report(actor=actor("li"), loan_id=loan.pk)
    case = a_case(scheme, loan)
    with pytest.raises(DomainError, match="already_reported"):
        a_case(scheme, loan)
    with pytest.raises(DomainError, match="indemnity_first"):
        services.settle(actor=actor("cai"), case_id=case.pk)
    paid(monkeypatch, 32_000)
    for name in ("shang", "zhou", "li"):
        with pytest.raises(NotAllowed):
            services.settle(actor=actor(name), case_id=case.pk)


def test_a_fund_that_does_not_reach_pays_what_it_holds(monkeypatch):
    """Claim refused: 40 % of USD 40,000 is 16,000, the fund holds CNY 7,000; the bank bears the rest, the fund stops."""
    scheme = a_scheme(balance=7_000)
    case = a_case(scheme)
    paid(monkeypatch, 0)
    settled = services.settle(actor=actor("cai"), case_id=case.pk)
    held = (Decimal(7_000) * fx("USD", "CNY", clock.today())).quantize(Decimal("0.01"), "ROUND_DOWN")
    assert (settled.indemnity, settled.guarantee, settled.fund) == (0, 0, held)
    assert settled.bank_part == 40_000 - held
    assert Decimal("6999.90") <= settled.fund_paid <= 7_000
    with pytest.raises(DomainError, match="wrong_state"):
        services.settle(actor=actor("cai"), case_id=case.pk)
    with pytest.raises(IntegrityError, match="scheme_parts_make_the_loss"), transaction.atomic():
        SchemeCase.objects.filter(pk=case.pk).update(bank_part=F("bank_part") + 1)


def client_of(name: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user(name), backend=BACKEND)
    return client


def api(name: str) -> APIClient:
    client = APIClient()
    client.force_login(user(name), backend=BACKEND)
    return client


def _press(name: str, address: str) -> None:
    client = client_of(name)
    shown = client.get(address).content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', shown)
    answer = client.post(address, {"form_key": key.group(1) if key else ""})
    assert answer.status_code == 302, answer.content.decode()[:500]


def by_page(scheme: RegionalScheme, loan_id: int, later: Any) -> None:
    _press("li", reverse("financing:scheme-report", args=[scheme.pk, loan_id]))
    later()
    _press("cai", reverse("financing:scheme-case-settle", args=[SchemeCase.objects.get().pk]))


def by_api(scheme: RegionalScheme, loan_id: int, later: Any) -> None:
    made = api("li").post("/api/v1/scheme-cases/", {"loan": loan_id}, format="json")
    assert made.status_code == 201, made.json()
    later()
    answer = api("cai").post(f"/api/v1/scheme-cases/{made.json()['id']}/settle/", {}, format="json")
    assert answer.json()["parts"] == {
        "indemnity": "32000.000",
        "guarantee": "0.000",
        "fund": "3200.000",
        "bank": "4800.000",
    }
    assert answer.json()["policyholder"] is None  # a sponsor learns no name


@pytest.mark.parametrize("way", [by_page, by_api])
def test_default_claim_and_compensation_in_order(way):
    """Lent 40,000 on 50,000. The insurer pays 80 % of 40,000 open; of 8,000 left the fund pays 40 % = 3,200, the bank 4,800."""
    scheme = a_scheme()
    loan = an_overdue_loan(scheme)
    shipment = loan.shipment
    a_receipt(shipment, 10_000)  # the buyer paid a part; the bank has booked none of it
    invoice = an_invoice(shipment.invoice_no, "50000", shipment.shipped_on, shipment.due_on)

    def claim_is_paid() -> None:
        claim = a_paid_direct_claim(shipment.policy, invoice)
        assert claim.paid_total == 32_000

    way(scheme, loan.pk, claim_is_paid)
    case = SchemeCase.objects.get()
    assert (case.loss, case.indemnity, case.guarantee, case.fund, case.bank_part) == (40_000, 32_000, 0, 3_200, 4_800)
    loan.refresh_from_db()
    assert loan.outstanding == 4_800  # the bank's own part stays owed
    scheme.refresh_from_db()
    expected = (3_200 / fx("USD", "CNY", clock.today())).quantize(Decimal("0.01"))
    assert case.fund_paid == expected == 1_000_000 - scheme.fund_balance
    assert FundEntry.objects.aggregate(total=Sum("amount"))["total"] == scheme.fund_balance
    assert balance(Account.RISK_FUND, "CNY") == -scheme.fund_balance
    page = client_of("li").get(reverse("financing:scheme-case", args=[case.pk])).content.decode()
    assert "3,200.00" in page
    assert "4,800.00" in page


# who sees what ---------------------------------------------------------------------------------------------------------


def test_figures_of_fewer_than_five_firms_are_not_told_and_sponsors_read_no_names():
    scheme = a_scheme()
    case = a_case(scheme)
    cells = {str(one.label): one for one in selectors.overview(scheme).cells}
    assert [one.firms for one in cells.values()] == [None, 0, 0]
    detail, case_page = (
        reverse("financing:scheme-detail", args=[scheme.pk]),
        reverse("financing:scheme-case", args=[case.pk]),
    )
    name = case.policyholder.name_zh
    for reader, sees_case, sees_name in (
        ("cai", True, False),
        ("shang", False, False),
        ("zhou", True, True),
        ("li", True, True),
    ):
        page = client_of(reader).get(detail).content.decode()
        assert (case.number in page, name in page) == (sees_case, sees_name), reader
        assert client_of(reader).get(case_page).status_code == (200 if sees_case else 404)
    assert client_of("kong").get(case_page).status_code == 404  # another bank of the scheme
    assert client_of("wu").get(detail).status_code == 403
    listed = api("cai").get("/api/v1/schemes/").json()["results"][0]
    assert listed["overview"]["cells"][0] == {
        "backing": listed["overview"]["cells"][0]["backing"],
        "firms": None,
        "lines": None,
        "drawn": None,
    }


def test_a_top_up_by_page_and_by_api():
    scheme = a_scheme(balance=0)
    detail = reverse("financing:scheme-detail", args=[scheme.pk])
    client, address = client_of("cai"), reverse("financing:scheme-top-up", args=[scheme.pk])
    key = re.search(r'name="form_key" value="([^"]+)"', client.get(address).content.decode()).group(1)
    assert client.post(address, {"form_key": key, "amount": "300,000", "reference": "CZ-7"}).status_code == 302
    row = TopUp.objects.get()
    assert client_of("kuai").get(detail).status_code == 200
    _post("kuai", reverse("financing:scheme-top-up-confirm", args=[row.pk]))
    made = api("cai").post(
        f"/api/v1/schemes/{scheme.pk}/top_up/", {"amount": "1000.00", "reference": "CZ-8"}, format="json"
    )
    assert api("cai").post(f"/api/v1/scheme-top-ups/{made.json()['id']}/confirm/", {}, format="json").status_code == 403
    assert (
        api("kuai").post(f"/api/v1/scheme-top-ups/{made.json()['id']}/refuse/", {}, format="json").json()["state"]
        == "REFUSED"
    )
    scheme.refresh_from_db()
    assert scheme.fund_balance == 300_000


def _post(name: str, address: str) -> None:
    assert client_of(name).post(address, {}).status_code == 302
