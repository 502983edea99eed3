"""What the tests of countries ask."""

from __future__ import annotations

from django.test import Client

from credit_info.atlas import cover
from credit_info.atlas.cover import Terms
from credit_info.atlas.models import CoverChange
from tests.factories.people import actor, user

OPEN = Terms("A", "OPEN")
SUSPENDED = Terms("A", "SUSPENDED")


def propose(terms: Terms = SUSPENDED, country: str = "DE", who: str = "zhou", **changes) -> CoverChange:
    given = {"reason": "Payment channels are closed", **changes}
    return cover.propose(actor=actor(who), country=country, terms=terms, **given)


def in_force(terms: Terms = SUSPENDED, country: str = "DE") -> CoverChange:
    return cover.approve(actor=actor("feng"), change_id=propose(terms, country).pk)


def client_of(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client
