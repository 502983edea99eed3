"""Bank and exporter are told of notices of cover: each one by itself, of many at once in one message per agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from declarations.models import Shipment
from financing.models import Agreement, CoverNotice, CoverState
from policies.models import Reader
from sinosure.notifications.services import News, notify_many

MOST_SINGLE = 20  # more than so many in one go are summed up


def of_versions(rows: Sequence[CoverNotice]) -> None:
    """New versions of one deed."""
    notify_many(_one_by_one(rows) if len(rows) <= MOST_SINGLE else _summed_up(rows))


def _one_by_one(rows: Sequence[CoverNotice]) -> list[News]:
    return [
        News(_kind(row), "financing.covernotice", row.pk, organisation_id, row.policyholder_id,
             params={"invoice": row.shipment.invoice_no, "number": row.number}, branch_id=branch_id)
        for row in rows for organisation_id, branch_id in _both(row.agreement)
    ]  # fmt: skip


def _kind(row: CoverNotice) -> str:
    if row.state == CoverState.REVOKED:
        return "cover.revoked"
    return "cover.changed" if row.version > 1 else "cover.issued"


def _summed_up(rows: Sequence[CoverNotice]) -> list[News]:
    counts = Counter((row.agreement, row.state) for row in rows)
    return [
        News("cover.many_revoked" if state == CoverState.REVOKED else "cover.many_stand", "financing.agreement",
             agreement.pk, organisation_id, agreement.policyholder_id,
             params={"count": count, "number": agreement.number}, branch_id=branch_id)
        for (agreement, state), count in counts.items() for organisation_id, branch_id in _both(agreement)
    ]  # fmt: skip


def _both(agreement: Agreement) -> tuple[Reader, Reader]:
    return (agreement.bank_id, agreement.branch_id), (agreement.policyholder_id, None)


def of_none(shipments: Sequence[Shipment]) -> None:
    """To the exporter: financing was wanted, and cover does not stand."""
    if not shipments:
        return
    if len(shipments) <= MOST_SINGLE:
        notify_many([_none(one, "cover.not_issued") for one in shipments])
        return
    notify_many([_none(shipments[0], "cover.many_not_issued", len(shipments))])


def _none(shipment: Shipment, kind: str, count: int = 1) -> News:
    params = {"invoice": shipment.invoice_no, "count": count}
    return News(
        kind, "declarations.shipment", shipment.pk, shipment.policyholder_id, shipment.policyholder_id, params=params
    )
