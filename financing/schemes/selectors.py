"""Reads of regional schemes: the dashboard in aggregate, the fund's book, cases, loans that a bank may report."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from financing.microloan.models import CreditLine
from financing.models import Loan
from financing.models.loans import ACTIVE_LOAN, DRAWN_LOAN
from financing.schemes.entry import ZERO, expected_losses, is_stopped
from financing.schemes.models import Backing, FundEntry, RegionalScheme, SchemeCase, TopUp
from sinosure.accounts.actor import Actor
from sinosure.accounts.querysets import of_bank
from sinosure.accounts.roles import Kind
from sinosure.core import clock

FEWEST = 5  # firms in a cell; a smaller one is not shown
GRANTED = ("ACTIVE", "CLOSED")


def schemes(actor: Actor) -> QuerySet[Any]:
    rows = RegionalScheme.objects.visible_to(actor).select_related("office", "commerce", "finance")
    return rows.order_by("code")


def cases(actor: Actor) -> QuerySet[Any]:
    """The insurer and the finance bureau that pays see the cases of a scheme, a bank its own; the commerce bureau none."""
    rows = SchemeCase.objects.filter(scheme__in=RegionalScheme.objects.visible_to(actor))
    if actor.kind == Kind.SPONSOR:
        rows = rows.filter(scheme__finance=actor.organisation_id)
    rows = rows.filter(of_bank(actor, branch="loan__branch")) if actor.is_bank else rows
    return rows.select_related("scheme", "bank", "policyholder", "loan__shipment", "terms").order_by("-id")


def names_firms(actor: Actor) -> bool:
    """A sponsor learns of a case, not of whom it is."""
    return actor.kind != Kind.SPONSOR


def top_ups(scheme: RegionalScheme) -> QuerySet[TopUp]:
    return TopUp.objects.filter(scheme=scheme).select_related("proposed_by", "decided_by").order_by("-id")


def book(scheme: RegionalScheme) -> QuerySet[FundEntry]:
    return FundEntry.objects.filter(scheme=scheme).select_related("top_up", "case").order_by("-id")


def reportable(actor: Actor, scheme: RegionalScheme) -> QuerySet[Loan]:
    """Overdue loans of the bank under the scheme that are not reported yet."""
    rows = Loan.objects.filter(of_bank(actor), drawdown__line__product__of_scheme__scheme=scheme)
    rows = rows.filter(state__in=DRAWN_LOAN, matures_on__lt=clock.today(), scheme_case=None)
    return rows.select_related("shipment", "policyholder").order_by("matures_on")


def own_loans(actor: Actor) -> QuerySet[Any]:
    return Loan.objects.visible_to(actor)


@dataclass(frozen=True)
class Cell:
    """One line of the dashboard; amounts are None where fewer than five firms stand behind them."""

    label: Any
    firms: int | None
    lines: Decimal | None
    drawn: Decimal | None


@dataclass(frozen=True)
class Overview:
    """A scheme in aggregate, in its currency."""

    balance: Decimal
    paid_in: Decimal
    paid_out: Decimal
    expected: Decimal
    is_stopped: bool
    cases: int
    cells: tuple[Cell, ...]


def overview(scheme: RegionalScheme) -> Overview:
    entries = FundEntry.objects.filter(scheme=scheme)
    sums = {name: entries.filter(**{f"{name}__isnull": False}).aggregate(total=Sum("amount"))["total"] or ZERO
            for name in ("top_up", "case")}  # fmt: skip
    return Overview(
        scheme.fund_balance, sums["top_up"], -sums["case"], expected_losses(scheme), is_stopped(scheme),
        scheme.cases.count(), tuple(_cells(scheme)),
    )  # fmt: skip


def _cells(scheme: RegionalScheme) -> list[Cell]:
    """By what stands behind the loans."""
    lines = CreditLine.objects.filter(product__of_scheme__scheme=scheme, state__in=GRANTED)
    by = "product__of_scheme__backing"
    granted = {row[by]: row for row in lines.order_by().values(by).annotate(
        firms=Count("policyholder", distinct=True), total=Sum("amount"))}  # fmt: skip
    share = F("drawdowns__amount") * (F("drawdowns__loan__principal") - F("drawdowns__loan__repaid"))
    drawn = lines.filter(drawdowns__loan__state__in=ACTIVE_LOAN).order_by().values(by)
    open_sums = {row[by]: row["open"] for row in drawn.annotate(open=Sum(share / F("drawdowns__loan__principal")))}
    return [_cell(backing, granted.get(backing), open_sums.get(backing)) for backing in Backing]


def _cell(backing: Backing, row: dict[str, Any] | None, drawn: Decimal | None) -> Cell:
    if row is None:
        return Cell(backing.label, 0, ZERO, ZERO)
    if row["firms"] < FEWEST:
        return Cell(backing.label, None, None, None)
    return Cell(backing.label, row["firms"], row["total"], (drawn or ZERO).quantize(Decimal("0.01")))
