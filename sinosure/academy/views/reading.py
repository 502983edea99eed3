"""What everybody reads: the eight functions of 小微学堂 and 今日看点."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sinosure.academy import selectors, services
from sinosure.academy.models import Category, Course, Section
from sinosure.academy.rendering import as_html
from sinosure.accounts.access import PUBLIC, SIGNED_IN, access, request_actor
from sinosure.reference.industries import BY_SECTION
from sinosure.ui.pages import act, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import tabs

ORDER = ("-published_on", "-id")


@access(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    actor = request_actor(request)
    context = {
        "news": selectors.latest(), "boards": selectors.boards(actor), "may_edit": actor.can(services.EDIT),
        "functions": _functions(),
    }  # fmt: skip
    return page(request, "academy/home.html", context)


def _functions() -> list[tuple[Any, Any, str]]:
    """The handbook's eight: name, what it gives, address."""
    section = {one: reverse("academy:section", args=[one.value.lower()]) for one in Section}
    return [
        (_("Courses"), _("Short lessons; your progress is kept"), "#courses"),
        (_("News"), _("Today, in five categories"), section[Section.NEWS]),
        (_("Check a risk"), _("The light of a buyer, without signing in"), reverse("credit_info:look-up")),
        (_("Cases"), _("What happened to others; to read or to hear"), section[Section.CASE]),
        (_("Tools"), _("Sites that exporters need"), reverse("academy:tools")),
        (_("Dictionary"), _("Terms of trade and credit insurance, Chinese and English"), reverse("academy:terms")),
        (_("Markets abroad"), _("Notes from the markets"), section[Section.OVERSEAS]),
        (_("Library"), _("Risk reports by country"), section[Section.LIBRARY]),
    ]


@access(PUBLIC)
def section(request: HttpRequest, name: str) -> HttpResponseBase:
    if name.upper() not in Section.values:
        raise Http404
    chosen = Section(name.upper())
    category = request.GET.get("category", "")
    rows = selectors.published(chosen, category if category in Category.values else "")
    choices = [("", _("All")), *Category.choices] if chosen == Section.NEWS else []
    context = {
        "title": chosen.label, "page": keyset_page(rows, request, order=ORDER),
        "tabs": tabs(request, "category", choices) if choices else [], "is_library": chosen == Section.LIBRARY,
    }  # fmt: skip
    return page(request, "academy/section.html", context)


@access(PUBLIC)
def article(request: HttpRequest, slug: str) -> HttpResponse:
    actor = request_actor(request)
    found = get_object_or_404(selectors.readable(actor), slug=slug)
    context = {
        "article": found, "html": as_html(found.text), "may_edit": actor.can(services.EDIT),
        "industry": BY_SECTION.get(found.industry or 0),
    }  # fmt: skip
    return page(request, "academy/article.html", context)


@access(PUBLIC)
def course(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Course, slug=slug)
    lessons = selectors.lessons(request_actor(request)).filter(course=found).order_by("position")
    return page(request, "academy/course.html", {"course": found, "lessons": lessons})


@access(PUBLIC)
def lesson(request: HttpRequest, slug: str, position: int) -> HttpResponse:
    found = get_object_or_404(selectors.lessons(request_actor(request)), course__slug=slug, position=position)
    context = {"lesson": found, "html": as_html(found.text), "next": selectors.after(found)}
    return page(request, "academy/lesson.html", context)


@access(SIGNED_IN)
@require_POST
def lesson_done(request: HttpRequest, slug: str, position: int) -> HttpResponseBase:
    actor = request_actor(request)
    found = get_object_or_404(selectors.lessons(actor), course__slug=slug, position=position)
    coming = selectors.after(found)
    where = (
        reverse("academy:lesson", args=[slug, coming.position]) if coming else reverse("academy:course", args=[slug])
    )
    return act(request, None, lambda: services.finish_lesson(actor, lesson=found), where)


@access(PUBLIC)
def terms(request: HttpRequest) -> HttpResponse:
    q = " ".join(request.GET.get("q", "").replace("\0", "").split())[:60]
    return page(request, "academy/terms.html", {"q": q, "terms": selectors.terms(q)})


@access(PUBLIC)
def tools(request: HttpRequest) -> HttpResponse:
    return page(request, "academy/tools.html", {"tools": selectors.tools()})
