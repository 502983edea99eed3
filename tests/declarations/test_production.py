"""出口前附加险 (§1.3): contracts declared before their costs, costs with evidence, instructions, and the switch to shipment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import override
from rest_framework.test import APIClient

from claims.notices import handling
from declarations import services as declarations
from declarations.models import (
    ContractState,
    DirectCost,
    PremiumNotice,
    ProductionContract,
    RowError,
    Shipment,
    UncoveredReason,
)
from declarations.production import services
from declarations.production.rules import Said, check_contract, key_of, why_uncovered
from limits import services as limits
from limits.models import CreditLimit
from limits.services.applications import Request
from policies.endorsements import letters
from policies.endorsements import services as endorsements
from policies.schedule import ScheduleTerms, check_cover, with_extension
from policies.wording import Terms
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.documents.models import Document
from tests.factories.claims import a_file
from tests.factories.declarations import a_line
from tests.factories.files import a_booked_file, a_checked_file, a_row, as_csv
from tests.factories.limits import FACTS, a_limit
from tests.factories.people import actor, organisation, user
from tests.factories.policies import a_policy_in_force
from tests.factories.production import (
    a_contract,
    a_cost,
    a_loss_before_shipment,
    a_production_limit,
    contract_terms,
    with_costs,
)
from tests.policies.test_pages import client_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def refused(deed) -> tuple[str, str]:
    with pytest.raises(DomainError) as found, transaction.atomic():
        deed()
    with override("zh-hans"):
        assert any("一" <= letter <= "鿿" for letter in found.value.text), found.value.code
    return found.value.code, found.value.field or ""


# rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({}, "", ""),
        ({"ships_by": DAY + timedelta(days=180)}, "", ""),
        ({"ships_by": DAY + timedelta(days=181)}, "production_too_long", "ships_by"),
        ({"ships_by": DAY - timedelta(days=1)}, "ships_before_production", "ships_by"),
        ({"production_from": date(2026, 1, 1), "ships_by": DAY - timedelta(days=1)}, "ships_by_past", "ships_by"),
        ({"production_from": date(2026, 11, 1), "ships_by": date(2027, 3, 2)}, "after_policy", "ships_by"),
        ({"contract_no": " -- "}, "contract_no_missing", "contract_no"),
    ],
)
def test_what_a_contract_may_not_say(changes, code, field):
    """180 days at most, planned for the future and within the policy."""
    limit = CreditLimit(obligor_id=1)
    with clock.frozen(DAY):
        terms = contract_terms(limit, **changes)
    check = lambda: check_contract(terms, today=DAY, policy_ends_on=date(2027, 3, 1), most_days=180)  # noqa: E731
    assert (refused(check) if code else (check() or "", "")) == (code, field)


@pytest.mark.parametrize(
    ("on", "given", "stopped", "why"),
    [
        (5, [], None, ""),
        (-1, [], None, "BEFORE_DECLARATION"),
        (91, [], None, "AFTER_PLAN"),
        (9, [("STOP", 10)], None, ""),
        (10, [("STOP", 10)], None, "AFTER_STOP"),
        (12, [("STOP", 10), ("CONTINUE", 12)], None, ""),
        (20, [], 15, "STOPPED"),
        (14, [], 15, ""),
        (20, [("CONTINUE", 16)], 15, ""),
        (16, [("CONTINUE", 17)], 15, "STOPPED"),
    ],
)
def test_which_costs_are_covered(on, given, stopped, why):
    """From the declaration to the planned shipment; a stop ends cover from its day, “continue” opens it again."""
    day = lambda n: DAY + timedelta(days=n)  # noqa: E731
    found = why_uncovered(
        day(on), declared_on=DAY, ships_by=day(90), given=[Said(kind, day(n)) for kind, n in given],
        stopped_on=day(stopped) if stopped else None,
    )  # fmt: skip
    assert found == why


def test_the_number_of_a_contract_is_read_without_blanks_and_signs():
    assert {key_of(text) for text in ("HT-C 12/7", "ht_c127", "HT.C-127")} == {"HTC127"}
    assert key_of("合同-7号") == "合同7号"


def test_the_extension_is_for_comprehensive_only_and_under_the_hard_cap():
    plain = ScheduleTerms(
        {"BUYER_DEFAULT": Decimal("0.9")}, Decimal(100_000), Decimal(100), DAY, DAY, DAY, pre_shipment=True
    )
    usual = with_extension(plain, Terms({}, "COMPREHENSIVE"))
    assert (usual.pre_shipment_ratio, usual.pre_shipment_rate_pct) == (Decimal("0.80"), Decimal("0.20"))
    check_cover(usual, "COMPREHENSIVE", Terms({}, "COMPREHENSIVE"))
    high = ScheduleTerms(**{**usual.__dict__, "pre_shipment_ratio": Decimal("0.91")})
    assert refused(lambda: check_cover(high, "COMPREHENSIVE", Terms({}, "COMPREHENSIVE")))[1] == "pre_shipment_ratio"
    assert refused(lambda: check_cover(usual, "BANK", Terms({}, "BANK"))) == ("no_pre_shipment", "pre_shipment")


# contracts and costs -----------------------------------------------------------------------------------------------


def test_a_contract_needs_extension_limit_and_pays_its_premium():
    """200,000 × 0.20 % = 400.00; the same contract is not declared twice."""
    limit = a_production_limit()
    contract = a_contract(limit, contract_no="HT-C1")
    assert (contract.premium, contract.insured_ratio, contract.covered) == (Decimal("400.00"), Decimal("0.80"), 0)
    notice = PremiumNotice.objects.get(kind="PRESHIP")
    assert (notice.payable, contract.premium_notice) == (Decimal("400.00"), notice)
    assert refused(lambda: a_contract(limit, contract_no="ht c1")) == ("contract_declared", "contract_no")
    plain = a_limit(limit.policy)
    assert refused(lambda: a_contract(plain)) == ("no_pre_shipment_limit", "obligor")
    without = a_limit(a_policy_in_force())
    assert refused(lambda: a_contract(without)) == ("no_pre_shipment", "policy")
    wish = Request(term="OA", credit_days=60, amount=Decimal(1000), facts=FACTS, pre_shipment=True)
    ask = lambda: limits.create_draft(  # noqa: E731
        actor=actor("chen"), policy_id=without.policy_id, obligor_id=without.obligor_id, request=wish
    )
    assert refused(ask) == ("no_pre_shipment", "pre_shipment")


def test_costs_draw_on_the_limit_up_to_price_and_limit_and_come_back_when_voided():
    """Limit 150,000, price 200,000: 70,000 + 100,000 recorded, 70,000 + 80,000 covered; voiding frees 70,000."""
    limit = a_production_limit()
    contract = a_contract(limit)
    first, second = a_cost(contract), a_cost(contract, "LABOUR", "100000")
    assert (second.covered, second.uncovered_reason) == (80_000, UncoveredReason.OVER_LIMIT)
    assert (contract.costs, contract.covered) == (170_000, 150_000)
    limit.refresh_from_db()
    assert limit.used == 150_000
    assert refused(lambda: a_cost(contract, "LABOUR", "1", voucher_no=second.voucher_no)) == (
        "voucher_twice",
        "voucher_no",
    )
    assert refused(lambda: a_cost(contract, incurred_on=clock.today() + timedelta(days=1)))[0] == "date_in_future"
    services.void_cost(actor=actor("chen"), cost_id=first.pk, reason="Typed twice")
    limit.refresh_from_db()
    contract.refresh_from_db()
    assert (limit.used, contract.costs, contract.covered) == (80_000, 100_000, 80_000)
    small = a_contract(a_production_limit(amount="500000"), price=Decimal(50_000))
    assert a_cost(small).uncovered_reason == UncoveredReason.OVER_PRICE
    assert small.covered == 50_000


def test_goods_in_production_keep_their_limit_when_it_is_cut_and_follow_the_instruction():
    """LIM-9: cancelled for shipments from tomorrow, the contract goes on under what stood when it was declared."""
    limit = a_production_limit()
    contract = a_contract(limit)
    limits.cancel(actor=actor("zhou"), limit_id=limit.pk, reason="BUYER_ADVERSE", comment="Adverse news")
    with clock.frozen(clock.today() + timedelta(days=2)):
        assert a_cost(contract).covered == 70_000
        assert refused(lambda: a_contract(limit)) == ("no_pre_shipment_limit", "obligor")
        services.instruct(actor=actor("zhou"), contract_id=contract.pk, kind="STOP", reasons="The buyer is insolvent.")
        late = a_cost(contract, "LABOUR", "10000")
        assert (late.covered, late.uncovered_reason) == (0, UncoveredReason.AFTER_STOP)
    letter = Document.objects.of(contract).get(kind="production_instruction")
    assert (letter.context["is_stop"], letter.context["covered"]) == (True, "70000.000")


# the switch --------------------------------------------------------------------------------------------------------


def test_the_declared_shipment_takes_over_the_cover_and_nothing_counts_twice():
    """Limit 150,000: 120,000 of costs, then the shipment of 150,000 is covered in full; used is 150,000, never 270,000."""
    limit = a_production_limit()
    contract = with_costs(a_contract(limit, contract_no="HT-C 7"))
    line = a_line(limit, contract_no="ht-c7", amount=Decimal(150_000))
    assert declarations.preview(actor=actor("chen"), policy_id=limit.policy_id, line=line).expected_cover == 150_000
    shipment = declarations.declare(actor=actor("chen"), policy_id=limit.policy_id, line=line)
    contract.refresh_from_db()
    limit.refresh_from_db()
    assert (contract.state, contract.shipment, contract.covered) == (ContractState.SHIPPED, shipment, 0)
    assert (shipment.covered, limit.used) == (150_000, 150_000)
    declarations.withdraw(actor=actor("chen"), shipment_id=shipment.pk, reason="Rolled to the next vessel")
    contract.refresh_from_db()
    limit.refresh_from_db()
    assert (contract.state, contract.covered, limit.used) == (ContractState.IN_PRODUCTION, 120_000, 120_000)


def test_a_file_switches_its_contracts_too():
    limit = a_production_limit()
    shipped, other = with_costs(a_contract(limit, contract_no="HT-F1")), a_contract(limit, contract_no="HT-F2")
    a_booked_file(limit, as_csv([a_row(limit, 1, 合同号="HT-F1", 发票金额="140000"), a_row(limit, 2, 合同号="")]))
    shipped.refresh_from_db()
    other.refresh_from_db()
    limit.refresh_from_db()
    assert (shipped.state, other.state) == (ContractState.SHIPPED, ContractState.IN_PRODUCTION)
    assert limit.used == 141_000


def test_a_claimed_contract_is_not_shipped_by_form_or_file():
    limit = a_production_limit()
    contract = with_costs(a_contract(limit, contract_no="HT-9"))
    notice = a_loss_before_shipment(contract)
    line = a_line(limit, contract_no="HT-9")
    declare = lambda: declarations.declare(actor=actor("chen"), policy_id=limit.policy_id, line=line)  # noqa: E731
    assert refused(declare) == ("contract_claimed", "contract_no")
    batch = a_checked_file(limit, as_csv([a_row(limit, 1, 合同号="HT-9")]))
    assert RowError.objects.get(batch=batch).code == "contract_claimed"
    assert contract.pk == notice.production_id


def test_the_database_never_lets_a_contract_be_shipped_and_claimed():
    """Whoever writes: the guard on shipments, the CHECK on contracts, and the control where the attack works."""
    limit = a_production_limit()
    contract = with_costs(a_contract(limit, contract_no="HT-10"))
    shipment = declarations.declare(
        actor=actor("chen"), policy_id=limit.policy_id, line=a_line(limit, contract_no="X-1")
    )
    with pytest.raises(IntegrityError, match="contract_shipped_or_claimed"), transaction.atomic():
        ProductionContract.objects.filter(pk=contract.pk).update(shipment=shipment)
    a_loss_before_shipment(contract)
    copy = Shipment.objects.get(pk=shipment.pk)
    copy.pk, copy.invoice_no, copy.invoice_key, copy.contract_no, copy.covered = None, "Z1", "Z1", "HT-10", 0
    with pytest.raises(IntegrityError, match="claimed before shipment"), transaction.atomic():
        copy.save(force_insert=True)
    with transaction.atomic(), connection.cursor() as cursor:  # the control
        cursor.execute("SET LOCAL session_replication_role = replica")
        copy.pk = None
        copy.save(force_insert=True)
        assert Shipment.objects.filter(contract_no="HT-10").count() == 1
        transaction.set_rollback(True)


# pages and API -----------------------------------------------------------------------------------------------------


def test_the_exporter_declares_and_records_by_page_and_staff_instruct():
    limit = a_production_limit()
    chen, zhou = client_of("chen"), client_of("zhou")
    today = clock.today()
    form = {
        "obligor": limit.obligor_id, "contract_no": "HT-P1", "goods": "LED lamps", "term": "OA", "credit_days": "60",
        "currency": "USD", "price": "200,000", "production_from": f"{today}", "ships_by": f"{today + timedelta(days=181)}",
    }  # fmt: skip
    url = f"{reverse('declarations:production-new')}?policy={limit.policy_id}"
    for language, words in (("zh-hans", "180 天"), ("en", "180 days")):
        wrong = chen.post(url, {**form, "_go": ""}, headers={"accept-language": language})
        assert wrong.status_code == 422
        assert words in wrong.content.decode()
    chen.post(url, {**form, "ships_by": f"{today + timedelta(days=180)}", "_go": "confirm"})
    contract = ProductionContract.objects.get(contract_no="HT-P1")
    cost = {
        "kind": "MATERIAL", "description": "Drivers", "voucher_no": "INV-1", "incurred_on": f"{today}", "currency": "USD",
        "amount": "70,000",
    }  # fmt: skip
    cost_url = reverse("declarations:production-cost", args=[contract.pk])
    assert chen.post(cost_url, cost).status_code == 422  # no cost without its evidence
    chen.post(cost_url, {**cost, "evidence": a_file("invoice.pdf")})
    page = chen.get(reverse("declarations:production", args=[contract.pk]), headers={"accept-language": "en"})
    assert all(word in page.content.decode() for word in ("INV-1", "70,000.00", "invoice", "Record a direct cost"))
    instruct = {"kind": "CONTINUE", "effective_from": f"{today}", "reasons": "Orders of others stand."}
    zhou.post(reverse("declarations:production-instruct", args=[contract.pk]), instruct)
    listed = zhou.get(reverse("declarations:productions"), headers={"accept-language": "zh-hans"}).content.decode()
    assert "HT-P1" in listed
    assert "生产中" in listed
    assert contract.instructions.get().kind == "CONTINUE"


def test_the_api_does_the_same_and_says_no_with_code_and_field():
    limit = a_production_limit()
    api = APIClient()
    api.force_authenticate(user=user("chen"))
    today = clock.today()
    body = {
        "policy": limit.policy_id, "obligor": limit.obligor.code, "contract_no": "HT-A1", "goods": "LED lamps", "term": "OA",
        "credit_days": 60, "price": "200000", "currency": "USD", "production_from": f"{today}",
        "ships_by": f"{today + timedelta(days=181)}",
    }  # fmt: skip
    wrong = api.post("/api/v1/production-contracts/", body, format="json")
    assert (wrong.status_code, wrong.data["code"]) == (422, "production_too_long")
    made = api.post(
        "/api/v1/production-contracts/", {**body, "ships_by": f"{today + timedelta(days=90)}"}, format="json"
    )
    assert made.status_code == 201, made.data
    url = f"/api/v1/production-contracts/{made.data['id']}/"
    cost = {
        "kind": "LABOUR", "description": "Wages", "voucher_no": "W-1", "incurred_on": f"{today}", "amount": "30000",
        "currency": "USD", "evidence": a_file("wages.pdf"),
    }  # fmt: skip
    done = api.post(f"{url}costs/", cost, format="multipart")
    assert (done.status_code, done.data["covered"]) == (201, "30000.000")
    line = DirectCost.objects.get()
    voided = api.post(f"{url}costs/void/", {"cost": line.pk, "reason": "Twice"}, format="json")
    assert voided.data["covered"] == "0.000"
    other = APIClient()
    organisation("yunshan")
    other.force_authenticate(user=user("wu"))
    assert other.get(url).status_code == 404
    staff = APIClient()
    staff.force_authenticate(user=user("he"))
    said = staff.post(f"{url}instruct/", {"kind": "STOP", "reasons": "The buyer is insolvent."}, format="json")
    assert [one["kind"] for one in said.data["instructions"]] == ["STOP"]


def test_an_endorsement_brings_the_extension_into_a_policy():
    policy = a_policy_in_force()
    row = endorsements.request(actor=actor("chen"), policy_id=policy.pk, wish="出口前", effective_from=clock.today())
    endorsements.draft(
        actor=actor("zhou"), endorsement_id=row.pk, terms={"pre_shipment": True}, effective_from=clock.today()
    )
    endorsements.approve(actor=actor("qian"), endorsement_id=row.pk)
    row.refresh_from_db()
    assert [(one["zh"], one["new"]) for one in letters.printed(row)] == [
        ("出口前附加险", "是 Yes"), ("出口前赔偿比例", "80%"), ("出口前费率", "0.2%"),
    ]  # fmt: skip
    endorsements.sign(actor=actor("zhao"), endorsement_id=row.pk)
    assert a_contract(a_production_limit(policy)).premium == Decimal("400.00")


def test_a_withdrawn_notice_lets_production_go_on_and_the_goods_be_shipped():
    limit = a_production_limit()
    contract = with_costs(a_contract(limit, contract_no="HT-11"))
    notice = a_loss_before_shipment(contract)
    handling.withdraw(actor=actor("chen"), notice_id=notice.pk, reason="The buyer was bought by another.")
    contract.refresh_from_db()
    assert (contract.state, contract.covered) == (ContractState.IN_PRODUCTION, 120_000)
    services.end(actor=actor("chen"), contract_id=contract.pk, reason="Cancelled by agreement")
    limit.refresh_from_db()
    assert limit.used == 0
