"""Where a person lands: what must be done by when, what waits on the desk, and the few figures of the duty."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from declarations import selectors as declarations
from financing import pages as financing_pages
from financing import selectors as financing
from limits import selectors as limits
from policies.micro.selectors import claimable
from policies.pooled import pages as pooled
from policies.selectors import holds_policy
from sinosure.accounts.access import PUBLIC, SIGNED_IN, access, request_actor
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import User
from sinosure.accounts.selectors import duties_of
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.deadlines import selectors as deadlines
from sinosure.portal.demo import progress
from sinosure.reference.models import Office
from sinosure.reference.services import convert
from sinosure.ui import navigation
from sinosure.ui.pages import page
from sinosure.ui.parts import Tile

SHOWN = 15


@access(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """The inbox by days left and money at risk; before signing in, what this place is."""
    actor = request_actor(request)
    if not actor.is_signed_in:
        return page(request, "portal/landing.html")
    figures, waiting = pooled.home(actor)
    rows = [*waiting, *(row.todo for row in deadlines.inbox(actor, SHOWN))]
    context = {
        "rows": rows,
        "today_rows": [row for row in rows if row.due_on == clock.today()],
        "more": len(rows) == SHOWN,
        "figures": [*figures, *_money(actor), *_desk(request, actor)],
        "alarm": deadlines.calendar_alarm(actor),
        "progress": progress.told(),
        "claims_directly": actor.is_exporter and actor.can("claims.file") and claimable(actor).exists(),
    }
    return page(request, "portal/home.html", context)


@access(PUBLIC)
def network(request: HttpRequest) -> HttpResponse:
    """The service offices of the handbook's appendix."""
    return page(request, "portal/network.html", {"offices": Office.objects.all()})


@access(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here, what I may do, and where I change my password."""
    person = get_object_or_404(User, pk=request_actor(request).user_id)
    return page(request, "portal/me.html", {"person": person, "duties": duties_of(person)})


def _desk(request: HttpRequest, actor: Actor) -> list[Tile]:
    """What waits for this person, as the navigation counts it."""
    waiting = [entry for entry in navigation.entries(request, actor) if entry.count]
    tiles = [Tile(entry.label, entry.count, url=entry.url, note=_("waiting for you")) for entry in waiting]
    pending = limits.pending_count(actor) if actor.can("limits.view") else None
    if pending:
        tiles.append(
            Tile(_("Limit applications"), pending, url=reverse("limits:application-list"), note=_("on the way"))
        )
    return tiles


def _money(actor: Actor) -> list[Tile]:
    """Headroom and overdue invoices of an exporter; of a bank what it has lent."""
    if actor.is_bank:
        lent = financing_pages.tiles(actor, financing.assigned_policies(actor).count())
        return [*lent, *_own_limits(actor)] if holds_policy(actor) else lent
    if not actor.is_exporter or not actor.can("declarations.view"):
        return []
    return [*_own_limits(actor), _overdue(actor)]


def _own_limits(actor: Actor) -> list[Tile]:
    """What is free where the actor's side is the insured; a bank has it under policies of its own."""
    note = _("what can still be bought under cover") if actor.is_bank else _("what can still be shipped under cover")
    return [
        Tile(
            _("Free under your limits"),
            row["amount"] - row["used"],
            row["currency"],
            url=reverse("limits:list"),
            note=note,
        )
        for row in limits.own_portfolio(actor)
    ]


def _overdue(actor: Actor) -> Tile:
    today = clock.today()
    rows = [Money(row.total, row.currency) for row in declarations.overdue_by_buyer(actor)]
    total = sum((convert(row, "USD", today).amount for row in rows), Decimal(0))
    return Tile(_("Overdue"), total, "USD", url=reverse("declarations:overdue"), note=_("at today's rates"))
