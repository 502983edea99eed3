"""Views in a few lines: show a form, check the answers, run the deed once, confirm it with number, time and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, overload

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from sinosure.core.errors import DomainError
from sinosure.ui.forms import Form
from sinosure.ui.once import AlreadyDone, once

Deed = Callable[..., Any]
Where = str | Callable[[Any], str]
FORM_PAGE = "components/form_page.html"
NOT_CARRIED = {"csrfmiddlewaretoken", "form_key", "_go"}


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, form: Form | None = None
) -> HttpResponse:
    """A page; after a refused form with the status of the refusal."""
    named = {**(context or {}), **({"form": form} if form is not None else {})}
    return render(request, template, named, status=form.http_status if form is not None else 200)


@overload
def act(
    request: HttpRequest, form: None, deed: Deed, success_url: Where, message: Any = None
) -> HttpResponseRedirect: ...
@overload
def act(
    request: HttpRequest, form: Form, deed: Deed, success_url: Where, message: Any = None
) -> HttpResponseRedirect | None: ...
def act(
    request: HttpRequest, form: Form | None, deed: Deed, success_url: Where, message: Any = None
) -> HttpResponseRedirect | None:
    """Run `deed(cleaned_data)` (`deed()` without a form) once per form key and redirect; None when the form was refused.

    Without a form a refusal rises and becomes the refusal page, so that what comes back is always the redirect.
    """
    if form is not None and not form.is_valid():
        return None
    try:
        return _done(request, form, deed, success_url, message)
    except AlreadyDone as earlier:
        return HttpResponseRedirect(earlier.location or request.path)
    except DomainError as error:
        error.keep()
        if form is None:
            raise
        form.add_domain_error(error)
        return None


def _done(
    request: HttpRequest, form: Form | None, deed: Deed, success_url: Where, message: Any
) -> HttpResponseRedirect:
    with once(request) as ticket:
        row = deed(form.cleaned_data) if form is not None else deed()
        ticket.location = success_url(row) if callable(success_url) else success_url
    if message:
        messages.success(request, message(row) if callable(message) else message)
    if form is not None and request.POST.get("_go") != "confirm":
        for notice in form.notices():
            messages.info(request, getattr(notice, "text", notice))
    return HttpResponseRedirect(ticket.location)


def form_page(
    request: HttpRequest,
    template: str,
    form: Form,
    deed: Deed,
    success_url: Where,
    *,
    check: bool = False,
    preview: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    message: Any = None,
    context: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """GET shows the form; POST checks the answers (`check`), does the deed and redirects, or shows the form with its errors.

    `preview(cleaned_data)` may add facts, steps and notes [(tone, text)] to the page that asks to check.
    """
    step = request.POST.get("_go", "") if request.method == "POST" else "show"
    if step == "" and check and form.is_valid():
        checked = _check(request, form, preview, context)
        if checked is not None:
            return checked
    elif step in ("", "confirm"):
        redirect = act(request, form, deed, success_url, message)
        if redirect is not None:
            return redirect
    return page(request, template, context, form)


def _check(
    request: HttpRequest,
    form: Form,
    preview: Callable[[dict[str, Any]], dict[str, Any]] | None,
    context: dict[str, Any] | None,
) -> HttpResponse | None:
    try:
        more = preview(form.cleaned_data) if preview else {}
    except DomainError as error:
        form.add_domain_error(error)
        return None
    carried = [(name, text) for name in request.POST if name not in NOT_CARRIED for text in request.POST.getlist(name)]
    named = {**(context or {}), **more, "form": form, "answers": form.answers(), "carried": carried}
    return render(request, "components/check_page.html", named)


def confirmation(
    request: HttpRequest,
    *,
    title: Any,
    number: str,
    at: datetime,
    next_steps: Sequence[Any] = (),
    receipt_url: str = "",
    facts: Sequence[tuple[Any, Any]] = (),
    links: Sequence[tuple[Any, str]] = (),
    text: Any = "",
) -> HttpResponse:
    """Proof that something was received: its number, the server's time, what happens next and the PDF."""
    named = {
        "title": title, "number": number, "at": at, "next_steps": next_steps, "receipt_url": receipt_url,
        "facts_list": facts, "links": links, "text": text,
    }  # fmt: skip
    return render(request, "components/confirmation_page.html", named)


def confirm_page(
    request: HttpRequest,
    *,
    title: Any,
    text: Any = "",
    verb: Any = None,
    cancel_url: str = "",
    facts: Sequence[tuple[Any, Any]] = (),
    danger: bool = False,
    form: Form | None = None,
) -> HttpResponse:
    """“Are you sure”: what would be done, one button to do it and one to leave. A form asks for a comment as well."""
    named = {
        "title": title, "text": text, "verb": verb or _("Confirm"), "cancel_url": cancel_url,
        "facts_list": facts, "danger": danger, "form": form,
    }  # fmt: skip
    return render(request, "components/confirm_page.html", named, status=form.http_status if form is not None else 200)
