"""The letters of this app: 《保费通知书》 with its calculation, 《出口申报单》."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from declarations.models import PremiumKind, PremiumNotice, Shipment
from sinosure.accounts.actor import Actor
from sinosure.documents.kinds import register
from sinosure.documents.models import Document
from sinosure.documents.services import issue

PREMIUM_NOTICE = "premium_notice"
MOST_LINES = 200  # a longer month is summed on paper; every line is in the portal


def register_all() -> None:
    register(PREMIUM_NOTICE, "保费通知书", "Premium notice", "letters/declarations/premium_notice.html")


def issue_premium_notice(actor: Actor, notice: PremiumNotice, lines: Sequence[Shipment]) -> Document:
    context = {
        "policy": notice.policy.number, "insured": notice.policy.policyholder.name_zh,
        "insured_en": notice.policy.policyholder.name_en, "is_deposit": notice.kind == PremiumKind.DEPOSIT,
        "month": f"{notice.month:%Y-%m}" if notice.month else "", "currency": notice.currency, "gross": notice.gross,
        "set_off": notice.set_off, "payable": notice.payable, "due_on": notice.due_on,
        "lines": [_line(row) for row in lines[:MOST_LINES]], "more": max(0, len(lines) - MOST_LINES),
    }  # fmt: skip
    return issue(
        actor=actor, kind=PREMIUM_NOTICE, subject=notice, policyholder_id=notice.policyholder_id, context=context,
        number=notice.number,
    )  # fmt: skip


def _line(row: Shipment) -> dict[str, Any]:
    return {
        "invoice": row.invoice_no, "buyer": row.obligor.name, "shipped_on": row.shipped_on, "term": row.term,
        "days": row.credit_days, "amount": row.policy_amount, "rate_pct": row.rate_pct, "premium": row.premium - row.premium_credit,
    }  # fmt: skip
