"""The story: golden case G01 from the application to recovery R1, told once for every way of walking it.

Haituo sells to a Polish buyer (country class B), O/A 60 days. Policy of one year from Monday 6 January 2025 at 90 %,
deposit premium 100; a limit of USD 200,000.

    invoice HT-1   100,000.00   shipped 16 June, due 15 August, never paid          (G01)
    invoice HT-2    20,000.00   shipped 18 June, due 17 August, paid on 10 July
    premium        120,000.00 × 0.24 % (P1: class B, O/A, 60 days × 1.0) = 288.00
                   of which the deposit of 100.00 is set off, 188.00 is paid in July
    notice         15 August + 30 calendar days = Sunday 14 September, so Monday 15 September (T1); filed on 25 August
    indemnity      min(100,000, limit 200,000) × 90 % = 90,000.00                   (G01)
    recovery       40,000 less 4,000 of cost = 36,000; ratio 90,000 / 100,000 = 0.9
                   insurer 32,400.00, insured 3,600.00; cost 3,600 and 400          (R1)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Sum

from credit_info.models import Obligor
from limits.levels import load_levels
from sinosure.core import clock
from sinosure.ledger.models import Posting
from tests.factories.obligors import a_buyer
from tests.factories.people import organisation

PAPERS = ("NOTICE_RECEIPT", "SUBROGATION_ZH", "SUBROGATION_EN")


@dataclass
class Outcome:
    """What both ways must agree on."""

    premium: Decimal
    set_off: Decimal
    last_day_of_notice: date
    indemnity: Decimal
    payee: str
    paid: Decimal
    insurer_share: Decimal
    insured_share: Decimal
    balances: dict[str, Decimal] = field(default_factory=dict)


class Way(Protocol):
    """Seven steps by page or by API. Each method is the deeds of one step; ids stay inside."""

    buyer: Obligor

    def apply(self) -> None: ...
    def quote(self) -> None: ...
    def sign(self) -> None: ...
    def pay_deposit(self) -> None: ...
    def assign_to_bank(self) -> None: ...
    def ask_limit(self) -> None: ...
    def decide_limit(self) -> None: ...
    def declare(self, invoice_no: str, amount: str, credit_days: int, shipped_on: str) -> None: ...
    def close_month(self) -> None: ...
    def pay_premium(self) -> tuple[Decimal, Decimal]: ...
    def receive(self, invoice_no: str, amount: str) -> None: ...
    def notify(self) -> date: ...
    def mitigate(self) -> None: ...
    def file_claim(self) -> None: ...
    def investigate(self) -> None: ...
    def adjust(self) -> None: ...
    def decide(self) -> Decimal: ...
    def return_papers(self) -> None: ...
    def pay(self) -> tuple[str, Decimal]: ...
    def recover(self) -> tuple[Decimal, Decimal]: ...


@contextmanager
def on(day: str) -> Iterator[None]:
    """Noon in Shanghai on that day; for a server in another thread the business date is moved."""
    then = date.fromisoformat(day)
    moved = then - clock.unmoved_today()
    clock.set_offset_source(lambda: moved)
    with clock.frozen(then):
        yield


def tell(way: Way, *, to_bank: bool = False) -> Outcome:
    """All seven steps in their order, each on its day."""
    for code in ("haituo", "insurer", "minhai"):
        organisation(code)
    load_levels()
    with on("2025-01-02"):
        way.buyer = a_buyer("Wisła Handel sp. z o.o.", country="PL")
    _insure(way, to_bank)
    premium, set_off = _trade(way)
    with on("2025-08-25"):
        last_day = way.notify()
    with on("2025-08-26"):
        way.mitigate()
    indemnity = _claim(way)
    with on("2025-12-24"):
        way.return_papers()
    with on("2025-12-25"):
        payee, paid = way.pay()
    with on("2026-02-20"):
        insurer, insured = way.recover()
    return Outcome(premium, set_off, last_day, indemnity, payee, paid, insurer, insured, balances())


def _insure(way: Way, to_bank: bool) -> None:
    """Steps 1 and 2: contract and limit."""
    with on("2025-01-02"):
        way.apply()
    with on("2025-01-03"):
        way.quote()
        way.sign()
    with on("2025-01-06"):
        way.pay_deposit()
    if to_bank:
        with on("2025-01-07"):
            way.assign_to_bank()
    with on("2025-01-08"):
        way.ask_limit()
    with on("2025-01-09"):
        way.decide_limit()


def _trade(way: Way) -> tuple[Decimal, Decimal]:
    """Step 3: declared, billed, paid; one invoice is honoured, the other is not."""
    with on("2025-06-16"):
        way.declare("HT-1", "100,000.00", 60, "2025-06-16")
    with on("2025-06-18"):
        way.declare("HT-2", "20,000.00", 60, "2025-06-18")
    with on("2025-07-02"):
        way.close_month()
        premium, set_off = way.pay_premium()
    with on("2025-07-10"):
        way.receive("HT-2", "20,000.00")
    return premium, set_off


def _claim(way: Way) -> Decimal:
    """Steps 5 and 6 up to the letter; 15 August + 120 days of waiting end on 13 December."""
    with on("2025-09-05"):
        way.file_claim()
    with on("2025-09-10"):
        way.investigate()
    with on("2025-12-23"):
        way.adjust()
        return way.decide()


def balances() -> dict[str, Decimal]:
    """What every account of the book stands at, nil ones left out."""
    rows: Any = Posting.objects.values("account").annotate(total=Sum("amount"))
    return {row["account"]: row["total"].quantize(Decimal("0.01")) for row in rows if row["total"]}
