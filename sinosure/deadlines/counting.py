"""The window of a kind of clock on the working calendar of the table, its days in the reader's words (LN-3, LN-4)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sinosure.core.workdays import Window, calendar_days, working_days
from sinosure.deadlines.registry import DeadlineKind
from sinosure.reference.services import calendar_around

FIXED, CALENDAR_DAYS, WORKING_DAYS = "fixed", "calendar_days", "working_days"
_COUNT = {CALENDAR_DAYS: calendar_days, WORKING_DAYS: working_days}
HOLIDAYS = {
    "元旦": gettext_lazy("New Year holiday"),
    "春节": gettext_lazy("Spring Festival holiday"),
    "春节延长假期": gettext_lazy("Spring Festival holiday, extended"),
    "农历除夕": gettext_lazy("Lunar New Year's Eve"),
    "清明节": gettext_lazy("Tomb-Sweeping Day holiday"),
    "劳动节": gettext_lazy("Labour Day holiday"),
    "端午节": gettext_lazy("Dragon Boat Festival holiday"),
    "中秋节": gettext_lazy("Mid-Autumn Festival holiday"),
    "国庆节": gettext_lazy("National Day holiday"),
}
_EXCHANGED = re.compile(r"休息日（由 (\d{4}-\d{2}-\d{2}) 调休）")


def window_of(kind: DeadlineKind, starts_on: date, length: int | None = None) -> Window:
    """Count `length` days (the kind's own by default) from day 0. Kinds that end on a named day are not counted."""
    return _COUNT[kind.counting](starts_on, length or kind.length, calendar_around(starts_on))


def in_words(why: Any) -> str:
    """Why a day counts or not; the names of Chinese holidays in the reader's language."""
    text = str(why)
    exchanged = _EXCHANGED.fullmatch(text)
    if exchanged:
        return _("Day off in exchange for work on %(day)s") % {"day": exchanged[1]}
    name = text.removesuffix("（补假）")
    if name not in HOLIDAYS:
        return text
    return _("%(holiday)s (day in lieu)") % {"holiday": HOLIDAYS[name]} if name != text else str(HOLIDAYS[name])
