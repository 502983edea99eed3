"""《赔款转让协议》 and 《应收账款转让协议》: one PDF that exporter, bank and insurer sign in turn. Its context is plain text."""

from __future__ import annotations

from typing import Any

from financing import scopes
from financing.models import Agreement, AgreementKind
from sinosure.accounts.actor import Actor
from sinosure.documents import kinds
from sinosure.documents import services as documents
from sinosure.documents.bilingual import in_both
from sinosure.documents.models import Document

PAPERS = {
    AgreementKind.INDEMNITY: "financing.assignment",
    AgreementKind.RECEIVABLE: "financing.receivable_assignment",
}


def register_all() -> None:
    indemnity, receivable = PAPERS.values()
    kinds.register(indemnity, "赔款转让协议", "Indemnity assignment agreement", "letters/financing/assignment.html")
    kinds.register(
        receivable, "应收账款转让协议", "Receivables assignment agreement", "letters/financing/receivable_assignment.html"
    )  # fmt: skip


def issue_assignment(actor: Actor, agreement: Agreement) -> Document:
    """The text as the exporter signs it; the same PDF goes on to the bank and the insurer."""
    return documents.issue(
        actor=actor, kind=PAPERS[AgreementKind(agreement.kind)], subject=agreement, policyholder_id=agreement.policyholder_id,
        number=agreement.number, bank_id=agreement.bank_id, context=_context(agreement),
    )  # fmt: skip


def assignment_of(agreement: Agreement) -> Document:
    """The PDF that the exporter signed last."""
    return Document.objects.of(agreement).filter(kind__in=PAPERS.values()).order_by("-id")[0]


def _context(agreement: Agreement) -> dict[str, Any]:
    insured, bank, policy = agreement.policyholder, agreement.bank, agreement.policy
    return {
        "insured": insured.name_zh, "insured_en": insured.name_en, "insured_uscc": insured.uscc,
        "insured_address": insured.address, "bank": bank.name_zh, "bank_en": bank.name_en, "bank_bic": bank.bic,
        "policy": policy.number, "currency": policy.currency, "starts_on": policy.starts_on, "ends_on": policy.ends_on,
        "account_name": agreement.account_name, "account_bank": agreement.account_bank,
        "account_no": agreement.account_no, "scope": in_both(lambda: scopes.in_words(agreement)),
    }  # fmt: skip
