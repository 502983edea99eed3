"""Micro policies of Yunshan: Wu buys and pays online, and claims without a notice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from claims import decision, filing, handling
from claims.direct import services as direct
from claims.models import Claim
from declarations.models import PremiumNotice
from declarations.services.online import pay_online
from policies.micro import buying
from policies.models import Policy
from sinosure.core import clock
from tests.factories import claims as a
from tests.factories.people import actor

USCC = "91530100MA6K3TF72M"


def an_order(**changes: Any) -> buying.Order:
    """Tier T5 (150,000 / 150,000) for exports of 1 million a year, without the add-on."""
    plain = {
        "tier": "T5", "uscc": USCC, "exports_last_year": Decimal(1_000_000), "contact_name": "Wu",
        "contact_phone": "0871-1234567", "is_truthful": True,
    }  # fmt: skip
    return buying.Order(**{**plain, **changes})


def a_bought_policy(starts_on: date | None = None, **order: Any) -> Policy:
    """Signed, the premium not paid yet."""
    with clock.frozen(starts_on or clock.today()):
        return buying.buy(actor=actor("wu"), order=an_order(**order))


def a_micro_policy(starts_on: date | None = None, **order: Any) -> Policy:
    """Bought and paid on `starts_on`: in force for a year."""
    with clock.frozen(starts_on or clock.today()):
        policy = buying.buy(actor=actor("wu"), order=an_order(**order))
        pay_online(actor=actor("wu"), notice_id=PremiumNotice.objects.get(policy=policy).pk)
    policy.refresh_from_db()
    return policy


def a_request(policy: Policy, *invoices: direct.Unpaid, **changes: Any) -> direct.Request:
    """A default of the Vietnamese buyer B; `invoices` default to one of 20,000 due today."""
    today = clock.today()
    lines = invoices or (an_invoice("XG-1", "20000", today, today),)
    plain = {
        "policy_id": policy.pk, "debtor": direct.Debtor("Bac Ninh Mushroom Trading Co., Ltd.", "VN"), "invoices": lines,
        "cause": "BUYER_DEFAULT", "occurred_on": max(line.due_on for line in lines), "statement": "The buyer does not pay.",
    }  # fmt: skip
    return direct.Request(**{**plain, **changes})


def an_invoice(number: str, amount: str, shipped_on: date, due_on: date, **changes: Any) -> direct.Unpaid:
    return direct.Unpaid(number, Decimal(amount), changes.pop("currency", "USD"), shipped_on, due_on, **changes)


def a_direct_claim(policy: Policy, *invoices: direct.Unpaid, **changes: Any) -> Claim:
    return direct.file_directly(actor=actor("wu"), request=a_request(policy, *invoices, **changes))


def a_paid_direct_claim(policy: Policy, invoice: direct.Unpaid, **changes: Any) -> Claim:
    """Filed now, adjusted, decided and paid 130 days after the loss; the clock is left where it was."""
    claim = a_direct_claim(policy, invoice, **changes)
    for item in claim.checklist.filter(state="MISSING"):
        filing.provide(actor=actor("wu"), claim_id=claim.pk, item_id=item.pk, upload=a.a_file(f"{item.code}.pdf"))
    handling.check(actor=actor("he"), claim_id=claim.pk)
    for item in claim.checklist.all():
        handling.judge_paper(actor=actor("he"), claim_id=claim.pk, item_id=item.pk, accepted=True)
    for deed in (handling.accept, handling.investigate, handling.adjust):
        deed(actor=actor("he"), claim_id=claim.pk)
    with clock.frozen(a.after_waiting(claim)):
        a.adjusted(Claim.objects.get(pk=claim.pk))
        a.propose(claim)
        decision.decide(actor=actor("xie"), claim_id=claim.pk)
        decision.send_notice(actor=actor("he"), claim_id=claim.pk)
        a.return_all(claim, "wu")
        a.verify_all(claim)
        a.pay(claim)
    claim.refresh_from_db()
    return claim
