"""The turnover of a year that premium was prepaid on: stated by the insured, adjusted and settled (PRM-4)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from policies.models import Policy, PolicySchedule
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.fields import LARGEST_AMOUNT, AmountField, amount_check
from sinosure.core.states import TonedChoices


class TurnoverState(TonedChoices):
    DUE = "DUE", "amber", _("To be stated")
    STATED = "STATED", "blue", _("Stated, with the insurer")
    RETURN_DUE = "RETURN_DUE", "amber", _("Premium to be returned")
    SETTLED = "SETTLED", "green", _("Premium settled")


class TurnoverStatement(models.Model):
    """One a policy, opened when its period ends. `change` above 0 is billed by `notice`, below 0 returned to the insured."""

    policy = models.OneToOneField(Policy, on_delete=models.PROTECT, related_name="turnover_statement")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    schedule = models.ForeignKey(PolicySchedule, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=TurnoverState.choices, default=TurnoverState.DUE)
    currency = models.CharField(max_length=3)
    actual = AmountField(null=True)
    remark = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField()
    stated_at = models.DateTimeField(null=True)
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    change = AmountField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    notice = models.OneToOneField("PremiumNotice", on_delete=models.PROTECT, null=True, related_name="statement")
    returned_on = models.DateField(null=True)
    return_reference = models.CharField(max_length=60, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("turnover_actual", "actual"),
            models.CheckConstraint(
                condition=Q(change=None) | Q(change__gt=-LARGEST_AMOUNT, change__lt=LARGEST_AMOUNT), name="turnover_change_sane"
            ),
            models.CheckConstraint(
                condition=Q(state="DUE") | Q(actual__isnull=False, stated_at__isnull=False), name="turnover_stated"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DUE", "STATED"], change=None)
                | Q(state__in=["RETURN_DUE", "SETTLED"], change__isnull=False),
                name="turnover_change_when_settled",
            ),
            models.CheckConstraint(
                condition=Q(change=None) | Q(change__lte=0, notice=None) | Q(change__gt=0, notice__isnull=False),
                name="turnover_extra_is_billed",
            ),
            models.CheckConstraint(
                condition=~Q(state="SETTLED", change__lt=0) | Q(returned_on__isnull=False), name="turnover_return_is_paid"
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=F("stated_by")), name="turnover_two_people"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=["STATED", "RETURN_DUE"]), name="turnover_desk"),
        ]

    def __str__(self) -> str:
        return str(self.policy)

    @property
    def returned(self) -> Decimal:
        """Premium that goes back to the insured, 0 when none does."""
        return max(Decimal(0), -(self.change or Decimal(0)))
