"""定损: save a worksheet as a new version. Recalculating never writes; saving never overwrites (Rulebook §6.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.eligibility import Finding
from claims.models import Claim, ClaimState, MitigationTask, Worksheet
from claims.moving import locked_claim, write
from claims.worksheet import Entries, Sheet, as_json, from_json, result_json, work_out
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.core.money import round_money


def calculate(actor: Actor, claim: Claim, entries: Entries) -> Sheet:
    """The sheet worked out for the live page; nothing is written."""
    if not (actor.can("claims.adjust") or actor.can("claims.decide")):
        raise NotAllowed()
    _check_costs(claim, entries)
    return work_out(claim, entries)


def latest_entries(claim: Claim) -> Entries:
    """What was saved last, or nothing: then the system's proposals stand."""
    sheet = claim.worksheets.order_by("-version").first()
    return from_json(sheet.inputs["entered"]) if sheet else Entries()


@transaction.atomic
def save(*, actor: Actor, claim_id: int, entries: Entries) -> Worksheet:
    """A new version with inputs, figures and every step. The lines of the claim take over the findings."""
    claim = locked_claim(actor, claim_id)
    if not actor.can("claims.adjust"):
        raise NotAllowed()
    if claim.state != ClaimState.LOSS_ADJUSTMENT:
        raise WrongState("save", str(claim.get_state_display()))
    _check_breach(entries)
    sheet = calculate(actor, claim, entries)
    worksheet = _write(actor, claim, sheet)
    _keep_findings(claim, sheet)
    audit.record(
        actor, "claim.worksheet", worksheet, policyholder_id=claim.policyholder_id,
        detail={"claim": claim.number, "version": worksheet.version, "payable_now": str(worksheet.payable_now)},
    )  # fmt: skip
    return worksheet


def _check_breach(entries: Entries) -> None:
    if entries.breach and not entries.breach_reason:
        raise DomainError("reason_required", _("Give the reason."), field="breach_reason")


def consents_of(claim: Claim) -> list[str]:
    """Numbers of the written consents to mitigation costs on this case."""
    tasks = MitigationTask.objects.filter(notice=claim.notice_id, consented=True).exclude(consent_no="")
    return list(tasks.values_list("consent_no", flat=True))


def _check_costs(claim: Claim, entries: Entries) -> None:
    """IND-13: only costs with the insurer's written consent, and not more than was consented to."""
    if not entries.costs:
        return
    tasks = MitigationTask.objects.filter(notice=claim.notice_id, consented=True)
    allowed = {task.consent_no: task.cost_estimate for task in tasks if task.consent_no}
    for index, cost in enumerate(entries.costs):
        if cost.consent_no not in allowed:
            message = _("There is no written consent with the number %(number)s.")
            raise DomainError("no_consent", message, field=f"c{index}-consent_no", number=cost.consent_no)
        if cost.amount > allowed[cost.consent_no]:
            message = _("Consent %(number)s covers at most %(amount)s.")
            raise DomainError(
                "above_consent", message, field=f"c{index}-amount", number=cost.consent_no,
                amount=allowed[cost.consent_no].normalize(),
            )  # fmt: skip


def _write(actor: Actor, claim: Claim, sheet: Sheet) -> Worksheet:
    figures, currency = sheet.figures, claim.currency
    last = claim.worksheets.order_by("-version").values_list("version", flat=True).first()
    return Worksheet.objects.create(
        claim=claim, version=(last or 0) + 1, product=claim.policy.product, currency=currency,
        inputs=_inputs(sheet),
        result=result_json(sheet),
        assessed_loss=round_money(figures.assessed_loss, currency),
        claim_base=round_money(figures.claim_base, currency), insured_ratio=figures.ratio,
        gross_indemnity=round_money(figures.gross, currency),
        mitigation_share=round_money(sheet.mitigation_share, currency), indemnity_total=figures.total,
        payable_now=figures.payable_now, calculated_on=clock.today(), adjuster_id=actor.user_id, saved_at=clock.now(),
    )  # fmt: skip


def _inputs(sheet: Sheet) -> dict[str, Any]:
    """What was entered, and the terms it was worked out on."""
    return {
        "entered": as_json(sheet.entries),
        "breach_open": sheet.breach_open,
        "days_late": sheet.breach.days_late,
        "proposed_reduction": str(sheet.breach.ratio),
        "schedule": str(sheet.cover.insured_ratio),
        "policy_max": str(sheet.cover.policy_max),
        "policy_paid": str(sheet.cover.policy_paid),
    }


def _keep_findings(claim: Claim, sheet: Sheet) -> None:
    by_shipment = {row.receivable.shipment.pk: row.entry for row in sheet.rows}
    for line in claim.lines.select_for_update():  # none of a contract in production
        entry = by_shipment.get(line.shipment_id)
        if entry is not None:
            reason = "" if entry.eligible else f"{entry.reason} {entry.note}".strip()[:200]
            write(line, eligible=entry.eligible, ineligible_reason=reason)


def current_figures(claim: Claim, sheet: Worksheet) -> tuple[Decimal, Decimal]:
    """Total and payable now if the same entries were worked out on the facts of this moment."""
    figures = work_out(claim, from_json(sheet.inputs["entered"])).figures
    return figures.total, figures.payable_now


def premium_overdue(claim: Claim) -> list[str]:
    """Claimed invoices whose premium is overdue: the claim on them is blocked until it is paid (PRM-2)."""
    sheet = work_out(claim, Entries())
    return [
        row.receivable.shipment.invoice_no
        for row in sheet.rows
        if row.receivable.is_claimed and row.receivable.finding == Finding.PREMIUM_UNPAID
    ]
