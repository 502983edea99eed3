"""Reference data that no tenant owns: countries, currencies, dated rates, working days, offices, business date."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sinosure.core.states import TonedChoices


def in_chinese() -> bool:
    """Whether the language that is active now is Chinese."""
    return (get_language() or "zh").startswith("zh")


class TwoNames(models.Model):
    """A thing with a Chinese and an English name; `name` follows the language that is active."""

    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if in_chinese() else self.name_en


class CoverStatus(TonedChoices):
    """Whether the insurer takes new risk on a country (LIM-14)."""

    OPEN = "OPEN", "green", _("Open")
    RESTRICTED = "RESTRICTED", "amber", _("Restricted")
    SUSPENDED = "SUSPENDED", "red", _("Suspended")


class Country(TwoNames):
    """ISO 3166 country or region with its risk class A (lowest) to E and cover status."""

    code = models.CharField(max_length=2, primary_key=True)
    risk_class = models.CharField(max_length=1, default="C")
    cover_status = models.CharField(max_length=12, choices=CoverStatus.choices, default=CoverStatus.OPEN)
    is_sanctioned = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(risk_class__in=list("ABCDE")), name="country_risk_class_a_to_e"),
        ]


class Currency(TwoNames):
    code = models.CharField(max_length=3, primary_key=True)

    class Meta:
        ordering = ["code"]


class ExchangeRate(models.Model):
    """Units of `currency` for one USD on `day`. The latest day on or before the asked day applies."""

    currency = models.ForeignKey(Currency, on_delete=models.PROTECT)
    day = models.DateField()
    per_usd = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "day"], name="rate_once_per_currency_and_day"),
            models.CheckConstraint(condition=Q(per_usd__gt=0, per_usd__lt=10**9), name="rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency_id} {self.per_usd} / USD {self.day}"


class CalendarYear(models.Model):
    """A year of the PRC working calendar and whether the State Council has published it (LN-4)."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    is_official = models.BooleanField()
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class WorkCalendarDay(models.Model):
    """One day; `ordinal` is the running number of working days up to and including it, so that +n is a join."""

    date = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=60)
    ordinal = models.PositiveIntegerField()

    class Meta:
        ordering = ["date"]
        indexes = [
            # loss-notice windows in bulk: the n-th working day after a date
            models.Index(fields=["ordinal", "date"], name="workday_ordinal"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {'work' if self.is_workday else 'rest'}"


class BusinessDate(models.Model):
    """By how many days the demo's business date is moved. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offset_days = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="business_date_single_row"),
            models.CheckConstraint(condition=Q(offset_days__gte=0), name="business_date_only_forward"),
        ]

    def __str__(self) -> str:
        return f"+{self.offset_days}"


class Office(TwoNames):
    """A service office as printed in the handbook's appendix."""

    code = models.CharField(max_length=2, unique=True)
    address = models.CharField(max_length=200)
    postcode = models.CharField(max_length=10)
    phone = models.CharField(max_length=30)

    class Meta:
        ordering = ["code"]
