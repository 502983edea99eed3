"""The terms of a quote (保险单明细表): what an underwriter sets, and what no schedule may say (Rulebook §2.1, AMB-2, AMB-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies import affiliates
from policies.affiliates import Affiliate
from policies.annual import BASIS, AnnualTerms
from policies.models import DeclarationMode, PolicySchedule, RateBasis, Scope
from policies.proposal import check_credit_days, check_ratio, check_start
from policies.wording import NORMAL_CREDIT_DAYS, Terms
from sinosure.core.errors import DomainError

BY_ENDORSEMENT = "ENDORSEMENT"  # the value of `covers_services` that lets services in later


@dataclass(frozen=True)
class ScheduleTerms:
    """One schedule as proposed. Amounts in the policy currency, `insured_ratios` by CoveredRisk."""

    insured_ratios: Mapping[str, Decimal]
    max_liability: Decimal
    minimum_premium: Decimal
    starts_on: date
    ends_on: date
    valid_until: date
    deposit_premium: Decimal | None = None
    rate_basis: str = RateBasis.TABLE
    flat_rate_pct: Decimal | None = None
    experience_factor: Decimal = Decimal(1)
    estimated_turnover: Decimal | None = None
    deductible: Decimal = Decimal(0)
    discretionary_limit: Decimal = Decimal(0)
    declaration_mode: str = DeclarationMode.MONTHLY_25
    max_credit_days: int = NORMAL_CREDIT_DAYS
    long_credit_reason: str = ""
    scope: str = Scope.ALL
    covers_services: bool = False
    excluded_countries: tuple[str, ...] = field(default=())
    affiliates: tuple[Affiliate, ...] = field(default=())
    pre_shipment: bool = False
    pre_shipment_ratio: Decimal | None = None
    pre_shipment_rate_pct: Decimal | None = None
    special_terms: str = ""

    @property
    def highest_ratio(self) -> Decimal:
        """The highest share of any risk; it sets the percentage factor of the premium (§4.4)."""
        return max(self.insured_ratios.values(), default=Decimal(0))

    @property
    def deposit(self) -> Decimal:
        """The deposit premium is the minimum premium unless the schedule says otherwise (§4.4)."""
        return self.minimum_premium if self.deposit_premium is None else self.deposit_premium


def check_terms(terms: ScheduleTerms, product: str, wording: Terms, insured_code: str = "") -> None:
    """Raises DomainError at the field that breaks a rule of the product."""
    check_cover(terms, product, wording, insured_code)
    if terms.covers_services and wording.value("covers_services") == BY_ENDORSEMENT:
        message = _("Services are taken into this policy by endorsement only. Quote goods.")
        raise DomainError("services_by_endorsement", message, field="covers_services")
    _check_dates(terms)


def check_cover(terms: ScheduleTerms, product: str, wording: Terms, insured_code: str = "") -> None:
    """The same without the period: what an endorsement may change."""
    _check_ratios(terms, product, wording)
    _check_money(terms, wording)
    _check_rates(terms, wording)
    _check_annual(terms, wording)
    _check_credit(terms, wording)
    affiliates.check(terms.affiliates, wording, insured_code)
    _check_pre_shipment(terms, product, wording)
    if terms.covers_services and wording.value("covers_services") not in (True, BY_ENDORSEMENT):
        raise DomainError("services_not_covered", _("This product covers goods only."), field="covers_services")


def _check_pre_shipment(terms: ScheduleTerms, product: str, wording: Terms) -> None:
    """§1.3: comprehensive only; the share is under the hard cap like every other, and cover has a price."""
    if not terms.pre_shipment:
        return
    if not wording.value("pre_shipment"):
        message = _("Only a comprehensive policy can cover the time before shipment.")
        raise DomainError("no_pre_shipment", message, field="pre_shipment")
    check_ratio(terms.pre_shipment_ratio or Decimal(0), product, "pre_shipment_ratio")
    if not terms.pre_shipment_rate_pct:
        message = _("Give the premium rate of the pre-shipment extension.")
        raise DomainError("pre_shipment_rate_missing", message, field="pre_shipment_rate_pct")


def with_extension(terms: ScheduleTerms, wording: Terms) -> ScheduleTerms:
    """The usual share and rate of the pre-shipment extension where none is named; nothing without the extension."""
    if not terms.pre_shipment:
        return replace(terms, pre_shipment_ratio=None, pre_shipment_rate_pct=None)
    return replace(
        terms,
        pre_shipment_ratio=terms.pre_shipment_ratio or wording.number("pre_shipment_ratio"),
        pre_shipment_rate_pct=terms.pre_shipment_rate_pct or wording.number("pre_shipment_rate_pct"),
    )


def _check_ratios(terms: ScheduleTerms, product: str, wording: Terms) -> None:
    allowed = set(wording.value("risks"))
    if not terms.insured_ratios or set(terms.insured_ratios) - allowed:
        raise DomainError("unknown_risk", _("The schedule names a risk that this product does not cover."))
    for risk, ratio in terms.insured_ratios.items():
        check_ratio(ratio, product, f"ratio_{risk}")


def _check_money(terms: ScheduleTerms, wording: Terms) -> None:
    if terms.max_liability <= 0:
        raise DomainError("must_be_positive", _("The maximum liability must be above 0."), field="max_liability")
    if wording.bills_lines and terms.deposit > terms.minimum_premium:
        message = _("The deposit premium cannot be higher than the minimum premium.")
        raise DomainError("deposit_over_minimum", message, field="deposit_premium")
    if terms.discretionary_limit and wording.value("discretionary_limit") != "OPTIONAL":
        message = _("This product has no discretionary limit.")
        raise DomainError("no_discretionary_limit", message, field="discretionary_limit")
    if terms.deductible >= terms.max_liability:
        message = _("The deductible must be lower than the maximum liability.")
        raise DomainError("deductible_too_high", message, field="deductible")


def _check_rates(terms: ScheduleTerms, wording: Terms) -> None:
    if terms.rate_basis == RateBasis.FLAT and not terms.flat_rate_pct:
        raise DomainError(
            "flat_rate_missing", _("Enter the flat rate, or choose the rate table."), field="flat_rate_pct"
        )
    low, high = wording.number("experience_low"), wording.number("experience_high")
    if not low <= terms.experience_factor <= high:
        message = _("The experience factor lies between %(low)s and %(high)s.")
        raise DomainError("experience_out_of_range", message, field="experience_factor", low=low, high=high)


def _check_annual(terms: ScheduleTerms, wording: Terms) -> None:
    """Premium for the year needs the turnover it is reckoned on, and one rate (AMB-10)."""
    if wording.value("premium_basis") != BASIS:
        return
    if not terms.estimated_turnover or terms.estimated_turnover <= 0:
        message = _("Enter the estimated turnover of the year; the premium is reckoned on it.")
        raise DomainError("turnover_missing", message, field="estimated_turnover")
    if terms.rate_basis != RateBasis.FLAT:
        raise DomainError("flat_rate_needed", _("This product has one flat rate."), field="rate_basis")


def annual_terms(terms: ScheduleTerms | PolicySchedule, wording: Terms, currency: str) -> AnnualTerms | None:
    """The terms of the premium for the year; None where premium is charged otherwise."""
    if wording.value("premium_basis") != BASIS or not terms.estimated_turnover or terms.flat_rate_pct is None:
        return None
    return AnnualTerms(
        terms.estimated_turnover, terms.flat_rate_pct, terms.highest_ratio, terms.minimum_premium, currency,
        wording.number("adjusts_above_ratio"),
    )  # fmt: skip


def _check_credit(terms: ScheduleTerms, wording: Terms) -> None:
    """More than the product's usual period is an exception with a reason, more than two years is refused (AMB-4)."""
    check_credit_days(terms.max_credit_days, "max_credit_days")
    usual = wording.days("max_credit_days")
    if terms.max_credit_days > usual and not terms.long_credit_reason:
        message = _("Credit of more than %(days)s days is an exception. Say why it is granted.")
        raise DomainError("long_credit_needs_reason", message, field="long_credit_reason", days=usual)


def _check_dates(terms: ScheduleTerms) -> None:
    check_start(terms.starts_on)
    if terms.ends_on <= terms.starts_on:
        raise DomainError("ends_before_start", _("The period must end after it begins."), field="ends_on")
    if (terms.ends_on - terms.starts_on).days > 732:
        raise DomainError("period_too_long", _("A policy runs for two years at most."), field="ends_on")


def liability_warning(max_liability: Decimal, largest_limit: Decimal, wording: Terms) -> Any:
    """A sentence when the maximum is below 2 × or above 3 × the largest limit wanted (§1.1), else None. No refusal."""
    if not largest_limit:
        return None
    low, high = wording.number("liability_multiple_low"), wording.number("liability_multiple_high")
    multiple = max_liability / largest_limit
    if multiple < low:
        return _(
            "The maximum liability is less than %(low)s times the largest limit wanted: one loss may use it up."
        ) % {"low": low}
    if multiple > high:
        return _("The maximum liability is more than %(high)s times the largest limit wanted.") % {"high": high}
    return None
