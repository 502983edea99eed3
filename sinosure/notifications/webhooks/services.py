"""Set up, test and take off endpoints; send again what was given up."""

from __future__ import annotations

from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.actor import Actor
from sinosure.audit.services import record
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.notifications.models import Outbox, OutboxState
from sinosure.notifications.webhooks import addresses, queueing, signing
from sinosure.notifications.webhooks.models import WebhookEndpoint

MOST = 10


def add(*, actor: Actor, url: str) -> WebhookEndpoint:
    """A new endpoint with a new secret. Raises what `addresses.checked` raises, `too_many_endpoints`, `endpoint_known`."""
    _check_duty(actor)
    addresses.checked(url.strip())  # asks the name server: not inside the transaction
    with transaction.atomic():
        return _add(actor, url.strip())


def _add(actor: Actor, url: str) -> WebhookEndpoint:
    mine = WebhookEndpoint.objects.visible_to(actor)
    if mine.count() >= MOST:
        message = _("An organisation has at most %(most)s endpoints. Take one off first.")
        raise DomainError("too_many_endpoints", message, field="url", status=409, most=MOST)
    try:
        with transaction.atomic():
            row = WebhookEndpoint.objects.create(
                organisation_id=actor.organisation_id or 0, url=url, secret=signing.sealed(signing.new_secret()),
                created_at=clock.now(), created_by_id=actor.user_id or 0,
            )  # fmt: skip
    except IntegrityError as error:
        message = _("This address is among your endpoints already.")
        raise DomainError("endpoint_known", message, field="url", status=409) from error
    record(actor, "webhook.added", row, detail={"url": url})
    return row


@transaction.atomic
def renew_secret(*, actor: Actor, endpoint_id: int) -> WebhookEndpoint:
    """A new secret signs from now on; the old one is worthless at once."""
    row = _own(actor, endpoint_id)
    row.secret = signing.sealed(signing.new_secret())
    row.save(update_fields=["secret"])
    record(actor, "webhook.secret_renewed", row)
    return row


@transaction.atomic
def remove(*, actor: Actor, endpoint_id: int) -> WebhookEndpoint:
    """Nothing is called there any more; what waits is given up."""
    row = _own(actor, endpoint_id)
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    waiting = Outbox.objects.filter(endpoint=row, state=OutboxState.WAITING)
    waiting.update(state=OutboxState.DEAD, last_error="the endpoint was taken off")
    record(actor, "webhook.removed", row, detail={"url": row.url})
    return row


@transaction.atomic
def test(*, actor: Actor, endpoint_id: int) -> WebhookEndpoint:
    """A call of the kind `test` waits for the relay like any other."""
    row = _own(actor, endpoint_id)
    queueing.queue_for_endpoint("test", {"sent_by": actor.name}, f"test:{uuid4()}", row.pk)
    record(actor, "webhook.tested", row)
    return row


@transaction.atomic
def send_again(*, actor: Actor, delivery_id: int) -> Outbox:
    """One call that was given up waits once more, with the same id, for another day of tries."""
    _check_duty(actor)
    mine = WebhookEndpoint.objects.visible_to(actor)
    row = Outbox.objects.select_for_update(of=("self",)).get(pk=delivery_id, endpoint__in=mine)
    if row.state != OutboxState.DEAD:
        raise DomainError("not_given_up", _("This call was not given up: it waits or has arrived."), status=409)
    row.state, row.attempts, row.created_at = OutboxState.WAITING, 0, clock.now()
    row.next_try_at = row.created_at
    row.save(update_fields=["state", "attempts", "created_at", "next_try_at"])
    record(actor, "webhook.sent_again", row)
    return row


def _own(actor: Actor, endpoint_id: int) -> WebhookEndpoint:
    _check_duty(actor)
    return WebhookEndpoint.objects.visible_to(actor).select_for_update().get(pk=endpoint_id)


def _check_duty(actor: Actor) -> None:
    if not actor.can("webhooks.manage") or actor.organisation_id is None:
        raise NotAllowed()
