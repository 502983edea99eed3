"""The letters of this app: 《保费通知书》 with its calculation, 《出口申报单》."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from declarations.models import PremiumKind, PremiumNotice, Shipment, TurnoverStatement
from policies.annual import AnnualTerms
from sinosure.accounts.actor import Actor
from sinosure.documents.kinds import register
from sinosure.documents.models import Document
from sinosure.documents.services import issue

PREMIUM_NOTICE = "premium_notice"
ADJUSTMENT = "premium_adjustment"
ZERO = Decimal(0)
MOST_LINES = 200  # a longer month is summed on paper; every line is in the portal


def register_all() -> None:
    register(ADJUSTMENT, "保险费调整通知书", "Premium adjustment", "letters/declarations/premium_adjustment.html")
    register(PREMIUM_NOTICE, "保费通知书", "Premium notice", "letters/declarations/premium_notice.html")


def issue_premium_notice(actor: Actor, notice: PremiumNotice, lines: Sequence[Shipment]) -> Document:
    return issue(
        actor=actor, kind=PREMIUM_NOTICE, subject=notice, policyholder_id=notice.policyholder_id,
        context=notice_context(notice, lines), number=notice.number,
    )  # fmt: skip


def notice_context(notice: PremiumNotice, lines: Sequence[Shipment] = ()) -> dict[str, Any]:
    """What the letter says; a pooled platform adds who else pays."""
    return {
        "policy": notice.policy.number, "insured": notice.policy.policyholder.name_zh,
        "insured_en": notice.policy.policyholder.name_en, "is_deposit": notice.kind == PremiumKind.DEPOSIT,
        "kind": notice.kind,
        "month": f"{notice.month:%Y-%m}" if notice.month else "", "currency": notice.currency, "gross": notice.gross,
        "set_off": notice.set_off, "payable": notice.payable, "due_on": notice.due_on,
        "lines": [_line(row) for row in lines[:MOST_LINES]], "more": max(0, len(lines) - MOST_LINES),
    }  # fmt: skip


def _line(row: Shipment) -> dict[str, Any]:
    return {
        "invoice": row.invoice_no, "buyer": row.obligor.name, "shipped_on": row.shipped_on, "term": row.term,
        "days": row.credit_days, "amount": row.policy_amount, "rate_pct": row.rate_pct, "premium": row.premium - row.premium_credit,
    }  # fmt: skip


def issue_adjustment(actor: Actor, statement: TurnoverStatement, terms: AnnualTerms) -> Document:
    """《保险费调整通知书》 with its working (PRM-4)."""
    policy, actual, change = statement.policy, statement.actual or ZERO, statement.change or ZERO
    context = {
        "policy": policy.number, "insured": policy.policyholder.name_zh, "insured_en": policy.policyholder.name_en,
        "starts_on": policy.starts_on, "ends_on": policy.terminated_on or policy.ends_on, "currency": statement.currency,
        "estimated": terms.estimated, "actual": actual, "difference": actual - terms.estimated,
        "flat_rate_pct": f"{terms.flat_rate_pct.normalize():f}", "highest_ratio": terms.highest_ratio,
        "above": terms.adjusts_above, "band": terms.band, "paid": terms.premium, "minimum": terms.minimum,
        "due": terms.due_on(actual), "change": abs(change), "is_extra": change > 0, "is_return": change < 0,
        "notice": statement.notice.number if statement.notice else "",
        "due_on": statement.notice.due_on if statement.notice else None,
    }  # fmt: skip
    return issue(
        actor=actor, kind=ADJUSTMENT, subject=statement, policyholder_id=statement.policyholder_id, context=context,
        number=f"PA-{policy.number}",
    )  # fmt: skip
