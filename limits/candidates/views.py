"""The underwriters' desk of stop-cover candidates: an alarm, the buyers it touches, what is at stake, stop or keep."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from limits.candidates import selectors, services
from limits.candidates.models import CandidateState, StopCandidate
from sinosure.academy.rendering import as_html
from sinosure.accounts.access import access, request_actor
from sinosure.ui.fields import CommentField
from sinosure.ui.forms import Form
from sinosure.ui.pages import act, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import tabs

DEEDS = {"stop": services.stop, "keep": services.keep}


class DecisionForm(Form):
    """Which buyers, what, and why."""

    chosen = forms.TypedMultipleChoiceField(label=_("Buyers"), coerce=int, required=False)
    decision = forms.ChoiceField(label=_("Decision"), choices=[("stop", _("Stop cover")), ("keep", _("Keep cover"))])
    comment = CommentField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, candidates: list[StopCandidate], **named: Any) -> None:
        super().__init__(*args, **named)
        field: Any = self.fields["chosen"]
        field.choices = [(row.pk, row.obligor.name) for row in candidates if row.state == CandidateState.OPEN]


@access("limits.stop")
def candidate_list(request: HttpRequest) -> HttpResponseBase:
    """By alarm, those with something to decide first."""
    state = "" if request.GET.get("state") == "all" else CandidateState.OPEN.value
    shown = keyset_page(selectors.alarms(request_actor(request), state), request, order=("-published_at", "-id"))
    choices = [("", _("To be decided")), ("all", _("All"))]
    context = {"page": shown, "tabs": tabs(request, "state", choices)}
    return page(request, "limits/candidates/list.html", context)


@access("limits.stop")
def candidate_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One alarm: tick the buyers, stop or keep."""
    actor = request_actor(request)
    event = get_object_or_404(selectors.alarms(actor, ""), pk=pk)
    rows = selectors.of_alarm(actor, pk)
    form = DecisionForm(request.POST or None, candidates=[row for row, _lines in rows])

    def decide(typed: dict[str, Any]) -> Any:
        return DEEDS[typed["decision"]](
            actor=actor, event_id=pk, candidate_ids=typed["chosen"], comment=typed["comment"]
        )

    if request.method == "POST":
        url = reverse("limits:candidate-detail", args=[pk])
        done = act(request, form, decide, url, _("The decision is recorded."))
        if done is not None:
            return done
    ticked = set(request.POST.getlist("chosen"))
    lines = [(row, stakes, str(row.pk) in ticked) for row, stakes in rows]
    context = {"event": event, "rows": lines, "text": as_html(event.text), "is_one": event.waiting == 1}
    return page(request, "limits/candidates/detail.html", context, form)
