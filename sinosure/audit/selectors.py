"""Read the trail: by person, deed, row, customer and day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from sinosure.audit.models import AuditEntry
from sinosure.core import clock


def deeds_of(user_id: int, most: int) -> QuerySet[AuditEntry]:
    """What a person did last."""
    return AuditEntry.objects.filter(actor_id=user_id).order_by("-id")[:most]


def search(
    *, person: str = "", action: str = "", subject: str = "", number: int | None = None, since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEntry]:  # fmt: skip
    """Entries, the newest first. `person` is a name or its beginning; days are Beijing days, both included."""
    rows = AuditEntry.objects.order_by("-id").select_related("auditseal")
    wanted: dict[str, Any] = {
        "actor_name__istartswith": person, "action__startswith": action, "subject_type": subject, "subject_id": number,
        "at__gte": clock.start_of(since) if since else None, "at__lt": clock.end_of(until) if until else None,
    }  # fmt: skip
    return rows.filter(Q(**{name: value for name, value in wanted.items() if value not in ("", None)}))


def subject_types() -> list[str]:
    """Kinds of rows that the trail knows, by a loose index scan: as fast with a million entries as with ten."""
    found: list[str] = []
    names = AuditEntry.objects.order_by("subject_type").values_list("subject_type", flat=True)
    while (name := names.filter(subject_type__gt=found[-1] if found else "").first()) is not None:
        found.append(name)
    return found


def unsealed() -> int:
    """Entries that wait for their seal."""
    return AuditEntry.objects.filter(auditseal=None).count()


def oldest_unsealed() -> datetime | None:
    first = AuditEntry.objects.filter(auditseal=None).order_by("id").first()
    return first.at if first else None
