"""Write the demo: the quick part lets people sign in and work, the rest goes on beside the running site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from credit_info.atlas.summing import summarise
from policies.models import Policy
from sinosure.accounts.models import User
from sinosure.portal.demo import lifecycles, plans, pooled, production, progress
from sinosure.portal.demo.alarms import seed_alarms
from sinosure.portal.demo.bank_policies import seed_bank_policies
from sinosure.portal.demo.banks import CREDITS, Bank
from sinosure.portal.demo.cases import Case, Story
from sinosure.portal.demo.countries import seed_countries
from sinosure.portal.demo.credit import seed_credit
from sinosure.portal.demo.markets import seed_markets
from sinosure.portal.demo.obligors import seed_obligors
from sinosure.portal.demo.people import seed_people
from sinosure.portal.demo.register import seed_register
from sinosure.portal.demo.schemes import seed_scheme
from sinosure.portal.demo.small_policies import seed_small_policies
from sinosure.portal.demo.timeline import Timeline
from sinosure.portal.demo.trade import Plan, Trade

REST: tuple[Plan, ...] = (plans.XIANGJIAO, *plans.OTHERS)
Tell = Callable[[str], None]


def is_empty() -> bool:
    return not User.objects.exists()


def is_complete() -> bool:
    """The pooled platform is the last to be written; a seeding that was stopped before it goes on where it was."""
    return pooled.is_there() and all(_is_there(plan) for plan in REST)


def _is_there(plan: Plan) -> bool:
    """A firm's plans are played in their order, one policy each."""
    of_the_firm = [other for other in REST if other.firm == plan.firm]
    return Policy.objects.filter(policyholder__code=plan.firm).count() > of_the_firm.index(plan)


def seed_quickly(tell: Tell) -> None:
    """People, buyers, and the first exporter with its buyers, an invoice to be notified today and a late notice."""
    seed_people()
    timeline = Timeline("haituo")
    seed_obligors(timeline.actor("cao"))
    seed_markets(timeline.actor("cao"))
    _play(timeline, [plans.HAITUO])
    timeline.play()
    seed_countries(timeline)
    tell("People, buyers and the first exporter are there.")


def seed_rest(tell: Tell) -> None:
    """The other exporters, fourteen months of trade, claims in every stage, the handbook's Ukraine case."""
    for number, plan in enumerate(REST):
        if _is_there(plan):  # an earlier seeding was stopped: it goes on with the next firm
            continue
        timeline = Timeline(plan.firm)
        _play(timeline, [plan])
        first = [timeline.today]
        timeline.play(partial(_set_percent, number, len(REST), timeline, first))
        tell(f"{number + 1} of {len(REST)} policies")
    seed_bank_policies()
    seed_small_policies()
    seed_credit()
    seed_scheme()
    seed_alarms()
    seed_register()
    summarise()
    pooled.seed_pooled()
    progress.tell("")


def _play(timeline: Timeline, chosen: list[Plan]) -> None:
    for plan in chosen:
        Trade(plan, timeline, on_ready=_tell_stories).begin()


def _tell_stories(trade: Trade) -> None:
    for case in _cases(trade.plan):
        Story(trade, case).begin()
    if trade.plan is plans.HAITUO:
        _due_today(trade)
    if trade.plan.firm in CREDITS and trade.plan.months > 1:
        Bank(trade, CREDITS[trade.plan.firm]).begin()
    lifecycles.begin(trade)
    production.begin(trade)


def _cases(plan: Plan) -> tuple[Case, ...]:
    if plan is plans.XIANGJIAO:
        return (plans.UKRAINE,)
    return plans.CASES.get(plan.firm, ()) if plan.months > 1 else ()


def _due_today(trade: Trade) -> None:
    """Two invoices of one buyer that stopped paying: the window of the first ends today."""
    partner = trade.plan.partners[0]
    due_on = plans.due_for_notice_today(trade.timeline.today)
    for amount, later in ((Decimal(186_400), 0), (Decimal(92_350), 9)):
        shipped_on = due_on - timedelta(days=partner.days - later)
        trade.timeline.at(shipped_on, partial(trade.ship, partner, amount=amount))


def _set_percent(number: int, firms: int, timeline: Timeline, first: list[date], day: date) -> None:
    """For the page: how far all firms together are."""
    first[0] = min(first[0], day)
    of_this_one = (day - first[0]).days / max(1, (timeline.today - first[0]).days)
    progress.tell(str(int(100 * (number + of_this_one) / firms)))
