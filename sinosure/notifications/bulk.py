"""Tell many people the same thing in one statement: a line in each inbox, an e-mail to those who want one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from sinosure.core import clock

_TELL = """
    WITH told AS (
        INSERT INTO notifications_message (organisation_id, user_id, role, kind, params, subject_type, subject_id, sent_at)
        SELECT u.organisation_id, u.id, '', %(kind)s, %(params)s::jsonb, %(type)s, %(subject)s, %(now)s
        FROM accounts_user u WHERE u.id = ANY(%(people)s::bigint[]) RETURNING id, user_id)
    INSERT INTO notifications_outbox
        (dedup, channel, recipient, kind, params, subject_id, language, state, attempts, next_try_at, created_at, last_error)
    SELECT 'message:' || told.id || ':' || u.id, 'email', u.email, %(kind)s, %(params)s::jsonb, %(subject)s, u.language, 'WAITING',
        0, %(now)s, %(now)s, ''
    FROM told JOIN accounts_user u ON u.id = told.user_id
    WHERE u.email <> '' AND u.id = ANY(%(mailed)s::bigint[])
    ON CONFLICT DO NOTHING
"""


def tell_people(
    kind: str, subject: models.Model, params: dict[str, Any], people: Sequence[int], mailed: Sequence[int]
) -> None:
    """A message to each of `people`, an e-mail to those who also stand in `mailed` and have an address."""
    values = {
        "kind": kind, "params": json.dumps(params), "type": subject._meta.label_lower, "subject": subject.pk,
        "now": clock.now(), "people": list(people), "mailed": list(mailed),
    }  # fmt: skip
    if people:
        with connection.cursor() as cursor:
            cursor.execute(_TELL, values)
