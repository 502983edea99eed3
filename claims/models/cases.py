"""Claims: the case, its receivables, its papers, what was found out, and disputes (Rulebook §6)."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.notices import LossNotice
from claims.models.risks import CoveredRisk, PolicyBankQuerySet
from credit_info.models import Obligor
from declarations.models import ProductionContract, Shipment
from policies.models import Policy
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, amount_check
from sinosure.core.states import TonedChoices

PAID_THROUGH_THE_BOOK = pgtrigger.Trigger(
    name="paid_through_the_book",
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("paid_total"),
    when=pgtrigger.Before,
    declare=[("booked", "numeric")],
    func="""
        SELECT coalesce(-sum(p.amount), 0) INTO booked
        FROM claims_payment c
        JOIN ledger_journal j ON j.subject_type = 'claims.payment' AND j.subject_id = c.id
        JOIN ledger_posting p ON p.journal_id = j.id AND p.account = 'BANK'
        WHERE c.claim_id = NEW.id;
        IF NEW.paid_total <> booked THEN
            RAISE EXCEPTION 'claim %: paid % but the book says %', NEW.id, NEW.paid_total, booked
            USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


CLAIMED_NOT_SHIPPED = pgtrigger.Trigger(
    name="claimed_not_shipped",
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "production_id"),
    when=pgtrigger.Before,
    condition=pgtrigger.Condition("NEW.production_id IS NOT NULL AND NEW.state <> 'WITHDRAWN'"),
    func="""
        PERFORM 1 FROM declarations_productioncontract WHERE id = NEW.production_id AND state = 'IN_CLAIM';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'contract % is not held for a claim', NEW.production_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


class ClaimState(TonedChoices):
    """§6.1; DRAFT is the form before it is filed."""

    DRAFT = "DRAFT", "grey", _("Draft, not filed yet")
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
    """《索赔申请书》 and its adjudication, in policy currency. Adjuster ≠ approver ≠ payer, also in the database.

    `cap` is the total decided so far, interim included; `paid_total` never exceeds it and moves only with a journal.
    """

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="claims")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="claims")
    notice = models.ForeignKey(LossNotice, on_delete=models.PROTECT, null=True, related_name="claims")
    production = models.ForeignKey(
        ProductionContract, on_delete=models.PROTECT, null=True, related_name="claims"
    )  # a loss before shipment (§1.3); None: invoices
    state = models.CharField(max_length=22, choices=ClaimState.choices, default=ClaimState.DRAFT)
    cause = models.CharField(max_length=16, choices=CoveredRisk.choices)
    currency = models.CharField(max_length=3)
    claimed = AmountField()
    statement = models.CharField(max_length=2000, blank=True)
    occurred_on = models.DateField()
    unshipped_orders = AmountField(default=0)  # of the add-on of a micro policy, policy currency
    simplified_up_to = AmountField(null=True)  # set: the simplified path was chosen (CLM-10), with its ceiling that day
    lc_documents_complied = models.BooleanField(null=True)  # PRD-6
    created_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    filing_due = models.DateField(null=True)
    days_late = models.PositiveIntegerField(default=0)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    document_request = models.CharField(max_length=1000, blank=True)
    documents_requested_at = models.DateTimeField(null=True)
    documents_provided_at = models.DateTimeField(null=True)
    waiting_until = models.DateField(null=True)
    waiting_waived_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    waiting_waiver = models.CharField(max_length=500, blank=True)
    clock_days_left = models.PositiveSmallIntegerField(null=True)  # of the decision clock, while suspended
    exclusions = models.JSONField(default=dict)
    indemnity_total = AmountField(null=True)
    paid_total = AmountField(default=0)
    cap = AmountField(null=True)
    decided_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = PolicyBankQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("claim_amounts", "claimed", "paid_total"),
            amount_check("claim_unshipped_orders", "unshipped_orders"),
            models.UniqueConstraint(
                fields=["production"], condition=~Q(state__in=["WITHDRAWN"]), name="one_claim_per_contract"
            ),
            models.CheckConstraint(
                condition=Q(simplified_up_to=None) | Q(claimed__lte=F("simplified_up_to")),
                name="simplified_claim_is_small",
            ),
            models.CheckConstraint(
                condition=Q(waiting_waived_by=None) | ~Q(waiting_waiver=""), name="waiver_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(paid_total=0) | Q(cap__isnull=False, paid_total__lte=F("cap")), name="claim_paid_within_cap"
            ),
            models.UniqueConstraint(
                fields=["policy", "obligor"],
                condition=~Q(state__in=["CLOSED", "WITHDRAWN", "REJECTED"]),
                name="one_open_claim_per_buyer",
            ),
            models.CheckConstraint(
                condition=Q(filed_at__isnull=False) | Q(state__in=["DRAFT", "WITHDRAWN"]), name="claim_filed_has_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["policyholder", "-id"], name="claim_by_policyholder"),
            # the desk: oldest first within a state
            models.Index(fields=["state", "filed_at"], name="claim_queue"),
        ]
        triggers = [PAID_THROUGH_THE_BOOK, CLAIMED_NOT_SHIPPED]

    def __str__(self) -> str:
        return self.number

    @property
    def is_simplified(self) -> bool:
        return self.simplified_up_to is not None


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
    is_fetched = models.BooleanField(default=False)  # the portal holds it itself: declaration and limit slips
    was_requested = models.BooleanField(default=False)
    comment = models.CharField(max_length=300, blank=True)
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "code"], name="checklist_item_once")]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.code}"


class NoteKind(models.TextChoices):
    INVESTIGATION = "INVESTIGATION", _("Investigation")
    EVIDENCE = "EVIDENCE", _("Evidence")
    CHANNEL_REPORT = "CHANNEL_REPORT", _("Report of the collection channel")
    RECOVERY = "RECOVERY", _("Recovery")
    DECISION = "DECISION", _("Decision")


class CaseNote(models.Model):
    """One entry of the log that officers keep on a case; files hang on it as attachments with their hash."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="notes")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=15, choices=NoteKind.choices, default=NoteKind.INVESTIGATION)
    text = models.CharField(max_length=2000)
    happened_on = models.DateField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.claim_id} {self.kind}"


class DisputeKind(models.TextChoices):
    """CLM-12."""

    QUALITY = "QUALITY", _("Quality")
    QUANTITY = "QUANTITY", _("Quantity")
    PRICE = "PRICE", _("Price")
    AUTHENTICITY = "AUTHENTICITY", _("Authenticity of documents")
    OFFSET = "OFFSET", _("Set-off")
    OTHER = "OTHER", _("Other")


class DisputeOutcome(models.TextChoices):
    WAIVED_BY_INSURER = "WAIVED_BY_INSURER", _("Waived by the insurer in writing")
    SETTLED = "SETTLED", _("Settled between the parties")
    AWARD = "AWARD", _("Arbitral award")
    JUDGMENT = "JUDGMENT", _("Judgment")


class Dispute(models.Model):
    """纠纷先决 (CLM-11): while it is open the claim stands still, unless the insurer waives it in writing."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="disputes")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DisputeKind.choices)
    raised_on = models.DateField()
    amount_disputed = AmountField()
    outcome = models.CharField(max_length=17, choices=DisputeOutcome.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("dispute_amount", "amount_disputed"),
            models.UniqueConstraint(fields=["claim"], condition=Q(resolved_at=None), name="one_open_dispute"),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | (~Q(outcome="") & ~Q(reason="")), name="dispute_outcome_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.kind}"
