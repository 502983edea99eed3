"""Renewal and the ladder (PRD-1): what the next policy carries, and the experience factor that the history suggests (§4.4)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from limits.models import LimitApplication
from policies import services
from policies.chain import chain, next_products, suggestion
from policies.experience import History, suggest
from policies.models import Policy
from policies.seed import PRODUCTS, current_wording
from policies.services import draw_liability
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor
from tests.factories.policies import a_policy_in_force, a_proposal, terms
from tests.journeys.people import Reader

LOW, HIGH = Decimal("0.70"), Decimal("1.30")


@pytest.mark.parametrize(
    ("years", "premium", "paid", "factor"),
    [
        (1, 1000, 0, "0.95"),  # 1 − 5 % × 1
        (2, 1000, 0, "0.90"),
        (9, 1000, 0, "0.70"),  # 1 − 45 % = 0.55, held at the lowest
        (1, 1000, 300, "0.95"),  # 30 %
        (1, 1000, 301, "1.00"),
        (1, 1000, 600, "1.00"),
        (1, 1000, 1000, "1.15"),
        (1, 1000, 1001, "1.30"),
        (1, 0, 0, "1"),  # nothing known
        (1, 0, 5, "1.30"),
    ],
)
def test_the_factor_follows_loss_ratio_and_years(years, premium, paid, factor):
    found = suggest(History(years, Decimal(premium), Decimal(paid), "USD"), LOW, HIGH)
    assert found.factor == Decimal(factor)
    assert found.steps[-1].value == Decimal(factor)


def a_renewal(policy: Policy) -> Policy:
    """Signed by both sides, 20 days before the first policy ends."""
    renewal = services.renew(actor=actor("chen"), policy_id=policy.pk)
    chen, zhao = actor("chen"), actor("zhao")
    services.save_draft(actor=chen, policy_id=renewal.pk, proposal=a_proposal(starts_on=renewal.starts_on))
    services.submit(actor=chen, policy_id=renewal.pk)
    services.take(actor=actor("zhou"), policy_id=renewal.pk)
    services.quote(actor=actor("zhou"), policy_id=renewal.pk, terms=terms(starts_on=renewal.starts_on))
    services.accept(actor=zhao, policy_id=renewal.pk)
    services.sign(actor=zhao, policy_id=renewal.pk)
    return services.countersign(actor=actor("qian"), policy_id=renewal.pk)


@pytest.mark.django_db
def test_a_renewal_carries_its_buyers_as_filled_in_applications():
    limit = a_limit()
    with clock.frozen(limit.policy.ends_on - timedelta(days=20)):
        renewal = a_renewal(limit.policy)
        draft = LimitApplication.objects.get(policy=renewal)
    version = limit.versions.latest("id")
    assert (draft.state, draft.obligor_id, draft.amount) == ("DRAFT", limit.obligor_id, limit.amount)
    assert (draft.term, draft.credit_days) == (version.term, version.max_credit_days)


@pytest.mark.django_db
def test_the_history_suggests_the_factor_with_its_working():
    """Deposit premium 2,000 is the floor of the premium; 1,500 paid: loss ratio 75 %, so 1.15."""
    limit = a_limit()
    a_shipment(limit)
    draw_liability(actor=actor("yuan"), policy_id=limit.policy_id, amount=Decimal(1_500))
    with clock.frozen(limit.policy.ends_on - timedelta(days=20)):
        renewal = services.renew(actor=actor("chen"), policy_id=limit.policy_id)
    found = suggestion(renewal)
    assert (found.factor, found.loss_ratio) == (Decimal("1.15"), Decimal("0.75"))
    assert suggestion(limit.policy) is None
    assert [link.paid for link in chain(renewal)] == [Decimal(1_500), Decimal(0)]


@pytest.mark.django_db
def test_the_ladder_leads_one_rung_up_and_never_down():
    policy = a_policy_in_force()
    assert [product for product, _label in next_products(policy)] == ["COMPREHENSIVE"]
    with (
        clock.frozen(policy.ends_on - timedelta(days=20)),
        pytest.raises(DomainError, match="not_on_the_ladder"),
        transaction.atomic(),
    ):
        services.renew(actor=actor("chen"), policy_id=policy.pk, product="SME")
    assert [PRODUCTS[name]["upgrade_to"]["value"] for name in ("MICRO", "SME")] == ["SME", "COMPREHENSIVE"]


@pytest.mark.django_db
def test_an_sme_policy_moves_up_to_comprehensive_with_its_answers():
    policy = a_policy_in_force()
    Policy.objects.filter(pk=policy.pk).update(product="SME", wording=current_wording("SME"))
    with clock.frozen(policy.ends_on - timedelta(days=60)):
        renewal = services.renew(actor=actor("chen"), policy_id=policy.pk, product="COMPREHENSIVE")
    assert (renewal.product, renewal.renewed_from_id) == ("COMPREHENSIVE", policy.pk)
    assert renewal.proposal["main_products"] == policy.proposal["main_products"]


@pytest.mark.django_db
def test_the_chain_of_policies_is_shown_on_each_of_them():
    policy = a_policy_in_force()
    with clock.frozen(policy.ends_on - timedelta(days=60)):
        Reader("chen").act(reverse("policies:policy-detail", args=[policy.pk]), "renew")
        renewal = Policy.objects.get(renewed_from=policy)
        page = Reader("chen").open(reverse("policies:policy-detail", args=[renewal.pk]))
    assert policy.number in page.content.decode()
