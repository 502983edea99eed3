"""Issue notices of cover, and keep each of them true: what changes cover adds a version and tells the bank (FIN-2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing import facts, messages
from financing.cover_notices import letters
from financing.models import Agreement, Cause, CoverNotice, CoverState
from financing.verification import REASONS
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.documents.services import next_number

NEEDS = ("policy__wording", "policyholder", "limit", "premium_notice", "obligor__country")


@transaction.atomic
def issue(*, actor: Actor, shipment_id: int) -> CoverNotice:
    """On request of the exporter or the bank. Raises `not_insured` with every reason, `no_agreement`, `notice_stands`."""
    shipment = _locked(Shipment.objects.visible_to(actor), shipment_id)
    agreement = _agreement_for(actor, shipment)
    if agreement is None:
        message = _("No assignment agreement in force takes this shipment in.")
        raise DomainError("no_agreement", message, field="invoice_no", status=409)
    standing = _latest(shipment, agreement.bank_id)
    if standing is not None and standing.state == CoverState.VALID:
        message = _("Notice of cover %(number)s stands already.")
        raise DomainError("notice_stands", message, field="invoice_no", status=409, number=standing.number)
    reasons = facts.uninsured(shipment, agreement.bank_id)
    if reasons:
        message = _("No notice of cover can be issued: %(reasons)s")
        raise DomainError("not_insured", message, field="invoice_no", status=409, reasons=in_words(reasons))
    return _write(actor, shipment, agreement, Cause.ASKED, [], standing)


def in_words(reasons: Iterable[str]) -> str:
    return " ".join(str(REASONS[reason]) for reason in reasons)


def _locked(rows: Any, shipment_id: int) -> Shipment:
    """Notices of one shipment are written one after the other."""
    row: Shipment = rows.select_for_update(of=("self",)).select_related(*NEEDS).get(pk=shipment_id)
    return row


def _agreement_for(actor: Actor, shipment: Shipment) -> Agreement | None:
    if not actor.can("financing.notice"):
        raise NotAllowed()
    rows = facts.agreements_on(shipment)
    return rows.filter(bank=actor.organisation_id).first() if actor.is_bank else rows.first()


def _latest(shipment: Shipment, bank_id: int) -> CoverNotice | None:
    return CoverNotice.objects.filter(shipment=shipment, bank=bank_id).order_by("-version").first()


@transaction.atomic
def issue_wanted(*, shipment_id: int) -> CoverNotice | None:
    """At once when a shipment is declared with financing wanted; where cover fails, the exporter is told why."""
    shipment = _locked(Shipment.objects.all(), shipment_id)
    bank_id = shipment.financing_bank_id
    agreement = facts.agreement_of(shipment, bank_id) if bank_id else None
    if agreement is None or bank_id is None or _latest(shipment, bank_id) is not None:
        return None
    reasons = facts.uninsured(shipment, bank_id)
    if reasons:
        messages.tell_of_cover(SYSTEM, "cover.not_issued", shipment, [shipment.policyholder_id])
        return None
    return _write(SYSTEM, shipment, agreement, Cause.DECLARED, [], None)


@transaction.atomic
def refresh(*, shipments: Iterable[int], cause: str) -> list[CoverNotice]:
    """Compare each standing notice with the facts of now; what differs gets its next version, and the bank is told."""
    rows = CoverNotice.objects.latest().filter(shipment__in=list(shipments)).order_by("shipment_id", "bank_id")
    made = [_next_version(row, cause) for row in rows.select_related("agreement__bank", "agreement__policy")]
    return [row for row in made if row is not None]


def _next_version(standing: CoverNotice, cause: str) -> CoverNotice | None:
    shipment = _locked(Shipment.objects.all(), standing.shipment_id)
    reasons = facts.uninsured(shipment, standing.bank_id)
    if _says_the_same(standing, shipment, reasons):
        return None
    return _write(SYSTEM, shipment, standing.agreement, cause, reasons, standing)


def _says_the_same(standing: CoverNotice, shipment: Shipment, reasons: list[str]) -> bool:
    """A revoked notice is written anew only when its reasons change; figures matter while cover stands."""
    if reasons or standing.reasons:
        return reasons == standing.reasons
    figures = (shipment.covered, facts.limit_of(shipment), shipment.open_amount)
    return figures == (standing.covered, standing.limit_amount, standing.open_amount)


def _write(
    actor: Actor, shipment: Shipment, agreement: Agreement, cause: str, reasons: list[str], before: CoverNotice | None
) -> CoverNotice:  # fmt: skip
    row = CoverNotice.objects.create(
        number=next_number(f"CN-{clock.today().year}"), shipment=shipment, agreement=agreement, bank_id=agreement.bank_id,
        policyholder_id=shipment.policyholder_id, version=before.version + 1 if before else 1, cause=cause, reasons=reasons,
        state=CoverState.REVOKED if reasons else CoverState.VALID, covered=shipment.covered,
        limit_amount=facts.limit_of(shipment), open_amount=shipment.open_amount, issued_at=clock.now(),
    )  # fmt: skip
    letters.issue(actor, row, before)
    audit.record(actor, "cover_notice.issued", row, detail={"state": row.state, "cause": cause, "reasons": reasons})
    kind = "cover.revoked" if reasons else "cover.changed" if before else "cover.issued"
    messages.tell_of_cover(actor, kind, shipment, [row.bank_id, row.policyholder_id], subject=row, number=row.number)
    return row
