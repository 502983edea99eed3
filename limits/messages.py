"""What people are told about limits, in the transaction of the deed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from limits.models import CreditLimit, LimitApplication
from policies.models import AssigneeBank
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.core.money import Money
from sinosure.notifications import kinds
from sinosure.notifications.services import notify, notify_each, notify_insurer

_APPLICATION, _LIMIT = "limits:application-detail", "limits:detail"

KINDS: tuple[tuple[str, Any, str, str], ...] = (
    ("limit.submitted", _("Limit application %(number)s: %(amount)s on %(buyer)s."), _APPLICATION, "blue"),
    ("limit.question", _("Limit application %(number)s on %(buyer)s: please answer a question."), _APPLICATION, "amber"),
    ("limit.answered", _("Limit application %(number)s: the exporter has answered."), _APPLICATION, "blue"),
    ("limit.proposed", _("Limit application %(number)s: a proposal waits for your signature."), _APPLICATION, "blue"),
    ("limit.returned", _("Limit application %(number)s: your proposal came back with a comment."), _APPLICATION, "amber"),
    ("limit.withdrawn", _("Limit application %(number)s was withdrawn by the exporter."), _APPLICATION, "grey"),
    ("limit.declined", _("Limit application %(number)s on %(buyer)s was declined. See why."), _APPLICATION, "red"),
    ("limit.decided", _("Limit application %(number)s on %(buyer)s is decided: %(outcome)s."), _APPLICATION, "green"),
    ("limit.decision_overdue", _("Limit application %(number)s on %(buyer)s is past its five working days."), _APPLICATION, "red"),
    ("limit.reduced", _("The limit on %(buyer)s goes down to %(amount)s for shipments from %(day)s on."), _LIMIT, "amber"),
    ("limit.cancelled", _("The limit on %(buyer)s is cancelled for shipments from %(day)s on."), _LIMIT, "red"),
    ("limit.stopped", _("Cover on %(buyer)s is stopped: %(reason)s. New shipments are not covered."), _LIMIT, "red"),
    ("limit.reopened", _("Cover on %(buyer)s is open again."), _LIMIT, "green"),
    ("limit.ended", _("The limit on %(buyer)s has ended; what is in force now: %(amount)s."), _LIMIT, "amber"),
    ("limit.stop_candidates", _("Alarm %(number)s: decide on cover for %(buyers)s buyers."), "limits:candidate-detail", "red"),
    ("limit.lapsed", _("The limit on %(buyer)s has lapsed: no shipment for twelve months."), _LIMIT, "amber"),
)  # fmt: skip


def register_all() -> None:
    for kind, text, url_name, tone in KINDS:
        kinds.register(kind, text, url_name, tone)


def tell_exporter(actor: Actor, kind: str, row: LimitApplication | CreditLimit, **params: str) -> None:
    notify(actor, kind, row, organisation_id=row.policyholder_id, policyholder_id=row.policyholder_id,
           params={**params_of(row), **params})  # fmt: skip


def tell_concerned(actor: Actor, kind: str, limit: CreditLimit, **params: str) -> None:
    """The policyholder, and the banks that are loss payee for the obligor."""
    banks = AssigneeBank.objects.of_obligor(limit.policy_id, limit.obligor)
    readers = [(limit.policyholder_id, None), *banks]
    notify_each(
        actor, kind, limit, readers, policyholder_id=limit.policyholder_id, params={**params_of(limit), **params}
    )


def tell_desk(actor: Actor, kind: str, application: LimitApplication, role: str = Role.UNDERWRITER) -> None:
    notify_insurer(actor, kind, application, role, policyholder_id=application.policyholder_id,
                   params=params_of(application))  # fmt: skip


def params_of(row: LimitApplication | CreditLimit) -> dict[str, str]:
    return {"number": row.number, "buyer": row.obligor.name, "amount": str(Money(row.amount, row.currency))}
