"""Staff pages: the working calendar, a new year's notice, and the demo's business date."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sinosure.accounts.access import SIGNED_IN, access
from sinosure.core import clock
from sinosure.deadlines import business_date, calendar_services, selectors
from sinosure.deadlines.counting import in_words
from sinosure.deadlines.forms import BusinessDateForm, CalendarForm
from sinosure.deadlines.models import DraftState
from sinosure.deadlines.recompute import Moved
from sinosure.reference.calendar import DayRule
from sinosure.reference.services import calendar_of
from sinosure.ui.pages import act, form_page, page

MOST_SHOWN = 60


@dataclass(frozen=True)
class GridDay:
    """One square of the year grid."""

    day: date
    css: str
    title: str


@dataclass(frozen=True)
class Month:
    name: str
    weeks: list[list[GridDay | None]]
    workdays: int


@access(SIGNED_IN)
def calendar_year(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The working days of a year, with what is official and what is not published yet."""
    years = selectors.calendar_years()
    chosen = next((one for one in years if one.year == (year or clock.today().year)), None)
    may_load = request.actor.can(calendar_services.CAPABILITY)
    grid = [_month(chosen.year, month) for month in range(1, 13)] if chosen else []
    context = {
        "years": years, "chosen": chosen, "year": year or clock.today().year, "grid": grid, "may_load": may_load,
        "workdays": sum(month.workdays for month in grid), "alarm": selectors.calendar_alarm(request.actor),
        "drafts": selectors.waiting_drafts() if may_load else [],
    }  # fmt: skip
    return page(request, "reference/calendar.html", context)


def _month(year: int, month: int) -> Month:
    calendar, weeks, workdays = calendar_of(year, year), [], 0
    for week in months.Calendar(0).monthdatescalendar(year, month):
        row: list[GridDay | None] = []
        for day in week:
            if day.month != month:
                row.append(None)
                continue
            is_workday, weekend = calendar.is_workday(day), day.weekday() >= 5
            workdays += is_workday
            row.append(GridDay(day, _css(is_workday, weekend, day), in_words(calendar.why(day))))
        weeks.append(row)
    return Month(str(MONTHS[month]), weeks, workdays)


def _css(is_workday: bool, weekend: bool, day: date) -> str:
    kind = ("makeup" if weekend else "work") if is_workday else ("weekend" if weekend else "holiday")
    return f"cal__{kind}{' cal__today' if day == clock.today() else ''}"


@access(calendar_services.CAPABILITY)
def calendar_new(request: HttpRequest) -> HttpResponseBase:
    """Paste or upload a notice, look at what it moves, hand it to a second administrator."""
    form = CalendarForm(request.POST or None, request.FILES or None, initial={"year": selectors.year_to_load()})
    if request.FILES and form.is_valid():  # the file's text goes into the box, where it can be read before going on
        kept = {name: form.cleaned_data[name] for name in ("year", "source", "text")}
        form = CalendarForm(initial=kept)
        form.fields["text"].help_text = _("Read from the file. Check it, then continue.")
        return page(request, "reference/calendar_new.html", {}, form)
    return form_page(
        request, "reference/calendar_new.html", form,
        deed=lambda data: calendar_services.propose(
            actor=request.actor, year=data["year"], text=data["text"], source=data["source"]
        ),
        success_url=lambda draft: reverse("deadlines:calendar-draft", args=[draft.pk]),
        check=True, preview=_preview, context={"verb": _("Hand to a second administrator")},
        message=gettext_lazy("Kept. A second administrator must confirm before the calendar changes."),
    )  # fmt: skip


def _preview(data: dict[str, Any]) -> dict[str, Any]:
    found = calendar_services.preview(year=data["year"], text=data["text"])
    return {"facts": list(_facts(found.rules)), "notes": [("blue", _moves_text(found.moves))]}


def _facts(rules: list[DayRule]) -> Iterator[tuple[str, str]]:
    """Holidays and make-up days as spans."""
    for name, is_workday, first, last in _spans(rules):
        span = first.isoformat() if first == last else f"{first} – {last}"
        yield (
            (in_words(name) or _("Day off")),
            (_("worked: %(span)s") if is_workday else _("off: %(span)s")) % {"span": span},
        )


def _spans(rules: list[DayRule]) -> Iterator[tuple[str, bool, date, date]]:
    start: DayRule | None = None
    last: DayRule | None = None
    for rule in rules:
        follows = last and rule.date == last.date + timedelta(days=1)
        if start and last and not (follows and (rule.name, rule.is_workday) == (start.name, start.is_workday)):
            yield start.name, start.is_workday, start.date, last.date
            start = None
        start, last = start or rule, rule
    if start and last:
        yield start.name, start.is_workday, start.date, last.date


def _moves_text(moves: list[Moved]) -> str:
    rows, days = sum(move.count for move in moves), sum(move.count for move in moves if not move.is_same_day)
    return _("%(rows)s open deadlines are counted anew; %(days)s of them get another last valid day.") % {
        "rows": rows, "days": days,
    }  # fmt: skip


@access(calendar_services.CAPABILITY)
def calendar_draft(request: HttpRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(selectors.drafts(), pk=pk)
    is_waiting = draft.state == DraftState.PROPOSED
    moves = calendar_services.preview(year=draft.year, text=draft.text).moves if is_waiting else []
    stored = draft.moved if not is_waiting else [move.as_json() for move in moves]
    context = {
        "draft": draft, "facts": list(_facts([DayRule.from_json(one) for one in draft.exceptions])),
        "moves": [_stored_move(one) for one in stored[:MOST_SHOWN]], "left_out": max(0, len(stored) - MOST_SHOWN),
        "may_confirm": is_waiting and draft.proposed_by_id != request.actor.user_id, "is_waiting": is_waiting,
        "moves_text": _moves_text(moves) if is_waiting else "",
    }  # fmt: skip
    return page(request, "reference/calendar_draft.html", context)


def _stored_move(move: dict[str, Any]) -> dict[str, Any]:
    kind = selectors.KINDS.get(move["kind"])
    return {**move, "title": kind.plain_title if kind else move["kind"], "old": move["from"], "new": move["to"]}


def _acted(request: HttpRequest, *deed: Any) -> HttpResponseBase:
    """A deed without a form always answers: it redirects or refuses."""
    answer = act(request, *deed)
    assert answer is not None
    return answer


@access(calendar_services.CAPABILITY)
@require_POST
def calendar_confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _acted(
        request, None, lambda: calendar_services.confirm(actor=request.actor, draft_id=pk),
        lambda draft: reverse("deadlines:calendar-year", args=[draft.year]),
        gettext_lazy("The calendar is loaded and every open deadline that it touches was counted anew."),
    )  # fmt: skip


@access(calendar_services.CAPABILITY)
@require_POST
def calendar_discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _acted(
        request, None, lambda: calendar_services.discard(actor=request.actor, draft_id=pk),
        reverse("deadlines:calendar"), gettext_lazy("Discarded. The calendar is as it was."),
    )  # fmt: skip


@access("reference.clock")
def move_date(request: HttpRequest) -> HttpResponseBase:
    """Move the demo's date forward, or back to the real one."""
    form = BusinessDateForm(request.POST or None, initial={"day": clock.today() + timedelta(days=1)})
    return form_page(
        request, "reference/business_date.html", form,
        deed=lambda data: business_date.move_to(actor=request.actor, day=data["day"]),
        success_url=reverse("deadlines:business-date"), context={"real": clock.unmoved_today()},
        message=gettext_lazy("The business date was moved. Deadlines that fall due now take effect within seconds."),
    )  # fmt: skip


@access("reference.clock")
@require_POST
def reset_date(request: HttpRequest) -> HttpResponseBase:
    return _acted(
        request, None, lambda: business_date.reset(actor=request.actor), reverse("deadlines:business-date"),
        gettext_lazy("The business date is the real date again."),
    )  # fmt: skip
