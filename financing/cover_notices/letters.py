"""The letter, with the state of cover at the moment of issue, and what the public check of its code adds."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from financing import expected, facts
from financing.models import CoverNotice, CoverState
from financing.verification import REASONS
from limits.availability import available
from policies.selectors import liability_left
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.documents import kinds
from sinosure.documents import services as documents
from sinosure.documents.bilingual import in_both, printed
from sinosure.documents.models import Document

COVER_NOTICE = "financing.cover_notice"


def register_all() -> None:
    kinds.register(
        COVER_NOTICE,
        "短期出口信用保险承保情况通知书",
        "Notice of cover",
        "letters/financing/cover_notice.html",
        standing,
    )


def issue(actor: Actor, row: CoverNotice, before: CoverNotice | None) -> Document:
    return documents.issue(
        actor=actor, kind=COVER_NOTICE, subject=row, policyholder_id=row.policyholder_id, number=row.number,
        bank_id=row.bank_id, context=_context(row, before),
    )  # fmt: skip


def document_of(row: CoverNotice) -> Document:
    return Document.objects.of(row).get(kind=COVER_NOTICE)


def _context(row: CoverNotice, before: CoverNotice | None) -> dict[str, Any]:
    """FIN-2: every figure as it stands now."""
    shipment, policy, left = row.shipment, row.shipment.policy, liability_left(row.shipment.policy)
    limit = shipment.limit
    return {
        "insured": row.agreement.policyholder.name_zh, "insured_en": row.agreement.policyholder.name_en,
        "bank": row.agreement.bank.name_zh, "bank_en": row.agreement.bank.name_en, "policy": policy.number,
        "agreement": row.agreement.number, "buyer": shipment.obligor.name, "country": shipment.obligor.country.name_zh,
        "country_en": shipment.obligor.country.name_en, "term": printed(shipment.get_term_display),
        "shipped_on": shipment.shipped_on, "due_on": shipment.due_on, "invoice_no": shipment.invoice_no,
        "amount": shipment.amount, "open_amount": row.open_amount, "currency": shipment.currency,
        "policy_currency": policy.currency, "limit": facts.limit_of(shipment),
        "available": available(limit.amount, limit.used) if limit is not None else "", "covered": row.covered,
        "percentage": expected.ratio_of(shipment), "premium": printed(shipment.get_premium_state_display),
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
