"""资信导航仪 (§9.3): who buys what from where. Records by month, contacts of buyers, and the sums that the pages read.

A code `hs` of the sums is a heading (four digits) or a subheading (six). `period` is a calendar year, or 0 for the last
twelve months for which there are records.
"""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credit_info.models.obligor import Obligor
from credit_info.navigator.figures import Readable
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import User
from sinosure.core.fields import AmountField, amount_check
from sinosure.reference.models import Country

LAST_TWELVE = 0


class WeightField(AmountField):
    """Kilograms, to the gram."""


class TradeQuerySet(models.QuerySet[Any]):
    """Trade data are open to everybody who may see buyers."""

    def visible_to(self, actor: Actor) -> Self:
        return self.all() if actor.can("buyers.view") else self.none()


class StaffQuerySet(models.QuerySet[Any]):
    """Files and their faults are the staff's."""

    def visible_to(self, actor: Actor) -> Self:
        return self.all() if actor.is_insurer else self.none()


class TradeWindow(models.Model):
    """The newest month for which there are records, if any. One row; whoever writes records holds it locked."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    newest = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="trade_window_single_row")]

    def __str__(self) -> str:
        return str(self.newest)


class TradeImport(models.Model):
    """A file of trade records that was taken in, with what became of its rows."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=120)
    is_synthetic = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = StaffQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256"], name="trade_file_once")]

    def __str__(self) -> str:
        return self.file_name


REASONS = {
    "unknown_buyer": _("No buyer of this country has this code or registration number. Take the company in first."),
    "buyer_missing": _("The buyer is missing: its code or registration number."),
    "bad_country": _("The country is not known here."),
    "buyer_in_prc": _("The buyer is in mainland China."),
    "hs_five_digits": _("The HS code has five digits. Write six; a leading zero may have been lost."),
    "bad_hs": _("The HS code needs six digits or more, all of them digits."),
    "unknown_hs": _("No chapter of the HS begins with these digits."),
    "bad_month": _("The month is not readable. Write it as 2026-03."),
    "future_month": _("The month has not begun yet."),
    "negative": _("The figure is below zero."),
    "bad_number": _("This is not a figure. Write it as 1234.5, without unit or currency."),
    "too_many_decimals": _("There are too many decimals. Nothing is rounded for you."),
    "out_of_range": _("The figure is out of range."),
    "duplicate_in_file": _("The same buyer, product, origin and month stand in an earlier row of this file."),
    "control_characters": _("There are invisible control characters in it."),
    "too_long": _("It is too long."),
    "bad_width": _("The row has more cells than the heading."),
}


class TradeFault(models.Model):
    """A row that was not taken in, at which column, and why."""

    batch = models.ForeignKey(TradeImport, on_delete=models.CASCADE, related_name="faults")
    row_no = models.PositiveIntegerField()
    column = models.CharField(max_length=20)
    code = models.CharField(max_length=30)
    value = models.CharField(max_length=200, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["row_no", "id"]
        indexes = [models.Index(fields=["batch", "row_no", "id"], name="trade_fault_in_order")]

    def __str__(self) -> str:
        return f"{self.row_no} {self.column} {self.code}"

    @property
    def reason(self) -> str:
        return str(REASONS.get(self.code, self.code))


class TradeRecord(models.Model):
    """What one buyer took of one product from one origin in one month. `country` is where it was imported."""

    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="trade_records", db_index=False)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+", db_index=False)
    hs6 = models.CharField(max_length=6)
    origin = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    weight_kg = WeightField()
    amount = AmountField()
    count = models.PositiveIntegerField()
    batch = models.ForeignKey(TradeImport, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = TradeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["obligor", "month", "hs6", "origin", "country"], name="trade_record_once"),
            models.CheckConstraint(condition=Q(hs6__regex=r"^[0-9]{6}$"), name="trade_hs6_six_digits"),
            models.CheckConstraint(condition=Q(month__day=1), name="trade_month_on_the_first"),
            models.CheckConstraint(condition=Q(count__gte=1), name="trade_count_from_one"),
            amount_check("trade_figures_in_range", "weight_kg", "amount"),
        ]
        indexes = [
            # the months that leave the last twelve when a newer one comes in
            models.Index(fields=["month"], name="trade_record_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.obligor_id} {self.hs6} {self.month}"


class MarketMonth(models.Model):
    """A product in a country in a month: the trend charts."""

    hs = models.CharField(max_length=6)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    weight_kg = WeightField()
    amount = AmountField()
    count = models.PositiveBigIntegerField()
    china_amount = AmountField()

    objects = TradeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hs", "country", "month"], name="market_month_once"),
            amount_check("market_month_in_range", "weight_kg", "amount", "china_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.hs} {self.country_id} {self.month}"


class MarketOrigin(models.Model):
    """Where a country's imports of a product came from in a period."""

    hs = models.CharField(max_length=6)
    period = models.PositiveSmallIntegerField()
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+", db_index=False)
    origin = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+", db_index=False)
    weight_kg = WeightField()
    amount = AmountField()
    count = models.PositiveBigIntegerField()

    objects = TradeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hs", "period", "country", "origin"], name="market_origin_once"),
            amount_check("market_origin_in_range", "weight_kg", "amount"),
        ]

    def __str__(self) -> str:
        return f"{self.hs} {self.country_id} {self.origin_id}"


class BuyerStanding(Readable, models.Model):
    """A buyer of a product in a country in a period: the list of buyers, and who buys most in the world."""

    hs = models.CharField(max_length=6)
    period = models.PositiveSmallIntegerField()
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+", db_index=False)
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="standings", db_index=False)
    weight_kg = WeightField()
    amount = AmountField()
    count = models.PositiveBigIntegerField()
    china_amount = AmountField()

    objects = TradeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["obligor", "hs", "period", "country"], name="buyer_standing_once"),
            amount_check("buyer_standing_in_range", "weight_kg", "amount", "china_amount"),
        ]
        indexes = [
            # the buyers of a country, the largest first; by weight and count they are sorted within it
            models.Index(fields=["hs", "period", "country", "-amount", "-id"], name="standing_in_country"),
            # the largest of the world
            models.Index(fields=["hs", "period", "-amount", "-id"], name="standing_in_world"),
        ]

    def __str__(self) -> str:
        return f"{self.hs} {self.country_id} {self.obligor_id}"


class TradeContact(models.Model):
    """Whom to write to at a buyer. The name, address and number of a person are shown on request only."""

    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="trade_contacts")
    person = models.CharField(max_length=100, blank=True)
    duty = models.CharField(max_length=80, blank=True)
    email = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TradeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(phone="") | ~Q(website=""), name="trade_contact_leads_somewhere"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="trade_contact_has_a_source"),
        ]

    def __str__(self) -> str:
        return self.email or self.phone or self.website
