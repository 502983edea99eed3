"""How a recovery stands in the book (Rulebook §7). The clearing account ends at zero for every receipt."""

from __future__ import annotations

from decimal import Decimal

from claims.models import RecoveryReceipt
from claims.recovery import RecoverySplit
from sinosure.accounts.actor import Actor
from sinosure.core.money import Money
from sinosure.ledger import services as ledger
from sinosure.ledger.models import Account


def post_split(actor: Actor, receipt: RecoveryReceipt, shares: RecoverySplit) -> None:
    """Money with us: in, costs out, shares owed. Money with the insured: its remittance is a claim on it."""
    amounts = _held_by_insured(shares) if receipt.received_by_insured else _held_by_us(receipt, shares)
    _post(actor, receipt, "recovery.split", amounts)


def _held_by_us(receipt: RecoveryReceipt, shares: RecoverySplit) -> list[tuple[Account, Decimal]]:
    """Gross in, cost out; each side bears its part of the cost, so that the insurer earns share plus own cost."""
    cost_insured = min(shares.cost_insured, receipt.gross - shares.insured_side)
    cost_insurer = receipt.cost - cost_insured
    income = receipt.gross - cost_insured - shares.insured_side
    return [
        (Account.BANK, receipt.gross),
        (Account.RECOVERY_CLEARING, -receipt.gross),
        (Account.RECOVERY_COST, cost_insurer),
        (Account.RECOVERY_CLEARING, cost_insured),
        (Account.BANK, -receipt.cost),
        (Account.RECOVERY_CLEARING, receipt.gross - cost_insured),
        (Account.RECOVERY_INCOME, -income),
        (Account.DUE_TO_INSURED, -shares.to_insured),
        (Account.DUE_TO_BANK, -shares.to_bank),
    ]


def _held_by_insured(shares: RecoverySplit) -> list[tuple[Account, Decimal]]:
    return [(Account.DUE_TO_INSURED, shares.insurer), (Account.RECOVERY_INCOME, -shares.insurer)]


def post_remittance(actor: Actor, receipt: RecoveryReceipt) -> None:
    """What is owed goes out, or what the insured held comes in."""
    if receipt.received_by_insured:
        amounts = [(Account.BANK, receipt.insurer_share), (Account.DUE_TO_INSURED, -receipt.insurer_share)]
    else:
        to_insured = receipt.insured_share - receipt.to_bank
        amounts = [
            (Account.DUE_TO_INSURED, to_insured),
            (Account.DUE_TO_BANK, receipt.to_bank),
            (Account.BANK, -receipt.insured_share),
        ]
    _post(actor, receipt, "recovery.remitted", amounts)


def _post(actor: Actor, receipt: RecoveryReceipt, kind: str, amounts: list[tuple[Account, Decimal]]) -> None:
    lines = [ledger.Line(account, Money(amount, receipt.currency)) for account, amount in amounts if amount]
    if lines:
        ledger.post(
            actor=actor, kind=kind, subject=receipt, policyholder_id=receipt.policyholder_id, lines=lines,
            memo=receipt.case.number,
        )  # fmt: skip
