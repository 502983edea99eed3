"""Does everything run? What waits in each queue, for how long, and the one deed: try dead messages again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from credit_info.alarms import fan_out as alarms
from declarations.selectors import files_in_work
from sinosure.accounts.access import access, request_actor
from sinosure.audit import selectors as trail
from sinosure.core import clock
from sinosure.deadlines import selectors as deadlines
from sinosure.notifications import selectors as messages
from sinosure.notifications import services as outbox
from sinosure.portal.health import broker_answers, workers
from sinosure.ui.pages import act, page

SEE, MEND = "operations.view", "operations.mend"
LATE = timedelta(minutes=1)


@dataclass(frozen=True)
class Watched:
    """One thing that is watched: green while all is well, else amber or red with what to do."""

    name: Any
    value: Any
    tone: str = "green"
    note: Any = ""


@access(SEE)
def operations(request: HttpRequest) -> HttpResponse:
    context = {
        "watched": list(_watched()),
        "dead": messages.dead()[:50],
        "may_mend": request_actor(request).can(MEND),
        "database": _database(),
    }
    return page(request, "portal/operations.html", context)


@access(MEND)
@require_POST
def try_again(request: HttpRequest) -> HttpResponseBase:
    """Messages that were given up go into the queue once more."""
    return act(request, None, lambda: outbox.revive(request_actor(request)), reverse("portal:operations"), _revived)


def _revived(count: int) -> str:
    return ngettext("%(count)s message waits again.", "%(count)s messages wait again.", count) % {"count": count}


def _watched() -> Iterator[Watched]:
    answers = broker_answers()
    yield _state(
        _("Message broker"), answers, _("Deadlines still fire: the worker looks by itself. Start the broker again.")
    )
    yield _workers() if answers else Watched(_("Workers"), "–", "amber", _("Not known while the broker is away."))
    yield _queue(_("Deadlines that are due"), *deadlines.due_now(), _("Is a worker running?"))
    yield _queue(
        _("E-mails that wait"), *messages.waiting(), _("The mail server refuses or is away; the relay goes on trying.")
    )
    yield _queue(
        _("Webhook calls that wait"),
        *messages.waiting("webhook"),
        _("Is a worker running? A failing endpoint is put off by itself."),
    )
    yield _queue(_("Alarms that are being told"), *alarms.being_told(), _("Is a worker running?"))
    yield _queue(
        _("Trail entries to be sealed"),
        trail.unsealed(),
        trail.oldest_unsealed(),
        _("Is a worker running?"),
    )
    yield _queue(_("Files of shipments in work"), *files_in_work(), _("Is a worker running?"), LATE * 5)


def _state(name: Any, well: bool, advice: Any) -> Watched:
    return Watched(
        name, _("answers") if well else _("does not answer"), "green" if well else "red", "" if well else advice
    )


def _workers() -> Watched:
    names = workers()
    advice = "" if names else _("No worker answers: start one. Nothing is lost meanwhile.")
    return Watched(_("Workers"), len(names), "green" if names else "red", advice)


def _queue(name: Any, count: int, oldest: datetime | None, advice: Any, patience: timedelta = LATE) -> Watched:
    """Amber when the oldest has waited longer than the patience."""
    is_late = oldest is not None and clock.now() - oldest > patience
    return Watched(name, count, "amber" if is_late else "green", advice if is_late else "")


def _database() -> dict[str, Any]:
    """Size, connections and the longest open transaction of this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()) / 1048576, count(*), current_setting('max_connections')::int,"
            " coalesce(extract(epoch FROM max(now() - xact_start))::int, 0), current_setting('server_version')"
            " FROM pg_stat_activity WHERE datname = current_database()"
        )
        megabytes, used, most, longest, version = cursor.fetchone()
    return {"megabytes": megabytes, "used": used, "most": most, "longest": longest, "version": version}
