"""One box that finds a policy, limit, buyer, invoice, notice, claim or letter: only what the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims import selectors as claims
from claims.notices import selectors as notices
from credit_info import selectors as obligors
from declarations import selectors as declarations
from limits import selectors as limits
from policies import selectors as policies
from sinosure.accounts.access import SIGNED_IN, access, request_actor
from sinosure.accounts.actor import Actor
from sinosure.documents.models import Document
from sinosure.ui.pages import page

MOST, SHORTEST = 8, 2


@dataclass(frozen=True)
class Hit:
    title: str
    about: Any
    url: str
    is_exact: bool


@dataclass(frozen=True)
class Group:
    """Hits of one kind, the first `MOST`."""

    label: Any
    hits: list[Hit]


@dataclass(frozen=True)
class Source:
    """Where to look: the rows for a text, and which attributes name, describe and open one."""

    label: Any
    capability: str
    rows: Callable[[Actor, str], QuerySet[Any]]
    number: str
    about: Callable[[Any], Any]
    url_name: str

    def found(self, actor: Actor, q: str) -> Group | None:
        if not actor.can(self.capability):
            return None
        hits = [self._hit(row, q) for row in self.rows(actor, q)[:MOST]]
        return Group(self.label, hits) if hits else None

    def _hit(self, row: Any, q: str) -> Hit:
        number = str(getattr(row, self.number) or row)
        return Hit(number, self.about(row), reverse(self.url_name, args=[row.pk]), number.casefold() == q.casefold())


def _notices(actor: Actor, q: str) -> QuerySet[Any]:
    return _named(notices.visible(actor), q)


def _claims(actor: Actor, q: str) -> QuerySet[Any]:
    return _named(claims.visible(actor), q)


def _named(rows: QuerySet[Any], q: str) -> QuerySet[Any]:
    """By number or buyer, the newest first."""
    named = Q(number__istartswith=q) | Q(obligor__name__icontains=q)
    return rows.filter(named).select_related("obligor").order_by("-id")


def _letters(actor: Actor, q: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = Document.objects.visible_to(actor).filter(number__istartswith=q)
    return rows.order_by("-id")


def _of_obligor(row: Any) -> Any:
    return row.obligor.name


SOURCES: tuple[Source, ...] = (
    Source(_("Policies"), "policies.view", lambda actor, q: policies.listed(actor, q).order_by("-id"), "number",
           lambda row: row.policyholder.name, "policies:policy-detail"),
    Source(_("Buyers and banks"), "buyers.view", lambda actor, q: obligors.listed(actor, q), "code",
           lambda row: row.name, "credit_info:obligor-detail"),
    Source(_("Credit limits"), "limits.view", lambda actor, q: limits.limits(actor, query=q).order_by("-id"), "obligor",
           lambda row: row.policy.number, "limits:detail"),
    Source(_("Shipments"), "declarations.view", lambda actor, q: declarations.listed(actor, q=q).order_by("-id"), "invoice_no",
           _of_obligor, "declarations:detail"),
    Source(_("Loss notices"), "claims.view", _notices, "number", _of_obligor, "claims:notice-detail"),
    Source(_("Claims"), "claims.view", _claims, "number", _of_obligor, "claims:claim-detail"),
    Source(_("Letters"), "documents.view", _letters, "number", lambda row: row.title, "documents:download"),
)  # fmt: skip


@access(SIGNED_IN)
def find(request: HttpRequest) -> HttpResponse:
    """An exact number leads straight to the first page that bears it; anything else to what was found."""
    q = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    groups = search(request_actor(request), q) if len(q) >= SHORTEST else []
    exact = [hit for group in groups for hit in group.hits if hit.is_exact]
    if exact:
        return HttpResponseRedirect(exact[0].url)
    return page(request, "portal/find.html", {"q": q, "groups": groups, "too_short": len(q) < SHORTEST})


def search(actor: Actor, q: str) -> list[Group]:
    """Every kind that has something, in the order of `SOURCES`."""
    return _some(source.found(actor, q) for source in SOURCES)


def _some(groups: Iterable[Group | None]) -> list[Group]:
    return [group for group in groups if group is not None]
