"""What the pages of a platform show: figures as tiles and table, the plan in words, buttons, and what waits for whom."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies.pooled import money, selectors
from policies.pooled.figures import CURRENCY, Figures, figures
from policies.pooled.lifecycle import MEMBER_LIST, PLATFORM
from policies.pooled.models import IssueRun, MemberList, PlatformMember, PooledPlan, PooledPlatform
from policies.pooled.platforms import current_plan
from policies.pooled.premium import shares
from policies.pooled.states import ListState, MemberState, PlatformState, SponsorPart
from policies.pooled.suppression import Cell
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Kind
from sinosure.core.money import Money
from sinosure.ui.actions import Button, buttons
from sinosure.ui.parts import RailStep, Tile, Todo
from sinosure.ui.show import ratio as ratio_in_words

NOT_TOLD = _("fewer than five firms")
PART_OF = {"confirm": SponsorPart.COMMERCE, "publish": SponsorPart.COMMERCE, "discard": SponsorPart.COMMERCE,
           "grant": SponsorPart.FINANCE}  # fmt: skip


def tiles(found: Figures) -> list[Tile]:
    """The five figures of PLT-6."""
    total = found.total
    return [
        _tile(_("Enterprises served"), total.firms, note=_("policies issued")),
        _tile(_("Exports supported"), total.exports, CURRENCY, _("of the year before, by those insured")),
        _tile(_("Indemnity paid"), total.paid, CURRENCY, _("to members")),
        _tile(_("Financing supported"), total.lent, CURRENCY, _("lent by banks, at today's rates")),
        Tile(_("Coverage rate"), "–" if found.coverage is None else ratio_in_words(found.coverage, 1), note=_("insured / eligible")),
    ]  # fmt: skip


def _tile(name: Any, cell: Cell, currency: str = "", note: Any = "") -> Tile:
    if cell.value is None:
        return Tile(name, "–", note=NOT_TOLD)
    return Tile(name, cell.value if currency else int(cell.value), currency, note=note)


def platform_buttons(platform: PooledPlatform, actor: Actor) -> list[Button]:
    """The moves that make sense now."""
    hide = set()
    if not platform.members.filter(state=MemberState.PUBLISHED).exists():
        hide.add("issue")
    if actor.can("pooled.book") and not money.amount_due(platform).amount:
        hide.add("book")
    moves = PLATFORM.available(platform, actor)
    return buttons(moves, "policies:pooled-{action}", platform.pk, ask={"plan", "issue", "book", "close"}, hide=hide)


def list_buttons(found: MemberList, actor: Actor) -> list[Button]:
    """What the actor's authority may do with the list."""
    mine = selectors.parts(actor, found.platform)
    moves = [move for move in MEMBER_LIST.available(found, actor) if PART_OF[move.action] in mine]
    hide = {"confirm"} | ({"grant"} if found.subsidy_confirmed_at else set())
    return buttons(moves, "policies:pooled-list-{action}", found.pk, ask={"discard", "grant"}, hide=hide)


def plan_facts(platform: PooledPlatform, plan: PooledPlan) -> list[tuple[Any, Any]]:
    """The unified terms, and who pays what of one premium."""
    found: list[tuple[Any, Any]] = [
        (_("Product"), platform.get_product_display()),
        (_("Period"), f"{platform.starts_on} – {platform.ends_on}"),
        (_("Threshold: exports of the year before, USD"), Money(plan.max_exports, "USD")),
    ]
    if plan.tier is None:
        rate = f"{plan.flat_rate_pct.normalize():f}%" if plan.flat_rate_pct is not None else "–"
        found += [
            (_("Maximum liability"), Money(plan.max_liability, plan.currency)),
            (_("Rate on the exports of the year before, %"), rate),
            (_("Minimum premium"), Money(plan.minimum_premium, plan.currency)),
        ]
    else:
        found += [
            (_("Tier"), plan.tier.code),
            (_("Cap for one buyer"), Money(plan.tier.buyer_cap, plan.currency)),
            (_("Cap for the year"), Money(plan.max_liability, plan.currency)),
            (_("Premium for the year"), Money(plan.minimum_premium, plan.currency)),
        ]
    mode = f"{plan.get_subsidy_mode_display()} ({ratio_in_words(plan.subsidy_ratio)})"
    return [*found, (_("Who pays the premium"), mode), (_("Version of the plan"), plan.version)]


def sums(found: MemberList) -> list[tuple[Any, Any]]:
    """What the members of a list cost, and who pays it."""
    rows = PlatformMember.objects.filter(list=found).exclude(state=MemberState.WITHDRAWN)
    total = rows.aggregate(gross=Sum("gross"), subsidy=Sum("subsidy"), payable=Sum("payable"))
    if total["gross"] is None:
        return []
    currency = current_plan(found.platform).currency
    labels = (
        ("gross", _("Premium for the year")),
        ("subsidy", _("Paid by the government")),
        ("payable", _("Payable by the exporter")),
    )
    return [(_("Members"), rows.count()), *((label, Money(total[name], currency)) for name, label in labels)]


def list_rail(found: MemberList) -> list[RailStep]:
    """Whose turn it is with a list."""
    if found.state == ListState.DISCARDED:
        return [RailStep(_("Handed in"), "done", found.uploaded_at), RailStep(_("Discarded"), "now")]
    steps = [
        (_("Handed in"), found.uploaded_at, SponsorPart.COMMERCE.label),
        (_("Confirmed"), found.confirmed_at, SponsorPart.COMMERCE.label),
        (_("Made public"), found.published_at, SponsorPart.COMMERCE.label),
        (_("Subsidy confirmed"), found.subsidy_confirmed_at, SponsorPart.FINANCE.label),
    ]
    here = next((n for n, (_label, at, _who) in enumerate(steps) if at is None), len(steps))
    return [
        RailStep(label, "done" if at else "now" if n == here else "next", at, who if n == here else "")
        for n, (label, at, who) in enumerate(steps)
    ]


def member_facts(member: PlatformMember) -> list[tuple[Any, Any]]:
    """Who pays for a pooled policy, as its own page says it."""
    split = shares(member.gross, member.subsidy_mode, member.plan.subsidy_ratio, member.currency)
    found: list[tuple[Any, Any]] = [
        (_("Platform"), member.platform.name),
        (_("Who pays the premium"), member.get_subsidy_mode_display()),
        (_("Premium for the year"), Money(split.gross, member.currency)),
        (_("Paid by the government"), Money(split.deducted, member.currency)),
        (_("Payable by the exporter"), Money(split.payable, member.currency)),
    ]
    if split.reimbursed:
        found.append((_("Reimbursed to the exporter afterwards"), Money(split.reimbursed, member.currency)))
    confirmed = member.subsidy_confirmed_at or _("not yet")
    return [*found, (_("Subsidy confirmed"), confirmed)]


def run_facts(run: IssueRun) -> list[tuple[Any, Any]]:
    found = [
        (_("Members to issue for"), run.total), (_("Policies issued"), run.issued), (_("Not issued"), run.refused),
        (_("Asked for by"), run.asked_by.name if run.asked_by else ""), (_("Asked for at"), run.asked_at),
        (_("Finished at"), run.finished_at or ""), ("SHA-256", f"{run.digest[:16]}…" if run.digest else ""),
    ]  # fmt: skip
    return [(label, value) for label, value in found if value != ""]


def home(actor: Actor) -> tuple[list[Tile], list[Todo]]:
    """A sponsor's own home: the figures of its platforms and the lists that wait for it."""
    if actor.kind != Kind.SPONSOR:
        return [], []
    platforms = list(selectors.platforms(actor).filter(state=PlatformState.OPEN)[:3])
    shown = [tile for one in platforms for tile in tiles(figures(one, actor))]
    return shown, [_todo(found, actor) for found in selectors.lists_to_do(actor).select_related("platform")[:15]]


def _todo(found: MemberList, actor: Actor) -> Todo:
    url = reverse("policies:pooled-list-detail", args=[found.pk])
    verb = {ListState.READY: _("Confirm the list"), ListState.CONFIRMED: _("Publish the list")}
    subsidy = (
        PlatformMember.objects.filter(list=found).exclude(state=MemberState.WITHDRAWN).aggregate(total=Sum("subsidy"))
    )
    amount: Decimal | None = subsidy["total"] if found.state == ListState.PUBLISHED else None
    why = _("%(platform)s: %(rows)s rows") % {"platform": found.platform.name, "rows": found.rows_total}
    return Todo(
        None, str(found), why, amount, current_plan(found.platform).currency if amount else "",
        url=url, verb=verb.get(ListState(found.state), _("Confirm the subsidy")),
    )  # fmt: skip
