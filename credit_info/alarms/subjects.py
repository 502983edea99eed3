"""From what people write to the subject they mean: a country by code, an industry by section, a company by its code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from credit_info.alarms.models import Dimension, RiskSubject
from credit_info.models.obligor import Obligor
from sinosure.core.errors import DomainError
from sinosure.reference.industries import BY_SECTION
from sinosure.reference.models import Country

UNKNOWN: dict[str, Any] = {
    Dimension.COUNTRY: _("No country or region has the code “%(key)s”."),
    Dimension.INDUSTRY: _("There is no industry “%(key)s”. They are numbered 1 to 21."),
    Dimension.COMPANY: _("No company or bank of the register has the code “%(key)s”. Copy it from its page."),
}


def named(kind: str, key: str) -> dict[str, Any]:
    """The column of RiskSubject with its value. Raises `bad_dimension`, `unknown_subject`."""
    if kind not in UNKNOWN:
        raise DomainError("bad_dimension", _("Choose country, industry or company."), field="kind")
    found = _FINDERS[kind](key.strip())
    if not found:
        raise DomainError("unknown_subject", UNKNOWN[kind], field="key", key=key.strip()[:40])
    return found


def _country(key: str) -> dict[str, Any]:
    row = Country.objects.filter(code=key.upper()).first() if len(key) == 2 else None
    return {"country": row} if row else {}


def _industry(key: str) -> dict[str, Any]:
    is_number = key.isascii() and key.isdigit() and len(key) <= 2
    return {"section": int(key)} if is_number and int(key) in BY_SECTION else {}


def _company(key: str) -> dict[str, Any]:
    row = Obligor.objects.filter(code=key.upper()).first() if "\0" not in key and len(key) <= 20 else None
    return {"obligor": (row.merged_into or row) if row else None} if row else {}


_FINDERS: dict[str, Callable[[str], dict[str, Any]]] = {
    Dimension.COUNTRY: _country,
    Dimension.INDUSTRY: _industry,
    Dimension.COMPANY: _company,
}


def subject_of(kind: str, key: str) -> RiskSubject:
    """The row of the subject, made on first use."""
    return subject_for(kind, **named(kind, key))


def subject_for(kind: str, **column: Any) -> RiskSubject:
    return RiskSubject.objects.get_or_create(**column, defaults={"kind": kind})[0]
