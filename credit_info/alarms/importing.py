"""A table of alarms as text: strict reading, every fault with its row and column; nothing is published until all are right."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from credit_info.alarms.models import BY_SYSTEM, EventKind, Severity
from credit_info.alarms.publishing import DatedFact, NewEvent
from credit_info.alarms.subjects import named
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.parsing import clean_name, parse_date
from sinosure.ui.fields import UNSAFE_MARKS

MOST_ROWS, MOST_FAULTS, LONGEST_TEXT = 500, 50, 10_000
NEEDED = ("dimension", "key", "severity", "kind", "happened_on", "title_zh", "title_en", "source")
COLUMNS = (*NEEDED, "text_zh", "text_en", "facts")
LENGTHS = {"title_zh": 120, "title_en": 200, "source": 200}
Row = tuple[tuple[str, str], NewEvent]


@dataclass(frozen=True)
class Fault:
    """What is wrong in one row; `column` is "" when it is the whole row."""

    row_no: int
    column: str
    code: str
    text: str


def read(text: str) -> tuple[list[Row], list[Fault]]:
    """Rows and faults. Raises `bad_heading`, `no_rows`, `too_many_rows`, `bad_file`."""
    if "\0" in text:
        raise DomainError("bad_file", _("The file holds zero bytes: it is not text. Save it as CSV UTF-8."), status=400)
    try:
        lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error as error:
        raise DomainError("bad_file", _("The file is not a table of comma-separated values.")) from error
    _check_shape(lines)
    rows, faults = [], []
    for number, cells in enumerate(lines, 2):
        try:
            rows.append(_row(cells))
        except DomainError as error:
            faults.append(Fault(number, error.field or "", error.code, error.text))
    return rows, faults[:MOST_FAULTS]


def _check_shape(lines: list[dict[str | Any, Any]]) -> None:
    if not lines:
        raise DomainError("no_rows", _("There is no row under the heading."))
    if len(lines) > MOST_ROWS:
        message = _("There are %(rows)s rows, at most %(most)s are taken at a time. Split the file.")
        raise DomainError("too_many_rows", message, status=413, rows=len(lines), most=MOST_ROWS)
    missing = [name for name in NEEDED if name not in lines[0]]
    if missing:
        message = _("The first row must name the columns; missing: %(missing)s.")
        raise DomainError("bad_heading", message, missing=", ".join(missing))


def _row(cells: dict[str | Any, Any]) -> Row:
    if None in cells:
        raise DomainError("too_many_cells", _("The row has more cells than the heading."))
    got = {name: (cells.get(name) or "").strip() for name in COLUMNS}
    empty = next((name for name in NEEDED if not got[name]), None)
    if empty:
        raise DomainError("cell_missing", _("This cell is needed."), field=empty)
    subject = (got["dimension"].upper(), got["key"])
    named(*subject)
    event = NewEvent(
        severity=_chosen(got, "severity", Severity.values), happened_on=_day(got["happened_on"], "happened_on"),
        kind=_chosen(got, "kind", [one for one in EventKind.values if one not in BY_SYSTEM]),
        facts=facts_of(got["facts"]), text_zh=_text(got, "text_zh"), text_en=_text(got, "text_en"),
        **{name: _line(got, name) for name in LENGTHS},
    )  # fmt: skip
    return subject, event


def _chosen(got: dict[str, str], name: str, values: list[str]) -> str:
    chosen = got[name].upper()
    if chosen not in values:
        message = _("“%(given)s” is none of %(values)s.")
        raise DomainError(f"bad_{name}", message, field=name, given=got[name][:40], values=", ".join(values))
    return chosen


def _line(got: dict[str, str], name: str) -> str:
    try:
        return str(clean_name(got[name], LENGTHS[name]).value)
    except DomainError as error:
        error.field = name
        raise


def _text(got: dict[str, str], name: str) -> str:
    if UNSAFE_MARKS.search(got[name]) or len(got[name]) > LONGEST_TEXT:
        message = _("The text is too long or holds invisible control characters.")
        raise DomainError("bad_text", message, field=name)
    return got[name]


def _day(text: str, field: str) -> Any:
    try:
        day = parse_date(text).value
    except DomainError as error:
        error.field = field
        raise
    if day > clock.today():
        raise DomainError("in_the_future", _("The day is in the future."), field=field)
    return day


def facts_of(text: str) -> tuple[DatedFact, ...]:
    """One a line: the day, a blank, what is known of it. Raises `bad_fact` and what a day raises."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        day, _blank, told = line.partition(" ")
        if not told.strip() or len(told) > 300:
            message = _(
                "“%(line)s”: write the day, a blank, and what happened, such as “2026-11-03 Court opens proceedings”."
            )
            raise DomainError("bad_fact", message, field="facts", line=line[:60])  # fmt: skip
        found.append(DatedFact(_day(day, "facts"), told.strip()))
    return tuple(found)
