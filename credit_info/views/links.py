"""Other names of a company, and the group it belongs to."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from credit_info import linking
from credit_info.forms import AliasForm, ParentForm
from credit_info.models import Obligor
from credit_info.views.register import obligor_url
from sinosure.accounts.access import access, request_actor
from sinosure.ui.pages import FORM_PAGE, form_page


@access("buyers.edit")
def alias_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    obligor, actor = _obligor(request, pk), request_actor(request)
    context = {"title": _("Another name"), "sub": obligor.name, "verb": _("Add"), "cancel_url": obligor_url(obligor)}
    return form_page(
        request, FORM_PAGE, AliasForm(request.POST or None),
        lambda data: linking.add_alias(actor=actor, obligor_id=pk, **data), lambda row: obligor_url(obligor),
        message=_("The company is found by this name from now on."), context=context,
    )  # fmt: skip


@access("buyers.edit")
def parent_set(request: HttpRequest, pk: int) -> HttpResponseBase:
    obligor, actor = _obligor(request, pk), request_actor(request)
    form = ParentForm(request.POST or None, initial={"parent": obligor.parent})
    context = {"title": _("Parent company"), "sub": obligor.name, "verb": _("Save"), "cancel_url": obligor_url(obligor)}
    return form_page(
        request, FORM_PAGE, form,
        lambda data: linking.set_parent(actor=actor, obligor_id=pk, parent=data["parent"]), obligor_url, context=context,
    )  # fmt: skip


def _obligor(request: HttpRequest, pk: int) -> Obligor:
    return get_object_or_404(Obligor.objects.visible_to(request_actor(request)).select_related("parent"), pk=pk)
