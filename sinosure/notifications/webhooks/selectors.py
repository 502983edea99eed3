"""Endpoints and the calls that went to them, as their owner sees them."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from sinosure.accounts.actor import Actor
from sinosure.notifications.models import Outbox, OutboxState
from sinosure.notifications.webhooks.models import WebhookEndpoint


def endpoints(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """The newest first, with how many calls arrived, wait and were given up."""
    counts = {state.lower(): Count("deliveries", filter=Q(deliveries__state=state)) for state in OutboxState.values}
    return WebhookEndpoint.objects.visible_to(actor).select_related("created_by").annotate(**counts).order_by("-pk")


def calls(actor: Actor, endpoint_id: int | None = None) -> QuerySet[Outbox]:
    """Calls to the actor's endpoints, the newest first."""
    mine = WebhookEndpoint.objects.visible_to(actor)
    rows = Outbox.objects.filter(channel="webhook", endpoint__in=mine).order_by("-pk")
    return rows if endpoint_id is None else rows.filter(endpoint=endpoint_id)
