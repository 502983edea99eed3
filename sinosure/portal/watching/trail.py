"""The audit trail: who did what to which row, when, and that nothing in it was changed since."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.access import access
from sinosure.audit import selectors
from sinosure.audit.models import AuditEntry
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.fields import DateField
from sinosure.ui.forms import Form
from sinosure.ui.pages import page
from sinosure.ui.paging import keyset_page


class TrailForm(Form):
    """What to look for, kept in the URL; a wrong entry filters nothing and says why."""

    person = forms.CharField(label=_("Person"), required=False, max_length=60)
    action = forms.CharField(
        label=_("Deed"), required=False, max_length=60, help_text=_("Its beginning, for example claim.")
    )
    subject = forms.ChoiceField(label=_("Kind of row"), required=False)
    number = forms.IntegerField(label=_("Row"), required=False, min_value=1, max_value=2**63 - 1)
    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("until"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        kinds = sorted((kind, kind_name(kind)) for kind in selectors.subject_types())
        self.fields["subject"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        if not self.is_bound:
            return {}
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


@access("audit.view")
def trail(request: HttpRequest) -> HttpResponseBase:
    form = TrailForm(request.GET or None)
    rows = selectors.search(**form.chosen())
    if wants_export(request):
        return export(request, rows, _columns(), "audit-trail")
    context = {"page": keyset_page(rows, request), "filters": form, "unsealed": selectors.unsealed()}
    return page(request, "portal/trail.html", context)


def kind_name(subject_type: str) -> str:
    """The kind of row in words; a kind that no longer exists keeps its old name."""
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name)
    except LookupError:
        return subject_type


def _columns() -> list[Column]:
    return [
        Column(_("When"), "at", "moment"),
        Column(_("Person"), "actor_name"),
        Column(_("Deed"), "action"),
        Column(_("Kind of row"), "subject_type"),
        Column(_("Row"), "subject_id"),
        Column(_("Detail"), lambda row: str(row.detail)),
        Column(_("Seal"), _seal),
    ]


def _seal(row: AuditEntry) -> str:
    return row.auditseal.hash if hasattr(row, "auditseal") else ""
