"""Whose decision new terms for a country need, by what they touch (LIM-14 with the tiers of LIM-15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

COMMITTEE = 4
CLOSED = "SUSPENDED"


class Touch(models.TextChoices):
    """What a change touches; a change may touch several things at once."""

    ANY = "ANY", _("Any change")
    EASIER = "EASIER", _("A better class, or a restriction lifted")
    CLOSED = "CLOSED", _("Cover is suspended")
    REOPENED = "REOPENED", _("Cover that was suspended is opened again")
    CAP_RAISED = "CAP_RAISED", _("The cap goes up")
    CAP_LIFTED = "CAP_LIFTED", _("The cap is taken away")


@dataclass(frozen=True)
class Terms:
    """Class A–E, cover status, cap in USD (None: no cap)."""

    risk_class: str
    cover_status: str
    cap: Decimal | None = None


@dataclass(frozen=True)
class Rule:
    """`level` 1–3: an underwriter of that tier or higher, or the committee; 4: the committee. `above_usd`: caps above it."""

    touch: str
    level: int
    above_usd: Decimal = Decimal(0)


# [D] version 1
DEFAULTS = (
    Rule(Touch.ANY, 1), Rule(Touch.EASIER, 2), Rule(Touch.CLOSED, 3), Rule(Touch.REOPENED, 3),
    Rule(Touch.CAP_RAISED, 2), Rule(Touch.CAP_RAISED, 3, Decimal(10_000_000)), Rule(Touch.CAP_RAISED, 4, Decimal(50_000_000)),
    Rule(Touch.CAP_LIFTED, 4),
)  # fmt: skip


def touched(was: Terms, now: Terms) -> set[str]:
    """A first cap and a lower one are stricter, so they need no more than any change."""
    eased = now.risk_class < was.risk_class or (was.cover_status, now.cover_status) == ("RESTRICTED", "OPEN")
    found = {
        Touch.ANY: True, Touch.EASIER: eased, Touch.CLOSED: now.cover_status == CLOSED != was.cover_status,
        Touch.REOPENED: was.cover_status == CLOSED != now.cover_status,
        Touch.CAP_RAISED: was.cap is not None and now.cap is not None and now.cap > was.cap,
        Touch.CAP_LIFTED: was.cap is not None and now.cap is None,
    }  # fmt: skip
    return {str(touch) for touch, is_so in found.items() if is_so}


def applying(was: Terms, now: Terms, rules: Iterable[Rule]) -> list[Rule]:
    """The rules that bear on this change, the highest level first."""
    things = touched(was, now)
    found = [
        rule
        for rule in rules
        if rule.touch in things and (rule.touch != Touch.CAP_RAISED or (now.cap or 0) > rule.above_usd)
    ]
    return sorted(found, key=lambda rule: -rule.level)


def level_for(was: Terms, now: Terms, rules: Iterable[Rule]) -> int:
    return max((rule.level for rule in applying(was, now, rules)), default=COMMITTEE)
