"""What the pages show of an amendment: what changes against the version before, who has signed, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from financing import scopes
from financing.amendments.lifecycle import AMENDMENT
from financing.models import AgreementTerms
from financing.models import TermsState as S
from financing.pages import PARTIES
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.documents.models import Signature
from sinosure.ui.actions import Button
from sinosure.ui.actions import buttons as move_buttons
from sinosure.ui.parts import RailStep

_REACHED = {S.PROPOSED: 0, S.SIGNED_BY_EXPORTER: 1, S.SIGNED_BY_BANK: 2, S.IN_FORCE: 5, S.DROPPED: 5}


@dataclass(frozen=True)
class Line:
    """One point of the terms, before and after."""

    label: Any
    was: Any
    now: Any

    @property
    def differs(self) -> bool:
        return bool(str(self.was) != str(self.now))


def compared(terms: AgreementTerms, before: AgreementTerms | None) -> list[Line]:
    was, now = _points(before or terms), _points(terms)
    return [Line(label, was[label], value) for label, value in now.items()]


def _points(terms: AgreementTerms) -> dict[Any, Any]:
    return {
        _("Scope"): scopes.in_words(terms),
        _("Account holder"): terms.account_name,
        _("Account kept at"): terms.account_bank,
        _("Account number"): terms.account_no,
        _("Agreed last day"): terms.ends_on or _("none: until it is released or the policy ends"),
    }


def sign_facts(terms: AgreementTerms, before: AgreementTerms | None) -> list[tuple[Any, Any]]:
    """For the page of a signature: what changes, with what it replaces."""
    return [
        (line.label, _("%(now)s (so far: %(was)s)") % {"now": line.now, "was": line.was} if line.differs else line.now)
        for line in compared(terms, before)
    ]


def buttons(terms: AgreementTerms, actor: Actor) -> list[Button]:
    moves = [move for move in AMENDMENT.available(terms, actor) if _fits(terms, move.action)]
    return move_buttons(moves, "financing:amendment-{action}", terms.pk, ask={move.action for move in moves})


def _fits(terms: AgreementTerms, action: str) -> bool:
    """The account is confirmed once, and only where it changes; before that the insurer does not sign."""
    waits = terms.is_new_account and terms.confirmed_by_id is None
    return {"confirm_account": waits, "sign_insurer": not waits}.get(action, True)


def rail(terms: AgreementTerms, signatures: Iterable[Signature]) -> list[RailStep]:
    at = {one.party: one.signed_at for one in signatures}
    reached = _reached(terms)
    steps: list[tuple[Any, Any, Any]] = [
        (_("Exporter signs"), PARTIES["EXPORTER"], at.get("EXPORTER")),
        (_("Bank signs"), PARTIES["BANK"], at.get("BANK")),
        *([(_("A second approver confirms the account"), PARTIES["BANK"], None)] if terms.is_new_account else []),
        (_("Insurer signs"), PARTIES["INSURER"], at.get("INSURER")),
        (_("In force"), "", terms.first_day),
        *([(_("Cooling-off day over"), "", terms.account_from)] if terms.account_from else []),
    ]
    if terms.state == S.DROPPED:
        return [*(RailStep(label, "done", on=on) for label, _who, on in steps if on), RailStep(_("Dropped"), "now")]
    return [_step(place, reached, *step) for place, step in enumerate(steps)]


def _reached(terms: AgreementTerms) -> int:
    """How many steps are behind."""
    found = _REACHED[S(terms.state)]
    if not terms.is_new_account:
        return min(found, 4)
    if terms.state == S.SIGNED_BY_BANK:
        return found + (terms.confirmed_by_id is not None)
    is_over = terms.account_from is not None and terms.account_from <= clock.today()
    return found + (terms.state == S.IN_FORCE and is_over)


def _step(place: int, reached: int, label: Any, who: Any, on: Any) -> RailStep:
    if place < reached:
        return RailStep(label, "done", on=on)
    return RailStep(label, "now" if place == reached else "next", who=who if place == reached else "", on=on)


def sentence(terms: AgreementTerms) -> tuple[str, Any]:
    """What the reader should know first, as (tone, sentence)."""
    if terms.state == S.SIGNED_BY_BANK and terms.is_new_account and terms.confirmed_by_id is None:
        return "amber", _(
            "A second approver of the bank checks the new account and confirms it. Then the insurer signs."
        )
    if terms.account_from is not None and clock.today() < terms.account_from:
        named = {"day": terms.account_from}
        return "amber", _("In force. Nothing is paid into the new account before %(day)s.") % named
    found: dict[str, tuple[str, Any]] = {
        S.PROPOSED: (
            "blue",
            _("Proposed. The exporter's signer signs first; until all three have signed, nothing changes."),
        ),
        S.SIGNED_BY_EXPORTER: ("amber", _("The bank's approver signs next.")),
        S.SIGNED_BY_BANK: ("amber", _("The insurer signs last. From that day on this version binds.")),
        S.IN_FORCE: ("green", _("Agreed. It binds the shipments of the days below.")),
        S.DROPPED: ("grey", _("Dropped. The agreement goes on as it was.")),
    }
    return found[terms.state]
