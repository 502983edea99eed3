"""What a service raises when the answer is no: one exception that a page and the API can both explain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refused deed: a machine code, a sentence that says what to do next, and the field it concerns.

    `message` is a lazy msgid with named placeholders filled from `params`; `status` is the HTTP status of the API.
    `outlives` writes what has to stay although the deed is undone; whoever undoes it calls `keep` afterwards.
    """

    outlives: Callable[[], object] | None = None

    def __init__(self, code: str, message: Any, field: str | None = None, status: int = 422, **params: Any) -> None:
        super().__init__(code)
        self.code, self.message, self.field, self.status, self.params = code, message, field, status, params

    def keep(self) -> None:
        if self.outlives is not None:
            self.outlives()

    @property
    def text(self) -> str:
        """The sentence in the language that is active now."""
        return str(self.message) % self.params if self.params else str(self.message)

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


class NotAllowed(DomainError):
    """403: the actor lacks the capability, or would be their own second person."""

    def __init__(self, code: str = "not_allowed", message: Any = None, **params: Any) -> None:
        default = _("Your role does not allow this. Ask a colleague who holds the duty.")
        super().__init__(code, message or default, status=403, **params)


class WrongState(DomainError):
    """409: the row is not in a state from which this move starts."""

    def __init__(self, action: str, state: str) -> None:
        message = _("This cannot be done now: the state is “%(state)s”. Reload the page to see what comes next.")
        super().__init__("wrong_state", message, status=409, action=action, state=state)


class Stale(DomainError):
    """409: somebody changed the row after the form was opened."""

    def __init__(self) -> None:
        message = _(
            "Somebody changed this while you were working. Compare your entries with the new version and send again."
        )
        super().__init__("stale", message, status=409)
