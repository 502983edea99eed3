"""The six steps of a bank policy (Rulebook §8.3): the bank buys the receivable, insures it itself, and is paid on a loss."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from declarations.models import LineState, NoticeState, PremiumNotice, Shipment
from financing.factoring import selectors
from financing.flow import BANK, EXPORTER, Step, loss_step, shown
from limits.models import CreditLimit
from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.ui.parts import RailStep


def steps(policy: Policy, actor: Actor) -> list[RailStep]:
    """For this reader: an exporter is told of its own receivables only."""
    lines = _lines(policy, actor)
    return shown([
        Step(_("Bank policy signed"), BANK, True, policy.starts_on, policy.number),
        _contract(policy, actor),
        _limit(policy, lines, actor),
        _transferred(lines),
        _declared(policy, lines, actor),
        loss_step(_("On a loss, the insurer pays the bank"), BANK, policy.pk, actor),
    ])  # fmt: skip


def _lines(policy: Policy, actor: Actor) -> QuerySet[Shipment]:
    rows = Shipment.objects.filter(policy=policy).exclude(state__in=[LineState.REVERSED, LineState.REFUSED])
    if actor.is_exporter:
        names = selectors.contracts(actor, policy.pk).values_list("seller_name", flat=True)
        rows = rows.filter(seller__in=list(names))
    return rows


def _contract(policy: Policy, actor: Actor) -> Step:
    first = selectors.contracts(actor, policy.pk).order_by("signed_on").first()
    return Step(
        _("Factoring agreement signed"), BANK, first is not None, first.signed_on if first else None, first.number if first else ""
    )  # fmt: skip


def _limit(policy: Policy, lines: QuerySet[Shipment], actor: Actor) -> Step:
    rows = CreditLimit.objects.filter(policy=policy, amount__gt=0)
    if actor.is_exporter:
        rows = rows.filter(obligor__in=lines.values("obligor"))
    count = rows.count()
    note = ngettext("%(count)s limit", "%(count)s limits", count) % {"count": count}
    return Step(_("Limit on the debtor approved"), BANK, count > 0, note=note)


def _transferred(lines: QuerySet[Shipment]) -> Step:
    """The day of a line under a bank policy is the day on which the bank bought it."""
    bought = lines.exclude(seller="").order_by("shipped_on")
    first, count = bought.values_list("shipped_on", flat=True).first(), bought.count()
    note = ngettext("%(count)s receivable", "%(count)s receivables", count) % {"count": count}
    return Step(_("Receivable transferred, exporter paid"), EXPORTER, count > 0, first, note)


def _declared(policy: Policy, lines: QuerySet[Shipment], actor: Actor) -> Step:
    count = lines.filter(state=LineState.BOOKED).count()
    unpaid = PremiumNotice.objects.filter(policy=policy, state__in=[NoticeState.ISSUED, NoticeState.PART_PAID])
    is_late = unpaid.filter(due_on__lt=clock.today()).exists()
    note = ngettext("%(count)s declaration", "%(count)s declarations", count) % {"count": count}
    if is_late and not actor.is_exporter:
        note = _("Premium overdue")
    return Step(_("Receivables declared, premium paid"), BANK, count > 0 and not is_late, note=note)
