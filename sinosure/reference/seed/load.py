"""Load the shipped reference data. Idempotent: what is there already, or was changed by staff, stays."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from babel import Locale
from django.db import transaction

from sinosure.reference.calendar import seed_calendar
from sinosure.reference.models import Country, CoverStatus, Currency, ExchangeRate, Office
from sinosure.reference.seed import countries

HERE = Path(__file__).parent
_NO_COUNTRY = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}
_CHINESE, _ENGLISH = Locale.parse("zh_Hans"), Locale.parse("en")


@transaction.atomic
def load_reference() -> None:
    """Countries, currencies, rates, offices and the working calendar."""
    Country.objects.bulk_create(_countries(), ignore_conflicts=True)
    Currency.objects.bulk_create(_currencies(), ignore_conflicts=True)
    ExchangeRate.objects.bulk_create(_rates(), ignore_conflicts=True)
    Office.objects.bulk_create(_offices(), ignore_conflicts=True)
    seed_calendar()


def _countries() -> list[Country]:
    classes = {code: letter for letter, codes in countries.RISK_CLASSES.items() for code in codes.split()}
    return [_country(code, classes.get(code, "C")) for code in map(str, _ENGLISH.territories) if _is_country(code)]


def _is_country(code: str) -> bool:
    has_names = code in _CHINESE.territories  # CQ has none in Chinese yet
    return len(code) == 2 and code.isalpha() and has_names and code not in _NO_COUNTRY


def _country(code: str, risk_class: str) -> Country:
    zh, en = countries.NAMES.get(code, (_CHINESE.territories[code], _ENGLISH.territories[code]))
    return Country(
        code=code, name_zh=zh, name_en=en, risk_class=risk_class, cover_status=_status(code),
        is_sanctioned=code in countries.SANCTIONED,
    )  # fmt: skip


def _status(code: str) -> str:
    if code in countries.SUSPENDED:
        return CoverStatus.SUSPENDED
    return CoverStatus.RESTRICTED if code in countries.RESTRICTED else CoverStatus.OPEN


def _currencies() -> list[Currency]:
    codes = ["USD", *countries.RATES]
    return [Currency(code=c, name_zh=_CHINESE.currencies[c], name_en=_ENGLISH.currencies[c]) for c in codes]


def _rates() -> list[ExchangeRate]:
    return [
        ExchangeRate(currency_id=currency, day=date.fromisoformat(day), per_usd=Decimal(rate))
        for currency, rows in countries.RATES.items()
        for day, rate in rows
    ]


def _offices() -> list[Office]:
    printed = json.loads((HERE / "offices.json").read_text(encoding="utf-8"))
    return [Office(**office) for office in printed["offices"]]
