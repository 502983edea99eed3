"""What is financed and by whom: loans, repayments, holds on invoices, checks."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing.models.agreements import Agreement, BankScoped, rate_check
from sinosure.accounts.models import Branch, Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core import clock
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, RateField, amount_check
from sinosure.core.states import TonedChoices


class LoanState(TonedChoices):
    """OVERDUE is never stored: it is derived from the day, see `Loan.shown_state`."""

    APPROVED = "APPROVED", "amber", _("Approved, reserved")
    DISBURSED = "DISBURSED", "blue", _("Drawn")
    PARTLY_REPAID = "PARTLY_REPAID", "blue", _("Partly repaid")
    OVERDUE = "OVERDUE", "red", _("Overdue")
    REPAID = "REPAID", "green", _("Repaid")
    LAPSED = "LAPSED", "grey", _("Reservation lapsed")


class FinancedInvoice(models.Model):
    """The bank that finances an invoice: held from its first reservation until its last loan is repaid (§8.5, 4).

    `key_hash` names the invoice for all banks and tenants; `line_root` is the first of a chain of corrected lines.
    Other banks' rows are only ever compared with, never shown. `amount` is the invoice's, in `currency`.
    """

    key_hash = models.CharField(max_length=64)
    line_root = models.BigIntegerField()
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    transport_hash = models.CharField(max_length=64, blank=True)
    customs_hash = models.CharField(max_length=64, blank=True)
    amount = AmountField()
    currency = models.CharField(max_length=3)
    customs_value = AmountField(null=True)
    held_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key_hash"], condition=Q(released_at=None), name="invoice_held_once"),
            models.UniqueConstraint(fields=["line_root"], condition=Q(released_at=None), name="line_held_once"),
            amount_check("financed_amounts", "amount"),
        ]
        indexes = [
            models.Index(
                fields=["transport_hash"],
                condition=Q(released_at=None) & ~Q(transport_hash=""),
                name="held_by_transport",
            ),
            models.Index(
                fields=["customs_hash"], condition=Q(released_at=None) & ~Q(customs_hash=""), name="held_by_customs"
            ),
        ]

    def __str__(self) -> str:
        return self.key_hash[:12]


DRAWN_LOAN = ("DISBURSED", "PARTLY_REPAID")
ACTIVE_LOAN = ("APPROVED", *DRAWN_LOAN)  # holds its invoice
_HELD_BY_THE_BANK = """
    IF NEW.state IN ('APPROVED', 'DISBURSED', 'PARTLY_REPAID') AND NOT EXISTS (
        SELECT 1 FROM financing_financedinvoice f
        WHERE f.id = NEW.financed_id AND f.holder_id = NEW.bank_id AND f.released_at IS NULL
    ) THEN
        RAISE EXCEPTION 'the invoice is not held by the bank of the loan' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Loan(models.Model):
    """What a bank reserved or lent against one shipment under an agreement. `principal − repaid` is open.

    An APPROVED loan is a reservation until `reserved_until` and has no `drawn_on`. `invoice_key` names the invoice
    beyond its declaration line; `financed` holds it for the bank. Several loans of one bank may stand on one invoice.
    """

    number = models.CharField(max_length=30, unique=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="loans")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, null=True, related_name="+"
    )  # that lent, or took it over
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="loans")
    financed = models.ForeignKey(FinancedInvoice, on_delete=models.PROTECT, null=True, related_name="loans")
    invoice_key = models.CharField(max_length=60)
    state = models.CharField(max_length=15, choices=LoanState.choices, default=LoanState.APPROVED)
    principal = AmountField()
    repaid = AmountField(default=0)
    rate_pct = RateField(null=True)  # a year, agreed between exporter and bank
    interest_paid = AmountField(default=0)
    currency = models.CharField(max_length=3)
    reserved_until = models.DateField(null=True)
    drawn_on = models.DateField(null=True)
    matures_on = models.DateField()
    remark = models.CharField(max_length=500, blank=True)  # why a reservation was given up

    objects = BankScoped.as_manager()

    class Meta:
        constraints = [
            amount_check("loan_amounts", "principal", "repaid", "interest_paid"),
            rate_check("loan_rate_sane"),
            models.CheckConstraint(condition=Q(repaid__lte=F("principal")), name="loan_repaid_within_principal"),
            models.CheckConstraint(condition=Q(matures_on__gte=F("drawn_on")), name="loan_dates"),
            models.CheckConstraint(
                condition=Q(state__in=["APPROVED", "LAPSED"], drawn_on=None, repaid=0)
                | (~Q(state__in=["APPROVED", "LAPSED"]) & Q(drawn_on__isnull=False)),
                name="loan_drawn_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ACTIVE_LOAN) | Q(financed__isnull=False), name="active_loan_holds_invoice"
            ),
            models.CheckConstraint(
                condition=Q(state="REPAID", repaid=F("principal"))
                | (~Q(state="REPAID") & Q(repaid__lt=F("principal"))),
                name="loan_repaid_means_all",
            ),
        ]
        indexes = [
            models.Index(fields=["bank", "matures_on"], name="loan_by_bank"),
            # what stands on a policy (§8.5, 3b and 3c)
            models.Index(fields=["agreement"], condition=Q(state__in=ACTIVE_LOAN), name="loan_active"),
            # and on an invoice (3a)
            models.Index(
                fields=["policyholder", "invoice_key"], condition=Q(state__in=ACTIVE_LOAN), name="loan_by_invoice"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="held_by_the_bank", operation=pgtrigger.Insert | pgtrigger.Update, when=pgtrigger.Before,
                func=_HELD_BY_THE_BANK,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def outstanding(self) -> Decimal:
        """The principal that the exporter still owes the bank, invoice currency."""
        return self.principal - self.repaid

    @property
    def shown_state(self) -> LoanState:
        """The state with lateness, which follows from the day."""
        is_late = self.state in DRAWN_LOAN and self.matures_on < clock.today()
        return LoanState.OVERDUE if is_late else LoanState(self.state)


class Repayment(models.Model):
    """Money the bank received on a loan: `amount` of principal and `interest`, as the bank stated them."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="repayments")
    amount = AmountField()
    interest = AmountField(default=0)
    paid_on = models.DateField()
    reference = models.CharField(max_length=60)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loan", "reference"], name="repayment_once"),
            amount_check("repayment_amount", "amount", "interest"),
            models.CheckConstraint(condition=Q(amount__gt=0) | Q(interest__gt=0), name="repayment_is_something"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.loan_id} {self.reference}"


class CheckQuerySet(BankScoped):
    branch_path = "asked_by__branch"


class Check(models.Model):
    """One verification asked by a bank, with its answer: the trail of §8.5, and what limits probing."""

    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="+", db_index=False)
    principal = AmountField()
    code = models.CharField(max_length=30)
    failed = models.JSONField(default=list)
    asked_at = models.DateTimeField()

    objects = CheckQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["asked_by", "-asked_at"], condition=~Q(code="OK"), name="check_refused"),
            models.Index(fields=["shipment", "-id"], name="check_by_shipment"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.code}"
