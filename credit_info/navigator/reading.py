"""One row of a file of trade records, read strictly; what was read once (a buyer, a code, a month) is not read again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from credit_info.names import number_key
from credit_info.navigator.models import REASONS
from credit_info.navigator.products import read_code
from sinosure.core.errors import DomainError
from sinosure.core.parsing import clean_name, narrow, parse_country, parse_number

COLUMNS = ("buyer", "country", "hs", "origin", "month", "weight_kg", "amount", "count")
HEADINGS = {
    "买方": "buyer", "买方代码": "buyer", "进口商": "buyer", "国别": "country", "进口国": "country",
    "hs编码": "hs", "hs_code": "hs", "hs6": "hs", "商品编码": "hs", "原产国": "origin", "原产地": "origin", "月份": "month",
    "重量": "weight_kg", "重量（千克）": "weight_kg", "重量(千克)": "weight_kg",
    "金额": "amount", "金额（美元）": "amount", "金额(美元)": "amount", "amount_usd": "amount", "次数": "count", "笔数": "count",
}  # fmt: skip
HOME = "CN"
LARGEST, MOST_TIMES, FIRST_YEAR = Decimal(10) ** 12, 1_000_000, 2000
WEIGHT_PLACES, AMOUNT_PLACES = 3, 2
_WHOLE = r"(?:0|[1-9]\d{0,11})"
_PLAIN = {
    0: re.compile(_WHOLE, re.ASCII).fullmatch,
    2: re.compile(_WHOLE + r"(?:\.\d{1,2})?", re.ASCII).fullmatch,
    3: re.compile(_WHOLE + r"(?:\.\d{1,3})?", re.ASCII).fullmatch,
}
_MONTH = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:月|-01)?|(\d{2}))", re.ASCII).fullmatch
_ESCAPES = str.maketrans({"\\": "\\\\"})


def fault(code: str, column: str) -> DomainError:
    return DomainError(code, REASONS[code], field=column)


class Reader:
    """Reads rows of one file to lines for COPY. `places` says in which cell each column stands."""

    def __init__(self, places: dict[str, int], width: int, known: set[str], this_month: date) -> None:
        self.places, self.width, self.known, self.this_month = places, width, known, this_month
        self._seen: dict[str, dict[str, str]] = {column: {} for column in ("buyer", "country", "hs", "origin", "month")}

    def read(self, cells: list[str]) -> str:
        """The row as it is copied. Raises DomainError with the column as its field."""
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            raise fault("bad_width", "buyer")
        found = [self._once(column, self.cell(cells, column), read) for column, read in self._texts()]
        found.append(_figure("weight_kg", self.cell(cells, "weight_kg"), WEIGHT_PLACES))
        found.append(_figure("amount", self.cell(cells, "amount"), AMOUNT_PLACES))
        found.append(_times(self.cell(cells, "count")))
        return "\t".join(found)

    def cell(self, cells: list[str], column: str) -> str:
        place = self.places[column]
        return cells[place].strip() if place < len(cells) else ""

    def _texts(self) -> tuple[tuple[str, Callable[[str], str]], ...]:
        return (
            ("buyer", _buyer), ("country", self._country), ("hs", _hs6), ("origin", self._origin), ("month", self._month),
        )  # fmt: skip

    def _once(self, column: str, text: str, read: Callable[[str], str]) -> str:
        """The same text reads the same again."""
        found = self._seen[column].get(text)
        if found is None:
            try:
                found = self._seen[column][text] = read(text)
            except DomainError as error:
                error.field = column
                raise
        return found

    def _origin(self, text: str) -> str:
        code = parse_country(text).value
        if code not in self.known:
            raise fault("bad_country", "origin")
        return code

    def _country(self, text: str) -> str:
        code = self._origin(text)
        if code == HOME:
            raise fault("buyer_in_prc", "country")
        return code

    def _month(self, text: str) -> str:
        match = _MONTH(narrow(text))
        year, month = (int(match[1]), int(match[2] or match[3])) if match else (0, 0)
        if not (year >= FIRST_YEAR and 1 <= month <= 12):
            raise fault("bad_month", "month")
        if date(year, month, 1) > self.this_month:
            raise fault("future_month", "month")
        return f"{year}-{month:02d}-01"


def _buyer(text: str) -> str:
    """Code and key of the registration number, either of which may lead to the company."""
    name = clean_name(text, 60).value
    key = number_key(name)
    if not key:
        raise fault("buyer_missing", "buyer")
    return f"{name.upper().translate(_ESCAPES)}\t{key}"


def _hs6(text: str) -> str:
    """Six digits; a longer customs code by its first six."""
    code = read_code(text)
    if len(code) != 6:
        raise fault("bad_hs", "hs")
    return code


def _figure(column: str, text: str, places: int) -> str:
    if _PLAIN[places](text):
        return text
    try:
        value = parse_number(text).value
    except DomainError as error:
        raise fault("out_of_range" if error.code == "out_of_range" else "bad_number", column) from error
    if value < 0:
        raise fault("negative", column)
    if value >= LARGEST:
        raise fault("out_of_range", column)
    if -int(value.normalize().as_tuple().exponent) > places:
        raise fault("too_many_decimals", column)
    return f"{value:f}"


def _times(text: str) -> str:
    found = _figure("count", text, 0)
    if not 1 <= Decimal(found) <= MOST_TIMES:
        raise fault("out_of_range", "count")
    return str(int(Decimal(found)))
