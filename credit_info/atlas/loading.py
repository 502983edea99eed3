"""Load the sample notes about countries. Idempotent: what is there already, or was ended by staff, stays."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from credit_info.atlas.models import CountryNote
from credit_info.atlas.words import SEED
from sinosure.core import clock
from sinosure.reference.models import Country

SOURCE = "示例文字 / sample text"


@transaction.atomic
def load_notes() -> None:
    """Notes on some thirty countries, labelled as samples: words about habits and law, no statistics."""
    known = set(Country.objects.values_list("code", flat=True))
    lines = (SEED / "countries.tsv").read_text(encoding="utf-8").splitlines()
    notes = [_note(*line.split("\t")) for line in lines]
    CountryNote.objects.bulk_create([note for note in notes if note.country_id in known], ignore_conflicts=True)


def _note(code: str, kind: str, on: str, text_zh: str, text_en: str) -> CountryNote:
    return CountryNote(
        country_id=code, kind=kind, on=date.fromisoformat(on), text_zh=text_zh, text_en=text_en, source=SOURCE,
        is_sample=True, recorded_at=clock.now(),
    )  # fmt: skip
