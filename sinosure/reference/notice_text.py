"""Read the State Council's yearly arrangement of holidays as published, or as a table.

    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

Each date is checked against the weekday printed beside it and each holiday against its “共n天”, so that a notice for
another year, or a slip in copying, is refused and not loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.reference.calendar import DayRule

_WEEKDAYS = "一二三四五六日"
_BRACKET = r"(?:[（(](?P<{0}>[^）)]*)[）)])?"
_DAY = r"(?:(?P<{0}year>\d{{4}})年)?(?:(?P<{0}month>\d{{1,2}})月)?(?P<{0}day>\d{{1,2}})日"
_FIRST, _LAST = (_DAY.format(side) + _BRACKET.format(f"{side}note") for side in ("a_", "b_"))
_SPAN = re.compile(rf"{_FIRST}(?:\s*至\s*{_LAST})?")
_ITEM = re.compile(r"[一二三四五六七八九十]+、\s*(?P<name>[^：:\n]{1,20})[：:]")
_KEYWORD = re.compile("放假|上班")
_TOTAL = re.compile(r"共(\d+)天")
_ROW = re.compile(r"^\s*(\d{4}-\d{2}-\d{2})\s*[,，\t]\s*(work|rest|班|休)\s*(?:[,，\t]\s*(\S.*?))?\s*$", re.M)


def parse_notice(text: str, year: int) -> list[DayRule]:
    """Every day that the notice takes off or orders to work, by date. Raises DomainError on field `text`."""
    rows = list(_table_rows(text))
    rules = rows or [rule for name, item in _items(text) for rule in _rules_of(name, item, year)]
    if not rules:
        raise DomainError(
            "no_days_found",
            _("No holidays were found. Paste the text of the notice, or rows like 2027-01-01,rest,元旦."), field="text",
        )  # fmt: skip
    return sorted((rule for rule in rules if not _is_idle_neighbour(rule, year)), key=lambda rule: rule.date)


def _is_idle_neighbour(rule: DayRule, year: int) -> bool:
    """A weekend day of the year before or after that is off anyway (a New Year holiday that begins in December)."""
    return rule.date.year != year and rule.is_workday == (rule.date.weekday() < 5)


def _table_rows(text: str) -> Iterator[DayRule]:
    for day, kind, name in _ROW.findall(text):
        yield DayRule(_made(day, *map(int, day.split("-"))), kind in ("work", "班"), name[:60])


def _items(text: str) -> Iterator[tuple[str, str]]:
    """(name of the holiday, its sentences)."""
    heads = list(_ITEM.finditer(text))
    for head, following in zip_longest(heads, heads[1:]):
        end = following.start() if following else len(text)
        yield head["name"].strip(), text[head.end() : end]


def _rules_of(name: str, item: str, year: int) -> Iterator[DayRule]:
    for span in _SPAN.finditer(item):
        keyword = _KEYWORD.search(item, span.end())
        if keyword is None:
            continue
        days = _days(span, year)
        if keyword[0] == "放假":
            _check_total(name, days, item[keyword.end() :])
        for day in days:
            yield DayRule(day, keyword[0] == "上班", name)


def _days(span: re.Match[str], year: int) -> list[date]:
    last_month = span["b_month"] or span["a_month"]
    begins_before = bool(span["b_month"]) and int(span["a_month"]) > int(last_month)
    first_year = int(span["a_year"] or year - begins_before)
    first = _checked(span[0], first_year, span["a_month"], span["a_day"], span["a_note"])
    if span["b_day"] is None:
        return [first]
    last = _checked(span[0], int(span["b_year"] or year), last_month, span["b_day"], span["b_note"])
    length = (last - first).days
    if not 0 <= length <= 15:
        raise DomainError("bad_span", _("“%(text)s” is not a span of holidays."), field="text", text=span[0])
    return [first + timedelta(days=n) for n in range(length + 1)]


def _checked(text: str, year: int, month: str | None, day: str, note: str | None) -> date:
    """The date, whose weekday must be the one printed."""
    found = _made(text, year, int(month or 0), int(day))
    printed = re.search(f"(?:周|星期)([{_WEEKDAYS}])", note or "")
    if printed and _WEEKDAYS[found.weekday()] != printed[1]:
        raise DomainError(
            "weekday_differs",
            _("“%(text)s”: %(day)s is another weekday than printed. Is this the notice for that year?"),
            field="text", text=text, day=found,
        )  # fmt: skip
    return found


def _made(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DomainError("bad_date", _("“%(text)s” is not a date."), field="text", text=text) from error


def _check_total(name: str, days: list[date], after: str) -> None:
    total = _TOTAL.search(after.split("。")[0])
    if total and int(total[1]) != len(days):
        raise DomainError(
            "total_differs",
            _("%(name)s: the notice says %(printed)s days, %(found)s were read. Check the text."),
            field="text", name=name, printed=total[1], found=len(days),
        )  # fmt: skip
