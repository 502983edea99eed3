"""Loss notices, claims, the loss worksheet, opinions, payments, subrogation and recoveries."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from declarations.models import Shipment
from financing.models import Agreement
from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, RatioField, amount_check, ratio_check
from sinosure.core.states import TonedChoices


class CoveredRisk(models.TextChoices):
    """The handbook's nine risks (Rulebook §1.2)."""

    BUYER_INSOLVENCY = "BUYER_INSOLVENCY", _("Buyer bankrupt or insolvent")
    BUYER_DEFAULT = "BUYER_DEFAULT", _("Buyer's protracted default")
    BUYER_REJECTION = "BUYER_REJECTION", _("Buyer rejects the goods")
    BANK_INSOLVENCY = "BANK_INSOLVENCY", _("Issuing bank insolvent, closed or taken over")
    BANK_DEFAULT = "BANK_DEFAULT", _("Issuing bank defaults or refuses acceptance")
    POL_TRANSFER = "POL_TRANSFER", _("Payment prohibited or restricted")
    POL_IMPORT = "POL_IMPORT", _("Import prohibited or licence revoked")
    POL_WAR = "POL_WAR", _("War, civil war, rebellion, revolution or riot")
    POL_MORATORIUM = "POL_MORATORIUM", _("Moratorium on payments")


class PolicyBankQuerySet(ScopedQuerySet):
    def bank_scope(self, actor: Actor) -> Q:
        return Q(policy__assignees__bank_id=actor.organisation_id, policy__assignees__until=None)


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


class LossNotice(models.Model):
    """《可能损失通知书》 (LN-7). One buyer, one case. Lateness is a stored fact, never a refusal."""

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="loss_notices")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="loss_notices")
    state = models.CharField(max_length=20, choices=NoticeState.choices, default=NoticeState.DRAFT)
    risk = models.CharField(max_length=16, choices=CoveredRisk.choices)
    occurred_on = models.DateField()
    known_on = models.DateField()
    currency = models.CharField(max_length=3)
    amount = AmountField(default=0)  # outstanding, policy currency
    goods_status = models.CharField(max_length=12, choices=GoodsStatus.choices, default=GoodsStatus.WITH_BUYER)
    buyer_reason = models.CharField(max_length=1000, blank=True)
    is_disputed = models.BooleanField(default=False)
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
                fields=["policy", "obligor"],
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


class ClaimState(TonedChoices):
    """§6.1."""

    FILED = "FILED", "blue", _("Filed")
    DOC_CHECK = "DOC_CHECK", "blue", _("Documents being checked")
    DOC_REQUESTED = "DOC_REQUESTED", "amber", _("Documents requested")
    ACCEPTED = "ACCEPTED", "blue", _("Accepted")
    INVESTIGATION = "INVESTIGATION", "blue", _("Investigation")
    SUSPENDED = "SUSPENDED", "amber", _("Suspended: dispute to be settled first")
    LOSS_ADJUSTMENT = "LOSS_ADJUSTMENT", "blue", _("Loss adjustment")
    DECISION_REVIEW = "DECISION_REVIEW", "blue", _("Decision review")
    OPINION_ISSUED = "OPINION_ISSUED", "blue", _("Opinion issued")
    NOTICE_SENT = "NOTICE_SENT", "blue", _("Indemnity notice sent")
    AWAITING_RECEIPT_DOCS = "AWAITING_RECEIPT_DOCS", "amber", _("Waiting for your four return documents")
    DOCS_VERIFIED = "DOCS_VERIFIED", "blue", _("Return documents verified")
    PAID = "PAID", "green", _("Paid")
    SUBROGATED = "SUBROGATED", "green", _("Rights assigned")
    RECOVERY = "RECOVERY", "blue", _("Recovery under way")
    CLOSED = "CLOSED", "grey", _("Closed")
    REJECTED = "REJECTED", "red", _("Rejected")
    DISPUTED = "DISPUTED", "amber", _("Rejection disputed")
    WITHDRAWN = "WITHDRAWN", "grey", _("Withdrawn")


class Claim(models.Model):
    """《索赔申请书》 and its adjudication. Amounts in policy currency. Adjuster ≠ approver ≠ payer, also in the database."""

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="claims")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="claims")
    notice = models.ForeignKey(LossNotice, on_delete=models.PROTECT, null=True, related_name="claims")
    state = models.CharField(max_length=22, choices=ClaimState.choices, default=ClaimState.FILED)
    cause = models.CharField(max_length=16, choices=CoveredRisk.choices)
    currency = models.CharField(max_length=3)
    claimed = AmountField()
    statement = models.CharField(max_length=2000, blank=True)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    document_request = models.CharField(max_length=1000, blank=True)
    exclusions = models.JSONField(default=dict)
    indemnity_total = AmountField(null=True)
    paid_total = AmountField(default=0)
    cap = AmountField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = PolicyBankQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("claim_amounts", "claimed", "paid_total"),
            models.CheckConstraint(
                condition=Q(paid_total=0) | Q(cap__isnull=False, paid_total__lte=F("cap")), name="claim_paid_within_cap"
            ),
            models.UniqueConstraint(
                fields=["policy", "obligor"],
                condition=~Q(state__in=["CLOSED", "WITHDRAWN", "REJECTED"]),
                name="one_open_claim_per_buyer",
            ),
        ]
        indexes = [
            models.Index(fields=["policyholder", "-id"], name="claim_by_policyholder"),
            models.Index(fields=["state", "filed_at"], name="claim_queue"),
        ]

    def __str__(self) -> str:
        return self.number


class ClaimLine(models.Model):
    """One receivable in a claim; `eligible` is the adjuster's finding with its reason."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="lines")
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="claim_lines")
    claimed = AmountField()
    currency = models.CharField(max_length=3)
    eligible = models.BooleanField(default=True)
    ineligible_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "shipment"], name="claim_line_once")]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.shipment_id}"


class ItemState(TonedChoices):
    MISSING = "MISSING", "amber", _("Missing")
    PROVIDED = "PROVIDED", "blue", _("Provided")
    VERIFIED = "VERIFIED", "green", _("Verified")
    REFUSED = "REFUSED", "red", _("Not accepted")
    NOT_APPLICABLE = "NOT_APPLICABLE", "grey", _("Not applicable")


class ChecklistItem(models.Model):
    """One document that the cause asks for (CLM-5); the files hang on it as attachments."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="checklist")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=30)
    is_required = models.BooleanField()
    state = models.CharField(max_length=15, choices=ItemState.choices, default=ItemState.MISSING)
    comment = models.CharField(max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "code"], name="checklist_item_once")]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.code}"


class Worksheet(models.Model):
    """One saved loss adjustment: inputs as typed, result with every step of §6.3. A new save is a new version."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="worksheets")
    version = models.PositiveSmallIntegerField()
    inputs = models.JSONField()
    result = models.JSONField()
    assessed_loss = AmountField()
    claim_base = AmountField()
    insured_ratio = RatioField()
    gross_indemnity = AmountField()
    indemnity_total = AmountField()
    payable_now = AmountField()
    calculated_on = models.DateField()
    adjuster = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "version"], name="worksheet_version_once"),
            amount_check("worksheet_amounts", "assessed_loss", "claim_base", "gross_indemnity", "indemnity_total"),
            ratio_check("worksheet_ratio", "insured_ratio"),
            models.CheckConstraint(condition=Q(claim_base__lte=F("assessed_loss")), name="base_within_loss"),
            # half a minor unit of rounding on both sides
            models.CheckConstraint(
                condition=Q(gross_indemnity__lte=F("claim_base") * F("insured_ratio") + 1), name="gross_within_base"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.claim_id} v{self.version}"


class OpinionKind(models.TextChoices):
    INTERIM = "INTERIM", _("Interim indemnity")
    FINAL = "FINAL", _("Final indemnity")
    NIL = "NIL", _("No indemnity")


class Opinion(models.Model):
    """赔付意见: proposed by the adjuster on a worksheet, decided by an approver with authority (§6.9)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="opinions")
    worksheet = models.ForeignKey(Worksheet, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=7, choices=OpinionKind.choices)
    amount = AmountField()
    reasons = models.CharField(max_length=2000)
    level_needed = models.PositiveSmallIntegerField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            amount_check("opinion_amount", "amount"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="opinion_maker_is_not_checker"
            ),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(decided_at=None, returned_at=None), name="one_open_opinion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class ReturnKind(models.TextChoices):
    """§6.7: the payment gate."""

    NOTICE_RECEIPT = "NOTICE_RECEIPT", _("Signed receipt of the indemnity notice")
    SUBROGATION_ZH = "SUBROGATION_ZH", _("Receipt and subrogation form, Chinese")
    SUBROGATION_EN = "SUBROGATION_EN", _("Receipt and subrogation form, English")
    AML = "AML", _("Anti-money-laundering papers")


class ReturnDocument(models.Model):
    """One of the four papers the insured returns for one opinion; nothing is paid before all four are VERIFIED."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="returns")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=ReturnKind.choices)
    state = models.CharField(max_length=15, choices=ItemState.choices, default=ItemState.MISSING)
    comment = models.CharField(max_length=300, blank=True)
    verified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opinion", "kind"], name="return_document_once")]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.kind}"


class PaymentState(TonedChoices):
    PREPARED = "PREPARED", "blue", _("Prepared")
    APPROVED = "APPROVED", "blue", _("Approved")
    SENT = "SENT", "blue", _("Sent to the bank")
    CONFIRMED = "CONFIRMED", "green", _("Confirmed")
    RETURNED = "RETURNED", "red", _("Returned")


class Payment(models.Model):
    """Money out for one opinion, to the insured or to the bank of the agreement in force at shipment date."""

    number = models.CharField(max_length=30, unique=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payments")
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="payments")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    payee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="+")
    account_name = models.CharField(max_length=120)
    account_bank = models.CharField(max_length=120)
    account_no = models.CharField(max_length=40)
    amount = AmountField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=PaymentState.choices, default=PaymentState.PREPARED)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    confirmed_on = models.DateField(null=True)
    bank_reference = models.CharField(max_length=60, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")), name="payment_maker_is_not_checker"
            ),
            models.UniqueConstraint(
                fields=["opinion", "payee"], condition=~Q(state="RETURNED"), name="one_live_payment_per_opinion_and_payee"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SubrogationAssignment(models.Model):
    """REC-1: the insured assigns the rights for the paid part."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="assignments")
    opinion = models.OneToOneField(Opinion, on_delete=models.PROTECT, related_name="assignment")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount = AmountField()
    currency = models.CharField(max_length=3)
    document_zh_id = models.BigIntegerField()
    document_en_id = models.BigIntegerField()
    assigned_on = models.DateField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.claim_id} {self.amount}"


class RecoveryState(TonedChoices):
    """REC-7."""

    OPEN = "OPEN", "blue", _("Open")
    CHANNEL_ASSIGNED = "CHANNEL_ASSIGNED", "blue", _("Channel assigned")
    NEGOTIATION = "NEGOTIATION", "blue", _("Negotiation")
    INSTALMENT_PLAN = "INSTALMENT_PLAN", "blue", _("Instalment plan")
    LITIGATION = "LITIGATION", "amber", _("Litigation")
    LIQUIDATION = "LIQUIDATION", "amber", _("Liquidation")
    PARTIAL = "PARTIAL", "blue", _("Partly recovered")
    FULL = "FULL", "green", _("Fully recovered")
    WRITTEN_OFF = "WRITTEN_OFF", "red", _("Written off")
    CLOSED = "CLOSED", "grey", _("Closed")


class RecoveryMode(models.TextChoices):
    """REC-3."""

    PRO_RATA = "PRO_RATA", _("Pro rata")
    INSURER_FIRST = "INSURER_FIRST", _("Insurer first")
    INSURED_FIRST = "INSURED_FIRST", _("Insured first")


class RecoveryCase(models.Model):
    """The pursuit of one debtor after payment."""

    number = models.CharField(max_length=30, unique=True)
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="recovery")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=17, choices=RecoveryState.choices, default=RecoveryState.OPEN)
    mode = models.CharField(max_length=13, choices=RecoveryMode.choices, default=RecoveryMode.PRO_RATA)
    currency = models.CharField(max_length=3)
    debt = AmountField()
    indemnity_paid = AmountField()
    channel = models.CharField(max_length=120, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [amount_check("recovery_amounts", "debt", "indemnity_paid")]

    def __str__(self) -> str:
        return self.number


class RecoveryReceiptState(TonedChoices):
    RECORDED = "RECORDED", "blue", _("Recorded")
    SPLIT = "SPLIT", "blue", _("Split and posted")
    REMITTED = "REMITTED", "green", _("Remitted")


class RecoveryReceipt(models.Model):
    """Money recovered with its cost, and how it was split (§7). The shares add up to the net."""

    case = models.ForeignKey(RecoveryCase, on_delete=models.PROTECT, related_name="receipts")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField()
    received_by_insured = models.BooleanField(default=False)
    reference = models.CharField(max_length=60)
    gross = AmountField()
    cost = AmountField(default=0)
    net = AmountField(default=0)
    insurer_share = AmountField(default=0)
    insured_share = AmountField(default=0)
    to_bank = AmountField(default=0)
    currency = models.CharField(max_length=3)
    working = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=RecoveryReceiptState.choices, default=RecoveryReceiptState.RECORDED)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    split_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("recovery_receipt_amounts", "gross", "cost", "net", "insurer_share", "insured_share", "to_bank"),
            models.CheckConstraint(
                condition=Q(state="RECORDED") | Q(net=F("insurer_share") + F("insured_share")), name="split_adds_up"
            ),
            models.CheckConstraint(condition=Q(to_bank__lte=F("insured_share")), name="bank_part_within_insured_share"),
            models.UniqueConstraint(fields=["case", "reference"], name="recovery_receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.gross}"
