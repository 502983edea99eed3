"""Files of shipments: the batch, its rows as read, what is wrong in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from policies.models import Policy
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.fields import AmountField
from sinosure.core.states import TonedChoices
from sinosure.core.tables.sniffing import FileKind


class BatchState(TonedChoices):
    """UPLOADED → CHECKING → (MAPPING → CHECKING) → READY → BOOKING → BOOKED; a file that cannot be read is FAILED."""

    UPLOADED = "UPLOADED", "blue", _("Waiting to be checked")
    CHECKING = "CHECKING", "blue", _("Being checked")
    MAPPING = "MAPPING", "amber", _("Columns to be confirmed")
    READY = "READY", "amber", _("Ready to confirm")
    BOOKING = "BOOKING", "blue", _("Being booked")
    BOOKED = "BOOKED", "green", _("Booked")
    FAILED = "FAILED", "red", _("Cannot be read")
    DISCARDED = "DISCARDED", "grey", _("Discarded")


IN_WORK = (BatchState.UPLOADED, BatchState.CHECKING, BatchState.BOOKING)


class ImportBatch(models.Model):
    """An uploaded file of shipments: nothing is booked until the person confirms.

    `layout`: what was found in the file (headings, sample, notes); `mapping`: field -> column number; `corrections`:
    row -> {field: text} typed in place; `preview`: the totals shown before booking.
    """

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="batches")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.UPLOADED)
    kind = models.CharField(max_length=4, choices=FileKind.choices, default=FileKind.CSV)
    file = models.FileField(upload_to="imports/%Y/%m/")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=12, blank=True)
    layout = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    mapping_confirmed = models.BooleanField(default=False)
    corrections = models.JSONField(default=dict)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_good = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    preview = models.JSONField(default=dict)
    failure = models.JSONField(default=dict)
    leave_out_bad = models.BooleanField(default=False)
    knows_of_loss = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    woken_at = models.DateTimeField(null=True)
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
        indexes = [
            models.Index(fields=["policyholder", "-id"], name="import_by_policyholder"),
            # work that a lost broker left behind
            models.Index(
                fields=["id"], condition=Q(state__in=["UPLOADED", "CHECKING", "BOOKING"]), name="import_in_work"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_in_work(self) -> bool:
        return self.state in (BatchState.UPLOADED, BatchState.CHECKING, BatchState.BOOKING)


class ImportRow(models.Model):
    """One row of a file as it was read, in an UNLOGGED table: after a crash it is read again from the file.

    `raw` holds the cells of a row that could not be read, by field.
    """

    pk = models.CompositePrimaryKey("batch_id", "row_no")
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    row_no = models.PositiveIntegerField()
    is_read = models.BooleanField()
    raw = models.JSONField(null=True)
    invoice_no = models.CharField(max_length=60, null=True)
    invoice_key = models.CharField(max_length=60, null=True)
    buyer_code = models.CharField(max_length=20, null=True)
    bank_bic = models.CharField(max_length=11, null=True)
    term = models.CharField(max_length=10, null=True)
    credit_days = models.PositiveSmallIntegerField(null=True)
    shipped_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    currency = models.CharField(max_length=3, null=True)
    amount = AmountField(null=True)
    deposit = AmountField(null=True)
    destination = models.CharField(max_length=2, null=True)
    kind = models.CharField(max_length=7, null=True)
    contract_no = models.CharField(max_length=60, null=True)
    transport_no = models.CharField(max_length=60, null=True)
    shares_transport = models.BooleanField(null=True)
    customs_no = models.CharField(max_length=40, null=True)
    hs_code = models.CharField(max_length=10, null=True)
    description = models.CharField(max_length=200, null=True)
    lc_no = models.CharField(max_length=40, null=True)
    financing_bic = models.CharField(max_length=11, null=True)
    seller = models.CharField(max_length=120, null=True)
    aval_no = models.CharField(max_length=40, null=True)
    affiliate = models.CharField(max_length=30, null=True)
    acceptance_no = models.CharField(max_length=60, null=True)

    def __str__(self) -> str:
        return f"{self.batch_id} {self.row_no}"


class RowError(models.Model):
    """One problem in one cell of an uploaded file; `column` is the field's name, `message` the English msgid."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="errors", db_index=False)
    row_no = models.PositiveIntegerField()
    column = models.CharField(max_length=60)
    code = models.CharField(max_length=40)
    value = models.CharField(max_length=200, blank=True)
    message = models.CharField(max_length=300, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["batch", "row_no"], name="import_error_by_batch")]

    def __str__(self) -> str:
        return f"{self.row_no} {self.column} {self.code}"

    @property
    def text(self) -> str:
        """What is wrong and how to mend it, in the language that is active now."""
        return gettext(self.message) % self.params if self.params else gettext(self.message)
