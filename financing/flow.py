"""The way to the money as a list of steps (Rulebook §8.3): what is done, whose turn it is, what blocks the next step.

Eight steps where the product asks for limits and declarations, five where it does not (a bank's own policy has six:
`factoring.flow`). Both exporter and bank see it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from declarations.models import LineState, Shipment
from financing import scopes
from financing.cockpit import POLICY_INDEMNITY, POLICY_NOTICE, policy_fact
from financing.models import DRAWN_LOAN, Agreement, AgreementState, CoverState, LoanState
from financing.pages import PARTIES
from limits.models import CreditLimit
from sinosure.accounts.actor import Actor
from sinosure.ui.parts import RailStep

EXPORTER, BANK, INSURER = (PARTIES[party] for party in ("EXPORTER", "BANK", "INSURER"))
_SIGNS = {
    AgreementState.DRAFT: EXPORTER,
    AgreementState.SIGNED_BY_EXPORTER: BANK,
    AgreementState.SIGNED_BY_BANK: INSURER,
}


@dataclass(frozen=True)
class Step:
    """`is_done`, who has to act if it is not, when it was done, and what is known of it."""

    label: Any
    who: Any
    is_done: bool
    on: date | None = None
    note: Any = ""


def steps(agreement: Agreement, actor: Actor) -> list[RailStep]:
    """For this reader. The first step that is not done is whose turn it is; those behind it wait for it."""
    return shown([*(make(agreement) for make in _makers(agreement)), _loss(agreement, actor)])


def shown(found: Sequence[Step]) -> list[RailStep]:
    first = next((place for place, step in enumerate(found) if not step.is_done), len(found))
    return [_shown(step, place, first) for place, step in enumerate(found)]


def _shown(step: Step, place: int, first: int) -> RailStep:
    state = "done" if step.is_done else "now" if place == first and step.who else "next"
    return RailStep(
        step.label, state, on=step.on if step.is_done else None, who="" if step.is_done else step.who, note=step.note
    )


def _makers(agreement: Agreement) -> list[Callable[[Agreement], Step]]:
    asks = agreement.policy.wording.named
    return [
        _policy,
        *([_limit] if asks.value("requires_limit") else []),
        _assignment,
        _contract,
        *([_declaration, _notice] if asks.value("requires_declaration") else []),
        _loan,
    ]


def _policy(agreement: Agreement) -> Step:
    return Step(_("Policy signed"), EXPORTER, True, agreement.policy.starts_on, agreement.policy.number)


def _limit(agreement: Agreement) -> Step:
    count = scopes.narrowed(CreditLimit.objects.filter(policy=agreement.policy_id, amount__gt=0), agreement).count()
    return Step(
        _("Limit on the buyer approved"),
        EXPORTER,
        count > 0,
        note=ngettext("%(count)s limit", "%(count)s limits", count) % {"count": count},
    )


def _assignment(agreement: Agreement) -> Step:
    who = _SIGNS.get(AgreementState(agreement.state), "")
    return Step(_("Assignment signed by all three"), who, agreement.active_from is not None, agreement.active_from)


def _contract(agreement: Agreement) -> Step:
    return Step(
        _("Financing contract recorded"), BANK, agreement.contract_on is not None, agreement.contract_on, agreement.contract_no
    )  # fmt: skip


def _declaration(agreement: Agreement) -> Step:
    rows = Shipment.objects.filter(policy=agreement.policy_id, state=LineState.BOOKED)
    rows = rows.filter(shipped_on__gte=agreement.active_from or date.max)
    count = scopes.narrowed(rows, agreement, invoice="invoice_key").count()
    return Step(
        _("Shipment declared"),
        EXPORTER,
        count > 0,
        note=ngettext("%(count)s shipment", "%(count)s shipments", count) % {"count": count},
    )


def _notice(agreement: Agreement) -> Step:
    count = agreement.cover_notices.latest().filter(state=CoverState.VALID).count()
    note = ngettext("%(count)s notice", "%(count)s notices", count) % {"count": count}
    return Step(_("Notice of cover sent"), EXPORTER, agreement.cover_notices.exists(), note=note)


def _loan(agreement: Agreement) -> Step:
    count = agreement.loans.filter(state__in=[*DRAWN_LOAN, LoanState.REPAID]).count()
    return Step(
        _("Money lent"), BANK, count > 0, note=ngettext("%(count)s loan", "%(count)s loans", count) % {"count": count}
    )


def _loss(agreement: Agreement, actor: Actor) -> Step:
    return loss_step(_("On a loss, the indemnity goes to the bank"), EXPORTER, agreement.policy_id, actor)


def loss_step(label: Any, claimant: Any, policy_id: int, actor: Actor) -> Step:
    """Nothing to do until a loss is notified; then the claimant files, the insurer assesses and pays."""
    indemnity = policy_fact(POLICY_INDEMNITY, actor, [policy_id]).get(policy_id)
    if indemnity is not None:
        return Step(label, INSURER, indemnity.is_settled, note=indemnity.label)
    notice = policy_fact(POLICY_NOTICE, actor, [policy_id]).get(policy_id)
    return Step(label, claimant if notice else "", False, note=notice.label if notice else _("No loss so far"))
