"""Loss notices and the mitigation tasks that follow (Rulebook §5)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.risks import CoveredRisk, PolicyBankQuerySet
from credit_info.models import Obligor
from declarations.models import ProductionContract, Shipment
from policies.models import Policy
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, RatioField, amount_check, ratio_check
from sinosure.core.states import TonedChoices
from sinosure.reference.models import Country


class NoticeState(TonedChoices):
    """LN-8."""

    DRAFT = "DRAFT", "grey", _("Prepared for you, not yet sent")
    SUBMITTED = "SUBMITTED", "blue", _("Submitted")
    INFO_REQUIRED = "INFO_REQUIRED", "amber", _("Information required")
    ACCEPTED = "ACCEPTED", "blue", _("Accepted")
    ACTION = "ACTION", "amber", _("Mitigation under way")
    RESOLVED_PAID = "RESOLVED_PAID", "green", _("Resolved: buyer paid")
    CONVERTED_TO_CLAIM = "CONVERTED_TO_CLAIM", "blue", _("Converted to a claim")
    WITHDRAWN = "WITHDRAWN", "grey", _("Withdrawn")
    CLOSED_NO_CLAIM = "CLOSED_NO_CLAIM", "grey", _("Closed without claim")


class GoodsStatus(models.TextChoices):
    WITH_BUYER = "WITH_BUYER", _("With the buyer")
    IN_PORT = "IN_PORT", _("In port")
    IN_TRANSIT = "IN_TRANSIT", _("In transit")
    RETURNED = "RETURNED", _("Returned")
    SERVICE = "SERVICE", _("Service performed")
    PRODUCTION = "PRODUCTION", _("Still being made")


class LossNotice(models.Model):
    """《可能损失通知书》 (LN-7). One buyer, one case. Lateness is a stored fact, never a refusal."""

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="loss_notices")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="loss_notices")
    production = models.ForeignKey(
        ProductionContract, on_delete=models.PROTECT, null=True, related_name="loss_notices"
    )  # a loss before shipment (§1.3); None: invoices
    state = models.CharField(max_length=20, choices=NoticeState.choices, default=NoticeState.DRAFT)
    risk = models.CharField(max_length=16, choices=CoveredRisk.choices)
    occurred_on = models.DateField()
    known_on = models.DateField()
    currency = models.CharField(max_length=3)
    amount = AmountField(default=0)  # outstanding, policy currency
    goods_status = models.CharField(max_length=12, choices=GoodsStatus.choices, default=GoodsStatus.WITH_BUYER)
    buyer_reason = models.CharField(max_length=1000, blank=True)
    is_disputed = models.BooleanField(default=False)
    refused_acceptance = models.BooleanField(default=False)  # BANK_DEFAULT by refusing a usance draft: 10 working days
    security = models.CharField(max_length=500, blank=True)
    steps_taken = models.CharField(max_length=1000, blank=True)
    entrusts_collection = models.BooleanField(default=False)
    contact = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(null=True)
    legal_due = models.DateField(null=True)
    due_provisional = models.BooleanField(default=False)
    days_late = models.PositiveIntegerField(default=0)
    question = models.CharField(max_length=500, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    loss_analysis = models.CharField(max_length=2000, blank=True)
    liability_analysis = models.CharField(max_length=2000, blank=True)
    closing_reason = models.CharField(max_length=500, blank=True)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = PolicyBankQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(known_on__gte=F("occurred_on")), name="notice_known_after_occurred"),
            amount_check("notice_amount", "amount"),
            models.UniqueConstraint(
                fields=["policy", "obligor", "production"],
                nulls_distinct=False,
                condition=Q(state__in=["DRAFT", "SUBMITTED", "INFO_REQUIRED", "ACCEPTED", "ACTION"]),
                name="one_open_notice_per_buyer",
            ),
        ]
        indexes = [models.Index(fields=["policyholder", "-id"], name="notice_by_policyholder")]

    def __str__(self) -> str:
        return self.number


class LossNoticeLine(models.Model):
    """One shipment on a notice, with what was open when it was filed or added."""

    notice = models.ForeignKey(LossNotice, on_delete=models.PROTECT, related_name="lines")
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="notice_lines")
    outstanding = AmountField()
    currency = models.CharField(max_length=3)
    legal_due = models.DateField(null=True)
    days_late = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "shipment"], name="notice_line_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.shipment_id}"


class TaskState(TonedChoices):
    ASSIGNED = "ASSIGNED", "amber", _("Assigned")
    ACCEPTED = "ACCEPTED", "blue", _("Accepted")
    REFUSED = "REFUSED", "red", _("Refused")
    DONE = "DONE", "green", _("Done")


class MitigationTask(models.Model):
    """LN-10: a numbered instruction from the insurer, answered by the insured; costs need the written consent."""

    notice = models.ForeignKey(LossNotice, on_delete=models.PROTECT, related_name="tasks")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    instruction = models.CharField(max_length=500)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.ASSIGNED)
    cost_estimate = AmountField(default=0)
    consented = models.BooleanField(default=False)
    consent_no = models.CharField(max_length=30, blank=True)
    result = models.CharField(max_length=1000, blank=True)
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="task_numbered_once"),
            amount_check("task_cost", "cost_estimate"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.number}"


class MandateState(TonedChoices):
    DRAWN_UP = "DRAWN_UP", "amber", _("Waiting for the signature of the insured")
    SIGNED = "SIGNED", "blue", _("Signed, collection under way")
    ENDED = "ENDED", "grey", _("Ended")


class CollectionMandate(models.Model):
    """委托代理协议 (LN-11): a channel abroad is instructed; before payout the insured bears 1 − insured % of the cost."""

    number = models.CharField(max_length=30, unique=True)
    notice = models.ForeignKey(LossNotice, on_delete=models.PROTECT, related_name="mandates")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=MandateState.choices, default=MandateState.DRAWN_UP)
    channel = models.CharField(max_length=200)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    fee_basis = models.CharField(max_length=300)
    insured_share_ratio = RatioField()
    drawn_up_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    drawn_up_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice"], condition=~Q(state="ENDED"), name="one_live_mandate_per_notice"),
            ratio_check("mandate_share", "insured_share_ratio"),
        ]

    def __str__(self) -> str:
        return self.number


class MandateReport(models.Model):
    """What the channel reported, in order."""

    mandate = models.ForeignKey(CollectionMandate, on_delete=models.PROTECT, related_name="reports")
    reported_on = models.DateField()
    text = models.CharField(max_length=2000)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.reported_on}"
