"""The letters of a loss notice: 可能损失通知书 and 委托代理协议."""

from __future__ import annotations

from typing import Any

from claims.models import CollectionMandate, LossNotice
from claims.notices.lines import lines_of
from claims.production.printing import contract_words, cost_lines
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.documents.bilingual import printed
from sinosure.documents.kinds import register
from sinosure.documents.models import Document
from sinosure.documents.services import issue

NOTICE, MANDATE = "loss_notice", "collection_mandate"


def register_all() -> None:
    register(NOTICE, "可能损失通知书", "Notice of possible loss", "letters/notices/loss_notice.html")
    register(MANDATE, "委托代理协议", "Collection mandate", "letters/notices/collection_mandate.html")


def issue_notice(actor: Actor, notice: LossNotice) -> Document:
    """《可能损失通知书》 as it was filed: the proof of when it arrived."""
    context = {
        **_parties(notice), **contract_words(notice.production), "lines": _lines(notice),
        "received_at": _moment(notice), "filed_by": actor.name,
        "legal_due": notice.legal_due, "days_late": notice.days_late, "provisional": notice.due_provisional,
        "goods": printed(notice.get_goods_status_display), "reason": notice.buyer_reason, "disputed": notice.is_disputed,
        "security": notice.security, "steps": notice.steps_taken, "entrusts": notice.entrusts_collection,
        "contact": notice.contact, "amount": notice.amount,
    }  # fmt: skip
    return issue(
        actor=actor, kind=NOTICE, subject=notice, policyholder_id=notice.policyholder_id, context=context,
        number=notice.number,
    )  # fmt: skip


def _moment(notice: LossNotice) -> str:
    at = notice.received_at
    return at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def issue_mandate(actor: Actor, mandate: CollectionMandate) -> Document:
    """《委托代理协议》 for signature."""
    notice = mandate.notice
    context = {
        **_parties(notice), "lines": _lines(notice), "mandate": mandate.number, "channel": mandate.channel,
        "channel_country_zh": mandate.country.name_zh, "channel_country_en": mandate.country.name_en,
        "fee_basis": mandate.fee_basis, "share": mandate.insured_share_ratio, "amount": notice.amount,
    }  # fmt: skip
    return issue(
        actor=actor, kind=MANDATE, subject=mandate, policyholder_id=mandate.policyholder_id, context=context,
        number=mandate.number,
    )  # fmt: skip


def _parties(notice: LossNotice) -> dict[str, Any]:
    obligor = notice.obligor
    return {
        "number": notice.number, "insured": notice.policyholder.name_zh, "insured_en": notice.policyholder.name_en,
        "policy": str(notice.policy), "buyer": obligor.name, "buyer_code": obligor.code,
        "country_zh": obligor.country.name_zh, "country_en": obligor.country.name_en,
        "risk": printed(notice.get_risk_display), "occurred_on": notice.occurred_on, "known_on": notice.known_on,
        "currency": notice.currency, "issued_on": clock.today(),
    }  # fmt: skip


def _lines(notice: LossNotice) -> list[dict[str, Any]]:
    if notice.production is not None:
        return cost_lines(notice.production)
    return [
        {
            "invoice": line.shipment.invoice_no, "affiliate": line.shipment.shipped_by,
            "transport": line.shipment.transport_no, "currency": line.currency,
            "shipped_on": line.shipment.shipped_on, "due_on": line.shipment.due_on, "amount": line.shipment.amount,
            "paid": line.shipment.amount - line.outstanding, "outstanding": line.outstanding,
        }
        for line in lines_of(notice)
    ]  # fmt: skip
