"""The doors: text as people type or paste it, read strictly. One parser for form, file and API (Quality §2)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar

from babel import Locale
from babel.numbers import list_currencies
from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.fields import LARGEST_AMOUNT
from sinosure.core.money import minor_unit

T = TypeVar("T")


@dataclass(frozen=True)
class Notice:
    """What was normalised while reading, to be shown to the person."""

    code: str
    message: Any
    params: dict[str, str]

    @property
    def text(self) -> str:
        return str(self.message) % self.params


@dataclass(frozen=True)
class Parsed(Generic[T]):
    """The value, the text as it came, and what was normalised."""

    value: T
    raw: str
    notices: tuple[Notice, ...] = ()


READ_AS = _("“%(raw)s” was read as %(value)s.")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_ZERO_WIDTH = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_PLAIN_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DATES = [
    _PLAIN_DATE,
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII),
]
_AMBIGUOUS = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](\d{2}|\d{4})", re.ASCII)
_AMOUNT = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?", re.ASCII)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def _read_as(raw: str, value: Any) -> tuple[Notice, ...]:
    return () if raw == str(value) else (Notice("read_as", READ_AS, {"raw": raw, "value": str(value)}),)


def _narrow(text: str) -> str:
    """Full-width ASCII to half width, zero-width characters away. No blanket NFKC: it turns ½ into 1⁄2."""
    return text.translate(_FULL_WIDTH).translate(_ZERO_WIDTH).strip()


@lru_cache(maxsize=65536)
def parse_date(text: str) -> Parsed[date]:
    """YYYY-MM-DD, YYYY/MM/DD, YYYYMMDD or YYYY年M月D日 between 2000 and 2100. `bad_date`, `ambiguous_date`."""
    narrow = _narrow(str(text))
    match = next((m for pattern in _DATES if (m := pattern.fullmatch(narrow))), None)
    if match is None:
        if _AMBIGUOUS.fullmatch(narrow):
            raise DomainError("ambiguous_date", _("“%(raw)s” can be read in two ways. Write the date as 2026-11-23."), status=400, raw=text)
        raise _bad_date(text)
    try:
        day = date(*map(int, match.groups()))
    except ValueError as error:
        raise _bad_date(text) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _bad_date(text)
    return Parsed(day, str(text), () if match.re is _PLAIN_DATE else _read_as(str(text), day))


def _bad_date(text: str) -> DomainError:
    return DomainError("bad_date", _("“%(raw)s” is not a date between 2000 and 2100. Write it as 2026-11-23."), status=400, raw=str(text)[:60])


@lru_cache(maxsize=65536)
def parse_amount(text: str, currency: str, *, allow_zero: bool = False) -> Parsed[Decimal]:
    """An amount above 0 in `currency`, never rounded. `bad_number`, `must_be_positive`, `too_many_decimals`, `out_of_range`."""
    raw = str(text)
    narrow = _narrow(raw)
    match = _AMOUNT.fullmatch(narrow)
    if match is None or len(narrow) > 40:
        raise DomainError("bad_number", _("“%(raw)s” is not an amount. Write it as 1234.50 or 1,234.50, without the currency."), status=400, raw=raw[:60])
    sign, whole, decimals = match.group(1), match.group(2).replace(",", ""), match.group(3) or ""
    value = Decimal(f"{sign}{whole}.{decimals or 0}")
    _check_amount(value, decimals, currency, allow_zero)
    value = value.quantize(minor_unit(currency))
    return Parsed(value, raw, _read_as(raw, value) if narrow != raw.strip() else ())


def _check_amount(value: Decimal, decimals: str, currency: str, allow_zero: bool) -> None:
    if value < 0 or (value == 0 and not (allow_zero and not value.is_signed())):
        raise DomainError("must_be_positive", _("The amount must be above 0. A credit note is recorded in its own place."))
    if value >= LARGEST_AMOUNT:
        raise DomainError("out_of_range", _("The amount is larger than this system can hold."), status=400)
    places = -int(minor_unit(currency).as_tuple().exponent)
    if len(decimals.rstrip("0")) > places:
        raise DomainError("too_many_decimals", _("%(currency)s amounts have at most %(places)s decimals. Nothing is rounded for you."), currency=currency, places=places)


@lru_cache(maxsize=4096)
def parse_currency(text: str) -> Parsed[str]:
    """A current ISO code; RMB is read as CNY. `bad_currency`."""
    raw = str(text)
    code = _narrow(raw).upper()
    code = {"RMB": "CNY"}.get(code, code)
    if code not in _currencies():
        raise DomainError("bad_currency", _("“%(raw)s” is not a currency in use here. Write a code such as USD, EUR or CNY."), raw=raw[:20])
    return Parsed(code, raw, _read_as(raw, code))


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies()) - {"CNH", "XXX", "XTS"}


@lru_cache(maxsize=4096)
def parse_country(text: str) -> Parsed[str]:
    """An ISO 3166 code or its Chinese or English name; UK is read as GB. `bad_country`."""
    raw = str(text)
    narrow = _narrow(raw)
    code = _country_names().get(narrow.casefold(), narrow.upper())
    if code not in Locale.parse("en").territories or len(code) != 2 or code in {"EU", "UN", "ZZ"}:
        raise DomainError("bad_country", _("“%(raw)s” is not a country or region code. Write a code such as DE, GB or HK."), raw=raw[:60])
    return Parsed(code, raw, _read_as(raw, code))


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    names = {"uk": "GB", "台湾": "TW", "中国台湾": "TW", "香港": "HK", "中国香港": "HK", "澳门": "MO", "中国澳门": "MO"}
    for locale in ("en", "zh_Hans"):
        names |= {name.casefold(): code for code, name in Locale.parse(locale).territories.items() if len(code) == 2}
    return names


def clean_name(text: str, longest: int = 200) -> Parsed[str]:
    """A name as typed, in NFC, at most 200 characters. `too_long`, `control_characters`."""
    raw = str(text)
    name = unicodedata.normalize("NFC", raw.translate(_ZERO_WIDTH)).strip()
    if len(name) > longest:
        raise DomainError("too_long", _("At most %(longest)s characters."), longest=longest)
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in name):
        raise DomainError("control_characters", _("Line breaks and invisible control characters are not allowed here."))
    return Parsed(name, raw)


@lru_cache(maxsize=65536)
def canonical_invoice_no(text: str) -> Parsed[str]:
    """The key of an invoice number: half width, upper case, without blanks and punctuation. `confusable`, `scientific`."""
    raw = str(text)
    narrow = _narrow(unicodedata.normalize("NFC", raw)).upper()
    if re.fullmatch(r"\d(\.\d+)?E\+\d+", narrow):
        raise DomainError("scientific", _("The digits of “%(raw)s” were lost in the spreadsheet. Reformat the column as text."), raw=raw)
    key = "".join(c for c in narrow if c.isalnum())
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in key if c.isalpha()} & {"LATIN", "CYRILLIC", "GREEK"}
    if len(scripts) > 1:
        raise DomainError("confusable", _("“%(raw)s” mixes letters of different scripts that look alike. Type it again."), raw=raw)
    if not key or len(key) > 60:
        raise DomainError("bad_invoice_no", _("An invoice number has 1 to 60 letters and digits."))
    return Parsed(key, raw)
