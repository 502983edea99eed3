"""Bring an event to each of its followers exactly once: pages of followers, each page in one transaction.

A page writes who was reached, the messages, e-mails and webhooks, and how far it got. A worker that dies in between
leaves nothing of its page behind; the next one goes on from the page before. Nothing but this table knows what is due.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from credit_info.alarms import sources
from credit_info.alarms.models import Dimension, FanOut, RiskEvent, RiskSubject, Subscription
from credit_info.alarms.payload import payload_of
from sinosure.core import clock
from sinosure.notifications import bulk
from sinosure.notifications.webhooks import queueing

BATCH = 5_000
# a new person of the firm follows with it; who took it off has a row already
_DEFAULTS = """
    INSERT INTO credit_info_subscription (user_id, subject_id, is_followed, is_default, by_email, by_webhook, changed_at)
    SELECT u.id, %s, true, true, true, true, %s FROM accounts_user u
    WHERE u.is_active AND u.organisation_id IN ({holders})
        AND EXISTS (SELECT 1 FROM accounts_rolegrant g WHERE g.user_id = u.id AND g.revoked_at IS NULL)
    ON CONFLICT DO NOTHING
"""
_PAGE = """
    WITH page AS (
        SELECT s.id, s.user_id, s.by_email, s.by_webhook FROM credit_info_subscription s
        WHERE s.subject_id = %(subject)s AND s.is_followed AND s.id > %(cursor)s AND s.id <= %(upto)s
        ORDER BY s.id LIMIT %(batch)s),
    reached AS (
        INSERT INTO credit_info_delivery (event_id, user_id, delivered_at)
        SELECT %(event)s, page.user_id, %(now)s FROM page JOIN accounts_user u ON u.id = page.user_id AND u.is_active
        ON CONFLICT DO NOTHING RETURNING user_id)
    SELECT page.id, page.user_id, page.by_email, page.by_webhook, reached.user_id IS NOT NULL
    FROM page LEFT JOIN reached USING (user_id)
"""


def fan_out(batch: int = BATCH) -> int:
    """Everything that is open; returns how many people were reached. Several workers may run, each on its own event."""
    total = 0
    while (reached := advance(batch)) is not None:
        total += reached
    return total


def being_told() -> tuple[int, datetime | None]:
    """How many events are not with all of their followers yet, and when the first of them was published."""
    rows = FanOut.objects.filter(finished_at=None).order_by("pk")
    first = rows.first()
    return rows.count(), first.opened_at if first else None


@transaction.atomic
def advance(batch: int = BATCH) -> int | None:
    """One page of the oldest open event that nobody else works on; None when there is none."""
    state = FanOut.objects.filter(finished_at=None).order_by("pk").select_for_update(skip_locked=True).first()
    if state is None:
        return None
    event = RiskEvent.objects.select_related("subject__country", "subject__obligor__country").get(pk=state.event_id)
    if state.upto is None:
        _add_defaults(event.subject)
        state.upto = _followers(event.subject).aggregate(last=Max("pk"))["last"] or 0
    page = _page(event, state, batch)
    reached = [row for row in page if row[4]]
    _tell(event, reached)
    state.cursor = max((row[0] for row in page), default=state.cursor)
    state.reached += len(reached)
    if len(page) < batch:
        state.finished_at = clock.now()
    state.save(update_fields=["cursor", "upto", "reached", "finished_at"])
    return len(reached)


def _page(event: RiskEvent, state: FanOut, batch: int) -> list[tuple[Any, ...]]:
    values = {
        "event": event.pk, "subject": event.subject_id, "cursor": state.cursor, "upto": state.upto, "batch": batch,
        "now": clock.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, values)
        return list(cursor.fetchall())


def _tell(event: RiskEvent, reached: list[tuple[Any, ...]]) -> None:
    people = [user_id for _pk, user_id, _mail, _hook, _new in reached]
    mailed = [user_id for _pk, user_id, by_email, _hook, _new in reached if by_email]
    hooked = [user_id for _pk, user_id, _mail, by_webhook, _new in reached if by_webhook]
    bulk.tell_people(f"alarm.{event.severity.lower()}", event, _words(event), people, mailed)
    queueing.queue_for_people("alarm.published", payload_of(event), f"alarm:{event.pk}", hooked)


def _words(event: RiskEvent) -> dict[str, str]:
    thing = event.subject.thing
    both = {"subject_zh": getattr(thing, "name_zh", str(thing)), "subject_en": getattr(thing, "name_en", str(thing))}
    return {"title_zh": event.title_zh, "title_en": event.title_en, **both}


def _followers(subject: RiskSubject) -> Any:
    return Subscription.objects.filter(subject=subject, is_followed=True)


def _add_defaults(subject: RiskSubject) -> None:
    """Whoever deals with the company follows it, and its country, unless they took it off."""
    if subject.kind == Dimension.INDUSTRY:
        return
    named = {"obligor": subject.obligor_id} if subject.obligor_id else {"obligor__country": subject.country_id}
    for holders in sources.holders(**named):
        sql, values = holders.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(_DEFAULTS.format(holders=sql), [subject.pk, clock.now(), *values])
