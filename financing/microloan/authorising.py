"""《数据授权书》: what the bank may read, for what and until when; revocable at once (Rulebook §8.6)."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from financing.microloan import letters, selectors
from financing.microloan.messages import tell
from financing.microloan.moving import locked_line, move
from financing.models import CreditLine, CreditState, DataAuthorisation, DataItem
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.chain import canonical
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.documents.services import next_number

PURPOSE = "仅用于本次信保贷的申请审批、合同签署及贷后管理 Only for judging, signing and managing this credit"
LASTS = timedelta(days=365)


def last_day() -> date:
    """Until when an authorisation given today holds."""
    return clock.today() + LASTS


def write_authorisation(actor: Actor, line: CreditLine) -> DataAuthorisation:
    """The tick as a record: its text is hashed, and the paper is issued."""
    today = clock.today()
    row = DataAuthorisation(
        number=next_number(f"SJ-{today.year}"), line=line, policyholder_id=line.policyholder_id, bank_id=line.bank_id,
        items=list(DataItem.values), purpose=PURPOSE, valid_from=today, valid_until=last_day(),
        granted_by_id=actor.user_id, granted_at=clock.now(),
    )  # fmt: skip
    row.text_hash = text_hash(row)
    row.save()
    audit.record(actor, "data_authorisation.grant", row, policyholder_id=row.policyholder_id,
                 detail={"line": line.number, "hash": row.text_hash, "until": row.valid_until})  # fmt: skip
    letters.issue_authorisation(actor, row)
    return row


def text_hash(row: DataAuthorisation) -> str:
    """SHA-256 of what was authorised: a changed word is another authorisation."""
    content: dict[str, Any] = {
        "number": row.number, "line": row.line.number, "policyholder": row.policyholder_id, "bank": row.bank_id,
        "items": row.items, "purpose": row.purpose, "from": str(row.valid_from), "until": str(row.valid_until),
    }  # fmt: skip
    return hashlib.sha256(canonical(content).encode()).hexdigest()


@transaction.atomic
def revoke(*, actor: Actor, line_id: int) -> CreditLine:
    """At once. Before both have signed the application ends with it; afterwards nothing more is drawn."""
    line = _own_line(actor, line_id)
    standing = line.authorisations.filter(revoked_at=None)
    if not standing.update(revoked_at=clock.now()):
        raise DomainError("already_revoked", _("The authorisation is revoked already."), status=409)
    audit.record(actor, "data_authorisation.revoke", line)
    if line.state in (CreditState.REFERRED, CreditState.OFFERED):
        move(actor, line, "withdraw")
    tell(actor, "credit.revoked", line, line.bank_id)
    return line


@transaction.atomic
def authorise(*, actor: Actor, line_id: int) -> CreditLine:
    """Once more, for a line that is signed."""
    line = _own_line(actor, line_id)
    if selectors.standing_authorisation(line) is not None or line.state not in (CreditState.SIGNED, CreditState.ACTIVE):
        raise DomainError("no_need", _("No new authorisation is needed here."), status=409)
    line.authorisations.filter(revoked_at=None).update(revoked_at=clock.now())
    write_authorisation(actor, line)
    return line


def _own_line(actor: Actor, line_id: int) -> CreditLine:
    line = locked_line(actor, line_id)
    if not (actor.is_exporter and actor.may("financing.sign_exporter", line)):
        raise NotAllowed()
    return line
