"""The bank reminds the exporter, of one loan or of a policy: once a day on each matter, kept, in the exporter's inbox."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from financing import cockpit, policy_rows, selectors
from financing.models import About, Loan, Reminder
from financing.reminders import messages
from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed

_LIGHTS = {About.DECLARATION: "declared", About.PREMIUM: "premium", About.OVERDUE: "overdue", About.NOTICE: "notice"}


def of_loan(*, actor: Actor, loan_id: int, about: str, note: str = "") -> Reminder:
    """Raises Loan.DoesNotExist for a loan of another bank, `nothing_to_remind`, `reminded_today`."""
    _refuse_others(actor)
    loan = selectors.loans(actor).get(pk=loan_id)
    _refuse_needless(cockpit.loan_rows([loan])[0], about)
    return _send(actor, loan.shipment.policy, about, note, loan)


def of_policy(*, actor: Actor, policy_id: int, about: str, note: str = "") -> Reminder:
    """The same for a policy that is assigned to the bank as a whole or in part. Raises Policy.DoesNotExist."""
    _refuse_others(actor)
    policy = selectors.assigned_policies(actor, policy_id).get()
    if about != About.DECLARATION:  # a bank cannot see what was not declared
        _refuse_needless(policy_rows.policy_rows(actor, [policy])[0], about)
    return _send(actor, policy, about, note, None)


def proposed(row: cockpit.LoanRow | policy_rows.PolicyRow) -> About | None:
    """The first matter that is not in order; None when nothing is known to be missing."""
    return next((about for about, light in _LIGHTS.items() if _is_needed(getattr(row, light))), None)


def _is_needed(light: cockpit.Light) -> bool:
    return light.tone not in ("green", "grey")


def _refuse_others(actor: Actor) -> None:
    if not (actor.is_bank and actor.can("financing.lend")):
        raise NotAllowed()


def _refuse_needless(row: cockpit.LoanRow | policy_rows.PolicyRow, about: str) -> None:
    """Nobody is reminded of what is in order."""
    light = getattr(row, _LIGHTS[About(about)])
    if not _is_needed(light):
        message = _("There is nothing to remind of: %(state)s.")
        raise DomainError("nothing_to_remind", message, field="about", status=409, state=light.label)


@transaction.atomic
def _send(actor: Actor, policy: Policy, about: str, note: str, loan: Loan | None) -> Reminder:
    row = Reminder(
        bank_id=actor.organisation_id, policyholder_id=policy.policyholder_id, policy=policy, loan=loan, about=about,
        note=note.strip()[:300], sent_on=clock.today(), sent_by_id=actor.user_id, sent_at=clock.now(),
    )  # fmt: skip
    Reminder.objects.bulk_create([row], ignore_conflicts=True)  # the unique key decides between two at once
    kept = Reminder.objects.filter(
        bank=row.bank_id, policy=policy, loan=loan, about=about, sent_on=row.sent_on
    ).select_related("bank", "policy", "loan__shipment").get()  # fmt: skip
    if kept.sent_at != row.sent_at or kept.sent_by_id != row.sent_by_id:
        message = _("Your bank reminded the exporter of this today. Remind again tomorrow, or call.")
        raise DomainError("reminded_today", message, field="about", status=429)
    audit.record(actor, "reminder.sent", kept, detail={"about": about, "note": kept.note})
    messages.tell(actor, kept)
    return kept
