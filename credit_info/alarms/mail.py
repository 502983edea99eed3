"""What an e-mail about an alarm says besides its title: the facts, what to do next, and how to stop following."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from credit_info.alarms.models import RiskEvent, Severity
from sinosure.notifications.kinds import Detail

NEXT: dict[str, Any] = {
    Severity.INFO: _("Nothing has to be done. Bear it in mind when you next agree terms of payment."),
    Severity.WARNING: _(
        "Before you ship on, look at the credit light and at what is overdue; agree shorter terms or ask for security."
    ),
    Severity.SEVERE: _(
        "Hold back what is not shipped yet until you have read the alarm: cover may be stopped. "
        "If the buyer is late with a payment, mind the last day for the loss notice."
    ),
}


def detail(event_id: int) -> Detail | None:
    """Of the event as it was published."""
    event = (
        RiskEvent.objects.select_related("subject__country", "subject__obligor", "corrects").filter(pk=event_id).first()
    )
    if event is None:
        return None
    lines = [event.text, *(f"{fact['on']} {fact['text']}" for fact in event.facts)]
    return Detail("\n".join(line for line in lines if line), _facts(event), NEXT[event.severity], stop_path(event))


def _facts(event: RiskEvent) -> list[tuple[Any, Any]]:
    rows = [
        (_("Severity"), event.get_severity_display()), (_("About"), event.subject.name),
        (_("Kind"), event.get_kind_display()), (_("Happened on"), event.happened_on.isoformat()),
        (_("Source"), event.source), (_("Number"), event.number),
    ]  # fmt: skip
    if event.corrects:
        rows.append((_("Corrects"), event.corrects.number))
    return rows


def stop_path(event: RiskEvent) -> str:
    subject = event.subject
    return f"{reverse('credit_info:alarm-unfollow')}?{urlencode({'dimension': subject.kind, 'key': subject.key})}"
