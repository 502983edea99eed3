"""Who applies: three methods behind one interface (SW-1). What is shipped is simulated, and says so everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.db.models import TextChoices
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError


class Method(TextChoices):
    IC_CARD = "IC_CARD", _("IC card of the legal person (recommended)")
    LEGAL_ID = "LEGAL_ID", _("Identity card of the legal representative")
    BANK_UKEY = "BANK_UKEY", _("UKEY of a bank")


class Assurance(TextChoices):
    SUBSTANTIAL = "SUBSTANTIAL", _("Substantial")
    HIGH = "HIGH", _("High")


@dataclass(frozen=True)
class Identity:
    """What a provider answers: the subject with its number masked, and how far one may rely on it."""

    method: str
    subject: str
    assurance: str
    provider: str
    is_simulated: bool


class IdentityProvider(Protocol):
    """A back-end that proves a person with a card, an identity document or a key."""

    is_simulated: bool

    def prove(self, method: str, name: str, number: str) -> Identity:
        """Raises `unknown_method`, `bad_identity`."""


# method -> (what its number looks like, assurance level [D])
_NUMBERS = {
    Method.IC_CARD: (re.compile(r"[0-9A-Z]{8,30}"), Assurance.HIGH),
    Method.LEGAL_ID: (re.compile(r"[0-9]{17}[0-9X]"), Assurance.SUBSTANTIAL),
    Method.BANK_UKEY: (re.compile(r"[0-9A-Z]{8,30}"), Assurance.HIGH),
}


class SimulatedProvider:
    """Looks at the form of a number and proves nobody. For demonstration; no national trust service stands behind it."""

    is_simulated = True

    def prove(self, method: str, name: str, number: str) -> Identity:
        if method not in _NUMBERS:
            raise DomainError("unknown_method", _("Choose one of the three methods."), field="method")
        pattern, assurance = _NUMBERS[Method(method)]
        plain = number.replace(" ", "").upper()
        if not pattern.fullmatch(plain):
            message = _("This number does not have the form of the chosen method. Check it and try again.")
            raise DomainError("bad_identity", message, field="number")
        return Identity(method, f"{name} {masked(plain)}", assurance, "simulated", is_simulated=True)


def masked(number: str) -> str:
    """The last four characters; the rest is not kept."""
    return f"****{number[-4:]}"


def provider() -> IdentityProvider:
    """The back-end of this installation."""
    found: Any = import_string(settings.IDENTITY_PROVIDER)
    made: IdentityProvider = found()
    return made
