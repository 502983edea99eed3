"""The letter, with the state of cover at the moment of issue, and what the public check of its code adds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing import expected
from financing.models import CoverNotice, CoverState
from financing.verification import REASONS
from limits.availability import available
from policies.selectors import liability_left
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.documents import kinds
from sinosure.documents import services as documents
from sinosure.documents.bilingual import in_both, printed
from sinosure.documents.models import Document
from sinosure.documents.services import Letter

COVER_NOTICE = "financing.cover_notice"


def register_all() -> None:
    kinds.register(
        COVER_NOTICE,
        "短期出口信用保险承保情况通知书",
        "Notice of cover",
        "letters/financing/cover_notice.html",
        standing,
    )


def issue(actor: Actor, rows: Sequence[CoverNotice], before: Sequence[CoverNotice | None]) -> list[Document]:
    """One letter each, with what its shipment's policy, limit and premium say now."""
    shipments = [row.shipment for row in rows]
    ratios, left = expected.ratios_of(shipments), {one.policy_id: liability_left(one.policy) for one in _one_each(rows)}
    letters = [
        Letter(row, row.number, row.policyholder_id, _context(row, old, ratios[row.shipment_id], left), row.bank_id)
        for row, old in zip(rows, before, strict=True)
    ]
    return documents.issue_many(actor=actor, kind=COVER_NOTICE, letters=letters)


def _one_each(rows: Sequence[CoverNotice]) -> list[Shipment]:
    """A shipment of each policy."""
    return list({row.shipment.policy_id: row.shipment for row in rows}.values())


def document_of(row: CoverNotice) -> Document:
    return Document.objects.of(row).get(kind=COVER_NOTICE)


def _context(
    row: CoverNotice, before: CoverNotice | None, ratio: Decimal, lefts: dict[int, Money | None]
) -> dict[str, Any]:
    """FIN-2: every figure as it stands now."""
    shipment, policy, left = row.shipment, row.shipment.policy, lefts[row.shipment.policy_id]
    limit = shipment.limit
    return {
        "insured": row.agreement.policyholder.name_zh, "insured_en": row.agreement.policyholder.name_en,
        "bank": row.agreement.bank.name_zh, "bank_en": row.agreement.bank.name_en, "policy": policy.number,
        "agreement": row.agreement.number, "buyer": shipment.obligor.name, "country": shipment.obligor.country.name_zh,
        "country_en": shipment.obligor.country.name_en, "term": printed(shipment.get_term_display),
        "shipped_on": shipment.shipped_on, "due_on": shipment.due_on, "invoice_no": shipment.invoice_no,
        "amount": shipment.amount, "open_amount": row.open_amount, "currency": shipment.currency,
        "policy_currency": policy.currency, "limit": row.limit_amount,
        "available": available(limit.amount, limit.used) if limit is not None else "", "covered": row.covered,
        "percentage": ratio, "premium": printed(shipment.get_premium_state_display),
        "left": left.amount if left else "", "is_revoked": row.state == CoverState.REVOKED, "version": row.version,
        "cause": printed(row.get_cause_display), "replaces": before.number if before else "",
        "reasons": [in_both(lambda code=code: REASONS[code]) for code in row.reasons],
        "issued_time": localtime(row.issued_at).strftime("%Y-%m-%d %H:%M:%S"),
    }  # fmt: skip


def standing(document: Document) -> tuple[str, Any]:
    """For whoever checks the code in public: does the paper still say what is true? Nothing beyond that."""
    row = CoverNotice.objects.get(pk=document.subject_id)
    newest = CoverNotice.objects.filter(shipment=row.shipment_id, bank=row.bank_id).order_by("-version")[0]
    day = clock.business_date(newest.issued_at)
    if newest.state == CoverState.REVOKED:
        return "red", _("Revoked on %(day)s. Do not rely on this paper.") % {"day": day}
    if newest.pk != row.pk:
        return "amber", _("Replaced on %(day)s by a newer notice. Ask for that one.") % {"day": day}
    return "green", _("This is the newest notice on this shipment, and it has not been revoked.")
