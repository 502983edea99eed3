"""Who may be on a list: exports of the year before within the plan's threshold, one place on the same days (PLT-1, PLT-4). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

TWICE_IN_FILE, ABOVE, LISTED, INSURED, NOT_AN_EXPORTER, NO_EXPORTS = (
    "duplicate_in_file", "above_threshold", "listed_already", "insured_already", "not_an_exporter", "no_exports",
)  # fmt: skip
SENTENCES: dict[str, str] = {
    TWICE_IN_FILE: gettext_noop("This code stands in row %(row)s already. Delete one of the two rows."),
    ABOVE: gettext_noop("Exports of %(exports)s are above the platform's threshold of %(ceiling)s."),
    NO_EXPORTS: gettext_noop("The export value of the year before must be above 0."),
    LISTED: gettext_noop("This enterprise is on list %(list)s of %(platform)s already, for the same days."),
    INSURED: gettext_noop("This enterprise is insured under %(policy)s until %(until)s. List it again after that day."),
    NOT_AN_EXPORTER: gettext_noop("This code belongs to an organisation that is not an exporter."),
}


@dataclass(frozen=True)
class Candidate:
    """What a row says of an enterprise."""

    row_no: int
    uscc: str
    exports_last_year: Decimal


@dataclass(frozen=True)
class Fault:
    """Why it is not taken; `params` fill the sentence."""

    code: str
    field: str
    params: Mapping[str, Any]

    @property
    def message(self) -> str:
        return SENTENCES[self.code]


@dataclass(frozen=True)
class Known:
    """What holds against a place: rows before by code, places on other lists, cover under other policies, other organisations."""

    rows: Mapping[str, int]
    places: Mapping[str, tuple[str, str]]
    covers: Mapping[str, tuple[str, date]]
    others: frozenset[str] = frozenset()


def fault_of(one: Candidate, max_exports: Decimal, known: Known) -> Fault | None:
    """The first thing that is against it, in the order in which a person would look."""
    if one.uscc in known.rows:
        return Fault(TWICE_IN_FILE, "uscc", {"row": known.rows[one.uscc]})
    return _size(one, max_exports) or _standing(one, known)


def _size(one: Candidate, max_exports: Decimal) -> Fault | None:
    if one.exports_last_year <= 0:
        return Fault(NO_EXPORTS, "exports_last_year", {})
    if one.exports_last_year > max_exports:
        shown = {"exports": f"{one.exports_last_year:,.2f}", "ceiling": f"{max_exports:,.2f}"}
        return Fault(ABOVE, "exports_last_year", shown)
    return None


def _standing(one: Candidate, known: Known) -> Fault | None:
    if one.uscc in known.others:
        return Fault(NOT_AN_EXPORTER, "uscc", {})
    if one.uscc in known.places:
        platform, listed = known.places[one.uscc]
        return Fault(LISTED, "uscc", {"platform": platform, "list": listed})
    if one.uscc in known.covers:
        policy, until = known.covers[one.uscc]
        return Fault(INSURED, "uscc", {"policy": policy, "until": until.isoformat()})
    return None
