"""银行保险单 and 福费廷保险单: a bank buys, signs and sees its own policy; on policies assigned to it it acts as nobody's insured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from claims.notices import filing as notices
from claims.notices.facts import NoticeFacts
from declarations import services as declarations
from limits import services as limits
from limits.services.applications import Request
from policies import services
from policies.models import Policy, PolicySchedule
from policies.proposal import missing, questions_of
from policies.schedule import check_cover
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from tests.factories.bank_policies import RATIOS, a_bank_policy, a_bank_proposal, a_draft_bank_policy, bank_terms
from tests.factories.declarations import a_shipment
from tests.factories.financing import an_active_agreement
from tests.factories.limits import FACTS, a_limit
from tests.factories.people import actor, organisation
from tests.factories.policies import a_policy_in_force
from tests.journeys.people import Reader

pytestmark = pytest.mark.django_db


def test_a_bank_gets_a_numbered_policy_of_its_own() -> None:
    policy = a_bank_policy("BANK")
    assert (policy.state, policy.policyholder.code) == ("IN_FORCE", "minhai")
    assert str(policy.number).startswith("BNK-")
    assert str(a_bank_policy("FORFAITING").number).startswith("FFT-")


@pytest.mark.parametrize("product", ["BANK", "FORFAITING"])
def test_an_exporter_cannot_buy_a_product_of_a_bank(product: str) -> None:
    with pytest.raises(NotAllowed):
        services.create_draft(actor=actor("chen"), proposal=a_bank_proposal(), product=product)


def test_a_bank_cannot_buy_a_product_of_an_exporter() -> None:
    with pytest.raises(NotAllowed):
        services.create_draft(actor=actor("li"), proposal=a_bank_proposal(), product="COMPREHENSIVE")


def test_a_viewer_of_the_bank_signs_nothing() -> None:
    with pytest.raises(NotAllowed):
        services.create_draft(actor=actor("zheng"), proposal=a_bank_proposal(), product="BANK")


def test_a_bank_is_asked_nothing_about_exporting() -> None:
    with override("en"):
        asked = {one.name: str(one.label) for one in questions_of("FORFAITING")}
    assert "wants_financing" not in asked
    assert asked["years_exporting"] == "Years of forfaiting"
    assert missing({**a_bank_proposal()}, "BANK") == []


@pytest.mark.parametrize(("product", "ratio"), [("BANK", "0.91"), ("FORFAITING", "1.01")])
def test_above_the_hard_cap_is_refused_at_the_field(product: str, ratio: str) -> None:
    draft = a_draft_bank_policy(product, commercial_ratio=Decimal(ratio))
    with pytest.raises(DomainError) as refused:
        services.submit(actor=actor("li"), policy_id=draft.pk)
    assert (refused.value.code, refused.value.field) == ("over_hard_cap", "commercial_ratio")


def test_a_forfaiting_schedule_of_100_per_cent_is_kept_and_one_of_101_is_not() -> None:
    policy = a_bank_policy("FORFAITING")
    assert policy.schedule is not None
    assert policy.schedule.highest_ratio == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicySchedule.objects.create(
            policy=policy, policyholder=policy.policyholder, product="FORFAITING", version=9, effective_from=clock.today(),
            insured_ratios={"BANK_DEFAULT": "1.01"}, highest_ratio=Decimal("1.01"), max_liability=1, minimum_premium=0,
            deposit_premium=0, created_at=clock.now(),
        )  # fmt: skip


def test_a_forfaiting_schedule_names_no_risk_of_a_buyer() -> None:
    policy = a_draft_bank_policy("FORFAITING")
    wrong = bank_terms("FORFAITING", insured_ratios={**RATIOS["FORFAITING"], "BUYER_DEFAULT": Decimal("0.9")})
    with pytest.raises(DomainError) as refused:
        check_cover(wrong, "FORFAITING", policy.wording.named)
    assert refused.value.code == "unknown_risk"


def test_services_come_into_a_bank_policy_by_endorsement_only() -> None:
    draft = a_draft_bank_policy("BANK")
    services.submit(actor=actor("li"), policy_id=draft.pk)
    services.take(actor=actor("zhou"), policy_id=draft.pk)
    with_services = bank_terms("BANK", covers_services=True)
    with pytest.raises(DomainError) as refused:
        services.quote(actor=actor("zhou"), policy_id=draft.pk, terms=with_services)
    assert (refused.value.code, refused.value.field) == ("services_by_endorsement", "covers_services")
    check_cover(with_services, "BANK", draft.wording.named)  # what an endorsement asks


def test_a_bank_sees_its_own_policy_beside_those_assigned_to_it_and_no_other_bank_does() -> None:
    assigned = an_active_agreement(a_policy_in_force()).policy
    own = a_bank_policy("BANK")
    assert set(Policy.objects.visible_to(actor("li"))) == {assigned, own}
    assert set(Policy.objects.held_by(actor("li"))) == {own}
    assert not Policy.objects.visible_to(actor("kong")).exists()
    assert set(Policy.objects.visible_to(actor("chen"))) == {assigned}


def test_a_bank_is_not_the_insured_of_a_policy_assigned_to_it() -> None:
    """Each deed of an insured, tried by the bank that is loss payee."""
    with clock.frozen(date(2026, 3, 2)):
        policy = an_active_agreement(a_policy_in_force()).policy
        limit = a_limit(policy)
        shipment = a_shipment(limit)
        bank = actor("wang")
        with pytest.raises(Policy.DoesNotExist):
            limits.create_draft(
                actor=bank,
                policy_id=policy.pk,
                obligor_id=limit.obligor_id,
                request=Request("OA", 60, Decimal(1000), FACTS),
            )
        with pytest.raises(Policy.DoesNotExist):
            declarations.declare(actor=bank, policy_id=policy.pk, line=declarations.line_of(shipment))
        with pytest.raises(NotAllowed):
            declarations.withdraw(actor=bank, shipment_id=shipment.pk, reason="x")
        with pytest.raises(NotAllowed):
            services.give_notice(actor=bank, policy_id=policy.pk, reason="x")
    with clock.frozen(date(2026, 5, 20)), pytest.raises(Policy.DoesNotExist):
        notices.report(
            actor=bank, policy_id=policy.pk, obligor_id=shipment.obligor_id,
            facts=NoticeFacts("BUYER_DEFAULT", shipment.due_on, shipment.due_on),
        )  # fmt: skip


def test_the_page_of_a_bank_offers_its_two_products_and_their_words() -> None:
    organisation("insurer")
    li = Reader("li")
    page = li.open(reverse("policies:policy-new")).content.decode()
    assert reverse("policies:bank-new", args=["BANK"]) in page
    assert reverse("policies:bank-new", args=["FORFAITING"]) in page
    form = li.open(reverse("policies:bank-new", args=["FORFAITING"])).content.decode()
    assert "Number of obligor banks" in form
    assert "We want to finance" not in form
