"""Alarms among the news of a country or an industry."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from credit_info.alarms.models import Severity
from credit_info.alarms.selectors import events
from credit_info.atlas.sources import News
from sinosure.accounts.actor import Actor

MOST = 8


def from_alarms(actor: Actor, country: str, industry: int) -> Iterable[News]:
    """Those on the country or industry itself that nothing corrects, for who may read alarms."""
    about = {"subject__country": country} if country else {"subject__section": industry}
    for row in events(actor).filter(correction=None, **about)[:MOST]:
        severity = Severity(row.severity)
        url = reverse("credit_info:alarm-detail", args=[row.pk])
        yield News(row.happened_on, row.title, url, row.source, severity.tone, severity.label)  # type: ignore[attr-defined]
