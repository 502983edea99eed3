"""The delivered report as a letter, and the sample that anybody may download."""

from __future__ import annotations

from typing import Any

from credit_info.reports.models import ReportOrder
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.documents.bilingual import in_both
from sinosure.documents.kinds import register
from sinosure.documents.models import Document
from sinosure.documents.rendering import render_pdf
from sinosure.documents.services import issue

REPORT, TEMPLATE = "credit_report", "letters/credit_info/report.html"
SAMPLE: dict[str, Any] = {
    "reference": "CR-0000-SAMPLE", "is_sample": True, "customer": "示例企业 / Sample exporter",
    "company": {
        "name": "Sample Lighting GmbH", "code": "BDE-00000", "country": "DE", "registration_no": "HRB 00000",
        "address": "Musterstraße 1",
    },
    "service": {"zh": "企业资信调查", "en": "Company credit report"}, "question": "",
    "findings": {
        "summary": "注册存续，经营灯具批发，员工约 40 人。\nRegistered and active, wholesale of lamps, about 40 people.",
        "payment": "同业反映平均付款 58 天，近两年无诉讼。\nPeers report 58 days to pay on average; no lawsuit in two years.",
        "finance": "上年度营业额约 900 万欧元，流动比率 1.4。\nTurnover last year about EUR 9 m, current ratio 1.4.",
        "advice": "可在 60 天账期内正常交易，建议分批出运。\nNormal trading within 60 days; ship in parts.",
    },
}  # fmt: skip


def register_all() -> None:
    register(REPORT, "资信报告", "Credit report", TEMPLATE)


def issue_report(actor: Actor, row: ReportOrder) -> Document:
    context = {
        "customer": row.policyholder.name_zh, "company": _company(row),
        "service": in_both(row.get_service_display), "question": row.question,
        "findings": row.findings, "valid_until": row.valid_until,
    }  # fmt: skip
    return issue(
        actor=actor, kind=REPORT, subject=row, policyholder_id=row.policyholder_id, context=context, number=row.number
    )


def sample_pdf() -> bytes:
    return render_pdf(TEMPLATE, {**SAMPLE, "issued_on": clock.today()}, "zh-hans")


def _company(row: ReportOrder) -> dict[str, str] | None:
    found = row.obligor
    if found is None:
        return None
    return {"name": found.name, "code": found.code, "country": found.country_id,
            "registration_no": found.registration_no, "address": found.address}  # fmt: skip
