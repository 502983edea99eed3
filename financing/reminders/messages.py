"""What the exporter reads in its inbox when a bank reminds it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from financing.models import About, Reminder
from sinosure.accounts.actor import Actor
from sinosure.notifications import kinds
from sinosure.notifications.services import notify

_OF_LOAN: dict[str, Any] = {
    About.DECLARATION: _("%(bank)s reminds you of invoice %(invoice)s: declare the shipment. %(note)s"),
    About.PREMIUM: _("%(bank)s reminds you of invoice %(invoice)s: pay the premium. %(note)s"),
    About.OVERDUE: _("%(bank)s reminds you of invoice %(invoice)s: the buyer's payment is overdue. %(note)s"),
    About.NOTICE: _(
        "%(bank)s reminds you of invoice %(invoice)s: file the loss notice before its window closes. %(note)s"
    ),
}
_OF_POLICY: dict[str, Any] = {
    About.DECLARATION: _("%(bank)s reminds you of policy %(policy)s: declare the shipments. %(note)s"),
    About.PREMIUM: _("%(bank)s reminds you of policy %(policy)s: pay the premium. %(note)s"),
    About.OVERDUE: _("%(bank)s reminds you of policy %(policy)s: payments of buyers are overdue. %(note)s"),
    About.NOTICE: _(
        "%(bank)s reminds you of policy %(policy)s: file the loss notice before its window closes. %(note)s"
    ),
}


def register_all() -> None:
    for about in About.values:
        kinds.register(f"reminder.loan.{about}", _OF_LOAN[about], "financing:loan-detail", "amber")
        kinds.register(f"reminder.policy.{about}", _OF_POLICY[about], "policies:policy-detail", "amber")


def tell(actor: Actor, row: Reminder) -> None:
    params = {"bank": row.bank.name_zh, "policy": str(row.policy), "note": row.note}
    if row.loan is not None:
        params["invoice"] = row.loan.shipment.invoice_no
    kind, subject = ("loan", row.loan) if row.loan is not None else ("policy", row.policy)
    notify(
        actor, f"reminder.{kind}.{row.about}", subject, organisation_id=row.policyholder_id,
        policyholder_id=row.policyholder_id, params=params,
    )  # fmt: skip
