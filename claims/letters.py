"""The letters of a claim: 索赔申请书, 索赔单证明细, 赔付通知书 and the forms to return, 拒赔通知书."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext, override

from claims.checklist import LABELS
from claims.complying import discrepancies_of
from claims.models import Claim, ItemState, Opinion, OpinionKind, ReturnKind
from claims.production.printing import contract_words, cost_lines
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.documents.bilingual import printed
from sinosure.documents.kinds import register
from sinosure.documents.models import Document
from sinosure.documents.services import issue
from sinosure.documents.templatetags.letters import currency_and_figure, percent

CLAIM_FORM, PAPERS, INDEMNITY = "claim_form", "claim_papers", "indemnity_notice"
RECEIPT, SUBROGATION_ZH, SUBROGATION_EN, REFUSAL = (
    "indemnity_receipt", "subrogation_zh", "subrogation_en", "claim_refusal",
)  # fmt: skip
KINDS = (
    (CLAIM_FORM, "索赔申请书", "Claim application", "claim_form.html"),
    (PAPERS, "索赔单证明细", "List of claim documents", "claim_papers.html"),
    (INDEMNITY, "赔付通知书", "Indemnity notice", "indemnity_notice.html"),
    (RECEIPT, "赔付通知书/回执", "Receipt of the indemnity notice", "indemnity_receipt.html"),
    (SUBROGATION_ZH, "赔款收据及权益转让书", "Receipt and subrogation form (Chinese)", "subrogation_zh.html"),
    (SUBROGATION_EN, "赔款收据及权益转让书（英文）", "Receipt and subrogation form", "subrogation_en.html"),
    (REFUSAL, "拒赔通知书", "Notice of refusal", "claim_refusal.html"),
)
RETURN_FORMS = {
    ReturnKind.NOTICE_RECEIPT: (RECEIPT, "zh-hans"),
    ReturnKind.SUBROGATION_ZH: (SUBROGATION_ZH, "zh-hans"),
    ReturnKind.SUBROGATION_EN: (SUBROGATION_EN, "en"),
}


def register_all() -> None:
    for kind, title_zh, title_en, template in KINDS:
        register(kind, title_zh, title_en, f"letters/claims/{template}")


def issue_claim_form(actor: Actor, claim: Claim) -> Document:
    """《索赔申请书》 and 《索赔单证明细》 as the claim was filed."""
    context = {**_parties(claim), "lines": _claimed_lines(claim), "statement": claim.statement, "filed_by": actor.name}
    _issue(actor, PAPERS, claim, {**_parties(claim), "papers": _papers(claim)})
    return _issue(actor, CLAIM_FORM, claim, context)


def issue_indemnity_notice(actor: Actor, claim: Claim, opinion: Opinion) -> Document:
    """《赔付通知书》 with the table by invoice and the whole working."""
    return _issue(actor, INDEMNITY, claim, {**_parties(claim), **_decision(claim, opinion)})


def issue_return_forms(actor: Actor, claim: Claim, opinion: Opinion) -> dict[str, int]:
    """The three forms for signature, by the kind of return document; AML papers have no form."""
    context = {**_parties(claim), **_decision(claim, opinion)}
    return {
        kind: _issue(actor, letter, claim, context, language).pk for kind, (letter, language) in RETURN_FORMS.items()
    }


def issue_refusal(actor: Actor, claim: Claim, opinion: Opinion) -> Document:
    """《拒赔通知书》 with the reasons."""
    context = {**_parties(claim), "reasons": opinion.reasons, "lines": _claimed_lines(claim)}
    return _issue(actor, REFUSAL, claim, {**context, "exclusions": _exclusions(claim)})


def _issue(actor: Actor, kind: str, claim: Claim, context: dict[str, Any], language: str = "zh-hans") -> Document:
    return issue(
        actor=actor, kind=kind, subject=claim, policyholder_id=claim.policyholder_id, context=context,
        number=claim.number, language=language,
    )  # fmt: skip


def _parties(claim: Claim) -> dict[str, Any]:
    obligor = claim.obligor
    return {
        "number": claim.number,
        "insured": claim.policyholder.name_zh,
        "insured_en": claim.policyholder.name_en,
        "policy": str(claim.policy),
        "notice": claim.notice.number if claim.notice else "",
        "buyer": obligor.name,
        "buyer_code": obligor.code,
        "country_zh": obligor.country.name_zh,
        "country_en": obligor.country.name_en,
        "cause": printed(claim.get_cause_display),
        "occurred_on": claim.occurred_on,
        "filed_on": clock.business_date(claim.filed_at) if claim.filed_at else None,
        "accepted_on": clock.business_date(claim.accepted_at) if claim.accepted_at else None,
        "currency": claim.currency,
        "claimed": claim.claimed,
        "lc_documents_complied": claim.lc_documents_complied,
        "lc_discrepancies": discrepancies_of(claim),
        **_trade(claim),
        **contract_words(claim.production),
        "issued_on": clock.today(),
        "office_zh": claim.policy.office.name_zh,
        "office_en": claim.policy.office.name_en,
    }


def _trade(claim: Claim) -> dict[str, Any]:
    """What the day of a line is called: of shipment, or under a bank's own policy of assignment or purchase."""
    if claim.production_id is not None:
        return {"day_zh": "发生日", "day_en": "Incurred"}
    basis = claim.policy.wording.named.value("premium_basis")
    return {"day_zh": DAYS.get(basis, DAYS[""])[0], "day_en": DAYS.get(basis, DAYS[""])[1]}


def _claimed_lines(claim: Claim) -> list[dict[str, Any]]:
    if claim.production is not None:
        return cost_lines(claim.production)
    rows = claim.lines.select_related("shipment__affiliate").order_by("shipment__due_on", "id")
    return [
        {
            "invoice": row.shipment.invoice_no, "affiliate": row.shipment.shipped_by,
            "transport": row.shipment.transport_no, "currency": row.currency,
            "shipped_on": row.shipment.shipped_on, "due_on": row.shipment.due_on, "amount": row.shipment.amount,
            "received": row.shipment.amount - row.claimed, "claimed": row.claimed,
        }
        for row in rows
    ]  # fmt: skip


def _papers(claim: Claim) -> list[dict[str, Any]]:
    return [
        {"label": printed(partial(str, LABELS[item.code])), "is_required": item.is_required, "is_fetched": item.is_fetched,
         "is_provided": item.state not in (ItemState.MISSING, ItemState.REFUSED)}
        for item in claim.checklist.order_by("id")
    ]  # fmt: skip


def _decision(claim: Claim, opinion: Opinion) -> dict[str, Any]:
    sheet = opinion.worksheet
    lines = sheet.result["lines"] if sheet else []
    return {
        "is_interim": opinion.kind == OpinionKind.INTERIM,
        "amount": opinion.amount,
        "total": opinion.total,
        "paid_before": opinion.total - opinion.amount,
        "ratio": sheet.insured_ratio if sheet else None,
        "assessed_loss": sheet.assessed_loss if sheet else None,
        "claim_base": sheet.claim_base if sheet else None,
        "lines": [_notice_line(line) for line in lines],
        "has_other_currency": any(line["currency"] != claim.currency for line in lines),
        "steps": [_bilingual(step) for step in (sheet.result["steps"] if sheet else [])],
        "reasons": opinion.reasons,
    }


def _notice_line(line: dict[str, Any]) -> dict[str, Any]:
    shown = ("invoice", "due_on", "currency", "amount", "received", "loss", "covered", "indemnity", "eligible")
    return {**{name: line[name] for name in shown}, "affiliate": line.get("affiliate", "")}


RATIOS = {"IND-7"}
DAYS = {
    "": ("出运日", "Shipped"),
    "ASSIGNED_RECEIVABLES": ("受让日", "Assigned"),
    "PURCHASED_AMOUNT": ("买入日", "Purchased"),
}


def _bilingual(step: dict[str, Any]) -> dict[str, str]:
    """A stored step with its label in both languages and its value as the letter prints it."""
    label = step["label"]
    with override("zh-hans"):
        chinese = gettext(label)
    value = step["value"]
    if isinstance(value, dict):
        value = currency_and_figure(value)
    elif step["rule"] in RATIOS:
        value = percent(value)
    return {"rule": step["rule"], "zh": chinese, "en": label, "value": value}


def _exclusions(claim: Claim) -> list[str]:
    return [found["evidence"] for found in claim.exclusions.values() if found.get("triggered")]
