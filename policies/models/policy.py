"""The contract from the application on, and the wording version it pins."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from policies.models.assignment import AssigneeBank
from policies.models.products import Product, ProductWording
from policies.models.schedule import PolicySchedule
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.fields import AmountField, amount_check
from sinosure.core.states import TonedChoices
from sinosure.reference.models import Office


class PolicyState(TonedChoices):
    DRAFT = "DRAFT", "grey", _("Draft")
    SUBMITTED = "SUBMITTED", "blue", _("Submitted")
    UNDERWRITING = "UNDERWRITING", "blue", _("In underwriting")
    INFO_REQUIRED = "INFO_REQUIRED", "amber", _("Information required")
    QUOTED = "QUOTED", "blue", _("Quoted")
    ACCEPTED = "ACCEPTED", "blue", _("Quote accepted")
    SIGNED = "SIGNED", "blue", _("Signed, waiting for premium")
    IN_FORCE = "IN_FORCE", "green", _("In force")
    SUSPENDED = "SUSPENDED", "red", _("Suspended: premium unpaid")
    EXPIRED = "EXPIRED", "grey", _("Expired, running off")
    RUN_OFF_CLOSED = "RUN_OFF_CLOSED", "grey", _("Run-off closed")
    DECLINED = "DECLINED", "red", _("Declined")
    LAPSED_QUOTE = "LAPSED_QUOTE", "grey", _("Quote lapsed")
    TERMINATED = "TERMINATED", "red", _("Terminated")
    RENEWED = "RENEWED", "grey", _("Renewed")


class PolicyQuerySet(ScopedQuerySet):
    def that(self, key: str) -> PolicyQuerySet:
        """Those whose wording says yes to a key that every version has, such as `requires_declaration`."""
        return self.filter(**{f"wording__terms__{key}__value": True})

    def bank_scope(self, actor: Actor) -> Q:
        """A bank sees the policies assigned to it; `AssigneeBank` is posted by the financing app."""
        assigned = AssigneeBank.objects.read_by(actor)
        return Q(pk__in=assigned.values("policy_id"))


_NOT_AFTER_TERMINATION = """
    BEGIN
        PERFORM 1 FROM policies_policy WHERE id = NEW.renewed_from_id AND state = 'TERMINATED';
        IF FOUND THEN
            RAISE EXCEPTION 'policy % is terminated and not renewed', NEW.renewed_from_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END;
"""
# A renewal takes all exports like the policy before it, so the two may not cover the same days (POL-4).
_SAME_EXPORTS_ONCE = """
    BEGIN
        PERFORM 1 FROM policies_policy
            WHERE policyholder_id = NEW.policyholder_id AND id <> NEW.id
            AND product IN ('COMPREHENSIVE', 'SME', 'MICRO') AND state IN ('SIGNED', 'IN_FORCE', 'SUSPENDED')
            AND starts_on <= NEW.ends_on AND ends_on >= NEW.starts_on;
        IF FOUND THEN
            RAISE EXCEPTION 'policy % covers exports that another policy covers on the same days', NEW.id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END;
"""


class Policy(models.Model):
    """An insurance contract from the application on. The number is assigned at signature, not before."""

    number = models.CharField(max_length=30, unique=True, null=True, blank=True)
    application_no = models.CharField(max_length=30, unique=True)
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="policies")
    product = models.CharField(max_length=15, choices=Product.choices, default=Product.COMPREHENSIVE)
    wording = models.ForeignKey(ProductWording, on_delete=models.PROTECT)
    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    state = models.CharField(max_length=15, choices=PolicyState.choices, default=PolicyState.DRAFT)
    currency = models.CharField(max_length=3, default="USD")
    starts_on = models.DateField()
    ends_on = models.DateField()
    proposal = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    underwriter = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    question = models.CharField(max_length=1000, blank=True)
    answer = models.CharField(max_length=2000, blank=True)
    quoted_at = models.DateTimeField(null=True)
    quoted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    quote_valid_until = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    insured_signed_at = models.DateTimeField(null=True)
    insured_signer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    insurer_signer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    deposit_received = AmountField(default=0)
    in_force_at = models.DateTimeField(null=True)
    terminated_on = models.DateField(null=True)
    remark = models.CharField(max_length=1000, blank=True)
    key_account = models.BooleanField(default=False)
    renewed_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewals")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="policy_period"),
            models.CheckConstraint(
                condition=Q(number__isnull=False)
                | ~Q(
                    state__in=["SIGNED", "IN_FORCE", "SUSPENDED", "EXPIRED", "RUN_OFF_CLOSED", "TERMINATED", "RENEWED"]
                ),
                name="policy_number_from_signature",
            ),
            models.CheckConstraint(
                condition=Q(insurer_signer=None) | ~Q(insurer_signer=F("quoted_by")), name="policy_signer_is_not_quoter"
            ),
            amount_check("policy_deposit_received", "deposit_received"),
            models.UniqueConstraint(
                fields=["renewed_from"],
                condition=~Q(state__in=["DECLINED", "LAPSED_QUOTE"]),
                name="policy_renewed_once",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="not_after_termination", operation=pgtrigger.Insert, when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.renewed_from_id IS NOT NULL"), func=_NOT_AFTER_TERMINATION,
            ),
            pgtrigger.Trigger(
                name="same_exports_once", operation=pgtrigger.Update, when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "NEW.renewed_from_id IS NOT NULL AND NEW.state = 'SIGNED' AND OLD.state <> 'SIGNED'"
                    " AND NEW.product IN ('COMPREHENSIVE', 'SME', 'MICRO')"
                ),
                func=_SAME_EXPORTS_ONCE,
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["policyholder", "-id"], name="policy_by_policyholder"),
            # the underwriters' desk: oldest application first
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(state__in=["SUBMITTED", "UNDERWRITING", "INFO_REQUIRED", "QUOTED", "ACCEPTED"]),
                name="policy_desk",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.application_no

    @cached_property
    def schedule(self) -> PolicySchedule | None:
        """The schedule that was quoted last and signed; what is in force on a day is asked of selectors.schedule_on."""
        return self.schedules.filter(endorsement_no="").order_by("-version").first()

    @property
    def waits_for_insured(self) -> bool:
        return self.state == PolicyState.ACCEPTED and self.insured_signed_at is None


class PolicySuspension(models.Model):
    """Days without cover for new shipments, because premium was unpaid; shipments made before keep their cover."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="suspensions")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    suspended_on = models.DateField()
    lifted_on = models.DateField(null=True)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy"], condition=Q(lifted_on=None), name="suspension_one_open"),
            models.CheckConstraint(
                condition=Q(lifted_on=None) | Q(lifted_on__gte=F("suspended_on")), name="suspension_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.suspended_on}"
