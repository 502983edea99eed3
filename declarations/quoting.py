"""What a line would be worth if it were declared now: due date, cover, premium and what the person should know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor, ObligorKind
from declarations.line import FX_PLACES, LC_TERMS, Line, check_line
from declarations.models import CoverReason, LineState, ProductionContract, Shipment
from declarations.production.matching import delivered
from declarations.purchases import check_purchase
from declarations.rating import Premium, flat_premium, percentage_factor, premium, tenor_multiplier
from declarations.rating import base_rate_pct as base_rate
from declarations.sellers import sellers_of
from limits import services as limits
from limits.availability import available, term_group
from limits.models import LimitStop, StopReason
from limits.services import LimitMatch
from policies.cover import cover_test
from policies.models import DeclarationMode, Policy, PolicyAffiliate, PolicySchedule, RateBasis
from policies.selectors import cover_period, schedule_on
from policies.wording import Terms
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money, format_amount, round_money
from sinosure.core.parsing import canonical_invoice_no
from sinosure.core.steps import Step
from sinosure.reference.models import Country
from sinosure.reference.services import fx

ZERO = Decimal(0)
UNKNOWN_AFFILIATE = _("The schedule of that day names no affiliate with the code %(raw)s.")


@dataclass(frozen=True)
class Quote:
    """A line worked out against policy and limit; amounts in policy currency. `reason` is blank when all is covered."""

    line: Line
    invoice_key: str
    obligor: Obligor
    schedule: PolicySchedule
    fx: Decimal
    policy_amount: Decimal
    exposure: Decimal
    match: LimitMatch
    expected_cover: Decimal
    reason: str
    premium: Premium
    state: str
    hold_reason: str
    is_late: bool
    warnings: tuple[Any, ...]
    steps: tuple[Step, ...]
    currency: str  # of the policy
    is_duty: bool = True  # a declaration; False where a shipment is only registered
    affiliate: PolicyAffiliate | None = None


def quote(policy: Policy, line: Line, *, replaces: Shipment | None = None) -> Quote:
    """Check the line and work it out. Raises DomainError at the field that is wrong."""
    today = clock.today()
    check_line(line, today)
    wording = policy.wording.named
    obligor = _obligor(line, wording)
    check_purchase(line, wording, sellers_of(policy))
    schedule = _schedule(policy, line)
    invoice_key = canonical_invoice_no(line.invoice_no).value
    _refuse_duplicates(policy, line, invoice_key, replaces)
    rate = fx(line.currency, policy.currency, today).quantize(FX_PLACES)
    policy_amount = round_money(line.amount / rate, policy.currency)
    exposure = round_money((line.amount - line.deposit) / rate, policy.currency)
    match = limits.limit_for(
        policy=policy, obligor=obligor, term=line.term, credit_days=line.credit_days, shipped_on=line.shipped_on
    )
    reason = _reason(policy, line, schedule, obligor, match)
    contract = delivered(policy.pk, line.contract_no, (line.obligor_id, line.buyer_id))
    free = _free(match, exposure, contract) if not reason else ZERO
    expected = min(exposure, free)
    is_late = bool(wording.value("requires_declaration")) and today > declaration_due(
        schedule.declaration_mode, line.shipped_on
    )
    state, hold = _state(policy, line, obligor, is_late)
    if state != LineState.BOOKED:
        expected, reason = ZERO, reason or CoverReason.NOT_BOOKED
    elif not reason and expected < exposure:
        reason = CoverReason.OVER_LIMIT
    return Quote(
        line, invoice_key, obligor, schedule, rate, policy_amount, exposure, match, expected, reason,
        _premium(policy, schedule, line, obligor, policy_amount),
        state, hold, is_late, tuple(_warnings(reason, expected, exposure, is_late, policy.currency)),
        tuple(_cover_steps(match, exposure, free, expected, policy.currency)), policy.currency,
        bool(wording.value("requires_declaration")), _affiliate(schedule, line),
    )  # fmt: skip


def _free(match: LimitMatch, exposure: Decimal, contract: ProductionContract | None) -> Decimal:
    """The room under the limit, with what the contract in production lets go; where none is needed, all there is to cover."""
    if match.is_needless:
        return exposure
    if match.limit is None:
        return ZERO
    held = contract.covered if contract is not None and contract.limit_id == match.limit.pk else ZERO
    return available(match.ceiling, match.limit.used - held)


def _premium(policy: Policy, schedule: PolicySchedule, line: Line, obligor: Obligor, amount: Decimal) -> Premium:
    """On the line, or nothing where the premium is paid for the year."""
    if not policy.wording.named.bills_lines:
        step = Step("§1.1", _("Premium on this line: none, it is paid for the year"), Money(ZERO, policy.currency))
        return Premium(ZERO, ZERO, (step,))
    return premium_of(schedule, line.term, line.credit_days, obligor.country.risk_class, amount, policy.currency)


def premium_of(
    schedule: PolicySchedule, term: str, credit_days: int, country_class: str, amount: Decimal, currency: str
) -> Premium:
    """§4.4 with the schedule's rate basis."""
    if schedule.rate_basis == RateBasis.FLAT and schedule.flat_rate_pct is not None:
        return flat_premium(amount, schedule.flat_rate_pct, currency)
    return premium(
        amount, base_rate(country_class, term_group(term)), tenor_multiplier(credit_days),
        percentage_factor(schedule.highest_ratio), schedule.experience_factor, currency,
    )  # fmt: skip


def declaration_due(mode: str, shipped_on: date) -> date:
    """The last day on which a shipment of this day is declared in time (§4.2)."""
    first_of_next = (shipped_on.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first_of_next.replace(day=25 if mode == DeclarationMode.MONTHLY_25 else 10)


def _obligor(line: Line, wording: Terms) -> Obligor:
    obligor = Obligor.objects.select_related("country").get(pk=line.obligor_id)
    if obligor.kind not in wording.value("obligors"):
        raise DomainError(
            "obligor_not_covered", _("This product does not cover debtors of this kind."), field="obligor"
        )
    wanted = ObligorKind.BANK if line.term in LC_TERMS or wording.covers_banks_only else ObligorKind.BUYER
    if obligor.kind != wanted:
        message = _(
            "Under a letter of credit the issuing bank owes the money; otherwise it is the buyer. Choose accordingly."
        )
        raise DomainError("wrong_obligor_kind", message, field="obligor")
    return obligor


def _schedule(policy: Policy, line: Line) -> PolicySchedule:
    test = cover_test(cover_period(policy), line.shipped_on)
    schedule = schedule_on(policy, line.shipped_on)
    if test.reason in ("BEFORE_POLICY", "AFTER_POLICY", "TERMINATED") or schedule is None:
        message = _("The shipment date %(day)s lies outside the policy period %(first)s to %(last)s.")
        raise DomainError("outside_policy", message, field="shipped_on", day=line.shipped_on,
                          first=policy.starts_on, last=policy.ends_on)  # fmt: skip
    if line.kind == "SERVICE" and not schedule.covers_services:
        raise DomainError("services_not_covered", _("This policy covers goods only."), field="kind")
    return schedule


def _affiliate(schedule: PolicySchedule, line: Line) -> PolicyAffiliate | None:
    """The co-insured company that shipped, as the schedule of that day names it."""
    if not line.affiliate:
        return None
    found = schedule.affiliates.filter(code=line.affiliate).first()
    if found is None:
        raise DomainError("unknown_affiliate", UNKNOWN_AFFILIATE, field="affiliate", raw=line.affiliate)
    return found


def _refuse_duplicates(policy: Policy, line: Line, invoice_key: str, replaces: Shipment | None) -> None:
    own = Shipment.objects.live().filter(policyholder_id=policy.policyholder_id)
    if replaces is not None:
        own = own.exclude(pk=replaces.pk)
    same = own.filter(policy=policy, obligor_id=line.obligor_id, invoice_key=invoice_key).first()
    if same is not None:
        message = _("Invoice %(invoice)s was declared before, in %(number)s. Open that line to correct it.")
        raise DomainError("already_declared", message, field="invoice_no", status=409, invoice=same.invoice_no,
                          number=same.declaration_no, id=same.pk)  # fmt: skip
    if line.transport_no and not line.shares_transport and own.filter(transport_no=line.transport_no).exists():
        message = _(
            "This transport document was declared before. Tick “several invoices, one document” if that is right."
        )
        raise DomainError("transport_declared", message, field="transport_no", status=409)


def _reason(policy: Policy, line: Line, schedule: PolicySchedule, obligor: Obligor, match: LimitMatch) -> str:
    if (line.due_on - line.shipped_on).days > schedule.max_credit_days:
        return CoverReason.OUT_OF_POLICY
    if schedule.scope == "NON_LC" and line.term in LC_TERMS:
        return CoverReason.OUT_OF_POLICY
    if cover_test(cover_period(policy), line.shipped_on).reason:
        return CoverReason.OUT_OF_POLICY
    excluded = set(schedule.excluded_countries.values_list("pk", flat=True))
    if {obligor.country_id, line.destination} & excluded:
        return CoverReason.COUNTRY_EXCLUDED
    return match.reason


def _state(policy: Policy, line: Line, obligor: Obligor, is_late: bool) -> tuple[str, str]:
    """BOOKED, ON_HOLD (sanctions; a paper used by another insured) or LATE_REVIEW (DEC-3), with the reason for staff."""
    if obligor.country.is_sanctioned or Country.objects.filter(pk=line.destination, is_sanctioned=True).exists():
        return LineState.ON_HOLD, "SANCTIONS"
    papers = {"transport_no": line.transport_no, "customs_no": line.customs_no}
    others = Shipment.objects.live().exclude(policyholder_id=policy.policyholder_id)
    if any(number and others.filter(**{name: number}).exists() for name, number in papers.items()):
        return LineState.ON_HOLD, "SAME_DOCUMENT"
    if is_late and (line.knows_of_loss or line.due_on < clock.today() or _loss_is_known(policy, obligor)):
        return LineState.LATE_REVIEW, "LATE"
    return LineState.BOOKED, ""


def _loss_is_known(policy: Policy, obligor: Obligor) -> bool:
    """An invoice of this obligor is overdue, or a loss notice stopped cover on it."""
    overdue = Shipment.objects.open_items().filter(
        policyholder_id=policy.policyholder_id, obligor=obligor, due_on__lt=clock.today()
    )
    stops = LimitStop.objects.filter(limit__policy=policy, limit__obligor=obligor, closed_at=None)
    return overdue.exists() or stops.filter(reason=StopReason.LOSS_NOTICE).exists()


def _warnings(reason: str, expected: Decimal, exposure: Decimal, is_late: bool, currency: str) -> Sequence[Any]:
    found: list[Any] = []
    if reason:
        found.append(CoverReason(reason).label)
    if expected < exposure:
        found.append(
            _("%(currency)s %(excess)s of this shipment is not covered now. Premium is due on its full value (LIM-8).")
            % {"currency": currency, "excess": format_amount(exposure - expected, currency)}
        )
    if is_late:
        found.append(_("This shipment is declared after the last day for its month."))
    return found


def _cover_steps(match: LimitMatch, exposure: Decimal, free: Decimal, expected: Decimal, currency: str) -> list[Step]:
    inputs = {"limit": match.ceiling, "used": match.limit.used} if match.limit else {}
    return [
        Step("LIM-7", _("Exposure: invoice less deposit"), Money(exposure, currency)),
        Step("LIM-6", _("Limit that matches"), match.version.number if match.version and match.covers else "–"),
        Step("LIM-7", _("Free under the limit"), Money(free, currency), inputs),
        Step("IND-6", _("Covered now"), Money(expected, currency)),
    ]
