"""What is known of an invoice when a bank wants to lend on it: the input of `verification.judge` (Rulebook §8.5)."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from declarations.models import LineState, PremiumState, Shipment
from financing import expected
from financing.fingerprints import document_fingerprint, invoice_fingerprint
from financing.models import ACTIVE_LOAN, Agreement, AgreementState, FinancedInvoice, Loan
from financing.verification import ZERO, Standing
from limits.models import LimitStop, StopReason
from policies.cover import cover_test
from policies.micro.selectors import buyer_cap
from policies.models import PolicyState, takes_in
from policies.selectors import cover_period, liability_left
from sinosure.core import clock
from sinosure.reference.services import fx

_SAME_LINE_DEPTH = 20


def standing(shipment: Shipment, bank_id: int, customs_value: Decimal | None = None) -> Standing:
    """Everything the rules ask about one invoice, for one bank."""
    active = Loan.objects.filter(agreement__policy=shipment.policy_id, state__in=ACTIVE_LOAN)
    left = liability_left(shipment.policy)
    return Standing(
        currency=shipment.currency, policy_currency=shipment.policy.currency, fx=shipment.fx, invoice=shipment.amount,
        received=shipment.amount - shipment.open_amount, lent_invoice=_lent_on_invoice(shipment),
        limit=limit_of(shipment), lent_obligor=_open(active.filter(shipment__obligor=shipment.obligor_id)),
        liability=left.amount if left else ZERO, lent_policy=_open(active), insured_ratio=expected.ratio_of(shipment),
        due_on=shipment.due_on, uninsured=tuple(uninsured(shipment, bank_id)),
        held_by_other=_held_by_other(shipment, bank_id), documents=_documents(shipment, customs_value),
    )  # fmt: skip


def _open(rows: QuerySet[Loan]) -> Decimal:
    """Open principal in policy currency, at the rates of the declarations."""
    total = rows.aggregate(total=Sum((F("principal") - F("repaid")) / F("shipment__fx")))["total"]
    return total or ZERO


def _lent_on_invoice(shipment: Shipment) -> Decimal:
    rows = Loan.objects.filter(
        policyholder=shipment.policyholder_id, invoice_key=shipment.invoice_key, state__in=ACTIVE_LOAN
    )
    return rows.aggregate(total=Sum(F("principal") - F("repaid")))["total"] or ZERO


def limit_of(shipment: Shipment) -> Decimal:
    """The limit in force today, else that of the shipment date; where none is needed the cap per buyer."""
    if not shipment.policy.wording.named.value("requires_limit"):
        return buyer_cap(shipment.policy) or ZERO
    limit = shipment.limit
    if limit is None or limit.amount:
        return limit.amount if limit else ZERO
    version = limit.versions.filter(validity__contains=shipment.shipped_on).order_by("-amount").first()
    return version.amount if version else ZERO


def uninsured(shipment: Shipment, bank_id: int) -> list[str]:
    """FIN-5: every reason why the invoice is not insured for this bank. Premium counts as unpaid once it is overdue."""
    agreement, stops = agreement_of(shipment, bank_id), _stops(shipment)
    tests = {
        "NO_AGREEMENT": agreement is None,
        "BEFORE_AGREEMENT": agreement is not None and _left_before(shipment, agreement),
        "POLICY_NOT_IN_FORCE": not cover_test(cover_period(shipment.policy), shipment.shipped_on).is_covered,
        "NOT_DECLARED": shipment.state != LineState.BOOKED,
        "ALREADY_PAID": not shipment.open_amount,
        "NOT_COVERED": bool(shipment.open_amount) and not shipment.covered,
        "PREMIUM_UNPAID": _is_premium_overdue(shipment),
        "LOSS_NOTICE_OPEN": StopReason.LOSS_NOTICE in stops,
        "STOPPED": bool(stops - {StopReason.LOSS_NOTICE}),
    }
    return [code for code, fails in tests.items() if fails]


def agreement_of(shipment: Shipment, bank_id: int) -> Agreement | None:
    """The bank's agreement in force that takes the shipment in."""
    return agreements_on(shipment).filter(bank=bank_id).first()


def agreements_on(shipment: Shipment) -> QuerySet[Agreement]:
    """Agreements in force now that take the shipment in; its day is another question."""
    rows = Agreement.objects.filter(policy=shipment.policy_id, state=AgreementState.ACTIVE)
    rows = rows.filter(takes_in(shipment.obligor.country_id, shipment.obligor_id, shipment.invoice_key))
    return rows.select_related("bank", "policyholder", "policy")


def _left_before(shipment: Shipment, agreement: Agreement) -> bool:
    return agreement.active_from is not None and shipment.shipped_on < agreement.active_from


def _is_premium_overdue(shipment: Shipment) -> bool:
    notice = shipment.premium_notice if shipment.premium_state == PremiumState.BILLED else None
    is_late = notice is not None and notice.due_on < clock.today()
    return is_late or shipment.policy.state == PolicyState.SUSPENDED


def _stops(shipment: Shipment) -> set[str]:
    rows = LimitStop.objects.filter(limit__policy=shipment.policy_id, limit__obligor=shipment.obligor_id)
    return set(rows.filter(closed_at=None).values_list("reason", flat=True))


def key_of(shipment: Shipment) -> str:
    """K1 of a shipment."""
    holder = shipment.policyholder
    return invoice_fingerprint(holder.uscc or f"#{holder.pk}", shipment.invoice_key)


def root_of(shipment: Shipment) -> int:
    """K4: the first of the lines that corrections replaced, so that a corrected line is the same line."""
    row, steps = shipment, 0
    while row.replaces is not None and steps < _SAME_LINE_DEPTH:
        row, steps = row.replaces, steps + 1
    return row.pk


def held(shipment: Shipment) -> QuerySet[FinancedInvoice]:
    """Who holds the invoice or its line now."""
    is_same = Q(key_hash=key_of(shipment)) | Q(line_root=root_of(shipment))
    return FinancedInvoice.objects.filter(is_same, released_at=None)


def _held_by_other(shipment: Shipment, bank_id: int) -> bool:
    return held(shipment).exclude(holder=bank_id).exists()


def document_hashes(shipment: Shipment) -> dict[str, str]:
    return {
        "transport_hash": document_fingerprint("BL", shipment.transport_no),
        "customs_hash": document_fingerprint("CU", shipment.customs_no),
    }


def _documents(shipment: Shipment, customs_value: Decimal | None) -> tuple[Decimal, Decimal | None] | None:
    """Other financed invoices on the same document, with this one, against the lowest customs value that was given."""
    same = Q()
    for name, value in document_hashes(shipment).items():
        if value:
            same |= Q(**{name: value})
    if not same:
        return None
    rows = FinancedInvoice.objects.filter(same, released_at=None).exclude(pk__in=held(shipment).values("pk"))
    found = list(rows)
    if not found:
        return None
    today = clock.today()
    total = shipment.amount + sum((row.amount * fx(shipment.currency, row.currency, today) for row in found), ZERO)
    known = [row.customs_value * fx(shipment.currency, row.currency, today) for row in found if row.customs_value]
    values = [*known, *([customs_value] if customs_value is not None else [])]
    return total, min(values) if values else None
