"""The letters of this app: 《信用限额申请表》, 《信用限额审批单》, 限额调整/撤销通知. Contexts are plain values, frozen at issue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import override

from limits import conditions
from limits.models import CreditLimit, CreditLimitVersion, LimitApplication, Proposal
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.documents.bilingual import printed
from sinosure.documents.kinds import register
from sinosure.documents.models import Document
from sinosure.documents.services import issue

APPLICATION, DECISION, ADJUSTMENT = "limit_application", "limit_decision", "limit_adjustment"


def register_all() -> None:
    register(APPLICATION, "信用限额申请表", "Credit limit application", "letters/limits/limit_application.html")
    register(DECISION, "信用限额审批单", "Credit limit decision", "letters/limits/limit_decision.html")
    register(ADJUSTMENT, "信用限额调整/撤销通知", "Notice of limit change", "letters/limits/limit_adjustment.html")


def _issue(actor: Actor, kind: str, subject: Any, number: str, context: dict[str, Any]) -> Document:
    return issue(actor=actor, kind=kind, subject=subject, policyholder_id=subject.policyholder_id, context=context,
                 number=number)  # fmt: skip


def issue_application(actor: Actor, application: LimitApplication) -> Document:
    context = {**_parties(application), **asked(application), "facts": application.facts, "applicant": actor.name}
    return _issue(actor, APPLICATION, application, application.number, context)


def issue_decision(
    actor: Actor, application: LimitApplication, proposal: Proposal, version: CreditLimitVersion | None
) -> Document:
    context = {
        **_parties(application),
        **asked(application),
        "application": application.number,
        "outcome": printed(proposal.get_outcome_display),
        "is_zero": not proposal.amount,
        "is_temporary": proposal.is_temporary,
        "pre_shipment": proposal.pre_shipment,
        "granted": proposal.amount,
        "granted_term": printed(proposal.get_term_display),
        "granted_days": proposal.max_credit_days,
        "ratio": proposal.insured_ratio,
        "effective_from": version.effective_from if version else proposal.effective_from,
        "valid_until": version.decided_until if version else proposal.valid_until,
        "conditions": _conditions(proposal.conditions),
        "reasons": proposal.reasons,
    }
    return _issue(actor, DECISION, application, version.number if version else application.number, context)


def issue_adjustment(actor: Actor, limit: CreditLimit, version: CreditLimitVersion, *, before: Any) -> Document:
    context = {
        **_parties(limit),
        "limit": limit.number,
        "before": before,
        "granted": version.amount,
        "is_cancelled": not version.amount,
        "effective_from": version.effective_from,
        "delivered_on": version.effective_from - timedelta(days=1),
        "reason": printed(version.get_reason_display),
        "comment": version.comment,
    }
    return _issue(actor, ADJUSTMENT, limit, version.number, context)


def asked(application: LimitApplication) -> dict[str, Any]:
    return {
        "amount": application.amount,
        "term": printed(application.get_term_display),
        "credit_days": application.credit_days,
        "asks_pre_shipment": application.pre_shipment,
        "is_related_party": application.is_related_party,
        "wanted_until": application.wanted_until if application.is_temporary else None,
    }


def _parties(row: LimitApplication | CreditLimit) -> dict[str, Any]:
    obligor = row.obligor
    with override("zh-hans"):
        country = obligor.country.name_zh
    return {
        "insured": row.policyholder.name_zh,
        "insured_en": row.policyholder.name_en,
        "policy": str(row.policy),
        "buyer": obligor.name,
        "buyer_code": obligor.code,
        "buyer_address": obligor.address,
        "registration_no": obligor.registration_no,
        "bic": obligor.bic,
        "is_bank": obligor.kind == "BANK",
        "country": f"{country} {obligor.country_id}",
        "currency": row.currency,
        "issued_on": clock.today(),
    }


def _conditions(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    with override("zh-hans"):
        chinese = conditions.in_words(rows)
    with override("en"):
        english = conditions.in_words(rows)
    return [{"zh": zh, "en": en} for zh, en in zip(chinese, english, strict=True)]
