"""What the pages of 信保贷 show beside the columns: facts, rail, scorecard, what would help."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from financing.microloan import scorecard, selectors
from financing.microloan.facts import Dossier
from financing.microloan.lifecycle import CREDIT_LINE
from financing.models import IN_FORCE, CreditLine, CreditState
from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.core.money import Money
from sinosure.ui import show
from sinosure.ui.actions import Button
from sinosure.ui.actions import buttons as move_buttons
from sinosure.ui.parts import RailStep

S = CreditState
_REACHED = {S.REFERRED: 1, S.OFFERED: 2, S.LAPSED: 2, S.SIGNED: 3, S.ACTIVE: 4, S.OVER: 6, S.CLOSED: 6}


def known_facts(policy: Policy, known: Dossier) -> list[tuple[Any, Any]]:
    """What the application is filled in with."""
    facts = known.facts
    return [
        (_("Company"), policy.policyholder.name),
        (_("Unified social credit code"), policy.policyholder.uscc),
        (_("Policy"), f"{policy.number} · {policy.ends_on}"),
        (_("Exports of last year"), known.exports),
        (_("Left of the policy"), known.policy_left),
        (_("Open on registered invoices"), Money(facts.open_amount, "USD")),
        (_("Of that overdue"), Money(facts.late_amount, "USD")),
        (_("Paid into"), f"{policy.policyholder.account_bank} {policy.policyholder.account_no}".strip() or "–"),
    ]


@dataclass(frozen=True)
class Row:
    """One factor of the scorecard as it judged the line."""

    label: Any
    points: int
    most: int
    words: Any
    fact: Any
    helps: Any

    @property
    def lost(self) -> int:
        return self.most - self.points


def scored(line: CreditLine) -> list[Row]:
    """In the words of the version that judged it."""
    card = scorecard.SCORECARDS[line.scorecard]
    return [_row(card, code, line.facts) for code in line.reasons]


def _row(card: scorecard.Scorecard, code: str, facts: dict[str, str]) -> Row:
    name, _under, place = code.rpartition("_")
    factor = card.factor(name)
    band = factor.bands[int(place)]
    return Row(factor.label, band.points, factor.most, band.words, _fact(name, facts), factor.helps)


def _fact(name: str, facts: dict[str, str]) -> Any:
    """The dated fact behind the points."""
    usd = {
        key: Money(Decimal(facts[key]), "USD") for key in ("exports", "open_amount", "late_amount", "declared", "risky")
    }
    claims = int(facts["claims"])
    found: dict[str, Any] = {
        "POLICY_AGE": _("Since %(day)s, %(days)s days") % {"day": facts["insured_since"], "days": facts["policy_days"]},
        "EXPORTS": usd["exports"],
        "OVERDUE": _("%(late)s of %(open)s") % {"late": usd["late_amount"], "open": usd["open_amount"]},
        "CLAIMS": ngettext("%(count)d claim", "%(count)d claims", claims) % {"count": claims}
        + (f" · {facts['last_claim_on']}" if facts["last_claim_on"] else ""),
        "LIGHTS": _("green %(green)s, yellow %(yellow)s, red %(red)s, not known %(unknown)s") % {
            key: facts[key] for key in ("green", "yellow", "red", "unknown")},
        "COUNTRIES": _("%(risky)s of %(declared)s") % {"risky": usd["risky"], "declared": usd["declared"]},
    }  # fmt: skip
    return found[name]


def barred(line: CreditLine) -> list[tuple[Any, Any]]:
    """Why it was declined, and what would help."""
    return [scorecard.BARRED[code] for code in line.barred]


def would_help(rows: list[Row]) -> list[Row]:
    """Where points were lost, the most first."""
    return sorted((row for row in rows if row.lost), key=lambda row: -row.lost)


def facts(line: CreditLine, use: selectors.Use) -> list[tuple[Any, Any]]:
    terms = [
        (_("Line"), Money(line.amount, line.currency)), (_("Rate a year"), show.percentage(line.rate_pct)),
        (_("Longest drawdown, days"), line.tenor_days),
    ] if line.is_offered else []  # fmt: skip
    drawn = [
        (_("Drawn and open"), Money(use.drawn, line.currency)), (_("Left to draw"), Money(use.left, line.currency)),
        (_("Last day"), line.ends_on),
    ] if line.state == S.ACTIVE else []  # fmt: skip
    return [
        (_("Borrower"), line.policyholder.name), (_("Bank"), line.bank.name), (_("Loan product"), line.product.name),
        (_("Policy"), str(line.policy)), (_("Asked for"), Money(line.asked, line.currency)), *terms, *drawn,
        *([(_("Offer stands until"), line.offered_until)] if line.state == S.OFFERED else []),
    ]  # fmt: skip


def sentence(line: CreditLine, actor: Actor) -> tuple[str, Any]:
    """What the reader should know first."""
    if line.shown_state == S.ACTIVE and selectors.standing_authorisation(line) is None:
        return "amber", _(
            "The data authorisation is revoked or has ended. Nothing more can be drawn until it is given again."
        )
    if line.state == S.ACTIVE and (line.agreement is None or line.agreement.state not in IN_FORCE):
        return "amber", _("Both have signed. Money can be drawn as soon as the insurer has signed the assignment.")
    found: dict[str, tuple[str, Any]] = {
        S.REFERRED: ("amber", _("Judged at once; at this amount a person at the bank makes the offer.")),
        S.OFFERED: ("green", _("The offer stands. Read the contract and sign it.")),
        S.LAPSED: ("grey", _("The offer lapsed. Apply again: nothing has to be typed anew.")),
        S.SIGNED: ("amber", _("The bank's approver signs next.")),
        S.ACTIVE: ("green", _("Money can be drawn on every registered invoice.")),
        S.OVER: ("grey", _("The line has ended. What was lent is repaid as agreed.")),
        S.DECLINED: ("red", line.remark or _("Declined. Below stands why, and what would help.")),
        S.WITHDRAWN: ("grey", _("Withdrawn by the exporter.")),
        S.CLOSED: ("grey", _("The line is closed.")),
    }
    return found[line.shown_state]


def rail(line: CreditLine) -> list[RailStep]:
    """APPLY → OFFER → SIGN (three sides) → DRAW."""
    if line.state in (S.DECLINED, S.WITHDRAWN):
        return [
            RailStep(_("Applied and judged"), "done", on=line.applied_at),
            RailStep(line.get_state_display(), "now"),
        ]
    reached = _REACHED[line.shown_state]
    agreement = line.agreement
    if reached == 4 and agreement is not None and agreement.state in IN_FORCE:
        reached = 5
    steps: list[tuple[Any, Any, Any]] = [
        (_("Applied and judged"), "", line.applied_at), (_("Offer"), _("Bank"), None),
        (_("Exporter signs"), _("Exporter"), line.signed_at), (_("Bank signs"), _("Bank"), line.bank_signed_at),
        (_("Insurer signs the assignment"), _("Insurer"), agreement.active_from if agreement else None),
        (_("Draw and repay"), _("Exporter"), None),
    ]  # fmt: skip
    return [_step(place, reached, *step) for place, step in enumerate(steps)]


def _step(place: int, reached: int, label: Any, who: Any, on: Any) -> RailStep:
    if place < reached:
        return RailStep(label, "done", on=on)
    return RailStep(label, "now", who=who) if place == reached else RailStep(label, "next")


def buttons(line: CreditLine, actor: Actor) -> list[Button]:
    moves = CREDIT_LINE.available(line, actor)
    if line.shown_state != line.state:  # its day has passed
        moves = [move for move in moves if move.action == "close"]
    is_assigned = line.agreement is not None and line.agreement.state in IN_FORCE
    if not is_assigned or selectors.standing_authorisation(line) is None:
        moves = [move for move in moves if move.action != "draw"]
    return move_buttons(moves, "financing:credit-line-{action}", line.pk, ask={move.action for move in moves})
