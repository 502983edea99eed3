"""A pasted list of buyers against the register: each line with its best match and light, or not found."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credit_info.models import Light, Obligor
from credit_info.searching import Hit, search
from sinosure.core.errors import DomainError
from sinosure.reference.models import Country

MOST_LINES = 200


@dataclass(frozen=True)
class Line:
    """One line as written: a name or number, and a country code where one was given."""

    number: int
    name: str
    country: str


@dataclass(frozen=True)
class Checked:
    """A line with what the register knows; `obligor` is None when nothing fits, which is not the same as safe."""

    line: Line
    obligor: Obligor | None
    likeness: float

    @property
    def light(self) -> str:
        return self.obligor.light if self.obligor else Light.UNKNOWN


def lines_of(text: str) -> list[Line]:
    """“Name”, “Name, DE” or two columns of a sheet; blank lines fall out. Raises `no_lines`, `too_many_lines` (413)."""
    written = [line.strip() for line in text.splitlines()]
    found = [(number, line, _tail(line)) for number, line in enumerate(written, 1) if line]
    if not found:
        raise DomainError("no_lines", _("Paste at least one name."), field="names")
    if len(found) > MOST_LINES:
        message = _("The list has %(lines)s lines, at most %(most)s are checked at a time. Split it.")
        raise DomainError("too_many_lines", message, field="names", status=413, lines=len(found), most=MOST_LINES)
    known = _countries(tail for _number, _text, tail in found)
    return [_line(number, text, tail, known) for number, text, tail in found]


def _tail(text: str) -> str:
    """What stands in the last column, or behind the last comma; "" where there is one column."""
    cells = text.split("\t") if "\t" in text else next(csv.reader([text]), [])
    return cells[-1].strip() if len(cells) > 1 else ""


def _countries(names: Iterable[str]) -> dict[str, str]:
    """Codes by what was written, of those that name a country; “GmbH & Co., Ltd.” does not."""
    wanted = {name for name in names if 1 < len(name) <= 60}
    rows = Country.objects.filter(
        Q(code__in={one.upper() for one in wanted}) | Q(name_zh__in=wanted) | Q(name_en__in=wanted)
    )
    return {name.casefold(): row.code for row in rows for name in (row.code, row.name_zh, row.name_en)}


def _line(number: int, text: str, tail: str, known: dict[str, str]) -> Line:
    country = known.get(tail.casefold(), "") if tail else ""
    name = text[: -len(tail)].rstrip(" \t,") if country else text.replace("\t", " ")
    return Line(number, name.strip('" ')[:200], country)


def check(lines: list[Line]) -> list[Checked]:
    """In the order of the list; one search a line."""
    best = [next(iter(search(line.name, line.country, 1)), None) for line in lines]
    rows = Obligor.objects.filter(pk__in=[hit.obligor_id for hit in best if hit]).select_related("country")
    by_id = {row.pk: row for row in rows}
    return [_checked(line, hit, by_id) for line, hit in zip(lines, best, strict=True)]


def _checked(line: Line, hit: Hit | None, by_id: dict[int, Obligor]) -> Checked:
    return Checked(line, by_id.get(hit.obligor_id) if hit else None, hit.likeness if hit else 0.0)
