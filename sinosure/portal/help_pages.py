"""Help in both languages: one short page a subject, each written as a template of its own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.access import PUBLIC, access
from sinosure.ui.pages import page

TOPICS = {
    "start": (_("The first day"), _("Sign in, what is due, who does what")),
    "policy": (_("From application to cover"), _("Application, quote, signatures, first premium")),
    "limits": (_("Credit limits"), _("Apply, read the decision, watch the headroom")),
    "declare": (_("Declare shipments"), _("One by one or by file, when it is due, what premium costs")),
    "overdue": (_("The buyer does not pay"), _("Receipts, overdue invoices, the two windows of the loss notice")),
    "claim": (_("Claims and payment"), _("What to hand in, how the indemnity is worked out, when it is paid")),
    "banks": (_("Banks and financing"), _("Assignment, verification, lending, where the money goes")),
    "credit": (_("Light and register"), _("What the three colours say and where they come from")),
    "staff": (_("At the insurer's desk"), _("Desks, authority, the second person, the trail")),
    "machines": (_("Files and API"), _("Exports, uploads, the API and its errors")),
}


@access(PUBLIC)
def contents(request: HttpRequest) -> HttpResponse:
    return page(request, "portal/help.html", {"topics": TOPICS.items()})


@access(PUBLIC)
def topic(request: HttpRequest, topic: str) -> HttpResponse:
    if topic not in TOPICS:
        raise Http404
    language = "en" if get_language() == "en" else "zh"
    title, about = TOPICS[topic]
    context = {"title": title, "about": about, "topics": TOPICS.items(), "here": topic,
               "text": f"portal/help/{topic}.{language}.html"}  # fmt: skip
    return page(request, "portal/help_topic.html", context)
