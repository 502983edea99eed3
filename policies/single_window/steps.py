"""The seven steps of the single window (Rulebook §2.3): their order, and which one comes next."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Step(TextChoices):
    AUTH = "AUTH", _("Prove who you are")
    ENTRY = "ENTRY", _("Check that the product fits")
    CONFIRM = "CONFIRM", _("Confirm the proposal")
    SEAL = "SEAL", _("Make the electronic seal")
    SERVICE_AGREEMENT = "SERVICE_AGREEMENT", _("Sign the service agreement")
    DATA_AUTH = "DATA_AUTH", _("Authorise the data")
    SUBMITTED = "SUBMITTED", _("Wait for approval")


ORDER: tuple[str, ...] = tuple(Step.values)
ONCE_PER_FIRM = (Step.SEAL, Step.SERVICE_AGREEMENT, Step.DATA_AUTH)


def position(step: str) -> int:
    """1 to 7."""
    return ORDER.index(step) + 1


def next_step(done: Collection[str], is_known: bool) -> str:
    """The first incomplete step (SW-2). Who the person is must be proved anew in every session: without it, `AUTH`."""
    if not is_known and Step.SUBMITTED not in done:
        return str(Step.AUTH)
    return next((step for step in ORDER if step not in done), str(Step.SUBMITTED))
