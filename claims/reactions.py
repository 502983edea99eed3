"""What this app hears from below, in the transaction of the deed: money from a buyer with a claim (row 31, REC-5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from claims import decision, recoveries
from claims.lifecycle import DECIDED_UNPAID, ENDED
from claims.models import Claim, ClaimState, PaymentState, RecoveryCase
from claims.moving import locked_claim
from declarations.models import Receipt
from declarations.signals import receipt_recorded, receipt_reversed
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.core.money import round_money

AFTER_PAYMENT = (ClaimState.SUBROGATED, ClaimState.RECOVERY)


def connect() -> None:
    receipt_recorded.connect(on_receipt, dispatch_uid="claims.receipt_recorded")
    receipt_reversed.connect(on_receipt_reversed, dispatch_uid="claims.receipt_reversed")


def on_receipt(*, actor: Actor, receipt: Receipt, **_named: Any) -> None:
    """The buyer paid: an open opinion falls, or after payout the insurer's share is to be remitted."""
    for claim_id in _claims_on(receipt):
        claim = locked_claim(SYSTEM, claim_id)
        if claim.state in (ClaimState.DECISION_REVIEW, *DECIDED_UNPAID):
            _fall(actor, claim, receipt)
        elif claim.state in AFTER_PAYMENT:
            _share(actor, claim, receipt)


def on_receipt_reversed(*, actor: Actor, receipt: Receipt, **_named: Any) -> None:
    """A receipt was taken back: the loss is higher again, an open opinion falls too."""
    for claim_id in _claims_on(receipt):
        claim = locked_claim(SYSTEM, claim_id)
        if claim.state in (ClaimState.DECISION_REVIEW, *DECIDED_UNPAID):
            _fall(actor, claim, receipt)


def _claims_on(receipt: Receipt) -> list[int]:
    """Claims on the debtor, in id order: one locking order."""
    rows = Claim.objects.filter(policyholder=receipt.policyholder_id, obligor=receipt.obligor_id)
    return list(rows.exclude(state__in=[*ENDED, ClaimState.DRAFT]).order_by("pk").values_list("pk", flat=True))


def _fall(actor: Actor, claim: Claim, receipt: Receipt) -> None:
    """Unless money is with the bank already: then the surplus is dealt with as a recovery."""
    if claim.payments.filter(state=PaymentState.SENT).exists():
        return
    reason = _("Receipt %(reference)s of %(money)s on %(day)s") % {
        "reference": receipt.reference, "money": f"{receipt.currency} {receipt.amount:f}", "day": receipt.received_on,
    }  # fmt: skip
    decision.void_locked(actor, claim, reason)


def _share(actor: Actor, claim: Claim, receipt: Receipt) -> None:
    """REC-5: what the insured received directly after payout on the claimed invoices."""
    case = RecoveryCase.objects.select_for_update(of=("self",)).filter(claim=claim).first()
    lines = receipt.allocations.filter(shipment__claim_lines__claim=claim).select_related("shipment")
    gross = sum((round_money(row.amount / row.shipment.fx, claim.currency) for row in lines), Decimal(0))
    if case is None or not gross or case.receipts.filter(reference=receipt.reference).exists():
        return
    case.claim = claim
    recoveries.record_locked(actor, case, receipt.received_on, gross, receipt.reference, Decimal(0), by_insured=True)
