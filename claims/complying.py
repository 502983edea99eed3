"""PRD-6: the issuing bank's default is payable only when the documents under the L/C complied (单证相符、单单相符).

Who says that they did not records the bank's discrepancies; they stand as the exclusion “L/C documents” with their evidence.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.models import Claim, CoveredRisk, ItemState
from sinosure.core.errors import DomainError

EXCLUSION, PAPERS = "LC_DOCUMENTS", "LC"


def with_discrepancies(claim: Claim, complied: bool | None, discrepancies: str) -> dict[str, Any]:
    """The exclusions of the claim, with the discrepancy record of the bank or without it."""
    others = {code: found for code, found in claim.exclusions.items() if code != EXCLUSION}
    if complied is not False or not discrepancies.strip():
        return others
    return {**others, EXCLUSION: {"triggered": True, "evidence": discrepancies.strip()}}


def discrepancies_of(claim: Claim) -> str:
    return str(claim.exclusions.get(EXCLUSION, {}).get("evidence", ""))


def check_complete(claim: Claim) -> None:
    """Before filing: the answer, the record of discrepancies, and the papers of the L/C themselves."""
    if claim.cause != CoveredRisk.BANK_DEFAULT:
        return
    if claim.lc_documents_complied is None:
        message = _("Say whether the documents presented under the L/C complied. Cover depends on it.")
        raise DomainError("lc_compliance_required", message, field="lc_documents_complied")
    if not claim.lc_documents_complied and not discrepancies_of(claim):
        message = _("Write down the discrepancies that the bank named, or attach its notice and quote it.")
        raise DomainError("discrepancies_required", message, field="lc_discrepancies")
    if claim.checklist.filter(code=PAPERS, is_required=True, state=ItemState.MISSING).exists():
        message = _(
            "Attach the letter of credit and the documents presented. Without them the bank's default cannot be shown."
        )
        raise DomainError("lc_papers_missing", message, field="papers")


def check_payable(claim: Claim) -> None:
    """Raises `documents_discrepant`: nothing is paid for the bank's default on discrepant documents."""
    if claim.cause == CoveredRisk.BANK_DEFAULT and claim.lc_documents_complied is False:
        message = _("The documents did not comply, so the bank's default is not covered. Propose “no indemnity”.")
        raise DomainError("documents_discrepant", message, status=409)
