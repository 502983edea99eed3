"""Whom to write to at a buyer. A general address is open; what belongs to a person is masked until somebody asks.

The trail keeps who asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from credit_info.navigator.models import TradeContact
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed

HIDDEN = "•••"
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{4,38}").fullmatch
_WEBSITE = re.compile(r"(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[\w./-]*)?", re.IGNORECASE).fullmatch


@dataclass(frozen=True)
class Shown:
    """A contact as one reader sees it."""

    person: str
    duty: str
    email: str
    phone: str
    website: str
    source: str
    is_masked: bool


def shown(rows: Iterable[TradeContact], *, in_full: bool) -> list[Shown]:
    return [_shown(row, row.person != "" and not in_full) for row in rows]


def _shown(row: TradeContact, is_masked: bool) -> Shown:
    person, email, phone = row.person, row.email, row.phone
    if is_masked:
        person, email, phone = masked_name(person), masked_email(email), masked_phone(phone)
    return Shown(person, row.duty, email, phone, row.website, row.source, is_masked)


def masked_name(name: str) -> str:
    return f"{name[:1]}{HIDDEN}"


def masked_email(email: str) -> str:
    name, at, domain = email.partition("@")
    return f"{name[:1]}{HIDDEN}@{domain}" if at else ""


def masked_phone(phone: str) -> str:
    return f"{phone[:4]} {HIDDEN} {phone[-2:]}" if phone else ""


@transaction.atomic
def show(*, actor: Actor, obligor_id: int) -> list[Shown]:
    """The contacts in full; who asked is written down."""
    if not actor.can("buyers.view"):
        raise NotAllowed()
    obligor = Obligor.objects.visible_to(actor).get(pk=obligor_id)
    rows = list(TradeContact.objects.filter(obligor=obligor))
    audit.record(actor, "trade_contact.shown", obligor, detail={"contacts": [row.pk for row in rows]})
    return shown(rows, in_full=True)


@transaction.atomic
def add(*, actor: Actor, obligor_id: int, source: str, **given: str) -> TradeContact:
    """Raises `contact_missing`, `bad_email`, `bad_phone`, `bad_website`."""
    if not actor.can("buyers.edit"):
        raise NotAllowed()
    obligor = Obligor.objects.select_for_update().get(pk=obligor_id)
    _check(**{name: given.get(name, "") for name in ("email", "phone", "website")})
    row = TradeContact.objects.create(
        obligor=obligor, source=source, added_at=clock.now(), added_by_id=actor.user_id, **given
    )
    audit.record(actor, "trade_contact.added", row, detail={"obligor": obligor.pk, "source": source})
    return row


def _check(email: str, phone: str, website: str) -> None:
    if not (email or phone or website):
        raise DomainError(
            "contact_missing", _("Give an e-mail address, a telephone number or a website."), field="email"
        )
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        raise DomainError("bad_email", _("This is not an e-mail address."), field="email") from error
    if phone and not _PHONE(phone):
        raise DomainError(
            "bad_phone", _("Write the number with its country code, such as +49 30 1234567."), field="phone"
        )
    if website and not _WEBSITE(website):
        raise DomainError("bad_website", _("Write the website as www.example.com."), field="website")
