"""The clocks of claims, payments and recoveries (Rulebook §11): how long, who is reminded, what happens when missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from claims import messages
from claims.models import Claim, Instalment, RecoveryReceipt
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.accounts.roles import Role
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.workdays import working_days
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import DeadlineKind, after_start, before_due, register
from sinosure.reference.services import calendar_around

CLAIM_FILING = "CLAIM_FILING"
CLAIM_DECISION = "CLAIM_DECISION"
CLAIM_INTERIM = "CLAIM_INTERIM"
REFUSAL_NOTICE = "REFUSAL_NOTICE"
PAYMENT = "PAYMENT"
RECOVERY_REMIT = "RECOVERY_REMIT"
INSTALMENT = "INSTALMENT"
OF_A_CLAIM = (CLAIM_DECISION, CLAIM_INTERIM, REFUSAL_NOTICE, PAYMENT)

# The key of the wording that says how many calendar days a clock runs.
TERMS = {
    CLAIM_DECISION: "decision_days",
    CLAIM_INTERIM: "interim_days",
    REFUSAL_NOTICE: "refusal_days",
    PAYMENT: "payment_days",
    RECOVERY_REMIT: "remit_days",
}


def days_of(kind: str, claim: Claim) -> int:
    """How long this clock runs under the wording of the policy (§6.6, REC-5)."""
    return claim.policy.wording.named.days(TERMS[kind])


def arm(
    actor: Actor, kind: str, subject: models.Model, claim: Claim, days: int | None = None, start: date | None = None,
    at_risk: Money | None = None,
) -> Deadline:  # fmt: skip
    """Open a clock on a claim, or on a row that belongs to it: as long as the wording says, or `days` calendar days."""
    start = start or clock.today()
    days = days_of(kind, claim) if days is None else days
    return deadlines.open_deadline(
        actor=actor, kind=kind, subject=subject, policyholder_id=claim.policyholder_id,
        window=deadlines.fixed_window(start, start + timedelta(days=days)), at_risk=at_risk or at_stake(claim),
        params={"number": claim.number, "buyer": claim.obligor.name},
    )  # fmt: skip


def arm_decision(actor: Actor, claim: Claim) -> Deadline:
    """CLM-6: the days of the wording, on the simplified path working days."""
    if not claim.is_simplified:
        return arm(actor, CLAIM_DECISION, claim, claim)
    today = clock.today()
    days = claim.policy.wording.named.days("simplified_decision_working_days")
    return deadlines.open_deadline(
        actor=actor, kind=CLAIM_DECISION, subject=claim, policyholder_id=claim.policyholder_id,
        window=working_days(today, days, calendar_around(today)), at_risk=at_stake(claim),
        params={"number": claim.number, "buyer": claim.obligor.name},
    )  # fmt: skip


def at_stake(claim: Claim) -> Money:
    """The money a clock is about: the indemnity when decided, before that what is claimed."""
    return Money(claim.claimed if claim.indemnity_total is None else claim.indemnity_total, claim.currency)


def cancel_all(actor: Actor, claim: Claim) -> None:
    for kind in OF_A_CLAIM:
        deadlines.cancel(actor=actor, kind=kind, subject=claim)


def _escalate(rows: Sequence[Deadline]) -> None:
    for claim in Claim.objects.filter(pk__in=[row.subject_id for row in rows]).select_related("obligor"):
        messages.tell_insurer(SYSTEM, "claim.clock_missed", claim, Role.CLAIMS_APPROVER)


def _propose_interim(rows: Sequence[Deadline]) -> None:
    """CLM-9: what can be ascertained is paid first, so the officer is asked for an interim opinion."""
    for claim in Claim.objects.filter(pk__in=[row.subject_id for row in rows]).select_related("obligor"):
        messages.tell_officers(SYSTEM, "claim.interim_due", claim)


def _dun(rows: Sequence[Deadline]) -> None:
    """REC-5: the insured has not remitted what the buyer paid to it directly."""
    receipts = RecoveryReceipt.objects.filter(pk__in=[row.subject_id for row in rows])
    for receipt in receipts.select_related("case__claim__obligor"):
        messages.tell_insured(SYSTEM, "recovery.remit_overdue", receipt.case.claim)


def _instalment_missed(rows: Sequence[Deadline]) -> None:
    instalments = Instalment.objects.filter(pk__in=[row.subject_id for row in rows])
    for instalment in instalments.select_related("case__claim__obligor"):
        messages.tell_insurer(SYSTEM, "recovery.instalment_missed", instalment.case.claim, Role.RECOVERY_OFFICER)


KINDS = (
    DeadlineKind(
        name=CLAIM_FILING, rule="CLM-1", label=_("File the claim against %(buyer)s, notice %(number)s"),
        verb=_("File the claim"), consequence=_("A late claim may be reduced or refused; a person decides."),
        url_name="claims:claim-start", reminders=after_start(120, 180, 300, 345), decides_money=True,
    ),
    DeadlineKind(
        name=CLAIM_DECISION, rule="CLM-6", label=_("Decide claim %(number)s on %(buyer)s"), verb=_("Open the claim"),
        consequence=_("The approver is told that the decision is overdue."), url_name="claims:claim-detail",
        owner="INSURER", roles=(Role.CLAIMS_OFFICER, Role.CLAIMS_APPROVER), reminders=after_start(60, 96),
        on_due=_escalate,
    ),
    DeadlineKind(
        name=CLAIM_INTERIM, rule="CLM-9", label=_("Consider an interim indemnity on claim %(number)s, %(buyer)s"),
        verb=_("Open the claim"), consequence=_("The officer is asked to propose what is already certain."),
        url_name="claims:claim-detail", owner="INSURER", roles=(Role.CLAIMS_OFFICER,), reminders=after_start(50),
        on_due=_propose_interim,
    ),
    DeadlineKind(
        name=REFUSAL_NOTICE, rule="CLM-7", label=_("Send the refusal letter on claim %(number)s, %(buyer)s"),
        verb=_("Send the letter"), consequence=_("The approver is told that the letter is overdue."),
        url_name="claims:claim-detail", owner="INSURER", roles=(Role.CLAIMS_OFFICER,), reminders=after_start(1, 2),
        on_due=_escalate, decides_money=True,
    ),
    DeadlineKind(
        name=PAYMENT, rule="CLM-8", label=_("Pay the indemnity on claim %(number)s, %(buyer)s"), verb=_("Pay"),
        consequence=_("Interest may be owed; the approver is told."), url_name="claims:claim-detail",
        owner="INSURER", roles=(Role.FINANCE_OFFICER,), reminders=after_start(5, 8), on_due=_escalate,
        decides_money=True,
    ),
    DeadlineKind(
        name=RECOVERY_REMIT, rule="REC-5", label=_("Remit the insurer's share, claim %(number)s on %(buyer)s"),
        verb=_("See the share"), consequence=_("You are reminded, and the share may be set off."),
        url_name="claims:recovery-receipt", reminders=after_start(10, 25), on_due=_dun,
    ),
    DeadlineKind(
        name=INSTALMENT, rule="REC-7", label=_("Instalment due from %(buyer)s, claim %(number)s"),
        verb=_("Open the case"), consequence=_("The recovery officer is told that the debtor missed an instalment."),
        url_name="claims:instalment", owner="INSURER", roles=(Role.RECOVERY_OFFICER,), reminders=before_due(7, 1),
        on_due=_instalment_missed,
    ),
)  # fmt: skip


def register_all() -> None:
    for kind in KINDS:
        register(kind)
