"""Shipments declared, the receivables they leave, premium on them, money received, and the files they came in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from limits.models import CreditLimit, PaymentTerm
from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, RateField, amount_check
from sinosure.core.states import TonedChoices
from sinosure.reference.models import Country


class LineState(TonedChoices):
    """REGISTERED is an invoice on the buyer that was not declared: it consumes no limit, but receipts may go to it."""

    BOOKED = "BOOKED", "green", _("Declared")
    LATE_REVIEW = "LATE_REVIEW", "amber", _("Declared late, in review")
    ON_HOLD = "ON_HOLD", "amber", _("On hold")
    REFUSED = "REFUSED", "red", _("Refused")
    REVERSED = "REVERSED", "grey", _("Reversed")
    REGISTERED = "REGISTERED", "grey", _("Registered, not declared")


class PremiumState(TonedChoices):
    NONE = "NONE", "grey", _("No premium")
    UNBILLED = "UNBILLED", "grey", _("Not billed yet")
    BILLED = "BILLED", "amber", _("Billed")
    PAID = "PAID", "green", _("Premium paid")


class CoverReason(models.TextChoices):
    """Why a shipment is not covered in full; blank when it is."""

    NO_LIMIT = "NO_LIMIT", _("No limit on this buyer for this payment term")
    OVER_LIMIT = "OVER_LIMIT", _("Above the limit that is free")
    TERM_RISKIER = "TERM_RISKIER", _("Payment term riskier than the limit allows")
    TENOR_LONGER = "TENOR_LONGER", _("Credit period longer than the limit allows")
    BEFORE_VALIDITY = "BEFORE_VALIDITY", _("Shipped before the limit took effect")
    AFTER_VALIDITY = "AFTER_VALIDITY", _("Shipped after the limit ended")
    STOPPED = "STOPPED", _("Cover on this buyer is stopped")
    OUT_OF_POLICY = "OUT_OF_POLICY", _("Outside the policy's terms")
    NOT_BOOKED = "NOT_BOOKED", _("Not booked yet")
    COUNTRY_EXCLUDED = "COUNTRY_EXCLUDED", _("Country excluded by the policy")


class LineKind(models.TextChoices):
    GOODS = "GOODS", _("Goods")
    SERVICE = "SERVICE", _("Service")


class ShipmentQuerySet(ScopedQuerySet):
    def live(self) -> ShipmentQuerySet:
        return self.exclude(state__in=[LineState.REVERSED, LineState.REFUSED])

    def open_items(self) -> ShipmentQuerySet:
        return self.live().filter(open_amount__gt=0)

    def bank_scope(self, actor: Actor) -> Q:
        return Q(financing_bank_id=actor.organisation_id) | Q(
            policy__assignees__bank_id=actor.organisation_id, policy__assignees__until=None
        )


class Shipment(models.Model):
    """One declared invoice (a line of a declaration) and the receivable it leaves. `obligor` owes: the buyer, or the issuing bank.

    Amounts are in the invoice currency; `policy_amount`, `covered` and `premium` in the policy's, at `fx` = invoice
    units per policy unit on the declaration date. `open_amount` = amount − deposit − receipts.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="shipments")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="shipments")
    state = models.CharField(max_length=12, choices=LineState.choices, default=LineState.BOOKED)
    buyer = models.ForeignKey(
        Obligor, on_delete=models.PROTECT, null=True, related_name="+"
    )  # the applicant, under an L/C
    lc_no = models.CharField(max_length=40, blank=True)
    declaration_no = models.CharField(max_length=30)
    kind = models.CharField(max_length=7, choices=LineKind.choices, default=LineKind.GOODS)
    term = models.CharField(max_length=10, choices=PaymentTerm.choices)
    credit_days = models.PositiveSmallIntegerField()
    invoice_no = models.CharField(max_length=60)
    invoice_key = models.CharField(max_length=60)
    contract_no = models.CharField(max_length=60, blank=True)
    transport_no = models.CharField(max_length=60, blank=True)
    customs_no = models.CharField(max_length=40, blank=True)
    hs_code = models.CharField(max_length=10, blank=True)
    description = models.CharField(max_length=200, blank=True)
    destination = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    shipped_on = models.DateField()
    due_on = models.DateField()
    amount = AmountField()
    deposit = AmountField(default=0)
    currency = models.CharField(max_length=3)
    fx = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    policy_amount = AmountField()
    open_amount = AmountField()
    limit = models.ForeignKey(CreditLimit, on_delete=models.PROTECT, null=True, related_name="shipments")
    covered = AmountField(default=0)
    cover_reason = models.CharField(max_length=16, choices=CoverReason.choices, blank=True)
    rate_pct = RateField(default=0)
    premium = AmountField(default=0)
    premium_credit = AmountField(default=0)  # already billed on the line that this one replaces
    premium_state = models.CharField(max_length=8, choices=PremiumState.choices, default=PremiumState.UNBILLED)
    premium_notice = models.ForeignKey("PremiumNotice", on_delete=models.PROTECT, null=True, related_name="lines")
    is_late = models.BooleanField(default=False)
    known_risk = models.BooleanField(default=False)
    hold_reason = models.CharField(max_length=30, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    original_due_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    financing_bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    paid_on = models.DateField(null=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    batch = models.ForeignKey("ImportBatch", on_delete=models.PROTECT, null=True, related_name="shipments")
    declared_at = models.DateTimeField()

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "obligor", "invoice_key"],
                condition=~Q(state__in=["REVERSED", "REFUSED"]),
                name="invoice_declared_once",
            ),
            amount_check("shipment_amounts", "amount", "deposit", "policy_amount", "open_amount", "covered", "premium"),
            amount_check("shipment_premium_credit", "premium_credit"),
            models.CheckConstraint(condition=Q(covered__lte=F("policy_amount")), name="covered_within_value"),
            models.CheckConstraint(condition=Q(open_amount__lte=F("amount")), name="open_within_amount"),
            models.CheckConstraint(condition=Q(due_on__gte=F("shipped_on")), name="due_not_before_shipment"),
            models.CheckConstraint(
                condition=Q(shipped_on__gte="2000-01-01", due_on__lte="2100-12-31"), name="shipment_dates_sane"
            ),
        ]
        indexes = [
            # lists, newest first, one policyholder
            models.Index(fields=["policyholder", "-shipped_on", "-id"], name="shipment_list"),
            # staff list, newest first
            models.Index(fields=["-shipped_on", "-id"], name="shipment_list_all"),
            # receivables of one buyer, oldest due first
            models.Index(fields=["policyholder", "obligor", "due_on", "id"], name="shipment_by_obligor"),
            # overdue list
            models.Index(fields=["due_on", "id"], condition=Q(open_amount__gt=0), name="shipment_open_by_due"),
            # billing
            models.Index(
                fields=["policy", "premium_state"], condition=Q(premium_state="UNBILLED"), name="shipment_unbilled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_no} {self.invoice_no}"


class DeclarationPeriod(models.Model):
    """One month of one policy: open, closed with declarations, or closed as nil."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="periods")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # first day
    is_nil = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.BigIntegerField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "month"], name="period_once_per_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="period_starts_on_the_first"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class NoticeState(TonedChoices):
    ISSUED = "ISSUED", "amber", _("Issued")
    PART_PAID = "PART_PAID", "amber", _("Part paid")
    PAID = "PAID", "green", _("Paid")
    CANCELLED = "CANCELLED", "grey", _("Cancelled")


class PremiumKind(models.TextChoices):
    DEPOSIT = "DEPOSIT", _("Deposit premium")
    MONTHLY = "MONTHLY", _("Premium on declarations")


class PremiumNotice(models.Model):
    """《保费通知书》: gross premium of a month, less what is set off against the deposit."""

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="premium_notices")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=PremiumKind.choices)
    month = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    gross = AmountField()
    set_off = AmountField(default=0)
    payable = AmountField()
    paid = AmountField(default=0)
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.ISSUED)
    issued_on = models.DateField()
    due_on = models.DateField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("premium_notice_amounts", "gross", "set_off", "payable", "paid"),
            models.CheckConstraint(condition=Q(payable=F("gross") - F("set_off")), name="premium_notice_ties"),
            models.CheckConstraint(condition=Q(paid__lte=F("payable")), name="premium_not_overpaid"),
            models.UniqueConstraint(
                fields=["policy", "month"],
                condition=Q(kind="MONTHLY") & ~Q(state="CANCELLED"),
                name="one_notice_a_month",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PremiumPayment(models.Model):
    """Premium received, booked by finance against one notice."""

    notice = models.ForeignKey(PremiumNotice, on_delete=models.PROTECT, related_name="payments")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount = AmountField()
    currency = models.CharField(max_length=3)
    received_on = models.DateField()
    reference = models.CharField(max_length=60)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "reference"], name="premium_payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="premium_payment_positive"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.notice_id} {self.amount}"


class Receipt(models.Model):
    """Money from a buyer (收汇). Allocated to receivables by rule §6.4; the allocation rows are the record."""

    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="receipts")
    amount = AmountField()
    currency = models.CharField(max_length=3)
    received_on = models.DateField()
    reference = models.CharField(max_length=60)
    is_reversal = models.BooleanField(default=False)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    unallocated = AmountField(default=0)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policyholder", "obligor", "reference"], name="receipt_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_positive"),
            amount_check("receipt_unallocated", "unallocated"),
        ]
        indexes = [models.Index(fields=["policyholder", "-received_on", "-id"], name="receipt_list")]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount}"


class ReceiptAllocation(models.Model):
    """How much of a receipt went to which receivable, and by which rule."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="allocations")
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="allocations")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount = AmountField()
    rule = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receipt", "shipment"], name="allocation_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.amount}"


class BatchState(TonedChoices):
    UPLOADED = "UPLOADED", "blue", _("Uploaded")
    CHECKING = "CHECKING", "blue", _("Being checked")
    READY = "READY", "amber", _("Ready to confirm")
    BOOKING = "BOOKING", "blue", _("Being booked")
    BOOKED = "BOOKED", "green", _("Booked")
    FAILED = "FAILED", "red", _("Failed")
    DISCARDED = "DISCARDED", "grey", _("Discarded")


class ImportBatch(models.Model):
    """An uploaded file of shipments: nothing is booked until the person confirms."""

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="batches")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.UPLOADED)
    file = models.FileField(upload_to="imports/%Y/%m/")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=12, blank=True)
    mapping = models.JSONField(default=dict)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_good = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    preview = models.JSONField(default=dict)
    failure = models.JSONField(default=dict)
    leave_out_bad = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policyholder", "sha256"],
                condition=~Q(state__in=["FAILED", "DISCARDED"]),
                name="same_file_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RowError(models.Model):
    """One problem in one cell of an uploaded file."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="errors")
    row_no = models.PositiveIntegerField()
    column = models.CharField(max_length=60)
    code = models.CharField(max_length=40)
    value = models.CharField(max_length=200, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["batch", "row_no"], name="import_error_by_batch")]

    def __str__(self) -> str:
        return f"{self.row_no} {self.column} {self.code}"
