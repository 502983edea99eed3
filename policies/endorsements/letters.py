"""《批单》: the changed fields only, old and new, with the day from which they apply. The context is frozen as plain text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from policies.endorsements.changes import AMOUNTS
from policies.models import Endorsement
from policies.risks import PRINTED
from sinosure.accounts.actor import Actor
from sinosure.core.money import format_amount
from sinosure.documents import services as documents
from sinosure.documents.models import Document
from sinosure.documents.templatetags.letters import percent
from sinosure.reference.models import Country

PAPER = "policy.endorsement"
KINDS: dict[str, tuple[str, str, str]] = {
    PAPER: ("批单", "Endorsement", "letters/policies/endorsement.html"),
}
NAMES: dict[str, tuple[str, str]] = {
    "insured_ratios": ("赔偿比例", "Insured percentage"),
    "max_liability": ("最高赔偿限额", "Maximum liability"),
    "minimum_premium": ("最低保险费", "Minimum premium"),
    "deductible": ("免赔额", "Deductible for each loss"),
    "discretionary_limit": ("自行掌握限额", "Discretionary limit"),
    "rate_basis": ("费率方式", "Rate basis"),
    "flat_rate_pct": ("单一费率", "Flat rate"),
    "experience_factor": ("经验系数", "Experience factor"),
    "declaration_mode": ("申报方式", "Declaration"),
    "scope": ("适保范围", "Scope"),
    "covers_services": ("含服务贸易", "Services covered"),
    "max_credit_days": ("最长信用期限（天）", "Longest credit period, days"),
    "long_credit_reason": ("超过 365 天的理由", "Reason for a longer credit period than usual"),
    "excluded_countries": ("除外国家或地区", "Excluded countries"),
    "affiliates": ("共同被保险人", "Co-insured affiliates"),
    "pre_shipment": ("出口前附加险", "Pre-shipment extension"),
    "pre_shipment_ratio": ("出口前赔偿比例", "Insured percentage before shipment"),
    "pre_shipment_rate_pct": ("出口前费率", "Premium rate before shipment"),
    "special_terms": ("特别约定", "Special terms"),
}
PRINTED_AFFILIATE = "{name_zh} {name_en}（{code}）"
CHOICES = {
    "TABLE": "费率表 Rate table", "FLAT": "单一费率 One flat rate", "ALL": "全部出口 All exports",
    "NON_LC": "全部非信用证出口 All exports not under L/C", "MONTHLY_25": "次月 25 日前 By the 25th of the next month",
    "MONTHLY_10": "次月 10 日前 By the 10th of the next month",
}  # fmt: skip


def issue(actor: Actor, row: Endorsement) -> Document:
    """One PDF that both sides sign; it hangs on the policy, where people look for it."""
    policy = row.policy
    context = {
        "number": row.number, "policy_number": policy.number, "insured": policy.policyholder.name_zh,
        "insured_en": policy.policyholder.name_en, "starts_on": policy.starts_on, "ends_on": policy.ends_on,
        "effective_from": row.effective_from, "rows": printed(row),
    }  # fmt: skip
    return documents.issue(
        actor=actor, kind=PAPER, subject=policy, policyholder_id=policy.policyholder_id, number=str(row.number),
        context=context,
    )  # fmt: skip


def paper_of(row: Endorsement) -> Document:
    return Document.objects.of(row.policy).get(kind=PAPER, number=row.number)


def printed(row: Endorsement) -> list[dict[str, str]]:
    """One line a changed term, one a changed risk."""
    lines: list[dict[str, str]] = []
    for name, pair in row.changes.items():
        if name == "insured_ratios":
            lines += [_risk(risk, pair) for risk in {**pair["old"], **pair["new"]}]
            continue
        old, new = (_shown(name, pair[side], row.policy.currency) for side in ("old", "new"))
        lines.append({"zh": NAMES[name][0], "en": NAMES[name][1], "old": old, "new": new})
    return lines


def _risk(risk: str, pair: dict[str, dict[str, str]]) -> dict[str, str]:
    zh, en = PRINTED[risk]
    old, new = (percent(pair[side][risk]) if risk in pair[side] else "—" for side in ("old", "new"))
    return {"zh": f"赔偿比例：{zh}", "en": f"Insured percentage: {en}", "old": old, "new": new}


def _shown(name: str, value: Any, currency: str) -> str:
    if name in AMOUNTS:
        return f"{currency} {format_amount(Decimal(value), currency)}"
    if name == "excluded_countries":
        rows = Country.objects.filter(code__in=value).order_by("code")
        return "；".join(f"{one.name_zh} {one.name_en}" for one in rows) or "无 None"
    if name == "affiliates":
        return "；".join(PRINTED_AFFILIATE.format(**one).strip() for one in value) or "无 None"
    if name == "pre_shipment_ratio" and value:
        return percent(value)
    if name in ("flat_rate_pct", "pre_shipment_rate_pct") and value:
        return f"{value}%"
    if isinstance(value, bool):
        return "是 Yes" if value else "否 No"
    return CHOICES.get(str(value), str(value)) if value not in (None, "") else "—"
