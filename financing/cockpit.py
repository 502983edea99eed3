"""What a bank wants to know of each loan and each assigned policy: declared, limit, premium, overdue, notice, indemnity.

Facts of the apps above come in through `register_fact`: a function from ids to what is known of them, one query or two
however many ids there are. A shipment or policy that is missing in the answer has no such fact.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from declarations.models import CoverState, LineState, PremiumState, Shipment
from financing import expected
from financing.models import Loan
from financing.payees import Payee, payees_for
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.steps import Step

NOTICE, INDEMNITY, POLICY_NOTICE, POLICY_INDEMNITY = "notice", "indemnity", "policy_notice", "policy_indemnity"


@dataclass(frozen=True)
class Light:
    """One answer: a tone, a word, and a line below it. `money` where the answer is an amount; `is_settled`: nothing is to come."""

    tone: str
    label: Any
    note: Any = ""
    money: Money | None = None
    steps: tuple[Step, ...] = field(default=(), compare=False)
    is_settled: bool = False


Fact = Callable[[Collection[int]], dict[int, Light]]
PolicyFact = Callable[[Actor, Collection[int]], dict[int, Light]]
_facts: dict[str, Fact] = {}
_policy_facts: dict[str, PolicyFact] = {}


def register_fact(name: str, find: Fact) -> None:
    """`name` is NOTICE or INDEMNITY; ids are of shipments that the reader may see."""
    _facts[name] = find


def register_policy_fact(name: str, find: PolicyFact) -> None:
    """`name` is POLICY_NOTICE or POLICY_INDEMNITY; out of what the actor may see under these policies."""
    _policy_facts[name] = find


Deeds = Callable[[Actor, Loan], list[tuple[Any, str]]]
_deeds: list[Deeds] = []


def register_deeds(find: Deeds) -> None:
    """What else the reader may do about a loan, in an app above: (label, address)."""
    if find not in _deeds:
        _deeds.append(find)


def deeds(actor: Actor, loan: Loan) -> list[tuple[Any, str]]:
    return [deed for find in _deeds for deed in find(actor, loan)]


def fact(name: str, ids: Collection[int]) -> dict[int, Light]:
    """What was registered knows of these ids."""
    find = _facts.get(name)
    return find(ids) if find and ids else {}


def policy_fact(name: str, actor: Actor, ids: Collection[int]) -> dict[int, Light]:
    """What was registered knows of these policies, for this reader."""
    find = _policy_facts.get(name)
    return find(actor, ids) if find and ids else {}


@dataclass(frozen=True)
class LoanRow:
    """One loan with its answers."""

    loan: Loan
    declared: Light
    limit: Light
    premium: Light
    overdue: Light
    notice: Light
    indemnity: Light
    payee: Payee
    payee_is_bank: bool

    @property
    def lights(self) -> list[tuple[Any, Light]]:
        return [
            (_("Declared"), self.declared),
            (_("Limit"), self.limit),
            (_("Premium"), self.premium),
            (_("Buyer's payment"), self.overdue),
            (_("Loss notice"), self.notice),
        ]


def loan_rows(loans: Iterable[Loan]) -> list[LoanRow]:
    """All answers for a page of loans; the number of queries does not depend on how many there are."""
    rows = list(loans)
    shipments = [loan.shipment for loan in rows]
    ids = [shipment.pk for shipment in shipments]
    notices, indemnities = fact(NOTICE, ids), fact(INDEMNITY, ids)
    estimates, payees = expected.estimates(shipments), payees_for(shipments)
    return [
        LoanRow(
            loan, declared(one), limit(one), premium(one), overdue(one), notices.get(one.pk) or no_notice(one),
            indemnities.get(one.pk) or _estimate(estimates[one.pk]), payees[one.pk],
            payees[one.pk].organisation_id == loan.bank_id,
        )
        for loan, one in zip(rows, shipments, strict=True)
    ]  # fmt: skip


def declared(shipment: Shipment) -> Light:
    if shipment.state == LineState.BOOKED:
        note = _("Declared late") if shipment.is_late else ""
        return Light("green", _("Declared"), note or shipment.declaration_no)
    return Light(LineState(shipment.state).tone, shipment.get_state_display(), shipment.declaration_no)  # type: ignore[attr-defined]


def limit(shipment: Shipment) -> Light:
    """Cover counts at the shipment date; a limit stopped since then is told beside it."""
    cover = shipment.cover_state
    if cover == CoverState.CLOSED:
        return Light("grey", _("Paid, nothing left to cover"))
    note = shipment.get_cover_reason_display() if shipment.cover_reason else ""
    if shipment.limit is not None and shipment.limit.is_stopped:
        note = _("The limit is stopped for new shipments")
    return Light(cover.tone, cover.label, note)  # type: ignore[attr-defined]


def premium(shipment: Shipment) -> Light:
    notice = shipment.premium_notice
    state = PremiumState(shipment.premium_state)
    if state == PremiumState.BILLED and notice is not None and notice.due_on < clock.today():
        return Light("red", _("Premium overdue"), notice.due_on)
    return Light(state.tone, state.label, notice.due_on if notice and state == PremiumState.BILLED else "")  # type: ignore[attr-defined]


def overdue(shipment: Shipment) -> Light:
    days = (clock.today() - shipment.due_on).days
    if not shipment.open_amount:
        return Light("green", _("Paid by the buyer"))
    if days <= 0:
        return Light("grey", _("Not due yet"), shipment.due_on)
    return Light("red", _("%(days)s days overdue") % {"days": days}, shipment.due_on)


def no_notice(shipment: Shipment) -> Light:
    """Without a notice: fine while nothing is overdue, a warning from the first day on."""
    if shipment.open_amount and shipment.due_on < clock.today():
        return Light("amber", _("Not filed yet"))
    return Light("grey", _("Not needed"))


def _estimate(found: expected.Estimate) -> Light:
    return Light("grey", _("Estimate"), _("Before deductible and examination"), found.money, found.steps)
