"""Assignment agreements between exporter, bank and insurer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.states import TonedChoices


class AgreementState(TonedChoices):
    DRAFT = "DRAFT", "grey", _("Draft")
    SIGNED_BY_EXPORTER = "SIGNED_BY_EXPORTER", "blue", _("Signed by the exporter")
    SIGNED_BY_BANK = "SIGNED_BY_BANK", "blue", _("Signed by exporter and bank")
    ACTIVE = "ACTIVE", "green", _("In force")
    RELEASED = "RELEASED", "grey", _("Released")
    EXPIRED = "EXPIRED", "grey", _("Expired")


class AgreementKind(models.TextChoices):
    INDEMNITY = "INDEMNITY", _("Indemnity assignment")
    RECEIVABLE = "RECEIVABLE", _("Receivable assignment")


class BankScoped(ScopedQuerySet):
    def bank_scope(self, actor: Actor) -> Q:
        return Q(bank_id=actor.organisation_id)


class Agreement(models.Model):
    """《赔款转让协议》 between exporter, bank and insurer: all exports of one policy, one bank. Money goes to `account_no`.

    It binds the shipments that leave from `active_from` to `active_until`, both included (FIN-1).
    """

    number = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=10, choices=AgreementKind.choices, default=AgreementKind.INDEMNITY)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="agreements")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    state = models.CharField(max_length=20, choices=AgreementState.choices, default=AgreementState.DRAFT)
    account_name = models.CharField(max_length=120)
    account_bank = models.CharField(max_length=120)
    account_no = models.CharField(max_length=40)
    active_from = models.DateField(null=True)
    active_until = models.DateField(null=True)
    remark = models.CharField(max_length=500, blank=True)  # why it was sent back or released
    version = models.PositiveIntegerField(default=1)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    objects = BankScoped.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(state__in=["SIGNED_BY_EXPORTER", "SIGNED_BY_BANK", "ACTIVE"]),
                name="one_live_agreement_per_policy",
            ),
            models.CheckConstraint(
                condition=~Q(state="ACTIVE") | Q(active_from__isnull=False), name="agreement_active_has_date"
            ),
        ]

    def __str__(self) -> str:
        return self.number
