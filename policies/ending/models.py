"""Notice of termination and the consent of a bank that is loss payee (Rulebook §2.1, P:assign)."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from policies.models.assignment import AssigneeBank
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.states import TonedChoices


class NoticeState(TonedChoices):
    WAITING = "WAITING", "amber", _("Waits for the bank's consent")
    RUNNING = "RUNNING", "red", _("The notice period runs")
    DONE = "DONE", "grey", _("The policy is terminated")
    REFUSED = "REFUSED", "grey", _("A bank refused its consent")
    WITHDRAWN = "WITHDRAWN", "grey", _("Withdrawn")


class ConsentState(TonedChoices):
    ASKED = "ASKED", "amber", _("Asked")
    GIVEN = "GIVEN", "green", _("Consent given")
    REFUSED = "REFUSED", "red", _("Consent refused")
    DROPPED = "DROPPED", "grey", _("No longer needed")


# The insured's notice does not run while a bank that is loss payee has not consented.
_BANKS_HAVE_CONSENTED = """
    BEGIN
        PERFORM 1 FROM policies_assigneebank a
            WHERE a.policy_id = NEW.policy_id AND a.until IS NULL AND NOT EXISTS (
                SELECT 1 FROM policies_policyconsent c
                WHERE c.notice_id = NEW.id AND c.bank_id = a.bank_id AND c.state = 'GIVEN');
        IF FOUND THEN
            RAISE EXCEPTION 'a bank that is loss payee of policy % has not consented', NEW.policy_id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END;
"""


class TerminationNotice(models.Model):
    """One notice by one side. `effective_on` is the last day of cover, known once the notice runs."""

    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="termination_notices")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    is_from_insured = models.BooleanField()
    reason = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=NoticeState.choices)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    effective_on = models.DateField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state__in=["WAITING", "RUNNING"]), name="termination_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="RUNNING") | Q(effective_on__isnull=False), name="termination_runs_to_a_day"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="banks_have_consented", operation=pgtrigger.Insert | pgtrigger.Update, when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'RUNNING' AND NEW.is_from_insured"),
                func=_BANKS_HAVE_CONSENTED,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.policy} {self.state}"


class ConsentQuerySet(ScopedQuerySet):
    def bank_scope(self, actor: Actor) -> Q:
        """A branch answers for its bank where neither head office nor another branch is loss payee under the policy."""
        asked = Q(bank_id=actor.organisation_id)
        if actor.branch_id is None:
            return asked
        payees = AssigneeBank.objects.now().filter(bank_id=actor.organisation_id)
        others = payees.exclude(branch=actor.branch_id)
        own = AssigneeBank.objects.read_by(actor)
        return asked & Q(policy__in=own.values("policy_id")) & ~Q(policy__in=others.values("policy_id"))


class PolicyConsent(models.Model):
    """A bank's answer to a termination that the insured wants."""

    notice = models.ForeignKey(TerminationNotice, on_delete=models.PROTECT, related_name="consents")
    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="consents")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ConsentState.choices, default=ConsentState.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.CharField(max_length=1000, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "bank"], name="consent_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["GIVEN", "REFUSED"]) | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="consent_answered_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_id} on {self.policy_id}: {self.state}"
