"""One row of a file, read strictly by the same doors as the form; every fault with its column, code and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from credit_info.services import parse_bic
from declarations.due import due_on as due_after
from declarations.importer.columns import BY_NAME, COLUMNS
from declarations.line import LC_TERMS, Line, check_line
from declarations.purchases import check_purchase
from declarations.sellers import Seller
from policies.wording import Terms
from sinosure.core.errors import DomainError
from sinosure.core.parsing import (
    FIRST_DAY,
    LAST_DAY,
    canonical_invoice_no,
    clean_name,
    clean_reference,
    narrow,
    parse_amount,
    parse_country,
    parse_currency,
    parse_date,
    parse_integer,
)

TERMS = {
    "OA": "OA",
    "O/A": "OA",
    "赊销": "OA",
    "OPEN ACCOUNT": "OA",
    "T/T": "OA",
    "TT": "OA",
    "DA": "DA",
    "D/A": "DA",
    "承兑交单": "DA",
    "DP": "DP",
    "D/P": "DP",
    "付款交单": "DP",
    "LC_SIGHT": "LC_SIGHT",
    "L/C AT SIGHT": "LC_SIGHT",
    "即期信用证": "LC_SIGHT",
    "SIGHT L/C": "LC_SIGHT",
    "LC_USANCE": "LC_USANCE",
    "USANCE L/C": "LC_USANCE",
    "远期信用证": "LC_USANCE",
}
KINDS = {"": "GOODS", "GOODS": "GOODS", "货物": "GOODS", "SERVICE": "SERVICE", "SERVICES": "SERVICE", "服务": "SERVICE"}
YES = {
    "Y": True,
    "YES": True,
    "是": True,
    "1": True,
    "TRUE": True,
    "": False,
    "N": False,
    "NO": False,
    "否": False,
    "0": False,
    "FALSE": False,
}
# in the order of the staging table
STAGED = (
    "invoice_no",
    "invoice_key",
    "buyer_code",
    "bank_bic",
    "term",
    "credit_days",
    "shipped_on",
    "due_on",
    "currency",
    "amount",
    "deposit",
    "destination",
    "kind",
    "contract_no",
    "transport_no",
    "shares_transport",
    "customs_no",
    "hs_code",
    "description",
    "lc_no",
    "financing_bic",
    "seller",
    "aval_no",
    "affiliate",
    "acceptance_no",
)
LONGEST = {
    "aval_no": 40,
    "affiliate": 30,
    "buyer_code": 20,
    "customs_no": 40,
    "lc_no": 40,
    "hs_code": 10,
    "description": 200,
}
_ORDER = ("currency", *(column.name for column in COLUMNS if column.name != "currency"))
_NEAR_TWO_YEARS = 700  # days
MOST_REMEMBERED = 20_000
MANY_VALUED = {"invoice_no", "amount", "deposit", "contract_no", "transport_no", "customs_no", "lc_no"}
NUMERIC = {"credit_days", "amount", "deposit", "shares_transport"}
ZERO = Decimal(0)
BLANK: dict[str, Any] = {"due_on": None, "deposit": ZERO, "kind": "GOODS", "shares_transport": False}
Reader = Callable[[Any, dict[str, Any]], Any]
# starts with a letter or is all digits: nothing to fold, no digits lost
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 ./_-]*[A-Za-z0-9])?|[0-9]+").fullmatch


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell; `message` is the English msgid that `params` fill."""

    column: str
    code: str
    value: str
    message: str
    params: dict[str, str]


def fault(column: str, error: DomainError, value: Any) -> Fault:
    """The refusal as it is stored; call it with no language active, so that the message stays the msgid."""
    params = {name: str(text) for name, text in error.params.items()}
    return Fault(column, error.code, str(value)[:200], str(error.message), params)


class RowReader:
    """Reads rows of one file; `mapping` says which column holds which field.

    Columns with few different values remember what each text was read as, so that a hundred thousand rows cost a look-up.
    """

    def __init__(
        self, mapping: dict[str, int], today: date, wording: Terms | None = None, sellers: Sequence[Seller] = ()
    ) -> None:  # fmt: skip
        self.today, self.sellers = today, sellers
        self.bought = wording if wording is not None and wording.buys_claims else None
        self.mapping = mapping
        self.blank = {name: BLANK.get(name, "") for name in _ORDER if name not in mapping}
        self.plan: list[tuple[str, int, Reader, dict[Any, Any] | None, bool]] = [
            (name, mapping[name], READERS[name], None if name in MANY_VALUED else {}, BY_NAME[name].is_required)
            for name in _ORDER
            if name in mapping
        ]

    def raw(self, cells: Sequence[Any]) -> dict[str, str]:
        """The cells by field, as text, to be mended in place."""
        width = len(cells)
        return {name: as_text(cells[index])[:400] if index < width else "" for name, index in self.mapping.items()}

    def read(self, cells: Sequence[Any]) -> tuple[dict[str, Any], list[Fault]]:
        """The typed values, and the faults; with a fault the values are not to be used."""
        found, width = self.blank.copy(), len(cells)
        faults: list[Fault] = []
        for name, index, reader, memory, is_needed in self.plan:
            cell = cells[index] if index < width else ""
            if type(cell) is float:
                cell = _number(cell) if name in NUMERIC else as_text(cell)
            if memory is not None and cell in memory:
                found[name] = memory[cell]
                continue
            try:
                found[name] = self._read_cell(cell, reader, memory, is_needed, found)
            except DomainError as error:
                faults.append(fault(name, error, as_text(cell)))
        if not faults:
            self._finish(found, faults)
        return found, faults

    @staticmethod
    def _read_cell(
        cell: Any, reader: Reader, memory: dict[Any, Any] | None, is_needed: bool, found: dict[str, Any]
    ) -> Any:
        if is_needed and (cell == "" or (type(cell) is str and not cell.strip())):
            raise DomainError("required", REQUIRED_TEXT)
        value = reader(cell, found)
        if memory is not None and len(memory) < MOST_REMEMBERED:
            memory[cell] = value
        return value

    def _finish(self, found: dict[str, Any], faults: list[Fault]) -> None:
        """What hangs on several cells."""
        found["invoice_key"] = found.pop("_key")
        is_lc = found["term"] in LC_TERMS
        owes = "bank_bic" if is_lc or (self.bought and self.bought.covers_banks_only) else "buyer_code"
        if not found[owes]:
            faults.append(fault(owes, DomainError("required", REQUIRED_TEXT), ""))
            return
        if found["due_on"] is None:
            found["due_on"] = due_after(found["shipped_on"], found["credit_days"])
        if self._is_doubtful(found, is_lc):
            try:
                self._check(_line(found))
            except DomainError as error:
                column = error.field or "invoice_no"
                faults.append(fault(column, error, found.get(column, "")))

    def _check(self, line: Line) -> None:
        check_line(line, self.today)
        if self.bought:
            check_purchase(line, self.bought, self.sellers)

    def _is_doubtful(self, found: dict[str, Any], is_lc: bool) -> bool:
        """Whether the rules that look at several fields have to look at this row at all."""
        shipped_on, due_on = found["shipped_on"], found["due_on"]
        return (
            shipped_on > self.today
            or due_on < shipped_on
            or (due_on - shipped_on).days > _NEAR_TWO_YEARS
            or found["credit_days"] > _NEAR_TWO_YEARS
            or found["deposit"] >= found["amount"]
            or is_lc
            or found["kind"] == "SERVICE"
            or self.bought is not None
        )


def _line(found: dict[str, Any]) -> Line:
    return Line(
        obligor_id=0,
        term=found["term"],
        credit_days=found["credit_days"],
        invoice_no=found["invoice_no"],
        shipped_on=found["shipped_on"],
        due_on=found["due_on"],
        amount=found["amount"],
        currency=found["currency"],
        destination=found["destination"],
        deposit=found["deposit"],
        kind=found["kind"],
        transport_no=found["transport_no"],
        description=found["description"],
        lc_no=found["lc_no"],
        seller=found["seller"],
        aval_no=found["aval_no"],
        hs_code=found["hs_code"],
        acceptance_no=found["acceptance_no"],
    )


REQUIRED_TEXT = _("This cell must be filled in.")


def as_text(cell: Any) -> str:
    """A cell as text. A number is written out exactly as the sheet stores it."""
    if type(cell) is str:
        return cell
    if isinstance(cell, bool):
        return "Y" if cell else "N"
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return repr(cell)


def _number(cell: Any) -> str:
    """A number cell without the .0 that the sheet's reader adds to whole numbers."""
    if type(cell) is str:
        return cell
    text = as_text(cell)
    return text.removesuffix(".0")


def _invoice(cell: Any, found: dict[str, Any]) -> str:
    text = as_text(cell)
    found["_key"] = canonical_invoice_no(text).value
    return text.strip()


def _reference(name: str) -> Reader:
    longest = LONGEST.get(name, 60)

    def read(cell: Any, found: dict[str, Any]) -> str:
        if type(cell) is str and (not cell or (len(cell) <= longest and _PLAIN(cell))):
            return cell
        return clean_reference(as_text(cell), longest).value

    return read


def _code_of(longest: int) -> Reader:
    def read(cell: Any, found: dict[str, Any]) -> str:
        return clean_reference(as_text(cell), longest).value.upper() if cell != "" else ""

    return read


def _bic(cell: Any, found: dict[str, Any]) -> str:
    return _cached_bic(as_text(cell)) if cell != "" else ""


@lru_cache(maxsize=4096)
def _cached_bic(text: str) -> str:
    return parse_bic(text)


def _day(cell: Any, found: dict[str, Any]) -> date | None:
    if type(cell) is str:
        return parse_date(cell).value if cell.strip() else None
    if isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        if FIRST_DAY <= day <= LAST_DAY:
            return day
    return parse_date(as_text(cell)).value


def _amount(cell: Any, found: dict[str, Any]) -> Decimal:
    return parse_amount(_number(cell), found.get("currency", "KWD")).value


def _deposit(cell: Any, found: dict[str, Any]) -> Decimal:
    text = _number(cell)
    return parse_amount(text, found.get("currency", "KWD"), allow_zero=True).value if text.strip() else ZERO


def _days(cell: Any, found: dict[str, Any]) -> int:
    return parse_integer(_number(cell), 0, 9999).value


def _currency(cell: Any, found: dict[str, Any]) -> str:
    return parse_currency(as_text(cell)).value


def _country(cell: Any, found: dict[str, Any]) -> str:
    return parse_country(as_text(cell)).value if cell != "" else ""


def _one_of(table: dict[str, Any], code: str, message: Any) -> Reader:
    @lru_cache(maxsize=4096)
    def look(text: str) -> Any:
        try:
            return table[narrow(text).upper()]
        except KeyError:
            raise DomainError(code, message, raw=text[:60]) from None

    def read(cell: Any, found: dict[str, Any]) -> Any:
        return look(_number(cell))

    return read


def _hs(cell: Any, found: dict[str, Any]) -> str:
    if cell == "":
        return ""
    text = clean_reference(as_text(cell), 10).value
    if text and not (text.isdigit() and 6 <= len(text) <= 10):
        raise DomainError("bad_hs_code", _("An HS code has 6 to 10 digits."))
    return text


def _words(cell: Any, found: dict[str, Any]) -> str:
    return clean_name(as_text(cell)).value if cell != "" else ""


def _seller(cell: Any, found: dict[str, Any]) -> str:
    return clean_name(as_text(cell), 120).value if cell != "" else ""


READERS: dict[str, Reader] = {
    "invoice_no": _invoice,
    "buyer_code": _code_of(20),
    "bank_bic": _bic,
    "credit_days": _days,
    "shipped_on": _day,
    "due_on": _day,
    "currency": _currency,
    "amount": _amount,
    "deposit": _deposit,
    "destination": _country,
    "hs_code": _hs,
    "description": _words,
    "seller": _seller,
    "financing_bic": _bic,
    "term": _one_of(TERMS, "bad_term", _("“%(raw)s” is not a payment term. Write OA, DA, DP, LC_SIGHT or LC_USANCE.")),
    "kind": _one_of(KINDS, "bad_kind", _("“%(raw)s” is neither GOODS nor SERVICE.")),
    "shares_transport": _one_of(YES, "bad_yes_no", _("“%(raw)s” is neither Y nor N.")),
    **{
        name: _reference(name)
        for name in ("contract_no", "transport_no", "customs_no", "lc_no", "aval_no", "acceptance_no")
    },
    "affiliate": _code_of(30),
}
