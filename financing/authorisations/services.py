"""Grant, revoke, read. The exporter decides; each reading is kept with what it showed (FIN-4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing import messages, selectors
from financing.authorisations import indicators
from financing.models import Authorisation, Grant, Indicator, Reading
from limits.models import CreditLimit
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.documents.services import next_number
from sinosure.reference.services import fx

LONGEST = timedelta(days=366)
A_YEAR = timedelta(days=365)
CURRENCY = "USD"


@transaction.atomic
def grant(*, actor: Actor, bank_id: int, names: Iterable[str], valid_from: date, valid_until: date) -> Authorisation:
    """A new grant to a bank; one that stood before ends with it."""
    if not actor.is_exporter or not actor.can("financing.sign_exporter") or actor.organisation_id is None:
        raise NotAllowed()
    bank = selectors.banks().filter(pk=bank_id).first()
    if bank is None:
        raise DomainError("unknown_bank", _("Choose a bank from the list."), field="bank")
    chosen = [name for name in Indicator.values if name in set(names)]
    _check(chosen, valid_from, valid_until)
    _end(Authorisation.objects.filter(policyholder=actor.organisation_id, bank=bank))
    row = Authorisation.objects.create(
        number=next_number(f"DA-{clock.today().year}"), policyholder_id=actor.organisation_id, bank=bank, indicators=chosen,
        valid_from=valid_from, valid_until=valid_until, granted_by_id=actor.user_id, granted_at=clock.now(),
    )  # fmt: skip
    audit.record(
        actor, "authorisation.grant", row, detail={"bank": bank.name_zh, "indicators": chosen, "until": valid_until}
    )
    messages.tell_of_authorisation(actor, "authorisation.granted", row, bank.pk)
    return row


def _check(chosen: list[str], valid_from: date, valid_until: date) -> None:
    if not chosen:
        raise DomainError("required", _("Choose at least one indicator."), field="indicators")
    if valid_from < clock.today():
        raise DomainError("date_in_past", _("The authorisation begins today or later."), field="valid_from")
    if not valid_from <= valid_until <= valid_from + LONGEST:
        message = _("The last day lies between the first and one year later.")
        raise DomainError("date_out_of_range", message, field="valid_until")


def _end(rows: Any) -> None:
    rows.filter(revoked_at=None).update(revoked_at=clock.now())


@transaction.atomic
def revoke(*, actor: Actor, authorisation_id: int) -> Authorisation:
    """At once: the next reading is refused."""
    rows = Authorisation.objects.held_by(actor).select_for_update()
    if not actor.is_exporter or not actor.can("financing.sign_exporter"):
        raise NotAllowed()
    row: Authorisation = rows.get(pk=authorisation_id)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        audit.record(actor, "authorisation.revoke", row)
        messages.tell_of_authorisation(actor, "authorisation.revoked", row, row.bank_id)
    return row


@transaction.atomic
def read(*, actor: Actor, authorisation_id: int) -> Reading:
    """The bank reads the indicators of now. Raises `not_authorised` before, after, and once revoked."""
    if not actor.is_bank or not actor.can("financing.lend"):
        raise NotAllowed()
    rows = Authorisation.objects.visible_to(actor).select_for_update(of=("self",))
    row: Authorisation = rows.select_related("policyholder").get(pk=authorisation_id)
    if row.standing(clock.today()) != Grant.VALID:
        message = _("The exporter has not authorised this now. Ask it for a new authorisation.")
        raise DomainError("not_authorised", message, status=403)
    reading = Reading.objects.create(
        authorisation=row, policyholder_id=row.policyholder_id, bank_id=row.bank_id, read_by_id=actor.user_id,
        read_at=clock.now(), shown=_shown(row),
    )  # fmt: skip
    audit.record(actor, "authorisation.read", row, detail={"indicators": row.indicators})
    return reading


def _shown(row: Authorisation) -> dict[str, Any]:
    """Only what was granted, worked out in US dollars at today's rates over the last year."""
    since = clock.today() - A_YEAR
    shipments = Shipment.objects.live().filter(policyholder=row.policyholder_id, shipped_on__gt=since)
    makers: dict[str, Callable[[], Any]] = {
        Indicator.SCALE: lambda: indicators.scale(_limits(row.policyholder_id), _total(shipments), CURRENCY),
        Indicator.COUNTRIES: lambda: indicators.countries(_by(shipments, "obligor__country")),
        Indicator.BUYERS: lambda: indicators.buyers(_by(shipments, "obligor")),
    }
    return {name: makers[name]() for name in row.indicators}


def _limits(policyholder_id: int) -> Decimal:
    rows = (
        CreditLimit.objects.filter(policyholder=policyholder_id)
        .values("policy__currency")
        .annotate(total=Sum("amount"))
    )
    today = clock.today()
    return sum((row["total"] * fx(CURRENCY, row["policy__currency"], today) for row in rows.order_by()), Decimal(0))


def _total(shipments: Any) -> Decimal:
    return sum(_by(shipments, "policyholder").values(), Decimal(0))


def _by(shipments: Any, key: str) -> dict[Any, Decimal]:
    """Declared value in USD by `key`."""
    today, found = clock.today(), dict[Any, Decimal]()
    for row in shipments.order_by().values(key, "currency").annotate(total=Sum("amount")):
        found[row[key]] = found.get(row[key], Decimal(0)) + row["total"] * fx(CURRENCY, row["currency"], today)
    return found
