"""Write and end notes about a country: dated, with their source, in both languages."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from credit_info.atlas.lifecycle import PROPOSE
from credit_info.atlas.models import CountryNote, NoteKind
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.reference.models import Country


@transaction.atomic
def write(
    *, actor: Actor, country: Country, kind: str, on: date, text_zh: str, text_en: str, source: str
) -> CountryNote:
    """Raises `in_the_future`, `text_missing`, `source_missing`, `noted_already` (one of a kind a day)."""
    _check(actor, on)
    told = {"text_zh": text_zh.strip(), "text_en": text_en.strip(), "source": source.strip()}
    empty = next((name for name, text in told.items() if not text), None)
    if empty:
        code = "source_missing" if empty == "source" else "text_missing"
        raise DomainError(code, _("Say it in both languages, with the source."), field=empty)
    if kind not in NoteKind.values:
        raise DomainError("bad_kind", _("Choose what the note is about."), field="kind")
    try:
        with transaction.atomic():
            row = CountryNote.objects.create(
                country=country, kind=kind, on=on, **told, recorded_by_id=actor.user_id, recorded_at=clock.now()
            )
    except IntegrityError as twice:
        message = _("There is a note of this kind of that day already. End it, or date yours otherwise.")
        raise DomainError("noted_already", message, field="on", status=409) from twice
    audit.record(actor, "country_note.written", row, detail={"country": country.pk, "kind": kind, "on": on.isoformat()})
    return row


@transaction.atomic
def end(*, actor: Actor, note_id: int, on: date) -> CountryNote:
    """It holds no longer. Raises `ended_already`, `before_it_began`."""
    _check(actor, on)
    row = CountryNote.objects.select_for_update(of=("self",)).get(pk=note_id)
    if row.ends_on is not None:
        raise DomainError("ended_already", _("This note has ended already."), status=409)
    if on < row.on:
        raise DomainError("before_it_began", _("It cannot end before it began."), field="on")
    row.ends_on = on
    row.save(update_fields=["ends_on"])
    audit.record(actor, "country_note.ended", row, detail={"country": row.country_id, "on": on.isoformat()})
    return row


def _check(actor: Actor, on: date) -> None:
    if not actor.can(PROPOSE):
        raise NotAllowed()
    if on > clock.today():
        raise DomainError("in_the_future", _("A note cannot be dated in the future."), field="on")
