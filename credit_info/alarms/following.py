"""Follow and unfollow, each person for themselves. What follows by default needs no row until somebody changes it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info.alarms.models import Subscription
from credit_info.alarms.subjects import subject_of
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed

MOST = 2_000


@transaction.atomic
def follow(*, actor: Actor, kind: str, key: str, by_email: bool = True, by_webhook: bool = True) -> Subscription:
    """Following twice changes the channels and nothing else. Raises `unknown_subject`, `too_many_subscriptions`."""
    _check_room(actor)
    return _set(actor, kind, key, is_followed=True, by_email=by_email, by_webhook=by_webhook)


@transaction.atomic
def unfollow(*, actor: Actor, kind: str, key: str) -> Subscription:
    """Remembered, so that what follows by default stays off."""
    return _set(actor, kind, key, is_followed=False)


def _set(actor: Actor, kind: str, key: str, **wanted: bool) -> Subscription:
    if not actor.can("buyers.view") or actor.user_id is None:
        raise NotAllowed()
    subject = subject_of(kind, key)
    row, is_new = Subscription.objects.select_for_update().get_or_create(
        user_id=actor.user_id, subject=subject, defaults={**wanted, "changed_at": clock.now()}
    )
    if is_new or any(getattr(row, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(row, name, value)
        row.is_default, row.changed_at = False, clock.now()
        row.save(update_fields=[*wanted, "is_default", "changed_at"])
        action = "alarm.followed" if row.is_followed else "alarm.unfollowed"
        audit.record(actor, action, row, detail={"kind": kind, "key": subject.key, **wanted})
    return row


def _check_room(actor: Actor) -> None:
    if Subscription.objects.visible_to(actor).filter(is_followed=True).count() >= MOST:
        message = _("You follow %(most)s subjects already. Take some off first.")
        raise DomainError("too_many_subscriptions", message, status=409, most=MOST)
