"""The rule calculators: strict JSON cases in, results with their working out. No database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.indemnity import PRECISION, Cover, Indemnity, LimitFrom, LineResult, LossCase, ShipmentLoss, indemnity
from claims.recovery import MODES, split
from claims.windows import loss_notice_default, loss_notice_other
from declarations.rating import premium
from policies.wording import HARD_CAP_RATIOS
from sinosure.core.errors import DomainError
from sinosure.core.steps import Step
from sinosure.core.workdays import Calendar, Window
from sinosure.deadlines.counting import in_words

Case = Mapping[str, Any]
IGNORED = {"id", "title", "why", "expected"}
CENT = Decimal("0.01")
_NUMBER = re.compile(r"\d{1,40}(\.\d{1,40})?", re.ASCII)
LARGEST = Decimal(10) ** 15
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SHIPMENT_AMOUNTS = ("reduction_unconsented", "setoff", "resale_gross", "disposal_charges", "saved", "security_realised")
RULES = {
    "LOSS_NOTICE_DEFAULT": loss_notice_default, "PD30": loss_notice_default,
    "LOSS_NOTICE_OTHER": loss_notice_other, "WD10": loss_notice_other,
}  # fmt: skip


@dataclass(frozen=True)
class Bare:
    """A number that stands in the JSON without quotes: refused, because 0.1 is not a tenth there."""

    text: str


class Doubled(dict[str, Any]):
    """A JSON object in which a key stands twice."""


def read_cases(text: str) -> list[Any]:
    """The list of cases in a JSON text. Raises ValueError when it is not JSON or not a list."""
    try:
        cases = json.loads(text, object_pairs_hook=_pairs, parse_float=Bare, parse_int=Bare, parse_constant=Bare)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(cases, list):
        raise ValueError("a JSON list of cases is expected")
    return cases


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(found)


class Reader:
    """Reads one JSON object strictly: every key is known, numbers are strings, dates are ISO. null is as good as absent."""

    def __init__(self, case: Any, known: set[str], path: str = "") -> None:
        if not isinstance(case, Mapping):
            raise _wrong("missing_key", path.removesuffix("."), _("This must be a JSON object."))
        if isinstance(case, Doubled):
            raise _wrong("unknown_key", path.removesuffix("."), _("A key stands twice."))
        for key in case:
            if key not in known | IGNORED:
                raise _wrong("unknown_key", path + str(key), _("This key is not known here."))
        self.case, self.path = case, path

    def required(self, key: str) -> Any:
        if self.case.get(key) is None:
            raise _wrong("missing_key", self.path + key, _("This key is missing."))
        return self.case[key]

    def has(self, key: str) -> bool:
        return self.case.get(key) is not None

    def number(
        self, key: str, default: str | None = None, *, most: str | None = None, above_zero: bool = False
    ) -> Decimal:
        text = self.required(key) if default is None or self.has(key) else default
        if not isinstance(text, str) or not _NUMBER.fullmatch(text.removeprefix("-")):
            message = _("This is not a number in plain decimal notation, written as a string.")
            raise _wrong("bad_number", self.path + key, message)
        value = Decimal(text)
        if text.startswith("-"):
            raise _wrong("out_of_range", self.path + key, _("The number must not be negative."))
        if value > Decimal(most or LARGEST) or (above_zero and not value):
            raise _wrong("out_of_range", self.path + key, _("The number is out of range."))
        return value

    def text(self, key: str) -> str:
        value = self.required(key)
        if not isinstance(value, (str, Bare)):
            raise _wrong("missing_key", self.path + key, _("This must be a text."))
        return value.text if isinstance(value, Bare) else value

    def optional(self, key: str) -> Decimal | None:
        return self.number(key) if self.has(key) else None

    def day(self, key: str) -> date:
        return _day(self.required(key), self.path + key)

    def choice(self, key: str, choices: Any, code: str, default: str | None = None) -> str:
        value = self.required(key) if default is None or self.has(key) else default
        if not isinstance(value, str) or value not in choices:
            raise _wrong(code, self.path + key, _("This value is not one of those known here."))
        return str(value)

    def flag(self, key: str, default: bool) -> bool:
        value = self.case[key] if self.has(key) else default
        if not isinstance(value, bool):
            raise _wrong("bad_number", self.path + key, _("This must be true or false."))
        return value


def _wrong(code: str, field: str, message: Any) -> DomainError:
    return DomainError(code, message, field=field, status=422)


def _day(raw: Any, field: str) -> date:
    if isinstance(raw, str) and _DATE.fullmatch(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise _wrong("bad_date", field, _("This is not a date. Write it as 2026-11-23."))


INDEMNITY_KEYS = {
    "product", "shipments", "pct", "fx", "receipts", "limits", "limit_pct", "reduction", "deductible", "unshipped_orders",
    "unshipped_pct", "buyer_cap", "buyer_paid", "mitigation_approved", "policy_max", "policy_paid", "interim_paid",
}  # fmt: skip


def calculate_indemnity(case: Case) -> dict[str, Any]:
    """One case of kind `indemnity`."""
    read = Reader(case, INDEMNITY_KEYS)
    product = read.choice("product", HARD_CAP_RATIOS, "unknown_product")
    case_fx = read.number("fx", "1", above_zero=True)
    rows = read.required("shipments")
    if not isinstance(rows, list) or not rows:
        raise _wrong("missing_key", "shipments", _("At least one shipment is needed."))
    shipments = [_shipment(row, f"shipments[{n}].", case_fx) for n, row in enumerate(rows)]
    if len({s.id for s in shipments}) != len(shipments):
        raise _wrong("out_of_range", "shipments", _("Two shipments have the same id."))
    cover = Cover(
        insured_ratio=read.number("pct", most="1"), hard_cap_ratio=HARD_CAP_RATIOS[product], limits=_limits(read),
        limit_ratio=read.number("limit_pct", "1", most="1"), reduction_ratio=read.number("reduction", "0", most="1"),
        deductible=read.number("deductible", "0"), unshipped_orders=read.number("unshipped_orders", "0"),
        unshipped_ratio=read.number("unshipped_pct", "0", most="1"), buyer_cap=read.optional("buyer_cap"),
        buyer_paid=read.number("buyer_paid", "0"), mitigation_approved=read.number("mitigation_approved", "0"),
        policy_max=read.optional("policy_max"), policy_paid=read.number("policy_paid", "0"),
        interim_paid=read.number("interim_paid", "0"),
    )  # fmt: skip
    return _indemnity_result(indemnity(LossCase(shipments, read.number("receipts", "0")), cover), cover)


def _shipment(row: Any, path: str, case_fx: Decimal) -> ShipmentLoss:
    read = Reader(row, {"id", "amount", "ship", "due", "fx", "eligible", *SHIPMENT_AMOUNTS}, path)
    shipped_on, due_on = read.day("ship"), read.day("due")
    if due_on < shipped_on:
        raise _wrong("bad_date", path + "due", _("The due date lies before the shipment date."))
    amounts: dict[str, Any] = {name: read.number(name, "0") for name in SHIPMENT_AMOUNTS}
    fx = read.number("fx", above_zero=True) if read.has("fx") else case_fx
    return ShipmentLoss(
        read.text("id"), read.number("amount"), shipped_on, due_on, fx, read.flag("eligible", True), **amounts
    )


def _limits(read: Reader) -> list[LimitFrom] | None:
    rows = read.case.get("limits")
    if rows is None:
        return None
    if not isinstance(rows, list) or any(not isinstance(row, list) or len(row) != 2 for row in rows):
        raise _wrong("bad_number", "limits", _("Limits are pairs of date and amount."))
    amounts = [
        Reader({"amount": amount}, {"amount"}, f"limits[{n}].").number("amount") for n, (_on, amount) in enumerate(rows)
    ]
    return [LimitFrom(_day(on, f"limits[{n}]"), amounts[n]) for n, (on, _amount) in enumerate(rows)]


def _cents(value: Decimal) -> str:
    return f"{value.quantize(CENT, ROUND_HALF_UP):f}"


def _indemnity_result(r: Indemnity, cover: Cover) -> dict[str, Any]:
    optional = {
        "plus_unshipped_orders": (cover.unshipped_orders, r.plus_unshipped),
        "after_buyer_cap": (cover.buyer_cap is not None, r.after_buyer_cap),
        "plus_mitigation_share": (cover.mitigation_approved, r.plus_mitigation),
        "after_policy_max": (cover.policy_max is not None, r.after_policy_max),
    }
    shown = {name: _cents(value) for name, (used, value) in optional.items() if used}
    errors = {"data_errors": list(r.data_errors)} if r.data_errors else {}
    return {
        "assessed_loss": _cents(r.assessed_loss), "claim_base": _cents(r.claim_base), "pct": f"{r.ratio:f}",
        "gross_indemnity": _cents(r.gross), "after_breach_reduction": _cents(r.after_breach),
        "after_deductible": _cents(r.after_deductible), **shown,
        "indemnity_total": _cents(r.total), "payable_now": _cents(r.payable_now), **errors,
        "lines": [_line(line) for line in r.lines], "steps": _steps(r.steps),
    }  # fmt: skip


def _line(line: LineResult) -> dict[str, Any]:
    """One receivable of the waterfall; receipts in claim currency, the rest in policy currency."""
    return {
        "id": line.id, "amount": f"{line.amount:f}", "received": f"{line.received:f}", "loss": _cents(line.loss),
        "limit": None if line.limit is None else _cents(line.limit), "covered": _cents(line.covered),
        "indemnity": _cents(line.indemnity),
    }  # fmt: skip


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The working; the calculators know no currency, only two decimals."""
    return [{key: value for key, value in step.as_json().items() if key != "currency"} for step in steps]


def calculate_recovery(case: Case) -> dict[str, Any]:
    """One case of kind `recovery`."""
    read = Reader(case, {"debt", "indemnity_paid", "gross", "cost", "bank_outstanding", "mode"})
    r = split(
        debt=read.number("debt", above_zero=True), indemnity_paid=read.number("indemnity_paid"),
        gross=read.number("gross"), cost=read.number("cost"), bank_outstanding=read.number("bank_outstanding"),
        mode=read.choice("mode", MODES, "out_of_range"),
    )  # fmt: skip
    return {
        "ratio": str(r.ratio), "net": _cents(r.net), "insurer": _cents(r.insurer), "insured_side": _cents(r.insured_side),
        "to_assignee_bank": _cents(r.to_bank), "to_insured": _cents(r.to_insured),
        "cost_insurer": _cents(r.cost_insurer), "cost_insured": _cents(r.cost_insured),
        "steps": _steps(r.steps),
    }  # fmt: skip


def calculate_premium(case: Case) -> dict[str, Any]:
    """One case of kind `premium`."""
    read = Reader(case, {"amount", "base_rate_pct", "tenor_mult", "pct_factor", "experience"})
    r = premium(
        read.number("amount"), read.number("base_rate_pct", most="100"), read.number("tenor_mult", most="100"),
        read.number("pct_factor", most="100"), read.number("experience", most="100"),
    )  # fmt: skip
    rate = r.rate_pct.normalize()
    return {"rate_pct": f"{rate:f}", "premium": _cents(r.premium), "steps": _steps(r.steps)}


def calculate_deadline(case: Case, calendar: Calendar) -> dict[str, Any]:
    """One case of kind `deadline` on the calendar that is handed in."""
    read = Reader(case, {"rule", "start"})
    rule = RULES[read.choice("rule", RULES, "unknown_rule")]
    start = read.day("start")
    if not 2004 <= start.year <= 2099:
        raise _wrong("out_of_range", "start", _("The calendar covers 2004 to 2099."))
    return _window_result(rule(start, calendar))


def _window_result(window: Window) -> dict[str, Any]:
    provisional = {"earliest": str(window.earliest), "why": str(PROVISIONAL)} if window.provisional else {}
    days = [{"date": str(day.date), "counts": day.counts, "why": in_words(day.why)} for day in window.days]
    return {
        "nominal_due": str(window.nominal_due), "legal_due": str(window.legal_due), "provisional": window.provisional,
        **provisional, "days": days,
    }  # fmt: skip


PROVISIONAL = _("The State Council has not published the holidays of this year yet; the date may still move.")


def calculators(calendar: Calendar) -> dict[str, Callable[[Case], dict[str, Any]]]:
    """Every calculator by kind."""
    return {
        "indemnity": calculate_indemnity,
        "recovery": calculate_recovery,
        "premium": calculate_premium,
        "deadline": lambda case: calculate_deadline(case, calendar),
    }


def answer(calculator: Callable[[Case], dict[str, Any]], case: Any) -> dict[str, Any]:
    """The result of one case, or its error; always with its id."""
    name = case.get("id") if isinstance(case, Mapping) else None
    named = {"id": name.text if isinstance(name, Bare) else name if isinstance(name, str | int) else None}
    try:
        with localcontext() as context:
            context.prec = PRECISION
            return {**named, **calculator(case)}
    except DomainError as error:
        return {**named, "error": {"code": error.code, "field": error.field, "message": error.text}}
