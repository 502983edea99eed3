"""《赔款转让协议》 and 《应收账款转让协议》: one PDF that exporter, bank and insurer sign in turn. Its context is plain text."""

from __future__ import annotations

from typing import Any

from financing import scopes
from financing.models import Agreement, AgreementKind, AgreementTerms
from sinosure.accounts.actor import Actor
from sinosure.documents import kinds
from sinosure.documents import services as documents
from sinosure.documents.bilingual import in_both
from sinosure.documents.models import Document

PAPERS = {
    AgreementKind.INDEMNITY: "financing.assignment",
    AgreementKind.RECEIVABLE: "financing.receivable_assignment",
}


CONSENT = "financing.release_consent"


def register_all() -> None:
    indemnity, receivable = PAPERS.values()
    kinds.register(indemnity, "赔款转让协议", "Indemnity assignment agreement", "letters/financing/assignment.html")
    kinds.register(
        receivable, "应收账款转让协议", "Receivables assignment agreement", "letters/financing/receivable_assignment.html"
    )  # fmt: skip
    kinds.register(CONSENT, "解除转让同意书", "Consent to the release", "letters/financing/release_consent.html")


def issue_assignment(actor: Actor, agreement: Agreement) -> Document:
    """The text as the exporter signs it; the same PDF goes on to the bank and the insurer."""
    return _issue(
        actor,
        PAPERS[AgreementKind(agreement.kind)],
        agreement,
        agreement,
        agreement.number,
        _text(agreement, agreement),
    )


def issue_terms(actor: Actor, terms: AgreementTerms) -> Document:
    """The whole agreement anew, as the amendment leaves it, with its version number."""
    agreement = terms.agreement
    before = terms.agreement.terms.agreed().order_by("-edition")[0]
    amended = {"edition": terms.edition, "replaces": before.edition, "reason": terms.reason}
    kind, number = PAPERS[AgreementKind(agreement.kind)], f"{agreement.number}-V{terms.edition}"
    return _issue(actor, kind, terms, agreement, number, {**_text(agreement, terms), **amended})


def issue_consent(actor: Actor, agreement: Agreement) -> Document:
    """The bank's written consent that the assignment ends."""
    context = {**_text(agreement, agreement), "until": agreement.active_until, "reason": agreement.remark}
    return _issue(actor, CONSENT, agreement, agreement, f"{agreement.number}-R", context)


def _issue(
    actor: Actor, kind: str, subject: Agreement | AgreementTerms, agreement: Agreement, number: str, context: dict[str, Any]
) -> Document:  # fmt: skip
    return documents.issue(
        actor=actor, kind=kind, subject=subject, policyholder_id=agreement.policyholder_id, number=number,
        bank_id=agreement.bank_id, context=context,
    )  # fmt: skip


def text_of(subject: Agreement | AgreementTerms) -> Document:
    """The PDF that the exporter signed last."""
    return Document.objects.of(subject).filter(kind__in=PAPERS.values()).order_by("-id")[0]


def _text(agreement: Agreement, terms: Agreement | AgreementTerms) -> dict[str, Any]:
    """Parties and policy, with scope, account and last day of `terms`."""
    insured, bank, policy = agreement.policyholder, agreement.bank, agreement.policy
    return {
        "insured": insured.name_zh, "insured_en": insured.name_en, "insured_uscc": insured.uscc,
        "insured_address": insured.address, "bank": bank.name_zh, "bank_en": bank.name_en, "bank_bic": bank.bic,
        "policy": policy.number, "currency": policy.currency, "starts_on": policy.starts_on, "ends_on": policy.ends_on,
        "account_name": terms.account_name, "account_bank": terms.account_bank, "account_no": terms.account_no,
        "scope": in_both(lambda: scopes.in_words(terms)), "edition": 1, "last_day": terms.ends_on or "",
        "claim_rights": agreement.gives_claim_rights,
        "agreement": agreement.number,
    }  # fmt: skip
