"""The only writers of the register of obligors: buyers by code, banks by BIC, and the dated light (CI-1)."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from credit_info.facts import set_light
from credit_info.indexing import index, keep_number
from credit_info.matching import own_company, possible_duplicates
from credit_info.models import Obligor, ObligorKind
from credit_info.names import bare_name
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.parsing import clean_name
from sinosure.documents.services import next_number
from sinosure.reference.models import Country

_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
__all__ = ["add_bank", "add_buyer", "buyer_named", "edit", "parse_bic", "set_light"]
HOME = "CN"
FACTS = ("name", "local_name", "city", "address", "registration_no", "industry", "group_name")


def buyer_named(*, actor: Actor, name: str, country: str, confirmed_new: bool = False) -> Obligor:
    """The buyer of exactly this name in this country, added when it is not known. Raises what `add_buyer` raises."""
    known = Obligor.objects.filter(kind=ObligorKind.BUYER, country=country, name__iexact=" ".join(name.split()))
    return known.first() or add_buyer(actor=actor, name=name, country=country, confirmed_new=confirmed_new)


@transaction.atomic
def add_buyer(*, actor: Actor, name: str, country: str, confirmed_new: bool = False, **facts: str) -> Obligor:
    """A buyer with the next code. An exporter may add one while applying for a limit; staff at any time.

    Raises `buyer_in_prc`, `buyer_is_seller`, `possible_duplicate` (until `confirmed_new`).
    """
    if not (actor.can("buyers.edit") or actor.can("limits.apply")):
        raise NotAllowed()
    name = _named(name)
    _check_country(country)
    own_company(actor, name)
    if not confirmed_new:
        _check_duplicates(name, country, facts.get("registration_no", ""))
    return _create(actor, ObligorKind.BUYER, next_number(f"B{country}"), name, country, facts)


@transaction.atomic
def add_bank(*, actor: Actor, name: str, country: str, bic: str, **facts: str) -> Obligor:
    """An issuing bank by its BIC; the one that is known under that BIC already is given back."""
    if not (actor.can("buyers.edit") or actor.can("limits.apply")):
        raise NotAllowed()
    bic = parse_bic(bic)
    known = Obligor.objects.filter(bic=bic).first()
    if known is not None:
        return known
    _check_country(country)
    return _create(actor, ObligorKind.BANK, bic, _named(name), country, {**facts, "bic": bic})


def _create(actor: Actor, kind: str, code: str, name: str, country: str, facts: dict[str, str]) -> Obligor:
    unknown = set(facts) - {*FACTS, "bic"}
    if unknown:
        raise TypeError(f"unknown facts {sorted(unknown)}")
    try:
        with transaction.atomic():
            obligor = Obligor.objects.create(kind=kind, code=code, name=name, country_id=country, **facts)
    except IntegrityError as error:
        raise DomainError(
            "bic_known", _("A bank with this BIC is known already. Search for it."), field="bic", status=409
        ) from error
    index([obligor])
    keep_number(obligor)
    audit.record(actor, "obligor.added", obligor, detail={"code": code, "name": name, "country": country})
    return obligor


@transaction.atomic
def edit(*, actor: Actor, obligor_id: int, **facts: str) -> Obligor:
    """Correct the facts; the old ones stay in the trail."""
    if not actor.can("buyers.edit"):
        raise NotAllowed()
    obligor = Obligor.objects.select_for_update().get(pk=obligor_id)
    if "name" in facts:
        facts["name"] = _named(facts["name"])
    was = {name: getattr(obligor, name) for name in facts}
    for name, value in facts.items():
        setattr(obligor, name, value)
    obligor.save(update_fields=list(facts))
    index([obligor])
    keep_number(obligor)
    audit.record(actor, "obligor.edited", obligor, detail={"was": was, "now": facts})
    return obligor


def parse_bic(text: str) -> str:
    """A BIC of 8 or 11 characters; the head-office suffix XXX is left out. `bad_bic`."""
    code = clean_name(text).value.upper().replace(" ", "")
    if not _BIC.fullmatch(code):
        raise DomainError(
            "bad_bic",
            _("“%(raw)s” is not a BIC: 8 or 11 letters and digits, such as DEUTDEFF."),
            field="bic",
            raw=text[:20],
        )
    return code.removesuffix("XXX") if len(code) == 11 else code


def _named(name: Any) -> str:
    value = clean_name(name).value
    if len(value) < 2 or not bare_name(value):  # pictures and punctuation alone are no name, and nobody would find it
        raise DomainError("name_missing", _("Enter the full legal name."), field="name")
    return value


def _check_country(country: str) -> None:
    """Credit risk at home is not export credit insurance; sanctioned countries are taken and held by limits (LIM-14)."""
    if country == HOME:
        message = _("The buyer is in mainland China. Export credit insurance covers buyers abroad.")
        raise DomainError("buyer_in_prc", message, field="country")
    if not Country.objects.filter(code=country).exists():
        raise DomainError("bad_country", _("This country is not known here."), field="country")


def _check_duplicates(name: str, country: str, registration_no: str) -> None:
    found = possible_duplicates(name, country, registration_no)
    if found:
        message = _(
            "This may be a buyer that is known already: %(known)s. Choose it, or confirm that yours is another company."
        )
        known = ", ".join(f"{row.name} ({row.code})" for row in found[:3])
        raise DomainError("possible_duplicate", message, field="name", status=409, known=known)
