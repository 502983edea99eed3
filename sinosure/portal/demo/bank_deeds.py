"""What else happens between banks and exporters in the demo: an amendment, a changed account, a lapsed reservation, a refusal,
a reminder, and a second bank that asks for an invoice that is financed already."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from declarations import services as declarations
from financing import services as financing
from financing.amendments import services as amendments
from financing.models import DRAWN_LOAN, About, AgreementTerms, Loan
from financing.reminders import services as reminders
from financing.scopes import Given
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.core.errors import DomainError

if TYPE_CHECKING:
    from sinosure.portal.demo.banks import Bank


def begin(bank: Bank) -> None:
    """Put the deeds of this firm on the timeline, each so many days ago."""
    timeline = bank.trade.timeline
    for firm, days_ago, deed in DEEDS:
        if firm == bank.trade.plan.firm:
            timeline.at(timeline.today - timedelta(days=days_ago), partial(_do, deed, bank))


def _do(deed: Callable[[Bank], None], bank: Bank) -> None:
    """What the rules refuse on that day is left out."""
    with suppress(DomainError), transaction.atomic():
        deed(bank)


def _propose(bank: Bank, reason: str, **changes: object) -> AgreementTerms:
    """The next version, signed by the exporter and by the bank's approver."""
    bank.agreement.refresh_from_db()
    agreement, timeline, plan = bank.agreement, bank.trade.timeline, bank.trade.plan
    agreed = {name: getattr(agreement, name) for name in ("account_name", "account_bank", "account_no", "ends_on")}
    given = Given(**{name: tuple(value) for name, value in agreement.scope.items()})
    terms = amendments.propose(
        actor=timeline.actor(bank.officer), agreement_id=agreement.pk, reason=reason,
        **{"given": given, **agreed, **changes},  # type: ignore[arg-type]
    )  # fmt: skip
    amendments.sign_exporter(actor=timeline.actor(plan.signer), terms_id=terms.pk)
    return amendments.sign_bank(actor=timeline.actor(bank.approver), terms_id=terms.pk)


def leave_out_a_buyer(bank: Bank) -> None:
    """The last buyer goes to Minhai Bank: version 2 leaves it out, and another agreement takes it in."""
    limits, timeline = bank.trade.limits, bank.trade.timeline
    *kept, last = [limit.obligor_id for limit in limits.values()]
    terms = _propose(bank, "最后一家买方改由闽海银行融资。", given=Given(obligors=tuple(kept)))
    with suppress(DomainError):  # a loan of the very day would stay outside
        amendments.sign_insurer(actor=timeline.actor("zhou"), terms_id=terms.pk)
        _second_bank(bank, last)


def _second_bank(bank: Bank, obligor_id: int) -> None:
    timeline, plan = bank.trade.timeline, bank.trade.plan
    minhai = Organisation.objects.get(code="minhai")
    row = financing.draft(
        actor=timeline.actor(plan.clerk), policy_id=bank.trade.policy.pk, bank_id=minhai.pk,
        account_name=minhai.name_zh, account_bank=f"{minhai.name_zh}营业部", account_no=minhai.account_no,
        given=Given(obligors=(obligor_id,)), claim_rights=True,
    )  # fmt: skip
    financing.sign_exporter(actor=timeline.actor(plan.signer), agreement_id=row.pk)
    financing.sign_bank(actor=timeline.actor("wang"), agreement_id=row.pk)
    financing.sign_insurer(actor=timeline.actor("zhou"), agreement_id=row.pk)
    financing.record_contract(
        actor=timeline.actor("li"), agreement_id=row.pk, contract_no=f"RZ{row.pk:06d}", contract_on=clock.today()
    )


def ask_twice(bank: Bank) -> None:
    """The number of an invoice that is financed is declared once more, on the other buyer; the second bank reads only that it is financed."""
    timeline, trade = bank.trade.timeline, bank.trade
    loan = bank.agreement.loans.filter(state__in=DRAWN_LOAN).order_by("-id").first()
    *_others, name = trade.limits
    if loan is None or loan.shipment.obligor_id == trade.limits[name].obligor_id:
        return
    partner = next(one for one in trade.plan.partners if one.name == name)
    line = trade._line(partner, trade.limits[name], clock.today(), partner.days, None)
    again = replace(line, invoice_no=loan.shipment.invoice_no.lower().replace("-", " "))
    with suppress(DomainError):
        shipment = declarations.declare(actor=timeline.actor(trade.plan.clerk), policy_id=trade.policy.pk, line=again)
        financing.approve(
            actor=timeline.actor("li"), shipment_id=shipment.pk, principal=Decimal(10_000), matures_on=shipment.due_on
        )


def change_the_account(bank: Bank) -> None:
    """Signed by exporter and bank; a second approver of the bank has not confirmed the account yet."""
    account = bank.agreement.account_no[:-4] + "8816"
    _propose(bank, "结算账户迁至新核心系统。", account_no=account)


def let_lapse(bank: Bank) -> None:
    """Approved and never drawn."""
    bank.reserve()


def ask_for_too_much(bank: Bank) -> None:
    """The whole invoice instead of 90 % of it: refused and kept."""
    shipment = bank.newest()
    if shipment is not None:
        with suppress(DomainError):
            financing.approve(
                actor=bank.trade.timeline.actor(bank.officer), shipment_id=shipment.pk, principal=shipment.amount,
                matures_on=shipment.due_on,
            )  # fmt: skip


def remind(bank: Bank) -> None:
    """Of a loan whose invoice is overdue."""
    rows = Loan.objects.filter(agreement=bank.agreement, state__in=DRAWN_LOAN, shipment__due_on__lt=clock.today())
    loan = rows.order_by("shipment__due_on").first()
    if loan is not None:
        with suppress(DomainError):
            reminders.of_loan(
                actor=bank.trade.timeline.actor(bank.officer), loan_id=loan.pk, about=About.OVERDUE,
                note="请尽快联系买方，并关注报损期限。",
            )  # fmt: skip


DEEDS: tuple[tuple[str, int, Callable[[Bank], None]], ...] = (
    ("qiche", 40, leave_out_a_buyer),
    ("qiche", 12, ask_twice),
    ("jiadian", 1, change_the_account),
    ("guangneng", 15, let_lapse),
    ("dianzi", 3, ask_for_too_much),
    ("zhaoming", 2, remind),
    ("jiadian", 2, remind),
)
