"""Affiliates insured with the policyholder (产业链承保, PRD-3): who they are, how they are typed, what cannot be right. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.models.affiliates import AffiliateRole
from policies.uscc import parse_uscc
from policies.wording import Terms
from sinosure.core.errors import DomainError
from sinosure.core.parsing import clean_name, clean_reference, parse_country

FIELD = "affiliates"
MOST = 50
HOME = "CN"
_ROLES = {
    "PURCHASER": AffiliateRole.PURCHASER, "采购": AffiliateRole.PURCHASER, "采购主体": AffiliateRole.PURCHASER,
    "上游采购主体": AffiliateRole.PURCHASER, "DISTRIBUTOR": AffiliateRole.DISTRIBUTOR, "经销": AffiliateRole.DISTRIBUTOR,
    "经销商": AffiliateRole.DISTRIBUTOR, "海外经销商": AffiliateRole.DISTRIBUTOR,
}  # fmt: skip
_COLUMNS = re.compile(r"\s*[\t;；|]\s*")


@dataclass(frozen=True)
class Affiliate:
    """One company named in the schedule. `code` is its credit code, abroad its registration number."""

    role: str
    code: str
    name_zh: str
    name_en: str
    country: str = HOME

    def as_stored(self) -> dict[str, str]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.name_zh or self.name_en} · {self.code}"


def read(given: Mapping[str, Any]) -> Affiliate:
    """One affiliate from typed values. Raises at `affiliates` with what to do."""
    role = _ROLES.get(str(given.get("role", "")).strip().upper())
    if role is None:
        message = _("“%(raw)s” is no role. Write PURCHASER or DISTRIBUTOR.")
        raise DomainError("bad_role", message, field=FIELD, raw=str(given.get("role", ""))[:40])
    country = parse_country(str(given.get("country") or HOME)).value
    name_zh, name_en = (clean_name(str(given.get(name) or "")).value for name in ("name_zh", "name_en"))
    if not (name_zh or name_en):
        raise DomainError("name_missing", _("Give the name of each affiliate."), field=FIELD)
    return Affiliate(role.value, _code(role, country, str(given.get("code") or "")), name_zh, name_en, country)


def _code(role: AffiliateRole, country: str, text: str) -> str:
    """At home the credit code with its check character; a distributor is abroad and has a registration number."""
    if role == AffiliateRole.DISTRIBUTOR and country == HOME:
        message = _("A distributor is a company abroad. Give its country, such as DE.")
        raise DomainError("distributor_abroad", message, field=FIELD)
    if role == AffiliateRole.PURCHASER and country != HOME:
        message = _("A purchasing entity is a company in China with a credit code.")
        raise DomainError("purchaser_at_home", message, field=FIELD)
    if country == HOME:
        return _at_the_field(lambda: parse_uscc(text).value)
    if not text.strip():
        raise DomainError("code_missing", _("Give the registration number of each distributor."), field=FIELD)
    return clean_reference(text, 30).value.upper()


def _at_the_field(parse: Any) -> str:
    try:
        return str(parse())
    except DomainError as error:
        raise DomainError(error.code, error.message, field=FIELD, **error.params) from error


def read_lines(text: str) -> tuple[Affiliate, ...]:
    """One company a line: role; code; Chinese name; English name; country. Tabs of a spreadsheet are understood."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            found.append(_read_line(number, line))
    return tuple(found)


def _read_line(number: int, line: str) -> Affiliate:
    cells = _COLUMNS.split(line.strip())
    if not 3 <= len(cells) <= 5:
        message = _("Line %(line)s has %(count)s columns. Write role; code; Chinese name; English name; country.")
        raise DomainError("bad_columns", message, field=FIELD, line=number, count=len(cells))
    role, code, name_zh, name_en, country = [*cells, "", ""][:5]
    return read({"role": role, "code": code, "name_zh": name_zh, "name_en": name_en, "country": country})


def as_lines(affiliates: Iterable[Affiliate]) -> str:
    """As `read_lines` reads them."""
    return "\n".join("; ".join((one.role, one.code, one.name_zh, one.name_en, one.country)) for one in affiliates)


def check(affiliates: Iterable[Affiliate], wording: Terms, own_code: str = "") -> None:
    """What the product does not allow, and a company that is named twice."""
    named = list(affiliates)
    if named and not wording.value("names_affiliates"):
        raise DomainError("no_affiliates", _("Only a comprehensive policy names affiliates."), field=FIELD)
    if len(named) > MOST:
        raise DomainError(
            "too_many_affiliates", _("A policy names %(most)s affiliates at most."), field=FIELD, most=MOST
        )
    codes = [(one.country, one.code) for one in named]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise DomainError("affiliate_twice", _("%(number)s is named twice."), field=FIELD, number=twice[1])
    if own_code and (HOME, own_code) in codes:
        raise DomainError("affiliate_is_insured", _("%(number)s is the insured itself."), field=FIELD, number=own_code)
