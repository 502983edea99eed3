"""Deliver the e-mails that wait in the outbox: at least once, with the same id, retries for 24 hours, then visibly dead."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from sinosure.core import clock
from sinosure.notifications.mail import compose
from sinosure.notifications.models import Outbox, OutboxState

GIVE_UP_AFTER = timedelta(hours=24)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


def relay(batch: int = 50) -> int:
    """Send what is due now; returns how many went out. Several relays may run: each row is held by one of them."""
    sent = 0
    for _ in range(batch):
        outcome = _send_next()
        if outcome is None:
            break
        sent += outcome
    return sent


@transaction.atomic
def _send_next() -> bool | None:
    """One row: True sent, False put off, None when nothing is due."""
    due = Outbox.objects.filter(state=OutboxState.WAITING, channel="email", next_try_at__lte=clock.now())
    row = due.select_for_update(skip_locked=True).order_by("next_try_at", "id").first()
    if row is None:
        return None
    try:
        compose(row).send()
    except (OSError, ValueError, LookupError) as error:  # no way out now, a bad address or header, words without values
        return put_off(row, error)
    row.state, row.sent_at, row.attempts = OutboxState.SENT, clock.now(), row.attempts + 1
    row.save(update_fields=["state", "sent_at", "attempts"])
    return True


def put_off(row: Outbox, error: Exception) -> bool:
    """Wait longer after each try; dead when the first was a day ago."""
    row.attempts += 1
    row.last_error = str(error)[:200]
    wait = min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT)
    row.next_try_at = clock.now() + wait
    if clock.now() - row.created_at > GIVE_UP_AFTER:
        row.state = OutboxState.DEAD
    row.save(update_fields=["attempts", "last_error", "next_try_at", "state"])
    return False
