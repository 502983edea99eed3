"""After a calendar was loaded: notices filed against a provisional date are judged on the official one (LN-4)."""

from __future__ import annotations

from claims import windows
from claims.models import LossNotice
from claims.notices import messages
from claims.notices.facts import Timeliness, of_notice, timeliness, window_for
from claims.notices.moving import write
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock


def rejudge(actor: Actor, year: int) -> None:
    """Runs in the transaction of the load; `year` is the one that is official now."""
    waiting = LossNotice.objects.filter(due_provisional=True, received_at__isnull=False)
    rows = waiting.filter(known_on__year__lte=year).select_related("obligor").select_for_update(of=("self",))
    for notice in rows.order_by("pk"):
        _rejudge_one(actor, notice)


def _rejudge_one(actor: Actor, notice: LossNotice) -> None:
    found = _judged_again(notice)
    if (found.legal_due, found.provisional) == (notice.legal_due, notice.due_provisional):
        return
    detail = {"before": _version(notice.legal_due, notice.days_late, notice.due_provisional),
              "after": _version(found.legal_due, found.days_late, found.provisional)}  # fmt: skip
    write(
        notice, legal_due=found.legal_due, due_provisional=found.provisional, days_late=found.days_late,
        version=notice.version + 1,
    )  # fmt: skip
    audit.record(actor, "loss_notice.rejudged", notice, detail=detail)
    if found.days_late:
        messages.tell_insured(actor, "notice.late_now", notice, days=found.days_late)
        messages.tell_officers(actor, "notice.late_now", notice, days=found.days_late)


def _version(legal_due: object, days_late: int, provisional: bool) -> dict[str, object]:
    return {"legal_due": legal_due, "days_late": days_late, "provisional": provisional}


def _judged_again(notice: LossNotice) -> Timeliness:
    """Each line by the moment at which it arrived."""
    facts, found = of_notice(notice), []
    if notice.production_id is not None and notice.received_at is not None:
        window = window_for(facts, notice.known_on)
        return timeliness([(window, windows.lateness_days(clock.business_date(notice.received_at), window))])
    for line in notice.lines.select_related("shipment").order_by("pk"):
        window = window_for(facts, line.shipment.due_on)
        received_on = clock.business_date(line.added_at)
        line.legal_due, line.days_late = window.legal_due, windows.lateness_days(received_on, window)
        line.save(update_fields=["legal_due", "days_late"])
        found.append((window, line.days_late))
    return timeliness(found)
