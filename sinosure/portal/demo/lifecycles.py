"""Policies that change or end in the demo: one endorsed, one asked for, one renewal under way, one end that a bank must allow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from policies import services as policies
from policies.endorsements import services as endorsements
from sinosure.core import clock
from sinosure.portal.demo.trade import Trade, proposal_of


def begin(trade: Trade) -> None:
    """Put the deeds of this firm on the timeline; `DEEDS` says how many days ago."""
    for firm, days_ago, deed in DEEDS:
        if firm == trade.plan.firm and trade.plan.months > 1:
            trade.timeline.at(trade.timeline.today - timedelta(days=days_ago), lambda deed=deed: deed(trade))


def endorsed(trade: Trade) -> None:
    """Two large projects: the maximum goes from 15 to 18 million, five days later."""
    signer, desk = trade.timeline.actor(trade.plan.signer), trade.timeline.actor("zhou")
    day = clock.today() + timedelta(days=5)
    row = endorsements.request(
        actor=signer, policy_id=trade.policy.pk, effective_from=day, wish="新增两个大型光伏项目，请提高最高赔偿限额。"
    )
    terms = {"max_liability": Decimal(18_000_000)}
    endorsements.draft(actor=desk, endorsement_id=row.pk, terms=terms, effective_from=day)
    endorsements.approve(actor=trade.timeline.actor("qian"), endorsement_id=row.pk)
    endorsements.sign(actor=signer, endorsement_id=row.pk)


def asked_for(trade: Trade) -> None:
    endorsements.request(
        actor=trade.timeline.actor(trade.plan.signer), policy_id=trade.policy.pk,
        effective_from=clock.today() + timedelta(days=10), wish="法国买方账期由 90 天延长，请把买方拖欠的赔偿比例调整为 85%。",
    )  # fmt: skip


def renewal(trade: Trade) -> None:
    """Submitted with this year's answers; it waits on the underwriters' desk."""
    clerk = trade.timeline.actor(trade.plan.clerk)
    draft = policies.renew(actor=clerk, policy_id=trade.policy.pk)
    policies.save_draft(
        actor=clerk, policy_id=draft.pk, proposal=proposal_of(trade.plan, draft.policyholder, draft.starts_on)
    )
    policies.submit(actor=clerk, policy_id=draft.pk)


def ending(trade: Trade) -> None:
    """The insured wants to end it; its indemnities are assigned, so the bank is asked."""
    signer = trade.timeline.actor(trade.plan.signer)
    policies.give_notice(actor=signer, policy_id=trade.policy.pk, reason="企业转为内销，不再有出口业务。")


DEEDS: tuple[tuple[str, int, Callable[[Trade], None]], ...] = (
    ("guangneng", 60, endorsed),
    ("jiadian", 1, asked_for),
    ("fangzhi", 2, renewal),
    ("dianzi", 3, ending),
)
