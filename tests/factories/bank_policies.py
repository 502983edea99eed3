"""A bank as the insured: Li applies, Wang accepts and signs; Zhou quotes, Qian signs for the insurer, Yuan books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from credit_info.models import Obligor
from financing.factoring.services import record
from financing.models import FactoringContract
from limits import services as limits
from limits.levels import load_levels
from limits.models import CreditLimit
from limits.services.applications import Request
from policies import services
from policies.cover import policy_year
from policies.models import Policy
from policies.schedule import ScheduleTerms
from policies.seed import PRODUCTS
from sinosure.core import clock
from tests.factories.limits import FACTS, a_decision
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, organisation
from tests.factories.policies import pay_deposit

USCC = "91350100MA2D0MHB19"
RATIOS = {
    product: {risk: Decimal(ratio) for risk, ratio in PRODUCTS[product]["default_ratios"]["value"].items()}
    for product in ("BANK", "FORFAITING")
}


def a_bank_proposal(**changes: Any) -> dict[str, Any]:
    """Complete answers of a bank that buys 30 million a year, largest limit 700,000."""
    return {
        "uscc": USCC, "legal_representative": "黄闽海", "contact_name": "Li", "contact_phone": "0591-7654321",
        "years_exporting": 6, "currency": "USD", "starts_on": clock.today(), "expected_turnover": Decimal(30_000_000),
        "largest_limit_wanted": Decimal(700_000), "max_liability_wanted": Decimal(20_000_000),
        "commercial_ratio": Decimal("0.90"), "political_ratio": Decimal("0.90"), "longest_credit_days": 180,
        "main_products": "Machinery", "buyers_count": 25, "turnover_1": Decimal(26_000_000), "market_1_country": "DE",
        "market_1_amount": Decimal(9_000_000), "market_1_term": "OA", "overdue_now": Decimal(0), "worst_overdue_days": 12,
        "bad_debts": Decimal(0), "is_truthful": True, **changes,
    }  # fmt: skip


def bank_terms(product: str, **changes: Any) -> ScheduleTerms:
    """The default percentages of the product, maximum 20,000,000, minimum and deposit premium 2,000."""
    starts_on = changes.pop("starts_on", None) or clock.today()
    plain = ScheduleTerms(
        insured_ratios=RATIOS[product], max_liability=Decimal(20_000_000), minimum_premium=Decimal(2_000),
        starts_on=starts_on, ends_on=policy_year(starts_on), valid_until=starts_on + timedelta(days=30),
    )  # fmt: skip
    return replace(plain, **changes)


def a_draft_bank_policy(product: str = "BANK", **answers: Any) -> Policy:
    organisation("insurer")
    return services.create_draft(actor=actor("li"), proposal=a_bank_proposal(**answers), product=product)


def a_bank_policy(product: str = "BANK", **changes: Any) -> Policy:
    """In force from today."""
    policy = a_draft_bank_policy(product)
    services.submit(actor=actor("li"), policy_id=policy.pk)
    services.take(actor=actor("zhou"), policy_id=policy.pk)
    services.quote(actor=actor("zhou"), policy_id=policy.pk, terms=bank_terms(product, **changes))
    services.accept(actor=actor("wang"), policy_id=policy.pk)
    services.sign(actor=actor("wang"), policy_id=policy.pk)
    services.countersign(actor=actor("qian"), policy_id=policy.pk)
    return pay_deposit(policy)


def a_factoring_agreement(policy: Policy, seller: str = "Ningbo Haituo", **changes: Any) -> FactoringContract:
    """With Haituo, signed today, recorded by Li."""
    named = {"seller_uscc": organisation("haituo").uscc, "number": "BL-1", "signed_on": clock.today(), **changes}
    return record(actor=actor("li"), policy_id=policy.pk, seller_name=seller, **named)


def a_bank_limit(
    policy: Policy, obligor: Obligor | None = None, amount: str = "200000", term: str = "OA"
) -> CreditLimit:
    """From today, 180 days, decided by Zhou and Qian."""
    load_levels()
    obligor = obligor or a_buyer()
    request = Request(term, 180, Decimal(amount), FACTS)
    draft = limits.create_draft(actor=actor("li"), policy_id=policy.pk, obligor_id=obligor.pk, request=request)
    limits.submit(actor=actor("li"), application_id=draft.pk)
    limits.take(actor=actor("zhou"), application_id=draft.pk)
    draft.refresh_from_db()
    limits.propose(actor=actor("zhou"), application_id=draft.pk, decision=a_decision(draft))
    limits.approve(actor=actor("qian"), application_id=draft.pk)
    return CreditLimit.objects.get(policy=policy, obligor=obligor)
