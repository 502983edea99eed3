"""Issue notices of cover, and keep each of them true: what changes cover adds a version and tells the bank (FIN-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing import facts
from financing.cover_notices import letters, telling
from financing.models import Agreement, Cause, CoverNotice, CoverState
from financing.verification import REASONS
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.documents.services import next_numbers

NEEDS = ("policy__wording", "policyholder", "limit", "premium_notice", "obligor__country")
_CHUNK = 500


@dataclass(frozen=True)
class Draft:
    """What the next version on a shipment says, and the one that it follows."""

    shipment: Shipment
    agreement: Agreement
    reasons: list[str]
    before: CoverNotice | None = None


@transaction.atomic
def issue(*, actor: Actor, shipment_id: int) -> CoverNotice:
    """On request of the exporter or the bank. Raises `not_insured` with every reason, `no_agreement`, `notice_stands`."""
    shipment = _locked(Shipment.objects.visible_to(actor), [shipment_id])[shipment_id]
    agreement = _agreement_for(actor, shipment)
    if agreement is None:
        message = _("No assignment agreement in force takes this shipment in.")
        raise DomainError("no_agreement", message, field="invoice_no", status=409)
    standing = CoverNotice.objects.latest().filter(shipment=shipment, bank=agreement.bank_id).first()
    if standing is not None and standing.state == CoverState.VALID:
        message = _("Notice of cover %(number)s stands already.")
        raise DomainError("notice_stands", message, field="invoice_no", status=409, number=standing.number)
    reasons = facts.uninsured(shipment, agreement.bank_id)
    if reasons:
        message = _("No notice of cover can be issued: %(reasons)s")
        raise DomainError("not_insured", message, field="invoice_no", status=409, reasons=in_words(reasons))
    return _write(actor, Cause.ASKED, [Draft(shipment, agreement, [], standing)])[0]


def in_words(reasons: Iterable[str]) -> str:
    return " ".join(str(REASONS[reason]) for reason in reasons)


def _locked(rows: Any, ids: Iterable[int]) -> dict[int, Shipment]:
    """Notices of one shipment are written one after the other. Raises Shipment.DoesNotExist for what may not be seen."""
    wanted = set(ids)
    found = rows.select_for_update(of=("self",)).select_related(*NEEDS).filter(pk__in=wanted).order_by("pk")
    locked = {row.pk: row for row in found}
    if wanted - locked.keys():
        raise Shipment.DoesNotExist
    return locked


def _agreement_for(actor: Actor, shipment: Shipment) -> Agreement | None:
    if not actor.can("financing.notice"):
        raise NotAllowed()
    if actor.is_bank and actor.organisation_id is not None:
        found = facts.agreement_of(shipment, actor.organisation_id)
        return found if found is not None and found.is_with(actor) else None
    return facts.agreement_on(shipment)


@transaction.atomic
def issue_wanted(*, shipments: Iterable[int]) -> list[CoverNotice]:
    """At once when shipments are declared with financing wanted; where cover fails, the exporter is told why."""
    made: list[CoverNotice] = []
    for ids in _chunks(shipments):
        made += _issue_wanted(_locked(Shipment.objects.all(), ids))
    return made


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    left = sorted(set(ids))
    return (left[start : start + _CHUNK] for start in range(0, len(left), _CHUNK))


def _issue_wanted(shipments: dict[int, Shipment]) -> list[CoverNotice]:
    has_one = set(CoverNotice.objects.filter(shipment__in=shipments).values_list("shipment_id", "bank_id"))
    pairs = [(one, one.financing_bank_id) for one in shipments.values() if one.financing_bank_id]
    pairs = [(one, bank) for one, bank in pairs if (one.pk, bank) not in has_one]
    found = zip(pairs, facts.terms_of(pairs), facts.uninsured_of(pairs), strict=True)
    drafts = [Draft(one, terms.agreement, reasons) for (one, _bank), terms, reasons in found if terms is not None]
    telling.of_none([draft.shipment for draft in drafts if draft.reasons])
    return _write(SYSTEM, Cause.DECLARED, [draft for draft in drafts if not draft.reasons])


@transaction.atomic
def refresh(*, shipments: Iterable[int], cause: str) -> list[CoverNotice]:
    """Compare each standing notice with the facts of now; what differs gets its next version, and the bank is told."""
    made: list[CoverNotice] = []
    for ids in _chunks(shipments):
        made += _refresh(ids, cause)
    return made


def _refresh(ids: Sequence[int], cause: str) -> list[CoverNotice]:
    rows = CoverNotice.objects.latest().filter(shipment__in=ids).order_by("shipment_id", "bank_id")
    standing = list(rows.select_related("agreement__bank", "agreement__policyholder"))
    shipments = _locked(Shipment.objects.all(), {row.shipment_id for row in standing})
    pairs = [(shipments[row.shipment_id], row.bank_id) for row in standing]
    limits = facts.limits_of(shipments.values())
    drafts = [
        Draft(shipment, row.agreement, reasons, row)
        for row, (shipment, _bank), reasons in zip(standing, pairs, facts.uninsured_of(pairs), strict=True)
        if not _says_the_same(row, shipment, limits[shipment.pk], reasons)
    ]
    return _write(SYSTEM, cause, drafts)


def _says_the_same(standing: CoverNotice, shipment: Shipment, limit: Any, reasons: list[str]) -> bool:
    """A revoked notice is written anew only when its reasons change; figures matter while cover stands."""
    if reasons or standing.reasons:
        return reasons == standing.reasons
    figures = (shipment.covered, limit, shipment.open_amount)
    return figures == (standing.covered, standing.limit_amount, standing.open_amount)


def _write(actor: Actor, cause: str, drafts: Sequence[Draft]) -> list[CoverNotice]:
    """One version per draft, with its letter; the statements do not depend on how many there are."""
    if not drafts:
        return []
    numbers = next_numbers(f"CN-{clock.today().year}", len(drafts))
    limits = facts.limits_of([draft.shipment for draft in drafts])
    rows = CoverNotice.objects.bulk_create(
        [_row(cause, draft, number, limits) for draft, number in zip(drafts, numbers, strict=True)]
    )
    letters.issue(actor, rows, [draft.before for draft in drafts])
    deeds = [(row, {"state": row.state, "cause": cause, "reasons": row.reasons}) for row in rows]
    audit.record_many(actor, "cover_notice.issued", deeds)
    telling.of_versions(rows)
    return rows


def _row(cause: str, draft: Draft, number: str, limits: dict[int, Any]) -> CoverNotice:
    shipment, agreement, before = draft.shipment, draft.agreement, draft.before
    return CoverNotice(
        number=number, shipment=shipment, agreement=agreement, bank_id=agreement.bank_id,
        policyholder_id=shipment.policyholder_id, version=before.version + 1 if before else 1, cause=cause,
        reasons=draft.reasons, state=CoverState.REVOKED if draft.reasons else CoverState.VALID, covered=shipment.covered,
        limit_amount=limits[shipment.pk], open_amount=shipment.open_amount, issued_at=clock.now(),
    )  # fmt: skip
