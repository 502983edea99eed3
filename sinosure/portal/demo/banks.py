"""Banks of the demo: assignment agreements, loans on insured invoices, repayments, some late, as deeds on the timeline."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from functools import partial

from declarations.models import Shipment
from financing import accruing, selectors
from financing import services as financing
from financing.authorisations.services import grant, read
from financing.cover_notices.services import issue as issue_notice
from financing.models import Agreement, Indicator, Loan
from financing.services.loans import ceiling_of
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.portal.demo import bank_deeds
from sinosure.portal.demo.trade import Trade

OFFICERS = {"minhai": ("li", "wang"), "jiangwan": ("jiang", "kongxin"), "yuelin": ("lai", "mo")}


@dataclass(frozen=True)
class Credit:
    """What one bank does for one exporter: lends `share` of the ceiling every `every` days, `loans` times in all.

    `late`: which loans stay unpaid after their maturity (counted from 0). `waits`: only the exporter has signed.
    `ends_ago`: so many days ago the bank released the agreement, all loans repaid. `reserves`: one loan is approved
    since yesterday and not drawn. `branch`: that handles it, else head office. `rate_pct`: a year.
    """

    bank: str
    loans: int = 4
    every: int = 34
    share: Decimal = Decimal("0.80")
    late: tuple[int, ...] = ()
    in_parts: tuple[int, ...] = ()
    waits: bool = False
    ends_ago: int = 0
    reserves: bool = False
    branch: str = ""
    rate_pct: Decimal = Decimal("4.35")


CREDITS: dict[str, Credit] = {
    "haituo": Credit("minhai", loans=6, every=38, in_parts=(2, 5), reserves=True, branch="ningbo"),
    "guangneng": Credit("yuelin", loans=7, every=45, in_parts=(5, 6)),
    "zhaoming": Credit("jiangwan", loans=6, every=55, late=(4,)),
    "jiadian": Credit("minhai", loans=7, every=40, late=(4,), branch="fuzhou"),
    "qiche": Credit("yuelin", loans=6, every=50, in_parts=(5,)),
    "dianzi": Credit("jiangwan", loans=4, every=60, reserves=True),
    "fangzhi": Credit("minhai", loans=2, every=40, ends_ago=45),
    "shuichan": Credit("yuelin", waits=True),
}


@dataclass
class Bank:
    """A credit being played beside one exporter's trade."""

    trade: Trade
    credit: Credit
    agreement: Agreement = field(init=False)
    _lent: int = 0

    def begin(self) -> None:
        timeline = self.trade.timeline
        if self.credit.waits:
            timeline.at(timeline.today - timedelta(days=2), self.draft)
        else:
            timeline.after(1, self.draft)

    def draft(self) -> None:
        bank = Organisation.objects.get(code=self.credit.bank)
        self.agreement = financing.draft(
            actor=self.trade.timeline.actor(self.trade.plan.clerk), policy_id=self.trade.policy.pk, bank_id=bank.pk,
            account_name=bank.name_zh, account_bank=f"{bank.name_zh}营业部", account_no=bank.account_no,
            branch_id=bank.branches.filter(code=self.credit.branch).values_list("pk", flat=True).first(),
        )  # fmt: skip
        financing.sign_exporter(actor=self.trade.timeline.actor(self.trade.plan.signer), agreement_id=self.agreement.pk)
        if not self.credit.waits:
            self.trade.timeline.after(1, self.sign)

    def sign(self) -> None:
        timeline = self.trade.timeline
        financing.sign_bank(actor=timeline.actor(self.approver), agreement_id=self.agreement.pk)
        financing.sign_insurer(actor=timeline.actor("zhou"), agreement_id=self.agreement.pk)
        self.agreement = financing.record_contract(
            actor=timeline.actor(self.officer), agreement_id=self.agreement.pk,
            contract_no=f"RZ{self.agreement.pk:06d}", contract_on=clock.today(), rate_pct=self.credit.rate_pct,
        )  # fmt: skip
        timeline.after(self.credit.every // 2, self.lend)
        bank_deeds.begin(self)
        if self.credit.reserves:
            timeline.at(timeline.today - timedelta(days=1), self.reserve)
            timeline.at(timeline.today - timedelta(days=6), self.authorise)
        if self.credit.ends_ago:
            timeline.at(timeline.today - timedelta(days=self.credit.ends_ago), self.release)

    @property
    def officer(self) -> str:
        return OFFICERS[self.credit.bank][0]

    @property
    def approver(self) -> str:
        return OFFICERS[self.credit.bank][1]

    def lend(self) -> None:
        """On the newest invoice that bears a loan; without one the bank looks again a week later."""
        if self._lent >= self.credit.loans:
            return
        shipment = self.newest()
        if shipment is None:
            self.trade.timeline.after(7, self.lend)
            return
        loan = self._drawn(shipment)
        pays_on = clock.today() if loan is None else loan.matures_on
        if loan is not None and self._lent not in self.credit.late:
            if self._lent in self.credit.in_parts:
                self.trade.timeline.after(12, partial(self.repay, loan.pk, Decimal("0.4")))
            self.trade.timeline.at(pays_on, partial(self.repay, loan.pk, Decimal(1)))
        self._lent += loan is not None
        self.trade.timeline.after(self.credit.every, self.lend)

    def newest(self) -> Shipment | None:
        rows = selectors.financeable(self.trade.timeline.actor(self.officer))
        return rows.filter(policy=self.trade.policy, due_on__gt=clock.today()).order_by("-shipped_on", "-id").first()

    def reserve(self) -> None:
        """融资审核 without 放款登记 yet."""
        shipment = self.newest()
        if shipment is not None:
            amount = (ceiling_of(shipment).amount / 2).quantize(Decimal(100), ROUND_DOWN)
            with suppress(DomainError):
                financing.approve(
                    actor=self.trade.timeline.actor(self.officer), shipment_id=shipment.pk, principal=amount,
                    matures_on=shipment.due_on,
                )  # fmt: skip

    def authorise(self) -> None:
        """The exporter lets its bank read the three indicators; the officer reads them on the spot."""
        today, timeline = clock.today(), self.trade.timeline
        row = grant(
            actor=timeline.actor(self.trade.plan.signer), bank_id=self.agreement.bank_id, names=Indicator.values,
            valid_from=today, valid_until=today + timedelta(days=180),
        )  # fmt: skip
        read(actor=timeline.actor(self.officer), authorisation_id=row.pk)

    def _drawn(self, shipment: Shipment) -> Loan | None:
        amount = (ceiling_of(shipment).amount * self.credit.share).quantize(Decimal(100), ROUND_DOWN)
        today = clock.today()
        with suppress(DomainError):  # stands already, or not covered
            issue_notice(actor=self.trade.timeline.actor(self.officer), shipment_id=shipment.pk)
        try:
            return financing.lend(
                actor=self.trade.timeline.actor(self.officer), shipment_id=shipment.pk, principal=amount,
                drawn_on=today, matures_on=max(shipment.due_on, today),
            )  # fmt: skip
        except DomainError:  # stopped, not covered: the bank says no
            return None

    def repay(self, loan_id: int, share: Decimal) -> None:
        loan = Loan.objects.get(pk=loan_id)
        amount = (loan.outstanding * share).quantize(Decimal(1) if share < 1 else Decimal("0.001"), ROUND_DOWN)
        accrual = accruing.of_loan(loan, loan.repayments.all())
        if amount:
            financing.repay(
                actor=self.trade.timeline.actor(self.officer), loan_id=loan_id, amount=amount, paid_on=clock.today(),
                reference=f"HK{loan_id:05d}-{loan.repayments.count() + 1}", interest=accrual.due if accrual else Decimal(0),
            )  # fmt: skip

    def release(self) -> None:
        """Everything is paid back early, then the bank lets go."""
        for loan in self.agreement.loans.exclude(drawn_on=None):
            self.repay(loan.pk, Decimal(1))
        financing.release(
            actor=self.trade.timeline.actor(self.approver), agreement_id=self.agreement.pk,
            reason="授信到期，贷款已结清，不再续作。",
        )  # fmt: skip
        self._lent = self.credit.loans
