"""The timeline, one alarm, following, and the analysts' desk: write, correct, take in a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from credit_info.alarms import following, publishing, selectors, subjects
from credit_info.alarms.forms import AlarmFilterForm, ChannelsForm, EventForm, FileForm, PublishForm
from credit_info.alarms.models import Dimension, RiskEvent, Severity
from sinosure.academy.rendering import as_html
from sinosure.accounts.access import access, request_actor
from sinosure.notifications.services import mark_read
from sinosure.reference.industries import BY_SECTION
from sinosure.ui.chips import tone_and_label
from sinosure.ui.pages import FORM_PAGE, act, confirm_page, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import tabs

VIEW = "buyers.view"
LIST = "credit_info:alarm-list"


@access(VIEW)
def alarm_list(request: HttpRequest) -> HttpResponseBase:
    """What I follow, or everything; by the three dimensions."""
    actor = request_actor(request)
    form = AlarmFilterForm(request.GET or None)
    rows = selectors.found(actor, **form.chosen())
    if request.GET.get("view") != "all":
        rows = rows.filter(selectors.watch_of(actor).of_events)
    shown = keyset_page(rows, request, order=("-published_at", "-id"))
    context = {
        "page": shown, "filters": form, "unread": selectors.unread_among(actor, shown.rows),
        "any_unread": selectors.unread_count(actor), "may_publish": actor.can("alarms.publish"),
        "tabs": tabs(request, "view", [("", _("What I follow")), ("all", _("All alarms"))]),
    }  # fmt: skip
    return page(request, "credit_info/alarms/list.html", context)


@access(VIEW)
def alarm_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = request_actor(request)
    event = get_object_or_404(selectors.events(actor), pk=pk)
    earlier = selectors.events(actor).filter(subject=event.subject_id).exclude(pk=pk)[:8]
    subject = event.subject
    context = {
        "event": event, "text": as_html(event.text), "earlier": earlier,
        "is_followed": selectors.watch_of(actor).follows(subject.kind, subject.key),
        "may_correct": actor.can("alarms.publish") and not hasattr(event, "correction"),
        "facts_list": _facts(event, actor.is_insurer), "severity_tone": tone_and_label(event, "severity")[0],
    }  # fmt: skip
    return page(request, "credit_info/alarms/detail.html", context)


def _facts(event: RiskEvent, for_staff: bool) -> list[tuple[Any, Any]]:
    rows = [
        (_("Number"), event.number), (_("About"), event.subject.name), (_("Kind"), event.get_kind_display()),
        (_("Happened on"), event.happened_on), (_("Published"), event.published_at), (_("Source"), event.source),
    ]  # fmt: skip
    if for_staff:
        done = event.fan_out
        rows += [(_("Written by"), event.published_by or _("System")), (_("Reached so far"), done.reached)]
        rows += [(_("Everybody told"), done.finished_at or _("not yet"))]
    return rows


@access(VIEW)
@require_POST
def alarm_read(request: HttpRequest) -> HttpResponseBase:
    """Every alarm that reached the reader counts as read."""
    mark_read(request_actor(request), selectors.unread(request_actor(request)))
    return HttpResponseRedirect(reverse(LIST))


@access("alarms.publish")
def alarm_new(request: HttpRequest) -> HttpResponseBase:
    actor = request_actor(request)
    initial = {
        "dimension": request.GET.get("dimension") or Dimension.COMPANY,
        "company": request.GET.get("company", ""),
    }
    form = PublishForm(request.POST or None, initial=initial)
    context = {"title": _("Publish an alarm"), "verb": _("Publish"), "cancel_url": reverse(LIST)}
    return form_page(
        request, FORM_PAGE, form,
        lambda typed: publishing.publish(actor=actor, subject=form.subject(), event=form.event()),
        _url, check=True, preview=_preview, message=_PUBLISHED, context=context,
    )  # fmt: skip


_PUBLISHED = _("The alarm is published; its followers are being told.")
_FOR_GOOD = _("An alarm cannot be changed or taken back, only corrected by a later one.")
_SEVERE = _("A severe alarm also puts every limit that it touches before the underwriters.")


def _preview(typed: dict[str, Any]) -> dict[str, Any]:
    severe = [("red", _SEVERE)] if typed["severity"] == Severity.SEVERE else []
    return {"notes": [("amber", _FOR_GOOD), *severe], "html": as_html(f"{typed['text_zh']}\n\n{typed['text_en']}")}


@access("alarms.publish")
def alarm_correct(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = request_actor(request)
    event = get_object_or_404(selectors.events(actor), pk=pk)
    lines = "\n".join(f"{fact['on']} {fact['text']}" for fact in event.facts)
    initial = {**vars(event), "kind_of_event": event.kind, "facts": lines}
    form = EventForm(request.POST or None, initial=initial)
    context = {
        "title": _("Correct the alarm"), "sub": f"{event.number} · {event.subject}", "verb": _("Publish"),
        "cancel_url": _url(event),
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, form,
        lambda typed: publishing.correct(actor=actor, event_id=pk, event=form.event()),
        _url, check=True, preview=_preview, message=_PUBLISHED, context=context,
    )  # fmt: skip


@access("alarms.publish")
def alarm_import(request: HttpRequest) -> HttpResponseBase:
    """A file is read into the text field, so that what is checked is what is published."""
    actor = request_actor(request)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.FILES and form.is_valid():
        typed = request.POST.copy()
        typed["table"] = form.text
        request.POST = typed  # type: ignore[assignment]
        form = FileForm(typed)
    context = {"title": _("Alarms from a file"), "verb": _("Read"), "cancel_url": reverse(LIST), "intro": _COLUMNS}
    return form_page(
        request, FORM_PAGE, form, lambda typed: publishing.publish_file(actor=actor, rows=form.rows),
        f"{reverse(LIST)}?view=all", check=True, preview=lambda typed: _read_back(form), message=_counted, context=context,
    )  # fmt: skip


_COLUMNS = _(
    "The first row names the columns: dimension, key, severity, kind, happened_on, title_zh, title_en, source; text_zh, "
    "text_en and facts may follow. The key is a country code, the number of an industry or the code of a company."
)


def _read_back(form: FileForm) -> dict[str, Any]:
    facts = [
        (" ".join(named), f"{Severity(one.severity).label} · {one.title_zh} · {one.title_en}")
        for named, one in form.rows
    ]
    readable = _("Can every line be read? A file in a strange encoding shows here.")
    return {"notes": [("amber", readable), ("amber", _FOR_GOOD)], "facts": facts}


def _counted(rows: list[RiskEvent]) -> str:
    text = ngettext("%(count)s alarm is published.", "%(count)s alarms are published.", len(rows))
    return text % {"count": len(rows)}


@access(VIEW)
def following_list(request: HttpRequest) -> HttpResponseBase:
    """Everything I follow, with the channels."""
    rows = selectors.watch_of(request_actor(request)).rows()
    return page(request, "credit_info/alarms/following.html", {"rows": rows})


@access(VIEW)
def alarm_follow(request: HttpRequest) -> HttpResponseBase:
    """Choose a subject and the channels; a button elsewhere posts the same."""
    actor = request_actor(request)
    names = ("dimension", "country", "section", "company")
    form = ChannelsForm(request.POST or None, initial={name: request.GET.get(name, "") for name in names})
    context = {
        "title": _("Follow a country, an industry or a company"),
        "verb": _("Follow"),
        "cancel_url": _back(request),
    }

    def follow(typed: dict[str, Any]) -> Any:
        kind, key = form.subject()
        channels = {"by_email": typed["by_email"], "by_webhook": typed["by_webhook"]}
        return following.follow(actor=actor, kind=kind, key=key, **channels)

    return form_page(request, FORM_PAGE, form, follow, _back(request), message=_("You follow it."), context=context)


@access(VIEW)
def alarm_unfollow(request: HttpRequest) -> HttpResponseBase:
    """A button posts here; the link in an e-mail asks first."""
    asked = request.POST if request.method == "POST" else request.GET
    actor, (kind, key) = request_actor(request), (asked.get(name, "") for name in ("dimension", "key"))
    if request.method != "POST":
        return _ask_to_unfollow(kind, key, request)
    return act(
        request, None, lambda: following.unfollow(actor=actor, kind=kind, key=key), _back(request),
        _("You do not follow it any more."),
    )  # fmt: skip


def _ask_to_unfollow(kind: str, key: str, request: HttpRequest) -> HttpResponseBase:
    thing = next(iter(subjects.named(kind, key).values()))
    name = BY_SECTION[thing].name if kind == Dimension.INDUSTRY else thing
    return confirm_page(
        request, title=_("Stop following %(name)s") % {"name": name}, verb=_("Unfollow"), cancel_url=_back(request),
        text=_("No message and no e-mail about it comes to you any more. You can follow it again at any time."),
    )  # fmt: skip


def _back(request: HttpRequest) -> str:
    """Where the button stood, if that is here."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_here = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return asked if is_here else reverse("credit_info:alarm-following")


def _url(row: RiskEvent) -> str:
    return reverse("credit_info:alarm-detail", args=[row.pk])
