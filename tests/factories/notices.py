"""Loss notices in each state, brought there through the services: Chen files, He minds the case, Zhao signs.

`an_overdue_invoice()` is the everyday case: USD 100,000 O/A 60 days, shipped 2026-03-02, due Friday 2026-05-01.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from claims.models import CollectionMandate, LossNotice, MitigationTask
from claims.notices import filing, handling, mandates, tasks
from claims.notices.facts import NoticeFacts
from declarations.models import Shipment
from policies.models import Policy
from sinosure.core import clock
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor
from tests.factories.policies import a_policy_in_force

SHIPPED_ON, POLICY_FROM = date(2026, 3, 2), date(2026, 1, 5)


def a_policy(starts_on: date = POLICY_FROM) -> Policy:
    with clock.frozen(starts_on):
        return a_policy_in_force(starts_on=starts_on)


def an_invoice(limit: Any = None, shipped_on: date = SHIPPED_ON, **changes: Any) -> Shipment:
    """Declared on its shipment date under the policy of 2026; with a limit of 200,000 unless one is given."""
    with clock.frozen(shipped_on):
        limit = limit or a_limit(a_policy(min(POLICY_FROM, shipped_on - timedelta(days=30))))
        return a_shipment(limit, shipped_on=shipped_on, **changes)


def due_on(day: date, **changes: Any) -> Shipment:
    """An invoice that falls due on `day`, 60 days after its shipment."""
    return an_invoice(shipped_on=day - timedelta(days=60), **changes)


def facts(shipment: Shipment, **changes: Any) -> NoticeFacts:
    """Default, with the words a clerk would type."""
    usual: dict[str, Any] = {
        "risk": "BUYER_DEFAULT", "occurred_on": shipment.due_on, "known_on": shipment.due_on,
        "buyer_reason": "Cash is short until summer.", "steps_taken": "Two reminders and a call.",
        "contact": "Chen, 0574-1234567",
    }  # fmt: skip
    return NoticeFacts(**{**usual, **changes})


def a_draft(shipment: Shipment, on: date | datetime | None = None, **changes: Any) -> LossNotice:
    with clock.frozen(on or shipment.due_on + timedelta(days=3)):
        return filing.prepare(
            actor=actor("chen"), policy_id=shipment.policy_id, obligor_id=shipment.obligor_id,
            facts=facts(shipment, **changes),
        )  # fmt: skip


def a_filed_notice(shipment: Shipment | None = None, at: date | datetime | None = None, **changes: Any) -> LossNotice:
    """Filed `at`, by default ten days after the due date."""
    shipment = shipment or an_invoice()
    with clock.frozen(at or shipment.due_on + timedelta(days=10)):
        return filing.report(
            actor=actor("chen"), policy_id=shipment.policy_id, obligor_id=shipment.obligor_id,
            facts=facts(shipment, **changes),
        )  # fmt: skip


def _later(notice: LossNotice, days: int = 1) -> date:
    assert notice.received_at is not None
    return clock.business_date(notice.received_at) + timedelta(days=days)


def an_accepted_notice(shipment: Shipment | None = None, **changes: Any) -> LossNotice:
    """Accepted by He the day after."""
    notice = a_filed_notice(shipment, **changes)
    with clock.frozen(_later(notice)):
        return handling.accept(actor=actor("he"), notice_id=notice.pk)


def a_questioned_notice(shipment: Shipment | None = None, **changes: Any) -> LossNotice:
    notice = a_filed_notice(shipment, **changes)
    with clock.frozen(_later(notice)):
        return handling.ask(actor=actor("he"), notice_id=notice.pk, question="Where are the goods now?")


def a_task(notice: LossNotice | None = None, **changes: Any) -> MitigationTask:
    """He asks for a dunning letter within ten days."""
    notice = notice or an_accepted_notice()
    with clock.frozen(_later(notice, 2)):
        named = {
            "instruction": "Send a formal dunning letter.",
            "due_on": clock.today() + timedelta(days=10),
            **changes,
        }
        return tasks.assign(actor=actor("he"), notice_id=notice.pk, **named)


def a_mandate(notice: LossNotice | None = None) -> CollectionMandate:
    notice = notice or an_accepted_notice()
    with clock.frozen(_later(notice, 2)):
        return mandates.draw_up(
            actor=actor("he"),
            notice_id=notice.pk,
            channel="Hanse Inkasso GmbH",
            country="DE",
            fee_basis="8 % of recoveries",
        )
