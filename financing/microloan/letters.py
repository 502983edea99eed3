"""《数据授权书》 and 《信保贷借款合同》. Their context is plain text, in both languages."""

from __future__ import annotations

from typing import Any

from financing.models import CreditLine, DataAuthorisation, DataItem
from sinosure.accounts.actor import Actor
from sinosure.core.money import Money
from sinosure.documents import kinds
from sinosure.documents import services as documents
from sinosure.documents.bilingual import printed
from sinosure.documents.models import Document

AUTHORISATION, CONTRACT = "financing.data_authorisation", "financing.credit_contract"


def register_all() -> None:
    kinds.register(AUTHORISATION, "数据授权书", "Data authorisation", "letters/financing/data_authorisation.html")
    kinds.register(CONTRACT, "信保贷借款合同", "Credit contract", "letters/financing/credit_contract.html")


def issue_authorisation(actor: Actor, row: DataAuthorisation) -> Document:
    return documents.issue(
        actor=actor, kind=AUTHORISATION, subject=row.line, policyholder_id=row.policyholder_id, number=row.number,
        bank_id=row.bank_id, context={
            **_parties(row.line), "items": [printed(lambda name=name: DataItem(name).label) for name in row.items],
            "purpose": row.purpose, "valid_from": row.valid_from, "valid_until": row.valid_until, "text_hash": row.text_hash,
        },
    )  # fmt: skip


def issue_contract(actor: Actor, line: CreditLine) -> Document:
    return documents.issue(
        actor=actor, kind=CONTRACT, subject=line, policyholder_id=line.policyholder_id, number=line.number,
        bank_id=line.bank_id, context={
            **_parties(line), "policy": line.policy.number, "amount": str(Money(line.amount, line.currency)),
            "rate": f"{line.rate_pct.normalize():f}%", "tenor_days": line.tenor_days, "grade": line.grade,
            "agreement": line.agreement.number if line.agreement else "", "account_no": line.policyholder.account_no,
            "account_bank": line.policyholder.account_bank,
        },
    )  # fmt: skip


def contract_of(line: CreditLine) -> Document:
    """The PDF that the exporter signed."""
    return Document.objects.of(line).filter(kind=CONTRACT).order_by("-id")[0]


def _parties(line: CreditLine) -> dict[str, Any]:
    insured, bank = line.policyholder, line.bank
    return {
        "insured": insured.name_zh, "insured_en": insured.name_en, "insured_uscc": insured.uscc,
        "bank": bank.name_zh, "bank_en": bank.name_en, "product": line.product.name_zh, "product_en": line.product.name_en,
    }  # fmt: skip
