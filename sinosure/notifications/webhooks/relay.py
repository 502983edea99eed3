"""Call the endpoints that something waits for: at least once, always with the same id, for 24 hours, then visibly dead.

A row is claimed for a minute in a transaction of its own and called outside of any, so a silent endpoint holds no lock.
After a failure everything else for that endpoint rests as long as the row that failed.
"""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import transaction

from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.notifications.models import Outbox, OutboxState
from sinosure.notifications.relay import put_off
from sinosure.notifications.webhooks import addresses, sending, signing

HELD = timedelta(minutes=1)


def relay(most: int = 50) -> int:
    """Call what is due; returns how many were taken. Several relays may run: each row is held by one of them."""
    sent = 0
    for _ in range(most):
        row = _claim()
        if row is None:
            break
        sent += call(row)
    return sent


@transaction.atomic
def _claim() -> Outbox | None:
    due = Outbox.objects.filter(state=OutboxState.WAITING, channel="webhook", next_try_at__lte=clock.now())
    row = due.select_for_update(skip_locked=True).order_by("next_try_at", "id").first()
    if row is not None:
        row.next_try_at = clock.now() + HELD
        row.save(update_fields=["next_try_at"])
    return row


def call(row: Outbox) -> bool:
    try:
        _post(row)
    except (OSError, DomainError) as error:
        return _failed(row, error)
    row.state, row.sent_at, row.attempts, row.last_error = OutboxState.SENT, clock.now(), row.attempts + 1, ""
    row.save(update_fields=["state", "sent_at", "attempts", "last_error"])
    return True


def _post(row: Outbox) -> None:
    endpoint = row.endpoint
    if endpoint is None or endpoint.removed_at is not None:
        raise sending.CallFailed("the endpoint was taken off")
    body = json.dumps({"type": row.kind, "data": row.params}, ensure_ascii=False).encode()
    sent_at = int((clock.now() - clock.offset()).timestamp())  # a demo's moved date would look stale to the receiver
    headers = signing.headers(signing.opened(endpoint.secret), f"msg_{row.pk}", sent_at, body)
    sending.post(addresses.checked(endpoint.url), body, headers)


@transaction.atomic
def _failed(row: Outbox, error: Exception) -> bool:
    put_off(row, error)
    others = Outbox.objects.filter(endpoint=row.endpoint_id, state=OutboxState.WAITING).exclude(pk=row.pk)
    others.filter(next_try_at__lt=row.next_try_at).update(next_try_at=row.next_try_at)
    return False
