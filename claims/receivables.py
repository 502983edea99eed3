"""The facts of a loss adjustment: every open receivable on the obligor, its receipts, limit at shipment, cover test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from claims.eligibility import Declared, Finding, finding
from claims.models import Claim
from claims.production.debt import ContractDebt, debt_of, loss_of
from declarations.models import CoverReason, ProductionContract, ReceiptAllocation, Shipment
from limits.availability import LimitTerms, mismatch
from limits.models import CreditLimitVersion, VersionKind
from policies.models import PolicySchedule
from policies.selectors import schedule_on
from sinosure.core import clock


@dataclass(frozen=True)
class Receivable:
    """One receivable as the worksheet starts from it. Amounts in invoice currency, `limit` in policy currency."""

    shipment: Shipment | ContractDebt
    amount: Decimal  # invoice less deposit
    received: Decimal
    limit: Decimal | None
    limit_key: str
    limit_ratio: Decimal | None
    finding: str
    is_claimed: bool
    days_after_known: int | None
    shipped_while_stopped: bool

    @property
    def finding_label(self) -> Any:
        return Finding(self.finding).label if self.finding else ""


def receivables_of(claim: Claim, on: date | None = None) -> list[Receivable]:
    """Every receivable on this obligor that is open on `on`, insured or not, and those the same receipts have paid."""
    day = on or clock.today()
    if claim.production is not None:
        return [_of_contract(claim.production, day)]
    versions = _versions(claim)
    claimed = set(claim.lines.values_list("shipment_id", flat=True))
    known_on = claim.notice.known_on if claim.notice else claim.occurred_on
    held = held_by_production(claim)
    return [_receivable(claim, row, versions, row.pk in claimed, known_on, day, held) for row in _rows(claim, day)]


def _of_contract(contract: ProductionContract, day: date) -> Receivable:
    """Goods in production: the covered direct costs, under the limit that stood when the contract was declared."""
    notice = contract.premium_notice
    is_overdue = notice is not None and notice.paid < notice.payable and notice.due_on < day
    return Receivable(
        shipment=debt_of(contract), amount=loss_of(contract), received=Decimal(0), limit=contract.limit_version.amount,
        limit_key=str(contract.limit_id), limit_ratio=None, finding=Finding.PREMIUM_UNPAID if is_overdue else "",
        is_claimed=True, days_after_known=None, shipped_while_stopped=False,
    )  # fmt: skip


def held_by_production(claim: Claim) -> dict[int, Decimal]:
    """What goods in production hold of each limit on this obligor; it covers no shipment as well (§1.3)."""
    rows = ProductionContract.objects.filter(policy=claim.policy_id, obligor=claim.obligor_id, covered__gt=0)
    held: dict[int, Decimal] = {}
    for limit_id, covered in rows.values_list("limit_id", "covered"):
        held[limit_id] = held.get(limit_id, Decimal(0)) + covered
    return held


def _rows(claim: Claim, day: date) -> QuerySet[Shipment]:
    debts = Shipment.objects.live().filter(
        policyholder=claim.policyholder_id, obligor=claim.obligor_id, shipped_on__lte=day
    )
    open_ids = debts.filter(open_amount__gt=0).values("pk")
    same_money = ReceiptAllocation.objects.filter(shipment__in=open_ids).values("receipt")
    paid_with_it = ReceiptAllocation.objects.filter(receipt__in=same_money).values("shipment")
    rows = debts.filter(Q(open_amount__gt=0) | Q(pk__in=paid_with_it))
    return rows.select_related("premium_notice", "policy", "affiliate").order_by("shipped_on", "id")


def _receivable(
    claim: Claim,
    row: Shipment,
    versions: Sequence[CreditLimitVersion],
    is_claimed: bool,
    known_on: date,
    day: date,
    held: Mapping[int, Decimal],
) -> Receivable:
    version = limit_at(versions, row)
    amount = row.amount - row.deposit
    late = (row.shipped_on - known_on).days
    return Receivable(
        shipment=row,
        amount=amount,
        received=amount - row.open_amount,
        limit=_base_limit(claim, version, held),
        limit_key=str(version.limit_id) if version else "",
        limit_ratio=version.insured_ratio if version else None,
        finding=finding(_declared(claim, row, is_claimed), day),
        is_claimed=is_claimed,
        days_after_known=late if late > 0 else None,
        shipped_while_stopped=row.cover_reason == CoverReason.STOPPED or row.known_risk,
    )


def _base_limit(claim: Claim, version: CreditLimitVersion | None, held: Mapping[int, Decimal]) -> Decimal | None:
    """The limit at shipment, 0 without one; None where the product needs none and nothing caps the claim base (IND-6)."""
    if version is not None:
        return max(Decimal(0), version.amount - held.get(version.limit_id, Decimal(0)))
    return Decimal(0) if claim.policy.wording.named.value("requires_limit") else None


def _declared(claim: Claim, row: Shipment, is_claimed: bool) -> Declared:
    return Declared(
        is_own_policy=row.policy_id == claim.policy_id, state=row.state, cover_reason=row.cover_reason,
        premium_state=row.premium_state, premium_due_on=row.premium_notice.due_on if row.premium_notice else None,
        is_claimed=is_claimed,
    )  # fmt: skip


def _versions(claim: Claim) -> list[CreditLimitVersion]:
    rows = CreditLimitVersion.objects.filter(limit__policy=claim.policy_id, limit__obligor=claim.obligor_id)
    return list(rows.order_by("id"))


def limit_at(versions: Sequence[CreditLimitVersion], shipment: Shipment) -> CreditLimitVersion | None:
    """The version in force on the shipment date that covers its term and credit period; a temporary one goes first."""
    fitting = [version for version in versions if _fits(version, shipment)]
    own = [version for version in fitting if version.limit_id == shipment.limit_id] or fitting
    temporary = [version for version in own if version.kind == VersionKind.TEMPORARY]
    return max(temporary or own, key=lambda version: (version.amount, version.pk), default=None)


def _fits(version: CreditLimitVersion, shipment: Shipment) -> bool:
    validity = version.validity
    if validity.isempty:
        return False
    last = validity.upper - timedelta(days=1) if validity.upper else date.max
    terms = LimitTerms(version.amount, version.term, version.max_credit_days, validity.lower, last)
    return not mismatch(terms, term=shipment.term, credit_days=shipment.credit_days, shipped_on=shipment.shipped_on)


def schedule_at(claim: Claim, shipped_on: date) -> PolicySchedule:
    """The schedule in force on the first shipment concerned."""
    schedule = schedule_on(claim.policy, shipped_on)
    assert schedule is not None, "a claim has a signed policy"
    return schedule
