"""Shipments declared, and the receivables they leave."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from declarations.models.guards import NEVER_TWICE
from limits.models import CreditLimit, PaymentTerm
from policies.models import Policy, PolicyAffiliate, assigned_rows
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.accounts.querysets import ScopedQuerySet
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


class CoverState(TonedChoices):
    """Derived from what is covered and why the rest is not."""

    COVERED = "COVERED", "green", _("Covered in full")
    PARTLY = "PARTLY", "amber", _("Partly covered")
    UNCOVERED = "UNCOVERED", "red", _("Not covered")
    CLOSED = "CLOSED", "grey", _("Paid")


class LineKind(models.TextChoices):
    GOODS = "GOODS", _("Goods")
    SERVICE = "SERVICE", _("Service")


class ShipmentQuerySet(ScopedQuerySet):
    def live(self) -> ShipmentQuerySet:
        return self.exclude(state__in=[LineState.REVERSED, LineState.REFUSED])

    def open_items(self) -> ShipmentQuerySet:
        return self.live().filter(open_amount__gt=0)

    def overdue(self, today: date) -> ShipmentQuerySet:
        """Open after their due date; lines that wait for an officer are left out."""
        return self.filter(state__in=[LineState.BOOKED, LineState.REGISTERED], open_amount__gt=0, due_on__lt=today)

    def with_cover(self, cover: str) -> ShipmentQuerySet:
        """By derived cover state."""
        if cover == CoverState.COVERED:
            return self.filter(cover_reason="", open_amount__gt=0)
        if cover == CoverState.PARTLY:
            return self.exclude(cover_reason="").filter(covered__gt=0)
        if cover == CoverState.UNCOVERED:
            return self.exclude(cover_reason="").filter(covered=0, open_amount__gt=0)
        return self

    def bank_scope(self, actor: Actor) -> Q:
        """What an agreement assigns to it; head office also what was declared with financing by the bank wanted."""
        paths = {"country": "obligor__country_id", "obligor": "obligor_id", "invoice": "invoice_key"}
        assigned = assigned_rows(actor, **paths)
        return assigned if actor.branch_id else Q(financing_bank_id=actor.organisation_id) | assigned


_AFFILIATE_OF_POLICY = """
    BEGIN
        PERFORM 1 FROM policies_policyaffiliate WHERE id = NEW.affiliate_id AND policy_id = NEW.policy_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'company % is not insured under policy %', NEW.affiliate_id, NEW.policy_id
            USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END;
"""


class Shipment(models.Model):
    """One declared invoice (a line of a declaration) and the receivable it leaves. `obligor` owes: the buyer, or the issuing bank.

    Amounts are in the invoice currency; `policy_amount`, `covered` and `premium` in the policy's, at `fx` = invoice
    units per policy unit on the declaration date. `open_amount` = amount − deposit − receipts.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="shipments", db_index=False)
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="shipments", db_index=False)
    state = models.CharField(max_length=12, choices=LineState.choices, default=LineState.BOOKED)
    buyer = models.ForeignKey(
        Obligor, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # L/C: the applicant
    lc_no = models.CharField(max_length=40, blank=True)
    seller = models.CharField(
        max_length=120, blank=True, db_default="", default=""
    )  # bank products: who sold the claim
    aval_no = models.CharField(max_length=40, blank=True, db_default="", default="")  # accepted or avalised draft
    affiliate = models.ForeignKey(
        PolicyAffiliate, on_delete=models.PROTECT, null=True, related_name="shipments", db_index=False
    )  # the co-insured company in whose name it was shipped
    acceptance_no = models.CharField(max_length=60, blank=True, db_default="", default="")  # of a service
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
    destination = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+", db_index=False)
    shipped_on = models.DateField()
    due_on = models.DateField()
    amount = AmountField()
    deposit = AmountField(default=0)
    currency = models.CharField(max_length=3)
    fx = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    policy_amount = AmountField()
    open_amount = AmountField()
    limit = models.ForeignKey(
        CreditLimit, on_delete=models.PROTECT, null=True, related_name="shipments", db_index=False
    )
    covered = AmountField(default=0)
    cover_reason = models.CharField(max_length=16, choices=CoverReason.choices, blank=True)
    rate_pct = RateField(default=0)
    premium = AmountField(default=0)
    premium_credit = AmountField(default=0)  # already billed on the line that this one replaces
    premium_state = models.CharField(max_length=8, choices=PremiumState.choices, default=PremiumState.UNBILLED)
    premium_notice = models.ForeignKey(
        "PremiumNotice", on_delete=models.PROTECT, null=True, related_name="lines", db_index=False
    )
    is_late = models.BooleanField(default=False)
    known_risk = models.BooleanField(default=False)
    hold_reason = models.CharField(max_length=30, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    original_due_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    financing_bank = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    paid_on = models.DateField(null=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replacements", db_index=False
    )
    batch = models.ForeignKey(
        "ImportBatch", on_delete=models.PROTECT, null=True, related_name="shipments", db_index=False
    )
    declared_at = models.DateTimeField()

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice_key", "policy", "obligor"],  # in this order it finds an invoice by its number
                condition=~Q(state__in=["REVERSED", "REFUSED"]),
                name="invoice_declared_once",
            ),
            models.UniqueConstraint(fields=["replaces"], condition=Q(replaces__isnull=False), name="replaced_once"),
            amount_check("shipment_amounts", "amount", "deposit", "policy_amount", "open_amount", "covered", "premium"),
            amount_check("shipment_premium_credit", "premium_credit"),
            models.CheckConstraint(condition=Q(covered__lte=F("policy_amount")), name="covered_within_value"),
            models.CheckConstraint(condition=Q(open_amount__lte=F("amount")), name="open_within_amount"),
            models.CheckConstraint(condition=Q(due_on__gte=F("shipped_on")), name="due_not_before_shipment"),
            models.CheckConstraint(
                condition=Q(shipped_on__gte="2000-01-01", due_on__lte="2100-12-31"), name="shipment_dates_sane"
            ),
        ]
        triggers = [
            NEVER_TWICE,
            pgtrigger.Trigger(
                name="affiliate_of_policy", operation=pgtrigger.Insert | pgtrigger.UpdateOf("affiliate_id"),
                when=pgtrigger.Before, condition=pgtrigger.Condition("NEW.affiliate_id IS NOT NULL"),
                func=_AFFILIATE_OF_POLICY,
            ),
        ]  # fmt: skip
        # a bulk file pays for every index a hundred thousand times: foreign keys have none but those below
        indexes = [
            # lists, newest first, one policyholder
            models.Index(fields=["policyholder", "-shipped_on", "-id"], name="shipment_list"),
            # staff list, newest first
            models.Index(fields=["-shipped_on", "-id"], name="shipment_list_all"),
            # an invoice among lines that were undone; all others are found by `invoice_declared_once`
            models.Index(
                fields=["invoice_key"], condition=Q(state__in=["REVERSED", "REFUSED"]), name="shipment_undone"
            ),
            # a line by its number
            models.Index(fields=["declaration_no"], name="shipment_by_number"),
            # receivables of one buyer, oldest due first
            models.Index(fields=["obligor", "policyholder", "due_on", "id"], name="shipment_by_obligor"),
            # overdue list, of all and of one policyholder
            models.Index(fields=["due_on", "id"], condition=Q(open_amount__gt=0), name="shipment_open_by_due"),
            models.Index(
                fields=["policyholder", "due_on", "id"], condition=Q(open_amount__gt=0), name="shipment_open_by_holder"
            ),
            # what waits for room under a limit, in shipment order
            models.Index(
                fields=["limit", "shipped_on", "id"], condition=Q(cover_reason="OVER_LIMIT"), name="shipment_waiting"
            ),
            # billing
            models.Index(
                fields=["policy", "premium_state"], condition=Q(premium_state="UNBILLED"), name="shipment_unbilled"
            ),
            models.Index(
                fields=["premium_notice"], condition=Q(premium_notice__isnull=False), name="shipment_by_notice"
            ),
            # the officers' desk
            models.Index(
                fields=["declared_at", "id"], condition=Q(state__in=["LATE_REVIEW", "ON_HOLD"]), name="shipment_held"
            ),
            # the same paper declared before, by anybody (DEC-2)
            models.Index(fields=["transport_no"], condition=~Q(transport_no=""), name="shipment_by_transport"),
            models.Index(fields=["customs_no"], condition=~Q(customs_no=""), name="shipment_by_customs"),
            # what a bank finances
            models.Index(
                fields=["financing_bank", "-shipped_on", "-id"],
                condition=Q(financing_bank__isnull=False),
                name="shipment_by_bank",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_no} {self.invoice_no}"

    @property
    def cover_state(self) -> CoverState:
        if not self.open_amount:
            return CoverState.CLOSED
        if not self.cover_reason:
            return CoverState.COVERED
        return CoverState.PARTLY if self.covered else CoverState.UNCOVERED

    @property
    def shipped_by(self) -> str:
        """The co-insured company that shipped, as letters print it; "" for the insured itself."""
        return self.affiliate.printed if self.affiliate else ""

    @property
    def replaced_by(self) -> Shipment | None:
        return self.replacements.first()

    @property
    def received(self) -> Decimal:
        """Money from the buyer so far, invoice currency."""
        return self.amount - self.deposit - self.open_amount

    @property
    def is_live(self) -> bool:
        return self.state not in (LineState.REVERSED, LineState.REFUSED)
