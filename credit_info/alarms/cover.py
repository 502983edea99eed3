"""Open, restrict or suspend cover on a country (LIM-14), with the reason; limits stop by LIM-10 d."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info.alarms.models import Dimension
from credit_info.alarms.subjects import subject_for
from credit_info.signals import cover_status_changed
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.reference.models import Country, CoverStatus


@transaction.atomic
def set_cover_status(*, actor: Actor, country: str, status: str, reason: str) -> Country:
    """Raises `bad_country`, `bad_status`, `reason_missing`, `unchanged` (409)."""
    if not actor.can("countries.cover"):
        raise NotAllowed()
    row = Country.objects.select_for_update().filter(code=country).first()
    if row is None:
        raise DomainError("bad_country", _("This country is not known here."), field="country")
    if status not in CoverStatus.values:
        raise DomainError("bad_status", _("Choose open, restricted or suspended."), field="status")
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why; everybody who follows the country reads it."), field="reason")
    if row.cover_status == status:
        raise DomainError("unchanged", _("Cover on the country is so already."), field="status", status=409)
    was, row.cover_status = row.cover_status, status
    row.save(update_fields=["cover_status"])
    subject = subject_for(Dimension.COUNTRY, country=row)
    detail = {"country": row.code, "was": was, "now": status, "reason": reason.strip()}
    audit.record(actor, "country.cover_set", subject, detail=detail)
    cover_status_changed.send(sender=Country, country=row, was=was, actor=actor, reason=reason.strip())
    return row
