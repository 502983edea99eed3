"""What is known of an invoice when a bank wants to lend on it: the input of `verification.judge` (Rulebook §8.5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from declarations.models import LineState, PremiumState, Shipment
from financing import expected
from financing.fingerprints import document_fingerprint, invoice_fingerprint
from financing.models import ACTIVE_LOAN, IN_FORCE, Agreement, AgreementTerms, FinancedInvoice, Loan
from financing.verification import ZERO, Standing
from limits.models import CreditLimitVersion, LimitStop, StopReason
from policies.cover import CoverPeriod, cover_test
from policies.micro.selectors import buyer_cap
from policies.models import Policy, PolicyState
from policies.selectors import cover_period, liability_left
from sinosure.core import clock
from sinosure.reference.services import fx

_SAME_LINE_DEPTH = 20


def standing(
    shipment: Shipment, bank_id: int, customs_value: Decimal | None = None, branch_id: int | None = None
) -> Standing:
    """Everything the rules ask about one invoice, for one bank; `branch_id` None: for its head office."""
    active = Loan.objects.filter(agreement__policy=shipment.policy_id, state__in=ACTIVE_LOAN)
    left = liability_left(shipment.policy)
    return Standing(
        currency=shipment.currency, policy_currency=shipment.policy.currency, fx=shipment.fx, invoice=shipment.amount,
        received=shipment.amount - shipment.open_amount, lent_invoice=_lent_on_invoice(shipment),
        limit=limit_of(shipment), lent_obligor=_open(active.filter(shipment__obligor=shipment.obligor_id)),
        liability=left.amount if left else ZERO, lent_policy=_open(active), insured_ratio=expected.ratio_of(shipment),
        due_on=shipment.due_on, uninsured=tuple(uninsured(shipment, bank_id)),
        held_by_other=_held_by_other(shipment, bank_id),
        at_other_branch=branch_id is not None and _at_other_branch(shipment, bank_id, branch_id),
        documents=_documents(shipment, customs_value),
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
    return limits_of([shipment])[shipment.pk]


def limits_of(shipments: Collection[Shipment]) -> dict[int, Decimal]:
    """The same for many shipments of few policies."""
    caps = {policy.pk: buyer_cap(policy) or ZERO for policy in _policies(shipments) if not _asks_for_limit(policy)}
    ended = {one.limit_id for one in shipments if one.limit is not None and not one.limit.amount}
    versions = list(CreditLimitVersion.objects.filter(limit__in=ended).order_by("-amount")) if ended else []
    return {one.pk: caps.get(one.policy_id, _limit(one, versions)) for one in shipments}


def _policies(shipments: Collection[Shipment]) -> list[Policy]:
    return list({one.policy_id: one.policy for one in shipments}.values())


def _asks_for_limit(policy: Policy) -> bool:
    return bool(policy.wording.named.value("requires_limit"))


def _limit(shipment: Shipment, versions: Sequence[CreditLimitVersion]) -> Decimal:
    limit = shipment.limit
    if limit is None or limit.amount:
        return limit.amount if limit else ZERO
    of_the_day = (one for one in versions if one.limit_id == limit.pk and shipment.shipped_on in one.validity)
    return next((one.amount for one in of_the_day), ZERO)


def uninsured(shipment: Shipment, bank_id: int) -> list[str]:
    """FIN-5: every reason why the invoice is not insured for this bank. Premium counts as unpaid once it is overdue."""
    return uninsured_of([(shipment, bank_id)])[0]


def uninsured_of(pairs: Sequence[tuple[Shipment, int]]) -> list[list[str]]:
    """The same for many pairs of shipment and bank, in the order given; few queries, however many pairs."""
    shipments = [shipment for shipment, _bank in pairs]
    periods = {policy.pk: cover_period(policy) for policy in _policies(shipments)}
    stops = _stops(shipments)
    return [
        _failed(one, terms, periods[one.policy_id], stops.get((one.policy_id, one.obligor_id), set()))
        for one, terms in zip(shipments, terms_of(pairs), strict=True)
    ]


def _failed(shipment: Shipment, terms: AgreementTerms | None, period: CoverPeriod, stops: set[str]) -> list[str]:
    tests = {
        "NO_AGREEMENT": terms is None,
        "BEFORE_AGREEMENT": terms is not None and shipment.shipped_on not in terms.days,
        "POLICY_NOT_IN_FORCE": not cover_test(period, shipment.shipped_on).is_covered,
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
    terms = terms_of([(shipment, bank_id)])[0]
    return terms.agreement if terms else None


def terms_of(pairs: Sequence[tuple[Shipment, int]]) -> list[AgreementTerms | None]:
    """For each pair of shipment and bank the version that takes it in: of its day, else a later one, which came too late."""
    found = list(_agreed({shipment.policy_id for shipment, _bank in pairs}))
    return [_version([one for one in found if one.agreement.bank_id == bank], row) for row, bank in pairs]


def agreement_on(shipment: Shipment) -> Agreement | None:
    """The agreement in force, with whichever bank, that takes the shipment in."""
    terms = _version(list(_agreed({shipment.policy_id})), shipment)
    return terms.agreement if terms else None


def _agreed(policies: Collection[int]) -> QuerySet[AgreementTerms]:
    rows = AgreementTerms.objects.agreed().filter(
        agreement__policy__in=policies, agreement__state__in=IN_FORCE, days__isempty=False
    )
    return rows.select_related("agreement__bank", "agreement__policyholder", "agreement__policy").order_by("days")


def _version(versions: Sequence[AgreementTerms], shipment: Shipment) -> AgreementTerms | None:
    """Versions come in the order of their days."""
    taking = [one for one in versions if one.agreement.policy_id == shipment.policy_id and one.takes(shipment)]
    of_the_day = [one for one in taking if shipment.shipped_on in one.days]
    later = [one for one in taking if one.days.lower > shipment.shipped_on]
    return of_the_day[-1] if of_the_day else later[0] if later else None


def _is_premium_overdue(shipment: Shipment) -> bool:
    notice = shipment.premium_notice if shipment.premium_state == PremiumState.BILLED else None
    is_late = notice is not None and notice.due_on < clock.today()
    return is_late or shipment.policy.state == PolicyState.SUSPENDED


def _stops(shipments: Collection[Shipment]) -> dict[tuple[int, int], set[str]]:
    """Reasons of the open stops by policy and obligor."""
    rows = LimitStop.objects.filter(
        limit__policy__in={one.policy_id for one in shipments},
        limit__obligor__in={one.obligor_id for one in shipments}, closed_at=None,
    )  # fmt: skip
    found: dict[tuple[int, int], set[str]] = {}
    for policy_id, obligor_id, reason in rows.values_list("limit__policy", "limit__obligor", "reason"):
        found.setdefault((policy_id, obligor_id), set()).add(reason)
    return found


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


def _at_other_branch(shipment: Shipment, bank_id: int, branch_id: int) -> bool:
    """Within one bank: the agreement that takes it in, or a loan on it, is not this branch's."""
    agreement = agreement_of(shipment, bank_id)
    if agreement is not None and agreement.branch_id != branch_id:
        return True
    loans = Loan.objects.filter(financed__in=held(shipment), state__in=ACTIVE_LOAN)
    return loans.exclude(branch=branch_id).exists()


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
