"""甬贸贷-style regional schemes (Rulebook §8.7): sponsors, loss shares, the risk fund with its book, top-ups, cases."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from financing.microloan.models import CreditProduct
from financing.models.agreements import OfLoan
from financing.models.loans import Loan
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.roles import Kind
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, RatioField, amount_check
from sinosure.core.states import TonedChoices
from sinosure.reference.models import Office, TwoNames


class Backing(models.TextChoices):
    """What stands behind a loan besides the risk fund."""

    INSURANCE = "INSURANCE", _("Export credit insurance")
    GUARANTEE = "GUARANTEE", _("Small-loan guarantee insurance")
    CREDIT = "CREDIT", _("Pure credit")


class SchemeQuerySet(models.QuerySet[Any]):
    """The insurer sees all, a sponsor its own, a bank those that it lends under."""

    def visible_to(self, actor: Actor) -> SchemeQuerySet:
        if actor.is_insurer:
            return self.all()
        own = actor.organisation_id or 0
        if actor.kind == Kind.SPONSOR:
            return self.filter(Q(commerce=own) | Q(finance=own))
        if actor.is_bank:
            return self.filter(pk__in=SchemeProduct.objects.filter(product__bank=own).values("scheme"))
        return self.none()


class RegionalScheme(TwoNames):
    """`commerce` sponsors and admits, `finance` pays into the fund and out of it, `office` is the insurer's branch."""

    code = models.CharField(max_length=20, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    commerce = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    finance = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, default="CNY")
    starts_on = models.DateField()
    fund_balance = AmountField(default=0)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        constraints = [amount_check("scheme_fund_never_below_zero", "fund_balance")]

    def __str__(self) -> str:
        return self.name


class SchemeTerms(models.Model):
    """Loss shares and the most that one exporter borrows, as a version. [D]: the shares are not sourced."""

    scheme = models.ForeignKey(RegionalScheme, on_delete=models.PROTECT, related_name="terms")
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    bank_ratio = RatioField()
    guarantor_ratio = RatioField()
    fund_ratio = RatioField()
    max_loan = AmountField()
    needs_pooled_cover = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "version"], name="scheme_terms_once"),
            models.CheckConstraint(
                condition=Q(bank_ratio__gte=0, guarantor_ratio__gte=0, fund_ratio__gte=0)
                & Q(fund_ratio=1 - F("bank_ratio") - F("guarantor_ratio")),
                name="scheme_shares_make_one",
            ),
            amount_check("scheme_max_loan", "max_loan"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.version}"


class SchemeProduct(models.Model):
    """A bank's credit product that belongs to a scheme."""

    scheme = models.ForeignKey(RegionalScheme, on_delete=models.PROTECT, related_name="products")
    product = models.OneToOneField(CreditProduct, on_delete=models.PROTECT, related_name="of_scheme")
    backing = models.CharField(max_length=10, choices=Backing.choices)

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.product_id}"


class TopUpState(TonedChoices):
    PROPOSED = "PROPOSED", "amber", _("Waits for a second person")
    CONFIRMED = "CONFIRMED", "green", _("Paid in")
    REFUSED = "REFUSED", "grey", _("Refused")


class TopUp(models.Model):
    """Money that the finance bureau pays into a fund: one person proposes, another confirms."""

    scheme = models.ForeignKey(RegionalScheme, on_delete=models.PROTECT, related_name="top_ups")
    amount = AmountField()
    reference = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=TopUpState.choices, default=TopUpState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "reference"], name="top_up_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="top_up_positive"),
            models.CheckConstraint(
                condition=~Q(state="CONFIRMED") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="top_up_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class CaseState(TonedChoices):
    REPORTED = "REPORTED", "amber", _("Reported, waits for the indemnity")
    SETTLED = "SETTLED", "green", _("Compensated")


class SchemeCase(models.Model):
    """A loan of a scheme that was not repaid, and who bore what. Parts in the currency of the loan.

    `fund_expected` in the currency of the scheme counts against the fund until the case is settled.
    """

    number = models.CharField(max_length=30, unique=True)
    scheme = models.ForeignKey(RegionalScheme, on_delete=models.PROTECT, related_name="cases")
    terms = models.ForeignKey(SchemeTerms, on_delete=models.PROTECT, related_name="+")
    loan = models.OneToOneField(Loan, on_delete=models.PROTECT, related_name="scheme_case")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    backing = models.CharField(max_length=10, choices=Backing.choices)
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.REPORTED)
    currency = models.CharField(max_length=3)
    loss = AmountField()
    indemnity = AmountField(default=0)
    guarantee = AmountField(default=0)
    fund = AmountField(default=0)
    bank_part = AmountField(default=0)
    fund_expected = AmountField()
    fund_paid = AmountField(default=0)
    working = models.JSONField(default=list)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField()
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = OfLoan.as_manager()

    class Meta:
        constraints = [
            amount_check("scheme_case_amounts", "loss", "indemnity", "guarantee", "fund", "bank_part", "fund_paid"),
            models.CheckConstraint(
                condition=Q(state="REPORTED", indemnity=0, guarantee=0, fund=0, bank_part=0)
                | Q(state="SETTLED", loss=F("indemnity") + F("guarantee") + F("fund") + F("bank_part")),
                name="scheme_parts_make_the_loss",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class FundEntry(models.Model):
    """One line of a fund's book: paid in (positive) or out, with the balance after it."""

    scheme = models.ForeignKey(RegionalScheme, on_delete=models.PROTECT, related_name="entries")
    amount = AmountField()
    balance = AmountField()
    top_up = models.OneToOneField(TopUp, on_delete=models.PROTECT, null=True, related_name="entry")
    case = models.OneToOneField(SchemeCase, on_delete=models.PROTECT, null=True, related_name="entry")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(top_up__isnull=False, case=None, amount__gt=0)
                | Q(top_up=None, case__isnull=False, amount__lt=0),
                name="fund_entry_has_one_cause",
            ),
            amount_check("fund_entry_balance", "balance"),
        ]
        indexes = [models.Index(fields=["scheme", "-id"], name="fund_book")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.amount}"
