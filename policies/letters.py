"""The letters of a policy: 投保单 at submission, 保险单 with its 明细表 at signature. The context is frozen as plain text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from policies.micro.selectors import cover_of
from policies.models import Policy, PolicySchedule
from policies.proposal import Kind, Question, sections_of, typed
from policies.risks import PRINTED, CoveredRisk
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import format_amount
from sinosure.documents import services as documents
from sinosure.documents.bilingual import in_both
from sinosure.documents.models import Document
from sinosure.documents.templatetags.letters import percent
from sinosure.reference.models import Country

APPLICATION, CONTRACT = "policy.application", "policy.contract"
KINDS: dict[str, tuple[str, str, str]] = {
    APPLICATION: ("投保单", "Application for insurance", "letters/policies/application.html"),
    CONTRACT: ("保险单及保险单明细表", "Policy and schedule", "letters/policies/contract.html"),
}
PRODUCTS = {
    "COMPREHENSIVE": ("短期出口信用保险综合保险", "Short-term export credit insurance, comprehensive"),
    "SME": ("短期出口信用保险中小企业综合保险", "Short-term export credit insurance, SME comprehensive"),
    "MICRO": ("小微企业信保易", "Micro exporter cover"),
    "BANK": ("短期出口信用保险银行保险单", "Short-term export credit insurance, bank policy"),
    "FORFAITING": ("福费廷保险单", "Forfaiting policy"),
}
TERM_NAMES = {
    "OA": "赊销 O/A",
    "DA": "承兑交单 D/A",
    "DP": "付款交单 D/P",
    "LC_USANCE": "远期信用证 usance L/C",
    "LC_SIGHT": "即期信用证 L/C at sight",
}
SCOPES = {
    "ALL": ("全部出口（信用证及非信用证）", "All exports, L/C and non-L/C"),
    "NON_LC": ("全部非信用证出口", "All exports not under L/C"),
}
MODES = {
    "MONTHLY_25": ("次月 25 日前申报上月出口", "Monthly, by the 25th of the next month"),
    "MONTHLY_10": ("次月 10 日前申报上月出口", "Monthly, by the 10th of the next month"),
}

ROLES = {
    "PURCHASER": ("上游采购主体", "Upstream purchasing entity"),
    "DISTRIBUTOR": ("海外经销商", "Overseas distributor"),
}

# for the bank products, where the exporter's words do not fit
BANK_MODES = {
    "MONTHLY_25": (
        "次月 25 日前申报上月受让或买入的债权",
        "Monthly, by the 25th of the next month, what was assigned or bought",
    ),
    "MONTHLY_10": (
        "次月 10 日前申报上月受让或买入的债权",
        "Monthly, by the 10th of the next month, what was assigned or bought",
    ),
}
BANK_SCOPES = {
    "BANK": ("受让的全部适保应收账款", "All eligible receivables assigned to the insured"),
    "FORFAITING": ("无追索权买入的全部适保债权", "All eligible claims bought without recourse"),
}


def issue_application(actor: Actor, policy: Policy) -> Document:
    """《投保单》 as it was submitted."""
    context = {**_parties(policy), "sections": _sections(policy), "submitted_by": actor.name, "submitted_at": _minute()}
    return _issue(actor, APPLICATION, policy, policy.application_no, context)


def issue_contract(actor: Actor, policy: Policy) -> Document:
    """《保险单》 and 《保险单明细表》, one PDF that both sides sign."""
    schedule = signed_schedule(policy)
    context = {**_parties(policy), **_schedule(policy, schedule), **_micro(policy)}
    return _issue(actor, CONTRACT, policy, policy.number or policy.application_no, context)


def _issue(actor: Actor, kind: str, policy: Policy, number: str, context: dict[str, Any]) -> Document:
    return documents.issue(
        actor=actor, kind=kind, subject=policy, policyholder_id=policy.policyholder_id, number=number, context=context
    )


def contract_of(policy: Policy) -> Document:
    """The PDF that the insured signed."""
    return Document.objects.of(policy).filter(kind=CONTRACT).order_by("-id")[0]


def signed_schedule(policy: Policy) -> PolicySchedule:
    """The schedule that was accepted: the last one quoted, as no quote follows an acceptance."""
    return policy.schedules.filter(endorsement_no="").order_by("-version")[0]


def _parties(policy: Policy) -> dict[str, Any]:
    insured, zh_en = policy.policyholder, PRODUCTS[policy.product]
    return {
        "insured": insured.name_zh, "insured_en": insured.name_en, "uscc": policy.proposal.get("uscc") or insured.uscc,
        "address": insured.address, "office": policy.office.name_zh, "product": zh_en[0], "product_en": zh_en[1],
        "wording": policy.wording.version, "currency": policy.currency, "starts_on": policy.starts_on,
        "ends_on": policy.ends_on, "application_no": policy.application_no, "number": policy.number or "",
    }  # fmt: skip


def _minute() -> str:
    return clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _sections(policy: Policy) -> list[dict[str, Any]]:
    """The answers by section; labels in Chinese with the English beside them."""
    answers = typed(policy.proposal)
    sections = [
        {**_both(section.title), "rows": _rows(section.questions, answers, policy.currency)}
        for section in sections_of(policy.product)
    ]
    return [section for section in sections if section["rows"]]


def _rows(questions: tuple[Question, ...], answers: dict[str, Any], currency: str) -> list[dict[str, Any]]:
    return [
        {**_both(question.label), "value": shown(question, answers[question.name], currency)}
        for question in questions
        if question.name in answers
    ]


def _both(label: Any) -> dict[str, str]:
    return in_both(lambda: label)


def shown(question: Question, value: Any, currency: str) -> str:
    """An answer as printed."""
    if question.kind == Kind.AMOUNT:
        return f"{currency} {format_amount(value, currency)}"
    if question.kind == Kind.RATIO:
        return percent(value)
    if question.kind in (Kind.YES_NO, Kind.TICK):
        return "是 Yes" if value else "否 No"
    if question.kind == Kind.COUNTRY:
        country = Country.objects.filter(code=value).first()
        return f"{country.name_zh} {country.name_en}" if country else str(value)
    if question.kind == Kind.CHOICE:
        return " ".join(SCOPES[value]) if value in SCOPES else TERM_NAMES.get(value, str(value))
    return str(value)


def _schedule(policy: Policy, schedule: PolicySchedule) -> dict[str, Any]:
    excluded = schedule.excluded_countries.order_by("code")
    return {
        "ratios": [
            {"zh": PRINTED[risk][0], "en": PRINTED[risk][1], "group": risk.group.value, "ratio": schedule.insured_ratios[risk]}
            for risk in CoveredRisk
            if risk in schedule.insured_ratios
        ],
        "estimated_turnover": schedule.estimated_turnover,
        "is_notice_optional": policy.wording.named.is_notice_optional,
        "requires_declaration": policy.wording.named.value("requires_declaration"),
        "max_liability": schedule.max_liability, "minimum_premium": schedule.minimum_premium,
        "deposit_premium": schedule.deposit_premium, "rate_basis": schedule.rate_basis,
        "flat_rate_pct": _plain(schedule.flat_rate_pct), "experience_factor": _plain(schedule.experience_factor),
        "deductible": schedule.deductible, "discretionary_limit": schedule.discretionary_limit,
        "mode": (BANK_MODES if policy.product in BANK_SCOPES else MODES)[schedule.declaration_mode],
        "scope": BANK_SCOPES.get(policy.product) or SCOPES[schedule.scope], "bank": policy.product if policy.product in BANK_SCOPES else "",
        "max_credit_days": schedule.max_credit_days, "long_credit_reason": schedule.long_credit_reason,
        "covers_services": schedule.covers_services, "special_terms": schedule.special_terms,
        "excluded": [f"{country.name_zh} {country.name_en}" for country in excluded],
        "pre_shipment": schedule.pre_shipment, "pre_shipment_ratio": str(schedule.pre_shipment_ratio or ""),
        "pre_shipment_rate": _plain(schedule.pre_shipment_rate_pct),
        "pre_shipment_days": policy.wording.named.value("pre_shipment_days"),
        "affiliates": [
            {"role": ROLES[row.role], "code": row.code, "name_zh": row.name_zh, "name_en": row.name_en}
            for row in schedule.affiliates.order_by("country", "code")
        ],
        "premium_days": policy.wording.named.days("premium_payment_days"),
        "default_days": policy.wording.named.days("loss_notice_default_days"),
        "other_days": policy.wording.named.days("loss_notice_other_working_days"),
    }  # fmt: skip


def _micro(policy: Policy) -> dict[str, Any]:
    """What a micro policy prints instead of limits and declarations; nothing for the other products."""
    cover = cover_of(policy)
    if cover is None:
        return {}
    wording = policy.wording.named
    return {
        "tier": cover.tier.code, "buyer_cap": cover.buyer_cap, "premium": cover.premium,
        "unshipped": percent(wording.number("unshipped_orders_ratio")) if cover.covers_unshipped else "",
        "exports": cover.exports_last_year, "simplified_up_to": wording.number("simplified_claim_up_to"),
        "simplified_days": wording.days("simplified_decision_working_days"), "decision_days": wording.days("decision_days"),
        "payment_days": wording.days("payment_days"), "filing_days": wording.days("claim_filing_days"),
    }  # fmt: skip


def _plain(value: Decimal | None) -> str:
    """0.240000 as 0.24."""
    return f"{value.normalize():f}" if value is not None else ""
