"""An event as a webhook and a program read it."""

from __future__ import annotations

from typing import Any

from credit_info.alarms.models import RiskEvent


def payload_of(event: RiskEvent) -> dict[str, Any]:
    """Plain values only; `corrects` names the event that this one puts right."""
    return {
        "number": event.number, "id": event.pk, "severity": event.severity, "kind": event.kind,
        "subject": {"kind": event.subject.kind, "key": event.subject.key, "name": _english(event)},
        "title_zh": event.title_zh, "title_en": event.title_en, "facts": event.facts, "source": event.source,
        "happened_on": event.happened_on.isoformat(), "published_at": event.published_at.isoformat(),
        "corrects": event.corrects.number if event.corrects else None,
    }  # fmt: skip


def _english(event: RiskEvent) -> str:
    return str(getattr(event.subject.thing, "name_en", event.subject.name))
