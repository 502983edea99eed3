"""查询证明: what the light of a company was when somebody looked, as a letter with a code that anybody may check."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info import selectors
from credit_info.light import MEANING
from credit_info.models import FactKind, Light, Obligor
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from sinosure.documents import services as documents
from sinosure.documents.bilingual import in_both
from sinosure.documents.kinds import register
from sinosure.documents.models import Document

KIND, TEMPLATE = "look_up.certificate", "letters/credit_info/certificate.html"


def register_all() -> None:
    register(KIND, "资信红绿灯查询证明", "Certificate of a credit light look-up", TEMPLATE, standing)


@transaction.atomic
def certify(*, actor: Actor, obligor_id: int) -> Document:
    """The light as it is now, for the organisation that asks. Raises NotAllowed, Obligor.DoesNotExist."""
    if not actor.can("buyers.view") or actor.organisation_id is None:
        raise NotAllowed()
    obligor = Obligor.objects.visible_to(actor).select_related("country").get(pk=obligor_id)
    return documents.issue(
        actor=actor, kind=KIND, subject=obligor, policyholder_id=actor.organisation_id,
        bank_id=actor.organisation_id if actor.is_bank else None, context=_context(actor, obligor),
        number=documents.next_number(f"LU-{clock.today():%Y}"),
    )  # fmt: skip


def _context(actor: Actor, obligor: Obligor) -> dict[str, Any]:
    """What a guest would see too, with the moment of the look-up; texts of facts and bought reports are not in it (LIM-4)."""
    found = selectors.looked_up_row(obligor)
    return {
        "asked_by": Organisation.objects.get(pk=actor.organisation_id or 0).name_zh, "name": obligor.name, "local_name": obligor.local_name,
        "country": obligor.country.name_zh, "country_en": obligor.country.name_en, "city": obligor.city,
        "identifier": obligor.bic or obligor.registration_no, "light": obligor.light,
        "light_words": in_both(Light(obligor.light).label.__str__), "meaning": in_both(MEANING[obligor.light].__str__),
        "reasons": [in_both(FactKind(kind).label.__str__) for kind in found.kinds],
        "as_of": obligor.light_as_of, "looked_up_at": f"{clock.now().astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}",
    }  # fmt: skip


def standing(document: Document) -> tuple[str, Any]:
    """For whoever checks the code: whether the light is still the one that the paper shows."""
    now = Obligor.objects.values_list("light", flat=True).get(pk=document.subject_id)
    if now == document.context["light"]:
        return "green", _("The light is still the one on this paper.")
    return "amber", _("The light has changed since. Look the company up again.")
