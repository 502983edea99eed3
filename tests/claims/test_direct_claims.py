"""A claim without notice and declaration: who may, what it registers, the simplified path and its clock, the golden cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from claims import filing, handling
from claims.direct import services as direct
from claims.models import Claim, ClaimState
from credit_info.models import Obligor
from declarations.models import Shipment
from policies.micro.caps import draw_buyer_cap
from policies.services import draw_liability
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.deadlines.models import Deadline
from sinosure.reference.models import ExchangeRate
from tests.factories import claims as a
from tests.factories.micro import a_direct_claim, a_micro_policy, a_request, an_invoice
from tests.factories.people import actor
from tests.factories.policies import a_policy_in_force

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 2)  # a Monday; the policies run from 2 January 2025


def a_policy(**order):
    return a_micro_policy(starts_on=date(2025, 1, 2), **order)


def worked_out(claim: Claim):
    """Accepted and adjusted as the system proposes."""
    for paper in claim.checklist.filter(state="MISSING"):
        filing.provide(actor=actor("wu"), claim_id=claim.pk, item_id=paper.pk, upload=a.a_file(f"{paper.code}.pdf"))
    handling.check(actor=actor("he"), claim_id=claim.pk)
    for item in claim.checklist.all():
        handling.judge_paper(actor=actor("he"), claim_id=claim.pk, item_id=item.pk, accepted=True)
    handling.accept(actor=actor("he"), claim_id=claim.pk)
    handling.investigate(actor=actor("he"), claim_id=claim.pk)
    handling.adjust(actor=actor("he"), claim_id=claim.pk)
    return a.adjusted(Claim.objects.get(pk=claim.pk))


def test_buyer_and_invoices_are_entered_in_the_claim_itself():
    policy = a_policy()
    with clock.frozen(DAY):
        claim = a_direct_claim(
            policy, an_invoice("XG-1", "20000", date(2025, 3, 1), date(2025, 5, 30), received=Decimal(5_000))
        )
    assert (claim.state, claim.claimed, claim.notice) == (ClaimState.FILED, 15_000, None)
    shipment = Shipment.objects.get(policy=policy)
    assert (shipment.open_amount, shipment.premium, shipment.cover_reason) == (15_000, 0, "")
    assert not Deadline.objects.filter(kind="LOSS_NOTICE_DEFAULT").exists()


def test_nothing_is_left_when_the_claim_is_refused():
    policy = a_policy()
    with clock.frozen(DAY), pytest.raises(DomainError, match="outside_policy"):
        a_direct_claim(policy, an_invoice("XG-1", "20000", date(2024, 12, 1), date(2025, 3, 1)))
    assert not Claim.objects.exists()
    assert not Shipment.objects.exists()
    assert not Obligor.objects.exists()


def test_a_comprehensive_policy_and_other_people_cannot_claim_directly():
    comprehensive = a_policy_in_force()
    with pytest.raises(DomainError, match="no_direct_claim"):
        direct.file_directly(actor=actor("zhao"), request=a_request(comprehensive))
    with pytest.raises(NotAllowed):
        direct.file_directly(actor=actor("zhou"), request=a_request(comprehensive))


def test_the_simplified_path_has_a_short_list_and_ten_working_days():
    """Accepted on Mon 2 June 2025: ten working days are 3–6, 9–13 and 16 June (Mon 2 June was a holiday, day 0)."""
    policy = a_policy()
    with clock.frozen(DAY):
        claim = a_direct_claim(
            policy, an_invoice("XG-1", "20000", date(2025, 3, 1), date(2025, 5, 30)), simplified=True
        )
        codes = set(claim.checklist.values_list("code", flat=True))
        assert not codes & {"SLIPS", "SECURITY"}
        worked_out(claim)
    deadline = Deadline.objects.get(kind="CLAIM_DECISION", subject_id=claim.pk)
    assert deadline.legal_due == date(2025, 6, 16)


def test_the_standard_path_has_thirty_days():
    policy = a_policy()
    with clock.frozen(DAY):
        claim = a_direct_claim(policy, an_invoice("XG-1", "20000", date(2025, 3, 1), date(2025, 5, 30)))
        worked_out(claim)
    assert Deadline.objects.get(kind="CLAIM_DECISION", subject_id=claim.pk).legal_due == date(2025, 7, 2)


@pytest.mark.parametrize(
    ("changes", "amount", "code"),
    [
        ({}, "30000.01", "simplified_too_large"),
        ({"is_disputed": True}, "20000", "simplified_disputed"),
    ],
)
def test_large_or_disputed_claims_take_the_standard_path(changes, amount, code):
    policy = a_policy()
    with clock.frozen(DAY), pytest.raises(DomainError) as error:
        a_direct_claim(
            policy, an_invoice("XG-1", amount, date(2025, 3, 1), date(2025, 5, 30)), simplified=True, **changes
        )
    assert (error.value.code, error.value.field) == (code, "simplified")


def test_the_database_keeps_a_simplified_claim_small():
    policy = a_policy()
    with clock.frozen(DAY):
        claim = a_direct_claim(
            policy, an_invoice("XG-1", "30000", date(2025, 3, 1), date(2025, 5, 30)), simplified=True
        )
    with pytest.raises(IntegrityError, match="simplified_claim_is_small"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(claimed=F("claimed") + 1)


def test_unshipped_orders_need_the_add_on():
    policy = a_policy()
    with clock.frozen(DAY), pytest.raises(DomainError) as error:
        a_direct_claim(policy, unshipped_orders=Decimal(50_000))
    assert error.value.code == "not_bought"


def test_a_likely_duplicate_is_asked_about_once():
    policy = a_policy()
    Obligor.objects.create(
        kind="BUYER", code="BVN-1", name="Bac Ninh Mushroom Trading Company Limited", country_id="VN"
    )
    with clock.frozen(DAY):
        with pytest.raises(DomainError) as error:
            a_direct_claim(policy)
        assert error.value.code == "possible_duplicate"
        debtor = direct.Debtor("Bac Ninh Mushroom Trading Co., Ltd.", "VN", confirmed_new=True)
        assert a_direct_claim(policy, debtor=debtor).obligor.name == "Bac Ninh Mushroom Trading Co., Ltd."


def test_g06_vietnam_is_capped_for_the_buyer():
    """(1,800,000 − 430,000) / 7.00 = 195,714.29; × 80 % = 156,571.43; cap for one buyer 150,000."""
    policy = a_policy()
    with clock.frozen(DAY):
        ExchangeRate.objects.update_or_create(currency_id="CNY", day=DAY, defaults={"per_usd": Decimal("7.00")})
        claim = a_direct_claim(policy, an_invoice("XG-1", "1800000", date(2025, 1, 20), date(2025, 2, 19), currency="CNY",
                                                  received=Decimal(430_000)))  # fmt: skip
        sheet = worked_out(claim)
    assert (sheet.assessed_loss, sheet.gross_indemnity) == (Decimal("195714.29"), Decimal("156571.43"))
    assert sheet.payable_now == 150_000


def test_g07_only_what_is_left_of_the_year_is_paid():  # 60,000 × 80 % = 48,000; 150,000 − 120,000 = 30,000 left
    policy = a_policy(tier="T4")
    for buyer, amount in ((901, 70_000), (902, 50_000)):
        draw_liability(actor=actor("yuan"), policy_id=policy.pk, amount=Decimal(amount))
        draw_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=buyer, amount=Decimal(amount))
    with clock.frozen(DAY):
        sheet = worked_out(a_direct_claim(policy, an_invoice("XG-1", "60000", date(2025, 3, 1), date(2025, 5, 30))))
    assert (sheet.gross_indemnity, sheet.payable_now) == (48_000, 30_000)


def test_g20_unshipped_orders_come_on_top():  # 100,000 × 80 % = 80,000; + 50,000 × 20 % = 10,000
    policy = a_policy(covers_unshipped=True)
    with clock.frozen(DAY):
        claim = a_direct_claim(
            policy, an_invoice("XG-1", "100000", date(2025, 3, 1), date(2025, 5, 30)), unshipped_orders=Decimal(50_000)
        )
        sheet = worked_out(claim)
    assert (sheet.gross_indemnity, sheet.payable_now) == (80_000, 90_000)
