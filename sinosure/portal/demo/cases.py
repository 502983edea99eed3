"""Losses of the demo: each case runs the same course in days after the due date, and stands where today finds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from claims import adjustment, decision, filing, gate, handling, payment, recoveries
from claims.models import Claim, ItemState, LossNotice, OpinionKind, ReturnKind
from claims.notices import filing as notices
from claims.notices import handling as desk
from claims.notices import tasks
from claims.notices.facts import NoticeFacts
from claims.worksheet import Entries, LineEntry
from declarations.models import Shipment
from sinosure.core import clock
from sinosure.portal.demo.trade import Partner, Trade

_file_no = count(1)


@dataclass(frozen=True)
class Course:
    """On which day after the due date each step is taken. What lies after today has not happened yet."""

    notice: int = 12
    accept_notice: int = 14
    file: int = 30
    accept: int = 34
    investigate: int = 40
    adjust: int = 60
    worksheet: int = 124
    propose: int = 126
    decide: int = 128
    send: int = 129
    papers: int = 133
    verify: int = 135
    prepare: int = 137
    pay: int = 138
    recover: int = 142
    recovered: int = 165


@dataclass
class Case:
    """One unpaid invoice of one partner and what becomes of it. `ends` stops the course early: docs, nil, task."""

    partner: str
    amount: Decimal
    due_ago: int
    risk: str = "BUYER_DEFAULT"
    ends: str = ""
    reason: str = "买方称资金周转困难，多次催收未付。"
    entry: dict[str, Any] = field(default_factory=dict)
    course: Course = field(default_factory=Course)
    officer: str = "he"
    approver: str = "xie"
    waive: str = ""


@dataclass
class Story:
    """A case being played in one exporter's trade."""

    trade: Trade
    case: Case
    shipment: Shipment = field(init=False)
    notice: LossNotice = field(init=False)
    claim: Claim = field(init=False)

    def begin(self) -> None:
        partner = self._partner()
        shipped_on = self.trade.timeline.today - timedelta(days=self.case.due_ago + partner.days)
        self.trade.timeline.at(max(shipped_on, clock.today()), partial(self.ship, partner))

    def _partner(self) -> Partner:
        return next(p for p in self.trade.plan.partners if p.name == self.case.partner)

    def ship(self, partner: Partner) -> None:
        shipment = self.trade.ship(partner, amount=self.case.amount)
        if shipment is not None:
            self.shipment = shipment
            self._on(self.case.course.notice, self.notify)

    def _on(self, days_after_due: int, deed: Callable[[], None]) -> None:
        self.trade.timeline.at(self.shipment.due_on + timedelta(days=days_after_due), deed)

    def _actor(self, name: str) -> Any:
        return self.trade.timeline.actor(name)

    @property
    def _clerk(self) -> Any:
        return self._actor(self.trade.plan.clerk)

    def notify(self) -> None:
        is_default = self.case.risk == "BUYER_DEFAULT"
        happened = min(self.shipment.due_on, clock.today()) if is_default else clock.today() - timedelta(days=4)
        facts = NoticeFacts(
            risk=self.case.risk, occurred_on=happened, known_on=happened, buyer_reason=self.case.reason,
            contact=self._clerk.name, entrusts_collection=True, steps_taken="已发催款函，并与买方财务负责人通话。",
        )  # fmt: skip
        self.notice = notices.report(
            actor=self._clerk, policy_id=self.trade.policy.pk, obligor_id=self.shipment.obligor_id, facts=facts
        )
        self._on(self.case.course.accept_notice, self.accept_notice)

    def accept_notice(self) -> None:
        officer = self._actor(self.case.officer)
        desk.accept(actor=officer, notice_id=self.notice.pk)
        tasks.assign(
            actor=officer, notice_id=self.notice.pk, due_on=clock.today() + timedelta(days=20),
            instruction="停止向该买方出运，书面催收全部欠款，并提供对账确认。",
        )  # fmt: skip
        self._on(self.case.course.file, self.file)

    def file(self) -> None:
        self.claim = filing.start(actor=self._clerk, notice_id=self.notice.pk)
        for item in self.claim.checklist.filter(is_required=True, state=ItemState.MISSING):
            filing.provide(actor=self._clerk, claim_id=self.claim.pk, item_id=item.pk, upload=paper(item.code))
        filing.file(actor=self._clerk, claim_id=self.claim.pk)
        self._on(self.case.course.accept, self.accept)

    def accept(self) -> None:
        officer = self._actor(self.case.officer)
        handling.check(actor=officer, claim_id=self.claim.pk)
        if self.case.ends == "docs":
            item = self.claim.checklist.filter(is_required=True, state=ItemState.PROVIDED).order_by("pk")[0]
            handling.judge_paper(
                actor=officer,
                claim_id=self.claim.pk,
                item_id=item.pk,
                accepted=False,
                comment="复印件不清晰，请重新提供。",
            )
            handling.request_documents(actor=officer, claim_id=self.claim.pk, text="请于两周内一次补齐。")
            return
        handling.accept(actor=officer, claim_id=self.claim.pk)
        self._on(self.case.course.investigate, self.investigate)

    def investigate(self) -> None:
        officer = self._actor(self.case.officer)
        handling.investigate(actor=officer, claim_id=self.claim.pk)
        handling.add_note(
            actor=officer, claim_id=self.claim.pk, kind="CHANNEL_REPORT", happened_on=clock.today(),
            text="海外渠道联系买方：承认债务，称现金流紧张，未提出质量异议。",
        )  # fmt: skip
        self._on(self.case.course.adjust, self.adjust)

    def adjust(self) -> None:
        handling.adjust(actor=self._actor(self.case.officer), claim_id=self.claim.pk)
        self._on(self.case.course.worksheet, self.worksheet)

    def worksheet(self) -> None:
        lines = (
            (LineEntry(self.shipment.pk, note="转卖及处理费用见凭证", **self.case.entry),) if self.case.entry else ()
        )
        officer = self._actor(self.case.officer)
        if self.case.waive:
            handling.waive_waiting(actor=officer, claim_id=self.claim.pk, reason=self.case.waive)
        adjustment.save(actor=officer, claim_id=self.claim.pk, entries=Entries(lines=lines))
        self._on(self.case.course.propose, self.propose)

    def propose(self) -> None:
        kind = OpinionKind.NIL if self.case.ends == "nil" else OpinionKind.FINAL
        reasons = (
            "该笔出运发生在已知风险之后，属于除外责任。"
            if self.case.ends == "nil"
            else "损因成立，属于保险责任，损失金额已核定。"
        )
        decision.propose(actor=self._actor(self.case.officer), claim_id=self.claim.pk, kind=kind, reasons=reasons)
        self._on(self.case.course.decide, self.decide)

    def decide(self) -> None:
        decision.decide(actor=self._actor(self.case.approver), claim_id=self.claim.pk)
        self._on(self.case.course.send, self.send)

    def send(self) -> None:
        officer = self._actor(self.case.officer)
        if self.case.ends == "nil":
            decision.reject(actor=officer, claim_id=self.claim.pk)
            return
        decision.send_notice(actor=officer, claim_id=self.claim.pk)
        self._on(self.case.course.papers, self.papers)

    def papers(self) -> None:
        signer = self._actor(self.trade.plan.signer)
        for kind in (ReturnKind.NOTICE_RECEIPT, ReturnKind.SUBROGATION_ZH, ReturnKind.SUBROGATION_EN):
            gate.sign(actor=signer, claim_id=self.claim.pk, kind=kind)
        firm = self.trade.policy.policyholder
        details = {
            "beneficiary": firm.name_zh, "licence_no": firm.uscc, "legal_representative": "陈海", "relationship": "self",
            "beneficial_owner": "陈海",
        }  # fmt: skip
        gate.declare_identity(actor=signer, claim_id=self.claim.pk, details=details)
        gate.provide(actor=signer, claim_id=self.claim.pk, kind=ReturnKind.AML, upload=paper("licence"))
        self._on(self.case.course.verify, self.verify)

    def verify(self) -> None:
        for kind in ReturnKind.values:
            gate.verify(actor=self._actor(self.case.officer), claim_id=self.claim.pk, kind=kind)
        self._on(self.case.course.prepare, self.prepare)

    def prepare(self) -> None:
        rows = payment.prepare(actor=self._actor("yuan"), claim_id=self.claim.pk)
        self._on(self.case.course.pay, partial(self.pay, [row.pk for row in rows]))

    def pay(self, payment_ids: list[int]) -> None:
        for pk in payment_ids:
            payment.approve(actor=self._actor("deng"), payment_id=pk)
            payment.send(actor=self._actor("yuan"), payment_id=pk)
            payment.confirm(
                actor=self._actor("yuan"), payment_id=pk, confirmed_on=clock.today(), bank_reference=f"BK{pk:07d}"
            )
        self._on(self.case.course.recover, self.recover)

    def recover(self) -> None:
        officer = self._actor("peng")
        case = recoveries.open_case(actor=officer, claim_id=self.claim.pk)
        recoveries.assign_channel(actor=officer, case_id=case.pk, channel="海外渠道：Harbour & Stone Collections")
        recoveries.pursue(actor=officer, case_id=case.pk, action="negotiate", remark="买方提出分期付款方案")
        self._on(self.case.course.recovered, partial(self.recovered, case.pk))

    def recovered(self, case_id: int) -> None:
        officer, finance = self._actor("peng"), self._actor("yuan")
        gross = (self.case.amount * Decimal("0.3")).quantize(Decimal(1))
        receipt = recoveries.record(
            actor=officer, case_id=case_id, received_on=clock.today(), gross=gross, reference=f"RV{case_id:05d}",
            cost=(gross / 10).quantize(Decimal(1)),
        )  # fmt: skip
        recoveries.split(actor=finance, receipt_id=receipt.pk)


def paper(name: str) -> SimpleUploadedFile:
    """A small sample PDF, different every time."""
    body = f"%PDF-1.7\n% sample {next(_file_no)} {name}\n%%EOF".encode()
    return SimpleUploadedFile(f"{name.lower()}.pdf", body, "application/pdf")
