"""The platform certificate (统保平台承保证明): frozen with the issue, printed when somebody first opens it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from policies.letters import PRODUCTS
from policies.pooled.models import PlatformMember, PooledPlatform
from policies.pooled.premium import shares
from policies.pooled.states import SponsorPart, SubsidyMode
from policies.risks import PRINTED, CoveredRisk
from sinosure.accounts.actor import Actor
from sinosure.documents.bilingual import in_both
from sinosure.documents.services import Letter, issue_many

CERTIFICATE = "pooled.certificate"
KINDS: dict[str, tuple[str, str, str]] = {
    CERTIFICATE: ("统保平台承保证明", "Certificate of the pooled platform", "letters/policies/pooled_certificate.html"),
}


def issue_certificates(actor: Actor, platform: PooledPlatform, members: Sequence[PlatformMember]) -> None:
    """One for each member, with one statement."""
    frame = _frame(platform)
    issue_many(
        actor=actor,
        kind=CERTIFICATE,
        has_trail=False,
        letters=[
            Letter(one.policy, str(one.policy), one.organisation_id or 0, {**frame, **_own(one)})
            for one in members
            if one.policy
        ],
    )


def _frame(platform: PooledPlatform) -> dict[str, Any]:
    """What all certificates of a platform say."""
    wording, product = platform.wording.named, PRODUCTS[platform.product]
    return {
        **_names_of(platform), "platform_no": platform.number, "year": platform.year, "office": platform.office.name_zh,
        "product": product[0], "product_en": product[1], "wording": platform.wording.version,
        "max_credit_days": wording.days("max_credit_days"), "requires_limit": wording.value("requires_limit"),
        "ratios": [
            {"zh": PRINTED[risk][0], "en": PRINTED[risk][1], "ratio": ratio}
            for risk in CoveredRisk
            if (ratio := wording.ratios().get(risk)) is not None
        ],
    }  # fmt: skip


def _own(member: PlatformMember) -> dict[str, Any]:
    policy, plan = member.policy, member.plan
    assert policy is not None  # it was issued a moment ago
    return {
        "insured": member.name_zh, "insured_en": member.name_en, "uscc": member.uscc, "number": policy.number,
        "currency": member.currency, "starts_on": policy.starts_on, "ends_on": policy.ends_on,
        "buyer_cap": plan.tier.buyer_cap if plan.tier else None, "max_liability": plan.max_liability,
        **premium_lines(member),
    }  # fmt: skip


def premium_lines(member: PlatformMember) -> dict[str, Any]:
    """Gross, subsidy, payable, and what is reimbursed later: the same on certificate and premium notice (PLT-3)."""
    split = shares(member.gross, member.subsidy_mode, member.plan.subsidy_ratio, member.currency)
    return {
        "gross": split.gross, "subsidy": split.deducted, "payable": split.payable, "reimbursed": split.reimbursed or "",
        **_payer(member.subsidy_mode),
    }  # fmt: skip


def notice_lines(member: PlatformMember) -> dict[str, Any]:
    """The same for the premium notice, with the names of platform and authority."""
    names = {name: _names_of(member.platform)[name] for name in ("platform", "platform_en", "finance", "finance_en")}
    return {**premium_lines(member), **names}


@lru_cache
def _payer(mode: str) -> dict[str, str]:
    words = in_both(lambda: SubsidyMode(mode).label)
    return {"payer": words["zh"], "payer_en": words["en"]}


def _names_of(platform: PooledPlatform) -> dict[str, str]:
    """Platform and authorities as they are printed, read once for a platform in memory."""
    if "_names" not in platform.__dict__:
        sponsors = {one.part: one.organisation for one in platform.sponsors.select_related("organisation")}
        commerce, finance = sponsors[SponsorPart.COMMERCE], sponsors[SponsorPart.FINANCE]
        platform.__dict__["_names"] = {
            "platform": platform.name_zh, "platform_en": platform.name_en, "commerce": commerce.name_zh,
            "commerce_en": commerce.name_en, "finance": finance.name_zh, "finance_en": finance.name_en,
        }  # fmt: skip
    names: dict[str, str] = platform.__dict__["_names"]
    return names
