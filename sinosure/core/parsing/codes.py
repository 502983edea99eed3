"""Currencies and countries by their ISO codes, with the few names that people write instead."""

from __future__ import annotations

from collections.abc import Set
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.numbers import get_territory_currencies
from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.parsing.reading import Parsed, narrow, read_as, shortened

_ALIASES = {"RMB": "CNY"}
_TENDER_ON = date(2026, 1, 1)
_NO_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}
_WORDINGS = {
    "uk": "GB",
    "台湾": "TW",
    "中国台湾": "TW",
    "taiwan, china": "TW",
    "香港": "HK",
    "中国香港": "HK",
    "hong kong": "HK",
    "hong kong, china": "HK",
    "澳门": "MO",
    "中国澳门": "MO",
    "macao": "MO",
    "macau": "MO",
    "macao, china": "MO",
    "palestine": "PS",
    "巴勒斯坦": "PS",
    "myanmar": "MM",
    "马尔维纳斯群岛": "FK",
}


@lru_cache(maxsize=4096)
def parse_currency(text: str, also: Set[str] = frozenset()) -> Parsed[str]:
    """A currency that is legal tender somewhere, or one that the policy names (`also`). RMB is read as CNY.

    `bad_currency` (422): CNH and XXX are not tender, so they need the policy's list.
    """
    raw = str(text)
    code = narrow(raw).upper()
    code = _ALIASES.get(code, code)
    if code not in currencies() and code not in also:
        message = _("“%(raw)s” is not a currency in use here. Write a code such as USD, EUR or CNY.")
        raise DomainError("bad_currency", message, raw=shortened(raw))
    return Parsed(code, raw, read_as(raw, code))


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Codes of the money in use; without funds codes and currencies of the past."""
    found = (get_territory_currencies(code, start_date=_TENDER_ON) for code in country_codes())
    return frozenset(str(code) for codes in found for code in codes)


@lru_cache(maxsize=4096)
def parse_country(text: str) -> Parsed[str]:
    """An ISO 3166 code or the Chinese or English name; UK is read as GB. `bad_country` (422)."""
    raw = str(text)
    shown = narrow(raw)
    code = _country_names().get(shown.casefold(), shown.upper())
    if code not in country_codes():
        message = _("“%(raw)s” is not a country or region code. Write a code such as DE, GB or HK.")
        raise DomainError("bad_country", message, raw=shortened(raw))
    return Parsed(code, raw, read_as(raw, code))


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    codes = [str(code) for code in Locale.parse("en").territories]
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES)


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for locale in ("en", "zh_Hans"):
        territories = Locale.parse(locale).territories
        names |= {territories[code].casefold(): code for code in country_codes() if code in territories}
    return names | _WORDINGS
