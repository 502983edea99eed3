"""Webhooks of an organisation: set up, see the secret once, send a test, follow the calls, send again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sinosure.accounts.access import access, request_actor
from sinosure.notifications.webhooks import selectors, services, signing
from sinosure.notifications.webhooks.addresses import LONGEST
from sinosure.notifications.webhooks.models import WebhookEndpoint
from sinosure.ui.forms import Form
from sinosure.ui.pages import FORM_PAGE, act, confirm_page, form_page, page
from sinosure.ui.paging import keyset_page

MANAGE = "webhooks.manage"
LIST = "notifications:webhook-list"
_SHOW = "webhook_secret_of"  # in the session: whose secret the next page shows, once


class EndpointForm(Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        help_text=_("It begins with https:// and can be reached from the internet."),
    )


@access(MANAGE)
def endpoint_list(request: HttpRequest) -> HttpResponseBase:
    rows = selectors.endpoints(request_actor(request))
    return page(request, "notifications/webhooks/list.html", {"rows": rows})


@access(MANAGE)
def endpoint_new(request: HttpRequest) -> HttpResponseBase:
    actor = request_actor(request)
    form = EndpointForm(request.POST or None)
    context = {"title": _("New webhook"), "verb": _("Set up"), "cancel_url": reverse(LIST), "intro": _SIGNED}
    return form_page(
        request, FORM_PAGE, form, lambda typed: services.add(actor=actor, url=typed["url"]),
        lambda row: _show_secret(request, row), context=context,
    )  # fmt: skip


_SIGNED = _("Alarms that your people follow are posted to this address as JSON, each signed with a secret of its own.")


def _show_secret(request: HttpRequest, row: WebhookEndpoint) -> str:
    request.session[_SHOW] = row.pk
    return _url(row.pk)


def _url(pk: int) -> str:
    return reverse("notifications:webhook-detail", args=[pk])


def _own(request: HttpRequest, pk: int) -> WebhookEndpoint:
    return get_object_or_404(selectors.endpoints(request_actor(request)), pk=pk)


@access(MANAGE)
def endpoint_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _own(request, pk)
    is_new = request.session.get(_SHOW) == pk
    if is_new:
        del request.session[_SHOW]
    context = {
        "endpoint": row, "page": keyset_page(selectors.calls(request_actor(request), pk), request),
        "secret": signing.shown(signing.opened(row.secret)) if is_new else "",
    }  # fmt: skip
    return page(request, "notifications/webhooks/detail.html", context)


@access(MANAGE)
@require_POST
def endpoint_test(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = _own(request, pk), request_actor(request)
    message = _("A test is on its way; reload the page in a few seconds.")
    return act(request, None, lambda: services.test(actor=actor, endpoint_id=row.pk), _url(pk), message)


@access(MANAGE)
def endpoint_secret(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = _own(request, pk), request_actor(request)
    if request.method == "POST":
        return act(
            request,
            None,
            lambda: services.renew_secret(actor=actor, endpoint_id=pk),
            lambda row: _show_secret(request, row),
        )
    text = _("The old secret is worthless at once: put the new one into your program right away.")
    return confirm_page(
        request, title=_("Renew the secret"), text=text, verb=_("Renew the secret"), cancel_url=_url(row.pk)
    )


@access(MANAGE)
def endpoint_remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = _own(request, pk), request_actor(request)
    if request.method == "POST":
        deed: Any = lambda: services.remove(actor=actor, endpoint_id=pk)  # noqa: E731
        return act(request, None, deed, reverse(LIST), _("The webhook is taken off."))
    text = _("Nothing is posted there any more; calls that still wait are given up.")
    facts = [(_("Address"), row.url)]
    return confirm_page(
        request,
        title=_("Take off the webhook"),
        text=text,
        verb=_("Take off"),
        cancel_url=_url(pk),
        facts=facts,
        danger=True,
    )


@access(MANAGE)
@require_POST
def call_again(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = request_actor(request)
    row = get_object_or_404(selectors.calls(actor), pk=pk)
    url = _url(row.endpoint_id or 0)
    return act(
        request, None, lambda: services.send_again(actor=actor, delivery_id=pk), url, _("It waits to be sent again.")
    )
