"""What the tests of alarms ask."""

from __future__ import annotations

from credit_info.alarms import following
from credit_info.models import Subscription
from tests.factories.people import actor


def follow(name: str, kind: str, key: str, **channels: bool) -> Subscription:
    return following.follow(actor=actor(name), kind=kind, key=key, **channels)
