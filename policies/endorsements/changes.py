"""What an endorsement changes: the changed fields only, old → new, and what no endorsement may do (Rulebook §2.1). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.affiliates import Affiliate
from policies.models import Policy, PolicySchedule
from policies.schedule import ScheduleTerms
from sinosure.core.errors import DomainError

LABELS: dict[str, Any] = {
    "insured_ratios": _("Insured percentages"),
    "max_liability": _("Maximum liability"),
    "minimum_premium": _("Minimum premium"),
    "deductible": _("Deductible for each loss"),
    "discretionary_limit": _("Discretionary limit"),
    "rate_basis": _("Rate basis"),
    "flat_rate_pct": _("Flat rate, %"),
    "experience_factor": _("Experience factor"),
    "declaration_mode": _("Declaration"),
    "scope": _("Exports covered"),
    "covers_services": _("Goods and services"),
    "max_credit_days": _("Longest credit period in days"),
    "long_credit_reason": _("Reason for a longer credit period than usual"),
    "excluded_countries": _("Excluded countries"),
    "affiliates": _("Co-insured affiliates"),
    "pre_shipment": _("Pre-shipment extension"),
    "pre_shipment_ratio": _("Insured percentage before shipment"),
    "pre_shipment_rate_pct": _("Premium rate before shipment, %"),
    "special_terms": _("Special terms"),
}
AMOUNTS = ("max_liability", "minimum_premium", "deductible", "discretionary_limit")
NUMBERS = (*AMOUNTS, "flat_rate_pct", "experience_factor", "pre_shipment_ratio", "pre_shipment_rate_pct")
EXTENSION = ("pre_shipment", "pre_shipment_ratio", "pre_shipment_rate_pct")
NO_CHANGE = _("Nothing is changed. Change at least one term of the schedule.")
BEFORE_SHIPMENT = _(
    "A shipment of %(shipped_on)s is on record. The change can begin on the day after it at the earliest."
)
IN_THE_PAST = _("An endorsement never reaches back. It can begin today at the earliest.")
AFTER_THE_END = _("The policy ends on %(ends_on)s. The change must begin within the period.")
BEFORE_LAST = _("The schedule in force from %(day)s on is changed. The change can begin on that day at the earliest.")


def terms_of(policy: Policy, schedule: PolicySchedule) -> ScheduleTerms:
    """A schedule as terms, with the period of its policy."""
    same = (*AMOUNTS, "rate_basis", "flat_rate_pct", "experience_factor", "declaration_mode", "scope", "covers_services",
            "max_credit_days", "long_credit_reason", "special_terms", "deposit_premium", *EXTENSION,
            "estimated_turnover")  # fmt: skip
    countries = sorted(country.code for country in schedule.excluded_countries.all())
    return ScheduleTerms(
        insured_ratios={risk: Decimal(ratio) for risk, ratio in schedule.insured_ratios.items()},
        excluded_countries=tuple(countries), affiliates=named_in(schedule), starts_on=policy.starts_on, ends_on=policy.ends_on,
        valid_until=policy.ends_on, **{name: getattr(schedule, name) for name in same},
    )  # fmt: skip


def named_in(schedule: PolicySchedule) -> tuple[Affiliate, ...]:
    """The affiliates of one version, in the order of their codes."""
    rows = sorted(schedule.affiliates.all(), key=lambda row: (row.country_id, row.code))
    return tuple(Affiliate(row.role, row.code, row.name_zh, row.name_en, row.country_id) for row in rows)


def differences(before: ScheduleTerms, after: ScheduleTerms) -> dict[str, dict[str, Any]]:
    """Name → {"old", "new"} as JSON, for the terms that differ; of the percentages only the risks that change."""
    found = {name: (getattr(before, name), getattr(after, name)) for name in LABELS}
    return {name: _pair(name, old, new) for name, (old, new) in found.items() if old != new}


def _pair(name: str, old: Any, new: Any) -> dict[str, Any]:
    if name == "insured_ratios":
        changed = sorted(risk for risk in {*old, *new} if old.get(risk) != new.get(risk))
        old = {risk: old[risk] for risk in changed if risk in old}
        new = {risk: new[risk] for risk in changed if risk in new}
    return {"old": plain(old), "new": plain(new)}


def plain(value: Any) -> Any:
    """As JSON keeps it: decimals as text without trailing zeros."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, Affiliate):
        return value.as_stored()
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def applied(before: ScheduleTerms, changes: Mapping[str, Mapping[str, Any]]) -> ScheduleTerms:
    """The terms after the stored changes."""
    values = {name: _typed(name, pair["new"]) for name, pair in changes.items()}
    if "insured_ratios" in values:
        values["insured_ratios"] = {**before.insured_ratios, **values["insured_ratios"]}
    return replace(before, **values)


def _typed(name: str, value: Any) -> Any:
    if name in NUMBERS:
        return None if value is None else Decimal(value)
    if name == "insured_ratios":
        return {risk: Decimal(ratio) for risk, ratio in value.items()}
    if name == "affiliates":
        return tuple(Affiliate(**one) for one in value)
    return tuple(value) if name == "excluded_countries" else value


def check_effective(
    effective_from: date, *, today: date, ends_on: date, last_version_from: date, last_risk_on: date | None
) -> None:
    """Raises at `effective_from`: over a shipped risk, in the past, before the version it changes, after the end."""
    if last_risk_on is not None and effective_from <= last_risk_on:
        raise DomainError("before_shipment", BEFORE_SHIPMENT, field="effective_from", shipped_on=last_risk_on)
    if effective_from < today:
        raise DomainError("effective_in_the_past", IN_THE_PAST, field="effective_from")
    if effective_from < last_version_from:
        raise DomainError("before_last_version", BEFORE_LAST, field="effective_from", day=last_version_from)
    if effective_from > ends_on:
        raise DomainError("effective_after_end", AFTER_THE_END, field="effective_from", ends_on=ends_on)
