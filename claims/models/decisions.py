"""The loss worksheet, the opinion and the four papers that come back (Rulebook §6.3, §6.7, §6.9)."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.cases import Claim, ItemState
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, RatioField, amount_check

DECIDED_WITH_AUTHORITY = pgtrigger.Trigger(
    name="decided_with_authority",
    operation=pgtrigger.Insert | pgtrigger.Update,
    when=pgtrigger.Before,
    func="""
        IF TG_OP = 'UPDATE' AND (NEW.amount <> OLD.amount OR NEW.total <> OLD.total OR NEW.kind <> OLD.kind
                                 OR NEW.proposed_by_id <> OLD.proposed_by_id OR NEW.level_needed <> OLD.level_needed
                                 OR NEW.worksheet_id IS DISTINCT FROM OLD.worksheet_id) THEN
            RAISE EXCEPTION 'opinion % is fixed once proposed', OLD.id USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.decided_by_id IS NULL OR (TG_OP = 'UPDATE' AND OLD.decided_by_id = NEW.decided_by_id) THEN
            RETURN NEW;
        END IF;
        PERFORM 1 FROM accounts_rolegrant WHERE user_id = NEW.decided_by_id AND role = 'CLAIMS_APPROVER'
            AND revoked_at IS NULL AND tier >= NEW.level_needed FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'user % lacks authority of level %', NEW.decided_by_id, NEW.level_needed
            USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


class Worksheet(models.Model):
    """One saved loss adjustment: inputs as typed, result with every step of §6.3. A new save is a new version."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="worksheets")
    version = models.PositiveSmallIntegerField()
    product = models.CharField(max_length=15)
    currency = models.CharField(max_length=3)
    inputs = models.JSONField()
    result = models.JSONField()
    assessed_loss = AmountField()
    claim_base = AmountField()
    insured_ratio = RatioField()
    gross_indemnity = AmountField()
    mitigation_share = AmountField(default=0)
    indemnity_total = AmountField()
    payable_now = AmountField()
    calculated_on = models.DateField()
    adjuster = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "version"], name="worksheet_version_once"),
            amount_check("worksheet_amounts", "assessed_loss", "claim_base", "gross_indemnity", "indemnity_total"),
            # the handbook's hard caps (AMB-2): 90 %, forfaiting 100 %
            models.CheckConstraint(
                condition=Q(insured_ratio__gte=0)
                & (Q(insured_ratio__lte=Decimal("0.9")) | Q(product="FORFAITING", insured_ratio__lte=1)),
                name="worksheet_hard_cap",
            ),
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
    amount = AmountField()  # payable now
    total = AmountField()  # the whole indemnity decided so far, earlier interim payments included
    mitigation = AmountField(default=0)  # part of `amount` that refunds approved mitigation costs
    currency = models.CharField(max_length=3)
    reasons = models.CharField(max_length=2000)
    level_needed = models.PositiveSmallIntegerField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)  # the amount moved, or the decision was reopened
    notified_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            amount_check("opinion_amount", "amount", "total", "mitigation"),
            models.CheckConstraint(condition=Q(amount__lte=F("total")), name="opinion_amount_within_total"),
            models.CheckConstraint(condition=Q(mitigation__lte=F("amount")), name="opinion_mitigation_within_amount"),
            models.CheckConstraint(condition=~Q(kind="NIL") | Q(amount=0), name="opinion_nil_is_zero"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="opinion_maker_is_not_checker"
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(decided_at=None, returned_at=None, voided_at=None),
                name="one_open_opinion",
            ),
        ]
        triggers = [DECIDED_WITH_AUTHORITY]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None and self.returned_at is None and self.voided_at is None

    @property
    def stands(self) -> bool:
        return self.decided_at is not None and self.voided_at is None


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
    letter_id = models.BigIntegerField(null=True)  # the form we generated for signature
    details = models.JSONField(default=dict)  # AML: who is paid, on which papers
    provided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    provided_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=300, blank=True)
    verified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opinion", "kind"], name="return_document_once")]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.kind}"
