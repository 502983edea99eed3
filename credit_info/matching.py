"""Which known buyer could be the one somebody types: hints only. A buyer is its code; names alone never match."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor, ObligorKind
from credit_info.names import bare_name
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.core.errors import DomainError

CLOSE = 0.6


def possible_duplicates(name: str, country: str, registration_no: str = "") -> Sequence[Obligor]:
    """Buyers of the same country with the same registration number or a name that is nearly the same; full width is no difference."""
    name = unicodedata.normalize("NFKC", name)
    rows = Obligor.objects.filter(kind=ObligorKind.BUYER, country_id=country).annotate(
        closeness=TrigramSimilarity("name", name)
    )
    same_number = Q(registration_no=registration_no) if registration_no else Q(pk__in=[])
    near = rows.filter(Q(name__trigram_similar=name) | same_number).order_by("-closeness", "pk")[:20]
    return [row for row in near if _is_same(row, name, registration_no)][:5]


def _is_same(row: Obligor, name: str, registration_no: str) -> bool:
    if registration_no and row.registration_no == registration_no:
        return True
    return bare_name(row.name) == bare_name(name) or row.closeness >= CLOSE  # type: ignore[attr-defined]


def own_company(actor: Actor, name: str) -> None:
    """Raises `buyer_is_seller` when the buyer's name is that of the actor's own organisation."""
    if actor.organisation_id is None or not (actor.is_exporter or actor.is_bank):
        return
    seller = Organisation.objects.get(pk=actor.organisation_id)
    if bare_name(name) in {bare_name(seller.name_en), bare_name(seller.name_zh)}:
        raise DomainError(
            "buyer_is_seller", _("The buyer is your own company. A sale to oneself cannot be insured."), field="name"
        )
