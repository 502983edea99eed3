"""Keep the search index and the identifiers in step with the register: called by every service that writes a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection
from django.utils.translation import gettext_lazy as _

from credit_info.models import Identifier, IdentifierKind, Obligor, SearchName
from credit_info.models.register import WORLDWIDE
from credit_info.names import bare_name, number_key, tokens
from sinosure.core.errors import DomainError

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


def set_number(
    obligor: Obligor, number: str, kind: str = IdentifierKind.REGISTER, source: str = "", known_on: date | None = None
) -> Identifier | None:
    """The obligor's number of this kind; none when it is empty. Raises `identifier_taken` when another company has it."""
    key = number_key(number)
    if not key:
        Identifier.objects.filter(obligor=obligor, kind=kind).delete()
        return None
    holders = Identifier.objects.filter(key=key, kind=kind).exclude(obligor=obligor)
    if kind not in WORLDWIDE:
        holders = holders.filter(country=obligor.country_id)
    holder = holders.select_related("obligor").first()
    if holder is not None:
        message = _("This number belongs to %(known)s already. One number stands for one company.")
        known = f"{holder.obligor.name} ({holder.obligor.code})"
        raise DomainError("identifier_taken", message, field="registration_no", status=409, known=known)
    values = {"number": number, "key": key, "country_id": obligor.country_id, "source": source, "known_on": known_on}
    return Identifier.objects.update_or_create(obligor=obligor, kind=kind, defaults=values)[0]
