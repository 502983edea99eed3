"""Cover on some countries as it was changed, and sample notes about many; all invented."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from credit_info.atlas import cover
from credit_info.atlas.cover import Terms
from credit_info.atlas.loading import load_notes
from credit_info.atlas.summing import summarise
from sinosure.core import clock
from sinosure.portal.demo.timeline import Timeline

# country, days ago, class, status, cap, reason
DECIDED = (
    ("BR", 210, "C", "OPEN", 40_000_000, "限额集中，设置国别总额。"),
    ("TR", 160, "D", "OPEN", 25_000_000, "汇率波动加大，按年度计划设置总额。"),
    ("NG", 120, "D", "RESTRICTED", 5_000_000, "外汇供应偏紧，逐笔审批，仅接受保兑信用证。"),
    ("HT", 75, "E", "SUSPENDED", None, "港口与支付通道停摆，暂停承保。"),
    ("VN", 40, "C", "OPEN", 60_000_000, "业务增长，提高国别总额。"),
)
WAITING = ("BD", "D", "RESTRICTED", 8_000_000, "多家开证行延付，建议限制承保并降低总额。")


def seed_countries(timeline: Timeline) -> None:
    """Zhou proposes, Feng approves; one proposal lies on the desk today."""
    load_notes()
    proposer, second = timeline.actor("zhou"), timeline.actor("feng")
    for code, days, letter, status, cap, reason in DECIDED:
        with clock.frozen(timeline.today - timedelta(days=days)):
            terms = Terms(letter, status, None if cap is None else Decimal(cap))
            change = cover.propose(actor=proposer, country=code, terms=terms, reason=reason)
            cover.approve(actor=second, change_id=change.pk)
    code, letter, status, cap, reason = WAITING
    cover.propose(actor=proposer, country=code, terms=Terms(letter, status, Decimal(cap)), reason=reason)
    summarise()
