"""信保贷 (Rulebook §8.6): banks' products, the line of credit with what judged it, the data authorisation, drawdowns."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from financing.models.agreements import Agreement, BankScoped, OfAgreement
from financing.models.loans import Loan
from policies.models import Policy
from sinosure.accounts.models import Organisation, User
from sinosure.core import clock
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, RateField, RatioField, amount_check, ratio_check
from sinosure.core.states import TonedChoices
from sinosure.reference.models import TwoNames


class CreditState(TonedChoices):
    """LAPSED and OVER are never stored: they follow from the day, see `CreditLine.shown_state`."""

    REFERRED = "REFERRED", "amber", _("With the bank")
    OFFERED = "OFFERED", "blue", _("Offer to sign")
    SIGNED = "SIGNED", "amber", _("The bank signs next")
    ACTIVE = "ACTIVE", "green", _("Line in force")
    DECLINED = "DECLINED", "red", _("Not granted")
    WITHDRAWN = "WITHDRAWN", "grey", _("Withdrawn")
    CLOSED = "CLOSED", "grey", _("Line closed")
    LAPSED = "LAPSED", "grey", _("Offer lapsed")
    OVER = "OVER", "grey", _("Line ended")


class DataItem(models.TextChoices):
    """What a bank reads of the applicant, each named in the authorisation."""

    COMPANY = "COMPANY", _("Company register data")
    POLICY = "POLICY", _("Policy, premium and cover")
    EXPORTS = "EXPORTS", _("Exports of last year and countries")
    INVOICES = "INVOICES", _("Registered invoices and receipts")
    OVERDUE = "OVERDUE", _("Overdue amounts")
    CLAIMS = "CLAIMS", _("Claims in two years")
    LIGHTS = "LIGHTS", _("Credit lights of buyers")


class CreditProduct(TwoNames):
    """What one bank lends on micro policies, as a version. `instant_up_to`: the model offers by itself up to here."""

    code = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateField()
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, default="CNY")
    max_amount = AmountField()
    instant_up_to = AmountField()
    max_tenor_days = models.PositiveSmallIntegerField()
    tag = models.CharField(max_length=1, default="D")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="credit_product_once"),
            amount_check("credit_product_amounts", "max_amount", "instant_up_to"),
            models.CheckConstraint(
                condition=Q(max_tenor_days__gt=0, instant_up_to__lte=F("max_amount")), name="credit_product_sane"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class ProductTerms(models.Model):
    """The rate a year and the share of the lowest ceiling that a grade gets under a product."""

    product = models.ForeignKey(CreditProduct, on_delete=models.PROTECT, related_name="terms")
    grade = models.CharField(max_length=1)
    rate_pct = RateField()
    share_ratio = RatioField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "grade"], name="product_terms_once"),
            models.CheckConstraint(condition=Q(rate_pct__gt=0, rate_pct__lte=24), name="product_rate_sane"),
            ratio_check("product_share", "share_ratio"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.product_id} {self.grade}"


class CreditLine(models.Model):
    """An application and what becomes of it: judged, offered, signed by both, drawn. Amounts in `currency`.

    `facts`, `reasons` and `working` are what judged it, kept as they stood. `agreement` assigns the indemnities to the bank.
    """

    number = models.CharField(max_length=30, unique=True)
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="credit_lines")
    product = models.ForeignKey(CreditProduct, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="credit_lines")
    state = models.CharField(max_length=10, choices=CreditState.choices)
    currency = models.CharField(max_length=3)
    asked = AmountField()
    asked_tenor_days = models.PositiveSmallIntegerField()
    applied_at = models.DateTimeField()
    applied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    scorecard = models.CharField(max_length=10)
    points = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=1, blank=True)
    ceiling = AmountField()
    facts = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    barred = models.JSONField(default=list)
    working = models.JSONField(default=list)
    amount = AmountField(default=0)
    rate_pct = RateField(default=0)
    tenor_days = models.PositiveSmallIntegerField(default=0)
    offered_until = models.DateField(null=True)
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    bank_signed_at = models.DateTimeField(null=True)
    bank_signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ends_on = models.DateField(null=True)
    remark = models.CharField(max_length=500, blank=True)

    objects = OfAgreement.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(state__in=["REFERRED", "OFFERED", "SIGNED", "ACTIVE"]),
                name="one_open_line_per_policy",
            ),
            amount_check("credit_line_amounts", "amount", "ceiling"),
            amount_check("credit_line_asked", "asked", minimum=1),
            models.CheckConstraint(
                condition=Q(amount__lte=F("ceiling")) & Q(amount__lte=F("asked")),
                name="credit_line_within_ceiling",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["OFFERED", "SIGNED", "ACTIVE"])
                | Q(amount__gt=0, rate_pct__gt=0, tenor_days__gt=0, offered_until__isnull=False),
                name="credit_line_offer_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="ACTIVE") | Q(agreement__isnull=False, ends_on__isnull=False),
                name="active_line_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(bank_signed_by=None) | Q(offered_by=None) | ~Q(bank_signed_by=F("offered_by")),
                name="credit_line_four_eyes",
            ),
        ]
        indexes = [models.Index(fields=["bank", "-id"], name="credit_line_by_bank")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_offered(self) -> bool:
        """Whether `amount` was offered; before that it is what the scorecard suggests."""
        return self.state not in (CreditState.REFERRED, CreditState.DECLINED)

    @property
    def shown_state(self) -> CreditState:
        """The state with what follows from the day."""
        today = clock.today()
        if self.state == CreditState.OFFERED and self.offered_until is not None and self.offered_until < today:
            return CreditState.LAPSED
        if self.state == CreditState.ACTIVE and self.ends_on is not None and self.ends_on < today:
            return CreditState.OVER
        return CreditState(self.state)


class OfLine(BankScoped):
    branch_path = "line__agreement__branch"


class DataAuthorisation(models.Model):
    """《数据授权书》: which data of the applicant the bank reads, for what, until when. Only the revocation is ever written."""

    number = models.CharField(max_length=30, unique=True)
    line = models.ForeignKey(CreditLine, on_delete=models.PROTECT, related_name="authorisations")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    items = ArrayField(models.CharField(max_length=10, choices=DataItem.choices))
    purpose = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField()
    text_hash = models.CharField(max_length=64)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = OfLine.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(revoked_at=None), name="data_authorisation_once"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="data_authorisation_days"),
            models.CheckConstraint(condition=~Q(items=[]), name="data_authorisation_names_items"),
        ]

    def __str__(self) -> str:
        return self.number

    def is_valid_on(self, day: date) -> bool:
        return self.revoked_at is None and self.valid_from <= day <= self.valid_until


_WITHIN_THE_LINE = """
    PERFORM 1 FROM financing_creditline WHERE id = NEW.line_id FOR UPDATE;
    IF (SELECT l.amount FROM financing_creditline l WHERE l.id = NEW.line_id) < NEW.amount + COALESCE((
        SELECT sum(d.amount * (o.principal - o.repaid) / o.principal)
        FROM financing_drawdown d JOIN financing_loan o ON o.id = d.loan_id
        WHERE d.line_id = NEW.line_id AND o.state IN ('APPROVED', 'DISBURSED', 'PARTLY_REPAID')), 0) THEN
        RAISE EXCEPTION 'more is drawn than the line holds' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Drawdown(models.Model):
    """One loan of the book under a line. `amount` in the currency of the line, at `fx` = loan units for one of the line's."""

    line = models.ForeignKey(CreditLine, on_delete=models.PROTECT, related_name="drawdowns")
    loan = models.OneToOneField(Loan, on_delete=models.PROTECT, related_name="drawdown")
    amount = AmountField()
    fx = models.DecimalField(max_digits=18, decimal_places=8)
    rate_pct = RateField()

    class Meta:
        constraints = [
            amount_check("drawdown_amount", "amount"),
            models.CheckConstraint(condition=Q(fx__gt=0), name="drawdown_fx_positive"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="within_the_line", operation=pgtrigger.Insert, when=pgtrigger.Before, func=_WITHIN_THE_LINE
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.line_id} {self.loan_id}"
