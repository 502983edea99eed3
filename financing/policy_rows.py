"""One line for each assigned policy in the bank's cockpit: grouped in the database, one query a question.

A bank whose agreement takes in a part of the exports is told of that part; premium is owed for the policy as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from declarations.models import LineState, NoticeState, PremiumNotice, Shipment
from financing.cockpit import POLICY_INDEMNITY, POLICY_NOTICE, Light, policy_fact
from financing.models import ACTIVE_LOAN, Loan
from limits.models import CreditLimit
from policies.cover import insured_ratio_for
from policies.in_force import version_on
from policies.models import Policy
from policies.risks import CoveredRisk
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import Money, round_money


@dataclass(frozen=True)
class PolicyRow:
    """One assigned policy with its answers; `lent` by currency."""

    policy: Policy
    lent: tuple[Money, ...]
    declared: Light
    limit: Light
    premium: Light
    overdue: Light
    notice: Light
    indemnity: Light


def policy_rows(actor: Actor, policies: Iterable[Policy]) -> list[PolicyRow]:
    """All answers for a page of policies; the number of queries does not depend on how many there are."""
    rows = list(policies)
    ids = [policy.pk for policy in rows]
    lines, limits, premium, lent = _lines(actor, ids), _limits(actor, ids), _premium(ids), _lent(actor, ids)
    notices, indemnities = policy_fact(POLICY_NOTICE, actor, ids), policy_fact(POLICY_INDEMNITY, actor, ids)
    return [_row(policy, lines.get(policy.pk, {}), limits.get(policy.pk, {}), premium.get(policy.pk),
                 tuple(lent.get(policy.pk, ())), notices.get(policy.pk), indemnities.get(policy.pk))
            for policy in rows]  # fmt: skip


def _row(
    policy: Policy, line: dict[str, Any], limit: dict[str, int], unpaid: dict[str, Any] | None, lent: tuple[Money, ...],
    notice: Light | None, indemnity: Light | None,
) -> PolicyRow:  # fmt: skip
    return PolicyRow(
        policy, lent, _declared(line), _limit(limit), _premium_light(unpaid), _overdue(line),
        notice or _no_notice(line), indemnity or _estimate(policy, line),
    )  # fmt: skip


def _lines(actor: Actor, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Of the booked, open shipments of each policy: how many, covered value, and what is overdue since when."""
    late = Q(due_on__lt=clock.today())
    rows = Shipment.objects.visible_to(actor).filter(policy__in=ids, state=LineState.BOOKED, open_amount__gt=0)
    found = rows.order_by().values("policy").annotate(
        count=Count("id"), covered=Sum("covered"), late=Count("id", filter=late), oldest=Min("due_on", filter=late)
    )  # fmt: skip
    return {row["policy"]: row for row in found}


def _limits(actor: Actor, ids: list[int]) -> dict[int, dict[str, int]]:
    rows = CreditLimit.objects.visible_to(actor).filter(policy__in=ids).order_by().values("policy")
    found = rows.annotate(
        live=Count("id", filter=Q(is_stopped=False, amount__gt=0)), stopped=Count("id", filter=Q(is_stopped=True))
    )
    return {row["policy"]: row for row in found}


def _premium(ids: list[int]) -> dict[int, dict[str, Any]]:
    """Open premium notices: the earliest due date and what is to be paid."""
    rows = PremiumNotice.objects.filter(policy__in=ids, state__in=[NoticeState.ISSUED, NoticeState.PART_PAID])
    found = rows.order_by().values("policy").annotate(due_on=Min("due_on"), left=Sum(F("payable") - F("paid")))
    return {row["policy"]: row for row in found}


def _lent(actor: Actor, ids: list[int]) -> dict[int, list[Money]]:
    rows = Loan.objects.visible_to(actor).filter(agreement__policy__in=ids, state__in=ACTIVE_LOAN).order_by()
    found: dict[int, list[Money]] = {}
    sums = rows.values("agreement__policy", "currency").annotate(left=Sum(F("principal") - F("repaid")))
    for row in sums.order_by("currency"):
        found.setdefault(row["agreement__policy"], []).append(Money(row["left"], row["currency"]))
    return found


def _declared(line: dict[str, Any]) -> Light:
    count = line.get("count", 0)
    if not count:
        return Light("grey", _("No open shipment"))
    words = ngettext("%(count)d open shipment", "%(count)d open shipments", count) % {"count": count}
    return Light("green", _("Declared"), words)


def _limit(row: dict[str, int]) -> Light:
    live, stopped = row.get("live", 0), row.get("stopped", 0)
    if not live and not stopped:
        return Light("grey", _("No limit yet"))
    words = ngettext("%(count)d limit in force", "%(count)d limits in force", live) % {"count": live}
    if stopped:
        return Light(
            "amber",
            ngettext("%(count)d limit stopped", "%(count)d limits stopped", stopped) % {"count": stopped},
            words,
        )
    return Light("green", _("In force"), words)


def _premium_light(unpaid: dict[str, Any] | None) -> Light:
    if unpaid is None:
        return Light("green", _("Nothing unpaid"))
    is_late = unpaid["due_on"] < clock.today()
    return Light("red" if is_late else "amber", _("Premium overdue") if is_late else _("Billed"), unpaid["due_on"])


def _overdue(line: dict[str, Any]) -> Light:
    count = line.get("late", 0)
    if not count:
        return Light("green", _("Nothing overdue"))
    words = ngettext("%(count)d invoice overdue", "%(count)d invoices overdue", count) % {"count": count}
    return Light("red", words, line["oldest"])


def _no_notice(line: dict[str, Any]) -> Light:
    return Light("amber", _("Not filed yet")) if line.get("late") else Light("grey", _("Not needed"))


def _estimate(policy: Policy, line: dict[str, Any]) -> Light:
    """The covered value of all that is open, times the insured percentage for non-payment, within the maximum."""
    schedule = _schedule(policy)
    ratio = insured_ratio_for(schedule.insured_ratios if schedule else {}, CoveredRisk.BUYER_DEFAULT, policy.product)
    total = round_money((line.get("covered") or Decimal(0)) * ratio, policy.currency)
    counter = getattr(policy, "liability", None)
    if counter is not None:
        total = min(total, counter.maximum - counter.paid_total)
    return Light("grey", _("Estimate"), _("If nobody paid any more"), Money(total, policy.currency))


def _schedule(policy: Policy) -> Any:
    """The schedule in force today, out of the prefetched ones."""
    return version_on(policy.schedules.all(), clock.today())
