"""A bank's reminders to the exporter: what has to be done so that cover stands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from financing.models.agreements import BankScoped
from financing.models.loans import Loan
from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import of_bank
from sinosure.core.append_only import append_only


class About(models.TextChoices):
    DECLARATION = "DECLARATION", _("Declare the shipments")
    PREMIUM = "PREMIUM", _("Pay the premium")
    OVERDUE = "OVERDUE", _("The buyer's payment is overdue")
    NOTICE = "NOTICE", _("File the loss notice before its window closes")


class ReminderQuerySet(BankScoped):
    def bank_scope(self, actor: Actor) -> Q:
        """Of the branch's loans; of policies those that its own people sent."""
        of_policy = of_bank(actor, branch="sent_by__branch") & Q(loan=None)
        return of_bank(actor, branch="loan__branch") & ~Q(loan=None) | of_policy


class Reminder(models.Model):
    """Of one loan, or of a policy as a whole (`loan` None). One a day on each matter."""

    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, null=True, related_name="reminders")
    about = models.CharField(max_length=12, choices=About.choices)
    note = models.CharField(max_length=300, blank=True)
    sent_on = models.DateField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "policy", "loan", "about", "sent_on"], nulls_distinct=False, name="reminded_once_a_day"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.policy_id} {self.about} {self.sent_on}"
