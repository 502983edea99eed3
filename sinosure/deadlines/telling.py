"""Tell whoever owns a clock that it is near or past: one message each, a digest when many come at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sinosure.accounts.models import Organisation
from sinosure.accounts.roles import Kind
from sinosure.core import clock
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import DeadlineKind, due_of, reminder_of
from sinosure.notifications.services import News, notify_many

SINGLY = 3
MANY_REMINDED, MANY_MISSED = "deadlines.many_near", "deadlines.many_missed"
Reader = tuple[int, str]


def tell_reminded(kind: DeadlineKind, rows: Sequence[Deadline]) -> None:
    _tell(kind, rows, reminder_of(kind.name), MANY_REMINDED)


def tell_missed(kind: DeadlineKind, rows: Sequence[Deadline]) -> None:
    _tell(kind, rows, due_of(kind.name), MANY_MISSED)


def _tell(kind: DeadlineKind, rows: Sequence[Deadline], single: str, many: str) -> None:
    if rows and not kind.is_quiet:
        by_reader = _by_reader(kind, rows)
        notify_many([news for reader, theirs in by_reader.items() for news in _news(reader, theirs, single, many)])


def _by_reader(kind: DeadlineKind, rows: Iterable[Deadline]) -> dict[Reader, list[Deadline]]:
    """The policyholder's people, or at the insurer those who hold the kind's roles."""
    found: dict[Reader, list[Deadline]] = defaultdict(list)
    insurer_owns = kind.owner == "INSURER"
    duties = [(one, role) for one in _insurers() for role in kind.roles] if insurer_owns else []
    for row in rows:
        for reader in duties if insurer_owns else [(row.policyholder_id, "")]:
            found[reader].append(row)
    return found


def _insurers() -> list[int]:
    return list(Organisation.objects.filter(kind=Kind.INSURER).values_list("pk", flat=True))


def _news(reader: Reader, rows: list[Deadline], single: str, many: str) -> list[News]:
    if len(rows) <= SINGLY:
        return [_about(reader, single, row, row.params) for row in rows]
    first = min(rows, key=lambda row: (row.legal_due, row.pk))
    return [_about(reader, many, first, {"count": len(rows)})]


def _about(reader: Reader, message: str, row: Deadline, params: dict[str, object]) -> News:
    days = (row.legal_due - clock.today()).days
    told = {**params, "due": row.legal_due.isoformat(), "days": days}
    return News(
        kind=message, subject_type=row._meta.label_lower, subject_id=row.pk, organisation_id=reader[0], role=reader[1],
        policyholder_id=row.policyholder_id, params=told,
    )  # fmt: skip
