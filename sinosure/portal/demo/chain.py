"""Firms insured with their chain (PRD-3): affiliates by firm, and the key account whose applications go first."""

from __future__ import annotations

from limits import services as limits
from limits.models import LimitApplication
from policies import services as policies
from policies.affiliates import Affiliate
from policies.uscc import check_character
from sinosure.portal.demo.timeline import Timeline

KEY_ACCOUNTS = ("jiadian",)


def _purchaser(first: str, name_zh: str, name_en: str) -> Affiliate:
    return Affiliate("PURCHASER", first + check_character(first), name_zh, name_en)


AFFILIATES: dict[str, tuple[Affiliate, ...]] = {
    "haituo": (
        _purchaser("91330201MA2D0HT2X", "宁波海拓采购有限公司（演示）", "Ningbo Haituo Sourcing Co., Ltd. (demo)"),
    ),
    "jiadian": (
        _purchaser("91440606MA5D0JD2X", "家电集团采购有限公司（演示）", "Appliance Group Purchasing Co., Ltd. (demo)"),
        Affiliate("DISTRIBUTOR", "HRB-98211", "", "Appliance Group Europe GmbH (demo)", "DE"),
    ),
}  # fmt: skip


def shipped_for(firm: str, invoice: int) -> str:
    """Every third invoice goes out in the name of the first affiliate."""
    named = AFFILIATES.get(firm, ())
    return named[0].code if named and invoice % 3 == 0 else ""


def put_first(timeline: Timeline, firm: str, application: LimitApplication) -> None:
    """The application of a key account is raised, with the reason that the desk gave."""
    if firm not in KEY_ACCOUNTS:
        return
    desk = timeline.actor("zhou")
    policies.mark_key_account(
        actor=desk, policy_id=application.policy_id, is_key=True, reason="产业链承保重点客户，上下游一并承保。"
    )
    limits.raise_priority(actor=desk, application_id=application.pk, reason="年度大单，买方要求本周签约。")
