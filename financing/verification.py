"""May this bank lend so much on this invoice? Duplicates, cover and the four ceilings of Rulebook §8.5, as pure rules.

Ceilings are worked out in the currency of the invoice, rounded down, so that no ratio is ever passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from sinosure.core.money import Money, minor_unit
from sinosure.core.steps import Step

ADVANCE_RATIO = Decimal("0.90")
AFTER_DUE, LONGEST = timedelta(days=30), timedelta(days=180)
ZERO = Decimal(0)

DUPLICATES = ("DUPLICATE_OTHER_BANK", "DUPLICATE_DOCUMENT", "DOCUMENT_REVIEW")
REASONS: dict[str, Any] = {
    "DUPLICATE_OTHER_BANK": _("The invoice is financed already."),
    "OTHER_BRANCH": _("Another branch of your bank handles this invoice. Ask head office."),
    "DUPLICATE_DOCUMENT": _("The invoices financed on this transport or customs document exceed its customs value."),
    "DOCUMENT_REVIEW": _("Another financed invoice names this transport or customs document. Give the customs value."),
    "NO_AGREEMENT": _("No assignment agreement with your bank is in force under this policy."),
    "BEFORE_AGREEMENT": _("The goods left before the agreement took effect: the indemnity would go to the exporter."),
    "POLICY_NOT_IN_FORCE": _("The policy was not in force on the shipment date."),
    "NOT_DECLARED": _("The shipment is not declared and booked."),
    "NOT_COVERED": _("The shipment is not covered by a credit limit."),
    "PREMIUM_UNPAID": _("Premium is due and unpaid."),
    "LOSS_NOTICE_OPEN": _("A loss notice or claim is open on the buyer."),
    "STOPPED": _("The limit is stopped."),
    "ALREADY_PAID": _("The buyer has paid this invoice. Nothing is left to finance."),
    "OVER_INVOICE": _("More than the advance ratio of the invoice less what was received."),
    "OVER_DEBTOR": _("More than the insured part of the limit on the buyer, with all loans on it."),
    "OVER_POLICY": _("More than what is left of the policy's maximum liability, with all loans on it."),
    "OVER_TENOR": _("The loan may run until 30 days after the due date, at most 180 days."),
}
INVOICE, RECEIVED, LENT = gettext_noop("Invoice amount"), gettext_noop("Received so far"), gettext_noop("Lent and open")
ADVANCE, PERCENTAGE = gettext_noop("Advance ratio"), gettext_noop("Insured percentage")
LIMIT, LIABILITY = gettext_noop("Limit"), gettext_noop("Maximum liability less what was paid")


@dataclass(frozen=True)
class Ask:
    """What the bank wants to lend, in the currency of the invoice."""

    principal: Decimal
    drawn_on: date
    matures_on: date


@dataclass(frozen=True)
class Standing:
    """What is known of an invoice. `lent_*`: open principal of all active loans; limit and liability in policy currency.

    `fx`: invoice units per policy unit. `uninsured`: the reasons of FIN-5 that fail. `documents`: sum of the invoices
    financed on the same bill of lading or customs declaration with this one, and the customs value (None: not given);
    None when no other invoice names them.
    """

    currency: str
    policy_currency: str
    fx: Decimal
    invoice: Decimal
    received: Decimal
    lent_invoice: Decimal
    limit: Decimal
    lent_obligor: Decimal
    liability: Decimal
    lent_policy: Decimal
    insured_ratio: Decimal
    due_on: date
    uninsured: tuple[str, ...] = ()
    held_by_other: bool = False
    at_other_branch: bool = False
    documents: tuple[Decimal, Decimal | None] | None = None
    advance_ratio: Decimal = ADVANCE_RATIO


@dataclass(frozen=True)
class Verdict:
    """`code` is OK or the first refusal, NOT_INSURED standing for FIN-5; `failed` every reason; `headroom` what would pass."""

    code: str
    failed: tuple[str, ...]
    headroom: Money
    latest: date
    steps: tuple[Step, ...]

    @property
    def passes(self) -> bool:
        return self.code == "OK"

    @property
    def reasons(self) -> list[Any]:
        return [REASONS[code] for code in self.failed]


def judge(standing: Standing, ask: Ask) -> Verdict:
    """All of §8.5 on one request. Who meets another bank's invoice, or another branch's, learns that and nothing else."""
    if standing.held_by_other or standing.at_other_branch:
        code = "DUPLICATE_OTHER_BANK" if standing.held_by_other else "OTHER_BRANCH"
        return Verdict(code, (code,), Money(ZERO, standing.currency), ask.drawn_on, ())
    rooms, steps = _rooms(standing)
    latest = min(standing.due_on + AFTER_DUE, ask.drawn_on + LONGEST)
    over = [code for code, room in rooms.items() if ask.principal > room]
    late = ["OVER_TENOR"] if ask.matures_on > latest else []
    document = _document(standing)
    blocked = document or standing.uninsured
    headroom = ZERO if blocked else max(ZERO, min(rooms.values()))
    failed = (*document, *standing.uninsured, *over, *late)
    code = _first(document, standing.uninsured, (*over, *late))
    return Verdict(code, failed, Money(headroom, standing.currency), latest, steps)


def _first(document: tuple[str, ...], uninsured: tuple[str, ...], over: tuple[str, ...]) -> str:
    if document:
        return document[0]
    if uninsured:
        return "NOT_INSURED"
    return over[0] if over else "OK"


def _document(standing: Standing) -> tuple[str, ...]:
    """K2 and K3: one bill of lading may carry several invoices, up to its customs value."""
    if standing.documents is None:
        return ()
    total, value = standing.documents
    if value is None:
        return ("DOCUMENT_REVIEW",)
    return ("DUPLICATE_DOCUMENT",) if total > value else ()


def _rooms(one: Standing) -> tuple[dict[str, Decimal], tuple[Step, ...]]:
    """3a, 3b and 3c: what each ceiling leaves, in the currency of the invoice."""
    ratio = min(one.advance_ratio, one.insured_ratio)
    invoice = one.invoice - one.received
    rooms = {
        "OVER_INVOICE": rounded_down(ratio * invoice - one.lent_invoice, one.currency),
        "OVER_DEBTOR": rounded_down((one.limit * one.insured_ratio - one.lent_obligor) * one.fx, one.currency),
        "OVER_POLICY": rounded_down((one.liability - one.lent_policy) * one.fx, one.currency),
    }
    lent, own = {LENT: Money(one.lent_invoice, one.currency)}, one.policy_currency
    inputs: list[dict[str, Any]] = [
        {INVOICE: Money(one.invoice, one.currency), RECEIVED: Money(one.received, one.currency),
         ADVANCE: one.advance_ratio, PERCENTAGE: one.insured_ratio, **lent},
        {LIMIT: Money(one.limit, own), PERCENTAGE: one.insured_ratio, LENT: Money(one.lent_obligor, own)},
        {LIABILITY: Money(one.liability, own), LENT: Money(one.lent_policy, own)},
    ]  # fmt: skip
    labels = (_("Left on the invoice"), _("Left on the buyer"), _("Left on the policy"))
    steps = tuple(
        Step("§8.5", label, Money(max(ZERO, room), one.currency), given)
        for label, room, given in zip(labels, rooms.values(), inputs, strict=True)
    )
    return rooms, steps


def rounded_down(amount: Decimal, currency: str) -> Decimal:
    """To the minor unit of the currency, so that no ratio is ever passed."""
    return amount.quantize(minor_unit(currency), ROUND_DOWN)
