"""What the pages of notices share: fetch in scope, a bare deed as a button, a deed that asks for words first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from claims.models import CollectionMandate, LossNotice, MitigationTask
from claims.notices import selectors
from sinosure.accounts.access import access
from sinosure.ui.forms import Form
from sinosure.ui.pages import FORM_PAGE, act, form_page

View = Callable[..., HttpResponseBase]
Find = Callable[[HttpRequest, int], Any]


def notice_or_404(request: HttpRequest, pk: int) -> LossNotice:
    rows = selectors.visible(request.actor)
    found: LossNotice = get_object_or_404(
        rows.select_related("policy", "policyholder", "obligor__country", "officer", "filed_by__organisation"), pk=pk
    )
    return found


def task_or_404(request: HttpRequest, pk: int) -> MitigationTask:
    rows = MitigationTask.objects.visible_to(request.actor)
    found: MitigationTask = get_object_or_404(rows.select_related("notice__obligor", "notice__policyholder"), pk=pk)
    return found


def mandate_or_404(request: HttpRequest, pk: int) -> CollectionMandate:
    rows = CollectionMandate.objects.visible_to(request.actor)
    found: CollectionMandate = get_object_or_404(rows.select_related("notice__obligor"), pk=pk)
    return found


def notice_url(pk: int) -> str:
    return reverse("claims:notice-detail", args=[pk])


def case_url(row: Any) -> str:
    """The page of the notice to which a notice, task or mandate belongs."""
    return notice_url(row.pk if isinstance(row, LossNotice) else row.notice_id)


def title_of(row: Any) -> str:
    notice = row if isinstance(row, LossNotice) else row.notice
    return f"{notice.number} · {notice.obligor.name}"


def deed(capability: str, find: Find, key: str, service: Callable[..., Any], message: Any) -> View:
    """A view behind a button: POST runs `service(actor=, <key>=id)` and goes back to the case."""

    @access(capability)
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        row = find(request, pk)
        return act(request, None, lambda: service(actor=request.actor, **{key: row.pk}), case_url(row), message)

    return view


def asking(
    capability: str, find: Find, key: str, service: Callable[..., Any], form_class: type[Form], title: Any, verb: Any,
    message: Any, *, intro: Any = "", initial: Callable[[Any], dict[str, Any]] | None = None, with_currency: bool = False,
) -> View:  # fmt: skip
    """A view that asks for more before the deed; the fields become arguments of the service."""

    @access(capability)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        row = find(request, pk)
        named: dict[str, Any] = {"initial": initial(row)} if initial else {}
        if with_currency:
            named["currency"] = (row if isinstance(row, LossNotice) else row.notice).currency
        form = form_class(request.POST or None, request.FILES or None, **named)
        context = {"title": title, "verb": verb, "intro": intro, "sub": title_of(row), "cancel_url": case_url(row)}
        return form_page(
            request, FORM_PAGE, form, lambda data: service(actor=request.actor, **{key: row.pk}, **_given(data)),
            case_url(row), message=message, context=context,
        )  # fmt: skip

    return view


def _given(data: dict[str, Any]) -> dict[str, Any]:
    """What was filled in; an empty amount is left to the service's default."""
    return {name: value for name, value in data.items() if value is not None}
