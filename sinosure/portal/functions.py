"""Every function of the handbook's APP, WeChat account and academy with its page here, in the APP's four blocks (Rulebook §10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.access import PUBLIC, access, request_actor
from sinosure.accounts.actor import Actor
from sinosure.ui.pages import page


@dataclass(frozen=True)
class Function:
    """Name and what it gives, the page, who may open it ("": everybody), and the part of the page."""

    name: Any
    about: Any
    url_name: str
    capability: str = ""
    args: tuple[str, ...] = ()
    part: str = ""

    def url(self) -> str:
        """ "" where the page is not there."""
        try:
            return f"{reverse(self.url_name, args=self.args)}{self.part}"
        except NoReverseMatch:
            return ""

    def is_for(self, actor: Actor) -> bool:
        return not self.capability or actor.can(self.capability)


BLOCKS: tuple[tuple[Any, tuple[Function, ...]], ...] = (
    (_("Insurance"), (
        Function(_("My policies"), _("Terms, figures and papers"), "policies:policy-list", "policies.view"),
        Function(_("Renew a policy"), _("From the policy, sixty days before it ends"), "policies:policy-list", "policies.apply"),
        Function(_("Buy a micro policy"), _("Three screens"), "policies:micro-tiers", "policies.apply"),
        Function(_("Single window"), _("Seven steps with seal and signature"), "policies:window", "policies.apply"),
        Function(_("Credit limits"), _("By term, country and state"), "limits:list", "limits.view"),
        Function(_("Limits on the way"), _("Stage and days so far"), "limits:application-list", "limits.view"),
        Function(_("Statistics of shipments"), _("By month, buyer, country and term"), "declarations:statistics", "declarations.view"),
        Function(_("Receivables query"), _("Overdue by buyer and age"), "declarations:overdue", "declarations.view"),
        Function(_("Claims online"), _("File, follow, return the papers"), "claims:claim-list", "claims.view"),
    )),
    (_("Risk management"), (
        Function(_("Credit light"), _("May I ship to this buyer?"), "credit_info:look-up"),
        Function(_("My customers"), _("Favourites, partners and warnings"), "credit_info:customers", "limits.apply"),
        Function(_("Alarms"), _("Countries, industries and companies that you follow"), "credit_info:alarm-list", "buyers.view"),
        Function(_("Countries and regions"), _("Class, cover and notes"), "credit_info:country-list"),
        Function(_("Industries"), _("Risk in words for the 21"), "credit_info:industry-list"),
        Function(_("Credit reports"), _("Ordered here, delivered as a letter"), "credit_info:report-list", "buyers.view"),
    )),
    (_("Market development"), (
        Function(_("Find new customers"), _("Who buys your product, and where"), "credit_info:navigator", "buyers.view"),
        Function(_("Markets abroad"), _("Notes from the markets"), "academy:section", args=("overseas",)),
        Function(_("Library"), _("Risk reports by country, to print"), "academy:section", args=("library",)),
        Function(_("Tools"), _("Sites that exporters need"), "academy:tools"),
        Function(_("Five products side by side"), _("Which one fits"), "policies:compare"),
    )),
    (_("Highlights of the day"), (
        Function(_("News"), _("In five categories"), "academy:section", args=("news",)),
        Function(_("Courses"), _("Four boards; your progress is kept"), "academy:home", part="#courses"),
        Function(_("Cases"), _("To read or to hear"), "academy:section", args=("case",)),
        Function(_("Dictionary"), _("Chinese and English"), "academy:terms"),
        Function(_("Service network"), _("28 offices and the hotline"), "portal:network"),
    )),
)  # fmt: skip


@access(PUBLIC)
def functions(request: HttpRequest) -> HttpResponse:
    """What this person may open; a guest sees what needs no sign-in."""
    actor = request_actor(request)
    blocks = [(title, [(one, one.url()) for one in rows if one.is_for(actor) and one.url()]) for title, rows in BLOCKS]
    return page(request, "portal/functions.html", {"blocks": [(title, rows) for title, rows in blocks if rows]})
