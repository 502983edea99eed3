"""A choice keeps value, label and tone together, so a chip never guesses its colour."""

from __future__ import annotations

from django.db import models


class TonedChoices(models.TextChoices):
    """`NAME = "NAME", "green", _("Label")`; `.tone` is one of red, amber, green, blue, grey."""

    def __new__(cls, value: str, tone: str = "grey") -> TonedChoices:
        member = str.__new__(cls, value)
        member._value_ = value
        member.tone = tone  # type: ignore[attr-defined]
        return member
