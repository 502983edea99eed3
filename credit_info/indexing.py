"""Keep the search index and the identifiers in step with the register: called by every service that writes a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection

from credit_info.models import Identifier, IdentifierKind, Obligor, SearchName
from credit_info.names import bare_name, number_key, tokens

_COUNT = """
    INSERT INTO credit_info_searchtoken (token, seen)
    SELECT token, n FROM unnest(%s::text[], %s::int[]) AS t(token, n) ORDER BY token
    ON CONFLICT (token) DO UPDATE SET seen = credit_info_searchtoken.seen + EXCLUDED.seen
"""


def index(obligors: Sequence[Obligor]) -> None:
    """Write the search rows of these obligors anew, from their names and aliases."""
    SearchName.objects.filter(obligor__in=obligors).delete()
    rows = [row for one in obligors for row in _rows_of(one)]
    SearchName.objects.bulk_create(rows, batch_size=2000)
    count_tokens(token for row in rows for token in row.tokens)


def _rows_of(obligor: Obligor) -> list[SearchName]:
    if obligor.merged_into_id is not None:
        return []
    aliases = obligor.aliases.values_list("name", flat=True) if obligor.pk else []
    keys = {bare_name(name) for name in (obligor.name, obligor.local_name, *aliases) if name}
    return [
        SearchName(obligor=obligor, country=obligor.country_id, key=key, tokens=tokens(key)) for key in sorted(keys) if key
    ]  # fmt: skip


def count_tokens(found: Iterable[str]) -> None:
    """Add words to the dictionary, in alphabetical order so that two writers queue and never block each other."""
    counted = Counter(found)
    if counted:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [list(counted), list(counted.values())])


def keep_number(obligor: Obligor) -> None:
    """The registration number as identifier; one that a confirmed namesake holds already stays text."""
    key, rows = number_key(obligor.registration_no), Identifier.objects.filter(kind=IdentifierKind.REGISTER)
    if not key:
        rows.filter(obligor=obligor).delete()
    elif not rows.filter(key=key, country=obligor.country_id).exclude(obligor=obligor).exists():
        values = {"number": obligor.registration_no, "key": key, "country_id": obligor.country_id}
        Identifier.objects.update_or_create(obligor=obligor, kind=IdentifierKind.REGISTER, defaults=values)
