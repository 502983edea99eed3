"""Post to the book, and reverse. Nothing is ever edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import models, transaction
from django.db.models import Sum

from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.ledger.models import Account, Journal, Posting


@dataclass(frozen=True)
class Line:
    """A posting to make: positive debits, negative credits the account."""

    account: Account
    money: Money


def transfer(debit: Account, credit: Account, money: Money) -> list[Line]:
    """The two lines of a plain booking."""
    return [Line(debit, money), Line(credit, Money(-money.amount, money.currency))]


@transaction.atomic
def post(
    *, actor: Actor, kind: str, subject: models.Model, policyholder_id: int, lines: Sequence[Line], memo: str = "",
    reverses: Journal | None = None,
) -> Journal:  # fmt: skip
    """Write one balanced journal; lines of zero are left out. The database refuses it at commit if it does not balance."""
    journal = _journal(actor, kind, Entry(subject, policyholder_id, lines, memo))
    journal.reverses = reverses
    journal.save(force_insert=True)
    Posting.objects.bulk_create(_postings(journal, lines))
    return journal


@dataclass(frozen=True)
class Entry:
    """One journal of a set."""

    subject: models.Model
    policyholder_id: int
    lines: Sequence[Line]
    memo: str = ""


@transaction.atomic
def post_many(actor: Actor, kind: str, entries: Sequence[Entry]) -> None:
    """A journal for each entry, all of them with two statements."""
    journals = Journal.objects.bulk_create([_journal(actor, kind, entry) for entry in entries])
    Posting.objects.bulk_create(
        posting for journal, entry in zip(journals, entries, strict=True) for posting in _postings(journal, entry.lines)
    )


def _journal(actor: Actor, kind: str, entry: Entry) -> Journal:
    return Journal(
        kind=kind, subject_type=entry.subject._meta.label_lower, subject_id=entry.subject.pk,
        policyholder_id=entry.policyholder_id, business_on=clock.today(), posted_at=clock.now(),
        posted_by_id=actor.user_id, memo=entry.memo,
    )  # fmt: skip


def _postings(journal: Journal, lines: Sequence[Line]) -> list[Posting]:
    return [
        Posting(journal=journal, account=line.account, amount=line.money.amount, currency=line.money.currency)
        for line in lines
        if line.money.amount
    ]


@transaction.atomic
def reverse(*, actor: Actor, journal: Journal, subject: models.Model, memo: str) -> Journal:
    """The opposite of `journal`; a second reversal is refused by the database."""
    lines = [Line(Account(p.account), Money(-p.amount, p.currency)) for p in journal.postings.all()]
    return post(
        actor=actor, kind=f"{journal.kind}.reversed", subject=subject, policyholder_id=journal.policyholder_id,
        lines=lines, memo=memo, reverses=journal,
    )  # fmt: skip


def balance(account: Account, currency: str, *, subject: models.Model | None = None) -> Decimal:
    """Sum of an account in one currency, for one subject or the whole book."""
    rows = Posting.objects.filter(account=account, currency=currency)
    if subject is not None:
        rows = rows.filter(journal__subject_type=subject._meta.label_lower, journal__subject_id=subject.pk)
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)
