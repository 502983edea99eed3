"""One exporter's trade: policy, limits, shipments, receipts, months and premium, as deeds on a timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from credit_info.models import Obligor
from declarations import services as declarations
from declarations.line import LC_TERMS, Line
from declarations.models import DeclarationPeriod, LineState, PremiumNotice, Receipt, Shipment
from limits import services as limits
from limits.models import CreditLimit, LimitApplication, Proposal
from limits.services.applications import Request
from limits.services.decisions import Decision, authority_of
from policies import services as policies
from policies.cover import policy_year
from policies.models import Policy, PolicyState, Product
from policies.schedule import ScheduleTerms
from policies.seed import TRAIN_RATIOS
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import round_money
from sinosure.portal.demo import chain, production
from sinosure.portal.demo.timeline import Timeline
from sinosure.reference.services import fx

RATIOS = {risk: Decimal(ratio) for risk, ratio in TRAIN_RATIOS.items()}
WAITING_DAYS = {"DRAFT": 1, "SUBMITTED": 1, "INFO_REQUIRED": 4, "IN_REVIEW": 3, "PROPOSED": 2}
APPROVERS = {1: ("sun",), 2: ("qian",), 3: ("feng",), 4: ("gu", "ma")}


@dataclass(frozen=True)
class Partner:
    """A debtor of one exporter: how much, on what terms, and how it pays.

    `temper`: prompt, slow, stops (nothing is paid that fell due less than `stops_before` days ago), story (no trade but
    what a story tells). `waits`: the state in which the application for its limit lies on a desk today.
    """

    name: str
    limit: int
    term: str = "OA"
    days: int = 60
    temper: str = "prompt"
    asked: int = 0
    currency: str = ""
    lc_buyer: str = ""
    stops_before: int = 75
    waits: str = ""


@dataclass(frozen=True)
class Plan:
    """What an exporter sells and to whom; `months` ago its policy began."""

    firm: str
    clerk: str
    signer: str
    months: int
    partners: tuple[Partner, ...]
    prefix: str
    goods: str
    currency: str = "USD"
    max_liability: int = 2_000_000
    deposit: int = 5_000
    per_month: int = 2
    hs_code: str = "940542"
    services: bool = False
    waits: str = ""  # the state in which its application for a policy lies on a desk today


@dataclass
class Trade:
    """The plan being played: what exists so far. `first_premium`: the kind of notice that opens the cover."""

    product: ClassVar[str] = Product.COMPREHENSIVE
    first_premium: ClassVar[str] = "DEPOSIT"
    plan: Plan
    timeline: Timeline
    on_ready: Callable[[Trade], None] | None = None
    policy: Policy = field(init=False)
    limits: dict[str, CreditLimit] = field(default_factory=dict)
    _invoice: int = 1000

    @property
    def starts_on(self) -> date:
        first = self.timeline.today.replace(day=1)
        if self.plan.waits:
            return (first + timedelta(days=32)).replace(day=1)
        for _ in range(self.plan.months):
            first = (first - timedelta(days=1)).replace(day=1)
        return first

    def begin(self) -> None:
        if self.plan.waits:
            self.timeline.at(self.timeline.today - timedelta(days=2), self.leave_application)
        else:
            self.timeline.at(self.starts_on - timedelta(days=12), self.apply)

    # policy ------------------------------------------------------------------------------------------------------

    def apply(self) -> None:
        self._submit()
        self.timeline.after(1, self.quote)

    def _submit(self) -> None:
        clerk = self.timeline.actor(self.plan.clerk)
        draft = policies.create_draft(actor=clerk, proposal=self._answers(), product=self.product)
        self.policy = policies.submit(actor=clerk, policy_id=draft.pk)

    def _answers(self) -> dict[str, Any]:
        return proposal_of(self.plan, Organisation.objects.get(code=self.plan.firm), self.starts_on)

    def leave_application(self) -> None:
        """An application that has come as far as `plan.waits` and lies there today."""
        self._submit()
        if self.plan.waits == "QUOTED":
            self._quote()

    def quote(self) -> None:
        self._quote()
        self.timeline.after(3, self.sign)

    def _quote(self) -> None:
        desk = self.timeline.actor("zhou")
        policies.take(actor=desk, policy_id=self.policy.pk)
        policies.quote(actor=desk, policy_id=self.policy.pk, terms=self._schedule())

    def _schedule(self) -> ScheduleTerms:
        return ScheduleTerms(
            **self._frame(), insured_ratios=RATIOS, covers_services=self.plan.services,
            affiliates=chain.AFFILIATES.get(self.plan.firm, ()),
            pre_shipment=bool(production.partners_of(self.plan.firm)),
        )  # fmt: skip

    def _frame(self) -> dict[str, Any]:
        """What every schedule names: amounts and days."""
        return {
            "max_liability": Decimal(self.plan.max_liability), "minimum_premium": Decimal(self.plan.deposit),
            "starts_on": self.starts_on, "ends_on": policy_year(self.starts_on),
            "valid_until": self.starts_on + timedelta(days=30),
        }  # fmt: skip

    def sign(self) -> None:
        signer = self.timeline.actor(self.plan.signer)
        policies.accept(actor=signer, policy_id=self.policy.pk)
        policies.sign(actor=signer, policy_id=self.policy.pk)
        policies.countersign(actor=self.timeline.actor("qian"), policy_id=self.policy.pk)
        self.timeline.at(self.starts_on, self.pay_deposit)

    def pay_deposit(self) -> None:
        notice = PremiumNotice.objects.get(policy=self.policy, kind=self.first_premium)
        self.pay_notice(notice)
        self.policy.refresh_from_db()
        for number, partner in enumerate(self.plan.partners):
            if partner.waits:
                day = self.timeline.today - timedelta(days=WAITING_DAYS[partner.waits])
                self.timeline.at(day, partial(self.leave_waiting, partner))
            else:
                self.timeline.after(number % 5, partial(self.apply_for_limit, partner))
        self._plan_months()
        if self.on_ready is not None:
            self.timeline.after(6, partial(self.on_ready, self))

    # limits ------------------------------------------------------------------------------------------------------

    def draft_application(self, partner: Partner) -> LimitApplication:
        obligor = Obligor.objects.get(name=partner.name)
        asked = Decimal(partner.asked or partner.limit)
        in_production = partner.name in production.partners_of(self.plan.firm)
        request = Request(
            partner.term, partner.days, asked, facts=_facts(partner, self.plan), pre_shipment=in_production
        )
        clerk = self.timeline.actor(self.plan.clerk)
        return limits.create_draft(actor=clerk, policy_id=self.policy.pk, obligor_id=obligor.pk, request=request)

    def leave_waiting(self, partner: Partner) -> None:
        """An application that has come as far as `partner.waits` and lies there today."""
        application = self.draft_application(partner)
        if partner.waits != "DRAFT":
            limits.submit(actor=self.timeline.actor(self.plan.clerk), application_id=application.pk)
        if partner.waits in ("IN_REVIEW", "PROPOSED", "INFO_REQUIRED"):
            limits.take(actor=self.timeline.actor("zhou"), application_id=application.pk)
        if partner.waits == "INFO_REQUIRED":
            limits.ask(
                actor=self.timeline.actor("zhou"),
                application_id=application.pk,
                question="请提供买方最近一年的财务报表。",
            )
        if partner.waits == "PROPOSED":
            self.propose(application, Decimal(partner.limit))
        chain.put_first(self.timeline, self.plan.firm, application)

    def apply_for_limit(self, partner: Partner) -> None:
        application = self.draft_application(partner)
        limits.submit(actor=self.timeline.actor(self.plan.clerk), application_id=application.pk)
        limits.take(actor=self.timeline.actor("zhou"), application_id=application.pk)
        self.decide(application, Decimal(partner.limit))
        found = CreditLimit.objects.filter(versions__application=application).first()
        if found is not None:
            self.limits[partner.name] = found
            self._plan_shipments(partner)

    def propose(self, application: LimitApplication, amount: Decimal) -> None:
        application.refresh_from_db()
        asked = application.amount
        outcome = "APPROVED_FULL" if amount == asked else "APPROVED_PARTIAL" if amount else "ZERO"
        decision = Decision(
            outcome=outcome, amount=amount, term=application.term, max_credit_days=application.credit_days,
            effective_from=clock.today(), valid_until=self.policy.ends_on,
            reasons="" if amount == asked else "按买方财务状况和付款记录核定。",
            pre_shipment=application.pre_shipment,
        )  # fmt: skip
        limits.propose(actor=self.timeline.actor("zhou"), application_id=application.pk, decision=decision)

    def decide(self, application: LimitApplication, amount: Decimal) -> None:
        self.propose(application, amount)
        proposal = Proposal.objects.get(application=application, returned_at=None)
        authority, _found = authority_of(application, amount)
        for name in APPROVERS[max(authority.level, proposal.level_needed)]:
            limits.approve(actor=self.timeline.actor(name), application_id=application.pk)

    # shipments ---------------------------------------------------------------------------------------------------

    def _plan_shipments(self, partner: Partner) -> None:
        if partner.temper == "story":
            return
        day = clock.today() + timedelta(days=3)
        while day < min(self.timeline.today, self.policy.ends_on):
            self.timeline.at(day, partial(self.ship, partner))
            day += timedelta(days=max(2, self._step + self.timeline.random.randint(-3, 3)))

    @property
    def _step(self) -> int:
        """Days between two shipments to one partner."""
        return max(3, 30 // self.plan.per_month)

    def ship(
        self, partner: Partner, amount: Decimal | None = None, days: int | None = None, contract_no: str = ""
    ) -> Shipment | None:
        """Ship and declare a few days later, always inside the month's window."""
        limit = self.limits[partner.name]
        shipped_on, credit_days = clock.today(), days or partner.days
        line = self._line(partner, limit, shipped_on, credit_days, amount)
        line = replace(line, contract_no=contract_no) if contract_no else line
        return self._declare(partner, line)

    def _line(self, partner: Partner, limit: CreditLimit, shipped_on: date, days: int, amount: Decimal | None) -> Line:
        self._invoice += 1
        currency = partner.currency or self.plan.currency
        obligor = limit.obligor
        is_lc = partner.term in LC_TERMS
        buyer = Obligor.objects.filter(name=partner.lc_buyer).first() if is_lc else None
        return Line(
            obligor_id=obligor.pk, term=partner.term, credit_days=days,
            invoice_no=f"{self.plan.prefix}-{shipped_on:%y}-{self._invoice}", shipped_on=shipped_on,
            due_on=shipped_on + timedelta(days=days), amount=amount or self._amount(partner, limit, currency), currency=currency,
            destination=(buyer or obligor).country_id, hs_code=self.plan.hs_code, description=self.plan.goods,
            transport_no=f"{self.plan.prefix}BL{self._invoice}", customs_no=f"2234{self._invoice:08d}{self.plan.months:02d}{_digits(self.plan.prefix)}",
            contract_no=f"{self.plan.prefix}-C{self._invoice % 97:02d}", lc_no=f"LC{self._invoice}" if is_lc else "",
            buyer_id=buyer.pk if buyer else None, affiliate=chain.shipped_for(self.plan.firm, self._invoice),
        )  # fmt: skip

    def _amount(self, partner: Partner, limit: CreditLimit, currency: str) -> Decimal:
        """So much that what is open at a time fills about three quarters of the limit, and now and then passes it."""
        open_at_once = max(3, (partner.days + 15) // self._step)
        share = Decimal(self.timeline.random.randint(50, 100)) / 100 / open_at_once
        value = limit.amount * share * fx(currency, self.policy.currency, clock.today())
        return round_money(value.quantize(Decimal(10)), currency)

    def _declare(self, partner: Partner, line: Line) -> Shipment | None:
        try:
            shipment = declarations.declare(
                actor=self.timeline.actor(self.plan.clerk), policy_id=self.policy.pk, line=line
            )
        except DomainError:  # suspended or expired by now: the story goes on without this invoice
            return None
        pays_on = self._pays_on(partner, shipment)
        if pays_on is not None and shipment.state == LineState.BOOKED:
            self.timeline.at(pays_on, partial(self.receive, shipment.pk))
        return shipment

    def _pays_on(self, partner: Partner, shipment: Shipment) -> date | None:
        unpaid_since = self.timeline.today - timedelta(days=partner.stops_before)
        if partner.temper == "story" or (partner.temper == "stops" and shipment.due_on > unpaid_since):
            return None
        late = self.timeline.random.randint(2, 24) if partner.temper == "slow" else self.timeline.random.randint(-4, 6)
        return max(shipment.due_on + timedelta(days=late), shipment.shipped_on + timedelta(days=5))

    def receive(self, shipment_id: int) -> Receipt | None:
        shipment = Shipment.objects.get(pk=shipment_id)
        if shipment.open_amount <= 0 or shipment.state != LineState.BOOKED:
            return None
        return declarations.record_receipt(
            actor=self.timeline.actor(self.plan.clerk), obligor_id=shipment.obligor_id, amount=shipment.open_amount,
            currency=shipment.currency, received_on=clock.today(), reference=f"TT{shipment.pk:07d}",
            invoice_no=shipment.invoice_no,
        )  # fmt: skip

    # months and premium ------------------------------------------------------------------------------------------

    def _plan_months(self) -> None:
        for period in DeclarationPeriod.objects.filter(policy=self.policy):
            closes_on = (period.month + timedelta(days=32)).replace(day=18)
            self.timeline.at(closes_on, partial(self.close_month, period.pk))

    def close_month(self, period_id: int) -> None:
        clerk = self.timeline.actor(self.plan.clerk)
        period = DeclarationPeriod.objects.get(pk=period_id)
        has_lines = (
            Shipment.objects.live()
            .filter(policy=self.policy, shipped_on__year=period.month.year, shipped_on__month=period.month.month)
            .exists()
        )
        declarations.close_month(actor=clerk, period_id=period_id, is_nil=not has_lines)
        notice = PremiumNotice.objects.filter(policy=self.policy, month=period.month).first()
        if notice is not None and notice.payable > notice.paid:
            self.timeline.after(self.timeline.random.randint(4, 12), partial(self.pay_notice, notice))

    def pay_notice(self, notice: PremiumNotice) -> None:
        notice.refresh_from_db()
        if notice.payable > notice.paid:
            declarations.book_payment(
                actor=self.timeline.actor("yuan"), notice_id=notice.pk, amount=notice.payable - notice.paid,
                received_on=clock.today(), reference=f"P{notice.pk:06d}",
            )  # fmt: skip

    @property
    def is_open(self) -> bool:
        return self.policy.state in (PolicyState.IN_FORCE, PolicyState.SUSPENDED)


def proposal_of(plan: Plan, firm: Organisation, starts_on: date) -> dict[str, Any]:
    turnover = Decimal(sum(partner.limit for partner in plan.partners) * 4 or 400_000)
    return {
        "uscc": firm.uscc, "legal_representative": "陈海", "contact_name": "陈悦", "contact_phone": "0574-0000-1234",
        "years_exporting": 9, "currency": "USD", "starts_on": starts_on, "scope": "ALL", "covers_services": plan.services,
        "expected_turnover": turnover, "largest_limit_wanted": Decimal(max((p.limit for p in plan.partners), default=100_000)),
        "max_liability_wanted": Decimal(plan.max_liability), "commercial_ratio": Decimal("0.90"),
        "political_ratio": Decimal("0.90"), "longest_credit_days": 120, "main_products": plan.goods,
        "buyers_count": max(1, len(plan.partners)), "turnover_1": turnover, "market_1_country": "DE",
        "market_1_amount": turnover / 2, "market_1_term": "OA", "overdue_now": Decimal(0), "worst_overdue_days": 18,
        "bad_debts": Decimal(0), "is_truthful": True,
    }  # fmt: skip


def _facts(partner: Partner, plan: Plan) -> dict[str, Any]:
    return {
        "trading_years": 4, "last_turnover": str(partner.limit * 3), "worst_overdue_days": 12,
        "expected_turnover": str(partner.limit * 5), "orders_in_hand": str(partner.limit // 2), "ownership_ratio": "0",
        "same_controller": False, "goods": plan.goods,
    }  # fmt: skip


def _digits(prefix: str) -> str:
    """Four digits of its own for each firm, so that no two firms seem to show the same customs paper."""
    return f"{int.from_bytes(prefix.encode(), 'big') % 9973:04d}"
