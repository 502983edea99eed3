"""Put a call to the endpoints of an organisation into the outbox, in the transaction of the deed it tells of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from sinosure.core import clock

# `recipient` is the host alone: the rest of an address may be a secret, and operations see it
# one call an endpoint, however many of its organisation's people follow and in however many pages they come
_QUEUE = """
    INSERT INTO notifications_outbox
        (dedup, channel, recipient, kind, params, language, state, attempts, next_try_at, created_at, last_error, endpoint_id)
    SELECT %(dedup)s || ':endpoint:' || e.id, 'webhook', left(split_part(e.url, '/', 3), 254), %(kind)s, %(params)s::jsonb, '',
        'WAITING', 0, %(now)s, %(now)s, '', e.id
    FROM notifications_webhookendpoint e WHERE e.removed_at IS NULL AND {whose}
    ON CONFLICT DO NOTHING
"""
_OF_PEOPLE = "e.organisation_id IN (SELECT u.organisation_id FROM accounts_user u WHERE u.id = ANY(%(whom)s::bigint[]))"
_ONE = "e.id = %(whom)s"


def queue_for_people(kind: str, data: dict[str, Any], dedup: str, people: Sequence[int]) -> None:
    """To each endpoint of the organisations of these people."""
    if people:
        _queue(_OF_PEOPLE, kind, data, dedup, list(people))


def queue_for_endpoint(kind: str, data: dict[str, Any], dedup: str, endpoint_id: int) -> None:
    _queue(_ONE, kind, data, dedup, endpoint_id)


def _queue(whose: str, kind: str, data: dict[str, Any], dedup: str, whom: Any) -> None:
    values = {"dedup": dedup, "kind": kind, "params": json.dumps(data), "now": clock.now(), "whom": whom}
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE.format(whose=whose), values)
