"""Write the book of financing, chain it, check it, and hand a bank its own lines (Rulebook §8.4).

Each bank has a chain of its own, so that it can check its export without a line of another bank. Services write lines
in their transaction; a sealer chains them after they commit, so that writers never wait for each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from declarations.models import Shipment
from financing import facts
from financing.models import Fact, FinancingEntry, FinancingSeal, Loan
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.chain import GENESIS, Verification, canonical, is_only_sealer, link_hash

_SEAL_LOCK = 7_210_002


def record(
    actor: Actor, fact: Fact, shipment: Shipment, bank_id: int, amount: Decimal, loan: Loan | None = None
) -> FinancingEntry:
    """One line of the book, in the caller's transaction. `amount` in the currency of the invoice."""
    return FinancingEntry.objects.create(
        at=clock.now(), fact=fact, bank_id=bank_id, policyholder_id=shipment.policyholder_id, shipment=shipment,
        loan=loan, key_hash=facts.key_of(shipment), amount=amount, currency=shipment.currency,
        actor_id=actor.user_id, actor_name=actor.name,
    )  # fmt: skip


def record_loan(actor: Actor, fact: Fact, loan: Loan, amount: Decimal) -> FinancingEntry:
    return record(actor, fact, loan.shipment, loan.bank_id, amount, loan)


@transaction.atomic
def seal(batch: int = 5000) -> int:
    """Chain entries that have no link yet, oldest first; returns how many. One sealer at a time, writers never wait."""
    if not is_only_sealer(_SEAL_LOCK):
        return 0
    seals = list(_links(FinancingEntry.objects.filter(seal=None).select_related("loan").order_by("id")[:batch]))
    FinancingSeal.objects.bulk_create(seals)
    return len(seals)


def _links(entries: QuerySet[Any]) -> Iterator[FinancingSeal]:
    last = FinancingSeal.objects.order_by("bank_id", "-position").distinct("bank_id")
    heads = {one.bank_id: (one.position, one.hash) for one in last}
    for entry in entries:
        position, previous = heads.get(entry.bank_id, (0, GENESIS))
        heads[entry.bank_id] = (position + 1, link_hash(previous, content(entry)))
        position, current = heads[entry.bank_id]
        yield FinancingSeal(
            entry=entry, bank_id=entry.bank_id, position=position, prev_hash=previous, hash=current
        )  # fmt: skip


def content(entry: FinancingEntry) -> dict[str, Any]:
    """What is hashed of an entry: every column."""
    return {
        "id": entry.pk, "at": entry.at.isoformat(), "fact": entry.fact, "bank": entry.bank_id,
        "policyholder": entry.policyholder_id, "shipment": entry.shipment_id,
        "loan": entry.loan.number if entry.loan else None, "key_hash": entry.key_hash,
        "amount": f"{entry.amount:f}", "currency": entry.currency, "actor": entry.actor_id, "actor_name": entry.actor_name,
    }  # fmt: skip


def verify(most_faults: int = 20) -> Verification:
    """Walk every bank's chain in order and recompute every link."""
    faults: list[str] = []
    sealed, heads = 0, dict[int, tuple[int, str]]()
    for link in _chained(FinancingSeal.objects.all()).iterator(5000):
        place, previous = heads.get(link.bank_id, (0, GENESIS))
        faults += _faults_of(link, place + 1, previous)
        heads[link.bank_id], sealed = (link.position, link.hash), sealed + 1
        if len(faults) >= most_faults:
            break
    return Verification(sealed, FinancingEntry.objects.filter(seal=None).count(), tuple(faults))


def _chained(rows: QuerySet[FinancingSeal]) -> QuerySet[FinancingSeal]:
    return rows.select_related("entry__loan").order_by("bank_id", "position")


def _faults_of(link: FinancingSeal, position: int, previous: str) -> list[str]:
    where = f"bank {link.bank_id}"
    checks = [
        (link.position != position, f"{where}: entry {position} is missing"),
        (link.prev_hash != previous, f"{where}: link {link.position} does not follow the one before it"),
        (link.bank_id != link.entry.bank_id, f"{where}: entry {link.entry_id} belongs to another bank"),
        (link.hash != link_hash(link.prev_hash, content(link.entry)), f"{where}: entry {link.entry_id} was changed"),
    ]
    return [text for wrong, text in checks if wrong]


def lines(actor: Actor, q: str = "", state: str = "", policy: int | None = None) -> QuerySet[Any]:
    """The lines that the actor may read: a bank its own, the insurer all. `q` a loan, `state` a fact."""
    rows = FinancingEntry.objects.visible_to(actor)
    rows = rows.filter(loan__number__iexact=q.strip()) if q else rows
    rows = rows.filter(fact=state) if state else rows
    rows = rows.filter(shipment__policy=policy) if policy else rows
    return rows.select_related("bank", "policyholder", "shipment", "loan", "seal")


def export_lines(actor: Actor) -> Iterator[str]:
    """JSON lines: every sealed entry with its link, chain by chain; the last line counts and digests those before it."""
    digest, count = hashlib.sha256(), 0
    own = FinancingEntry.objects.visible_to(actor)
    for link in _chained(FinancingSeal.objects.filter(entry__in=own)).iterator(2000):
        line = canonical(
            {"position": link.position, "prev_hash": link.prev_hash, "hash": link.hash, "entry": content(link.entry)}
        )
        digest.update((line + "\n").encode())
        count += 1
        yield line + "\n"
    yield canonical({"lines": count, "sha256": digest.hexdigest()}) + "\n"
