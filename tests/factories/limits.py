"""Limits in the states that other tests need, made by the real services.

`a_limit()` is the everyday one: USD 200,000 O/A 90 days on a buyer under the policy of Haituo, from the day the policy starts.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from credit_info.models import Obligor
from limits import services
from limits.availability import term_group
from limits.levels import load_levels
from limits.models import BuyerCap, CountryCap, CreditLimit, LimitApplication, Outcome, Proposal
from limits.services.applications import Request
from limits.services.decisions import Decision, authority_of
from policies.models import Policy
from sinosure.accounts.actor import Actor, actor_of
from sinosure.accounts.models import User
from sinosure.core import clock
from tests.factories.obligors import a_bank_obligor, a_buyer
from tests.factories.people import actor, user
from tests.factories.policies import a_policy_in_force

APPROVERS = {1: "sun", 2: "qian", 3: "feng", 4: "gu"}
FACTS: dict[str, Any] = {
    "trading_years": 4, "last_turnover": "350000", "worst_overdue_days": 12, "expected_turnover": "600000",
    "orders_in_hand": "150000", "ownership_ratio": "0", "same_controller": False, "goods": "LED lamps",
}  # fmt: skip


def a_request(**changes: Any) -> Request:
    """What is asked for: USD 200,000, O/A 90 days."""
    asked: dict[str, Any] = {"term": "OA", "credit_days": 90, "amount": Decimal(200_000), "facts": FACTS}
    return Request(**{**asked, **changes})


def a_draft(policy: Policy | None = None, obligor: Obligor | None = None, **changes: Any) -> LimitApplication:
    load_levels()
    policy = policy or a_policy_in_force()
    request = a_request(**changes)
    if obligor is None:
        obligor = a_bank_obligor() if term_group(request.term) == "LC" else a_buyer()
    return services.create_draft(actor=_exporter(policy), policy_id=policy.pk, obligor_id=obligor.pk, request=request)


def _exporter(policy: Policy) -> Actor:
    """Chen of Haituo; of another exporter whoever is there."""
    if policy.policyholder.code == "haituo":
        return actor("chen")
    people = User.objects.filter(organisation=policy.policyholder, grants__revoked_at=None).order_by("pk")
    return actor_of(people.filter(grants__role__startswith="EXPORTER").first() or user("wu"))


def a_submitted_application(**changes: Any) -> LimitApplication:
    draft = a_draft(**changes)
    return services.submit(actor=_exporter(draft.policy), application_id=draft.pk)


def an_application_in_review(**changes: Any) -> LimitApplication:
    """Taken by Zhou."""
    return services.take(actor=actor("zhou"), application_id=a_submitted_application(**changes).pk)


def a_decision(application: LimitApplication, **changes: Any) -> Decision:
    """In full, from today to the end of the policy."""
    amount = changes.get("amount", application.amount)
    outcome = Outcome.APPROVED_FULL if amount == application.amount else Outcome.APPROVED_PARTIAL
    usual: dict[str, Any] = {
        "outcome": outcome if amount else Outcome.ZERO, "amount": amount, "term": application.term,
        "max_credit_days": application.credit_days, "effective_from": clock.today(),
        "valid_until": application.wanted_until or application.policy.ends_on,
        "is_temporary": application.is_temporary,
        "reasons": "" if amount == application.amount else "Within what the buyer's figures bear.",
    }  # fmt: skip
    return Decision(**{**usual, **changes})


def a_proposed_application(decision: dict[str, Any] | None = None, **changes: Any) -> LimitApplication:
    """Proposed by Zhou."""
    application = an_application_in_review(**changes)
    propose(application, **(decision or {}))
    application.refresh_from_db()
    return application


def propose(application: LimitApplication, **decision: Any) -> Proposal:
    return services.propose(
        actor=actor("zhou"), application_id=application.pk, decision=a_decision(application, **decision)
    )


def approved(application: LimitApplication) -> CreditLimit:
    """Signed by whoever has the authority: Sun, Qian, Feng, or Gu and Ma of the committee."""
    proposal = Proposal.objects.get(application=application, returned_at=None)
    authority, _ = authority_of(application, proposal.amount)
    level = max(authority.level, proposal.level_needed)
    for name in [APPROVERS[level], *(["ma"] if level == 4 else [])]:
        services.approve(actor=actor(name), application_id=application.pk)
    return CreditLimit.objects.get(versions__application=application)


def a_limit(
    policy: Policy | None = None, obligor: Obligor | None = None, amount: str | Decimal = "200000", term: str = "OA",
    credit_days: int = 90, effective_from: date | None = None, decision: dict[str, Any] | None = None, **asked: Any,
) -> CreditLimit:  # fmt: skip
    """A limit decided on `effective_from` (by default the first day of the policy) and in force since."""
    policy = policy or a_policy_in_force()
    day = effective_from or policy.starts_on
    with clock.frozen(min(day, clock.today())):
        application = an_application_in_review(
            policy=policy, obligor=obligor, amount=Decimal(amount), term=term, credit_days=credit_days, **asked
        )
        propose(application, **({"effective_from": day} | (decision or {})))
        limit = approved(application)
    return limit


def a_temporary_limit(limit: CreditLimit, amount: str, until: date, effective_from: date | None = None) -> CreditLimit:
    """A temporary version on top of `limit`."""
    version = limit.versions.order_by("-pk")[0]
    return a_limit(
        policy=limit.policy, obligor=limit.obligor, amount=amount, term=version.term,
        credit_days=version.max_credit_days, effective_from=effective_from or clock.today(), is_temporary=True,
        wanted_until=until,
    )  # fmt: skip


def a_zero_limit(policy: Policy | None = None, obligor: Obligor | None = None) -> CreditLimit:
    return a_limit(policy, obligor, decision={"amount": Decimal(0)})


def a_stopped_limit(reason: str = "UNDERWRITER", **changes: Any) -> CreditLimit:
    limit = a_limit(**changes)
    services.stop(actor=actor("zhou"), limit_id=limit.pk, reason=reason, comment="Adverse news")
    limit.refresh_from_db()
    return limit


def a_country_cap(country: str, amount: str) -> CountryCap:
    return CountryCap.objects.update_or_create(country_id=country, defaults={"amount": Decimal(amount)})[0]


def a_buyer_cap(obligor: Obligor, amount: str) -> BuyerCap:
    return BuyerCap.objects.update_or_create(obligor=obligor, defaults={"amount": Decimal(amount)})[0]
