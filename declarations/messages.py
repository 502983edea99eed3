"""What this app tells people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from declarations.models import ImportBatch, PremiumNotice, Shipment, TurnoverStatement
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.notifications import kinds
from sinosure.notifications.services import notify, notify_insurer


def register_all() -> None:
    for kind, text, tone in (
        ("shipment.held", _("Line %(number)s (%(invoice)s, %(buyer)s) waits for a decision."), "amber"),
        ("shipment.accepted", _("Line %(number)s (%(invoice)s) was booked after review."), "green"),
        ("shipment.refused", _("Line %(number)s (%(invoice)s) was refused: %(remark)s"), "red"),
        ("shipment.covered", _("Money came in: invoice %(invoice)s to %(buyer)s has more cover now."), "green"),
    ):
        kinds.register(kind, text, "declarations:detail", tone)
    kinds.register(
        "file.held", _("%(count)s lines of file %(number)s wait for a decision."), "declarations:upload", "amber"
    )
    kinds.register("file.booked", _("File %(number)s is booked: %(count)s lines."), "declarations:upload", "green")
    for kind, text, tone in (
        ("premium.issued", _("Premium notice %(number)s of %(money)s is due on %(due)s."), "amber"),
        ("premium.paid", _("Premium notice %(number)s is paid. Thank you."), "green"),
    ):
        kinds.register(kind, text, "declarations:notice", tone)
    for kind, text, tone in (
        (
            "turnover.due",
            _("Policy %(policy)s has ended. State its turnover, so that the premium can be settled."),
            "amber",
        ),
        ("turnover.stated", _("The turnover of policy %(policy)s was stated. The premium can be adjusted."), "blue"),
        ("turnover.overdue", _("The turnover of policy %(policy)s was not stated in time."), "amber"),
        ("turnover.settled", _("The premium of policy %(policy)s is adjusted: %(money)s."), "blue"),
        ("turnover.paid_back", _("Premium of policy %(policy)s was returned: %(money)s."), "green"),
    ):
        kinds.register(kind, text, "declarations:turnover", tone)


def _about(shipment: Shipment) -> dict[str, str]:
    return {
        "number": shipment.declaration_no, "invoice": shipment.invoice_no, "buyer": shipment.obligor.name,
        "remark": shipment.remark,
    }  # fmt: skip


def tell_reviewers(actor: Actor, shipment: Shipment) -> None:
    """Sanctions and double documents go to staff without a word to the insured."""
    notify_insurer(actor, "shipment.held", shipment, Role.UNDERWRITER, shipment.policyholder_id, _about(shipment))


def tell_insured(actor: Actor, kind: str, shipment: Shipment) -> None:
    notify(actor, kind, shipment, organisation_id=shipment.policyholder_id, policyholder_id=shipment.policyholder_id,
           params=_about(shipment))  # fmt: skip


def tell_of_notice(actor: Actor, kind: str, notice: PremiumNotice) -> None:
    params = {"number": notice.number, "money": f"{notice.currency} {notice.payable:,.2f}", "due": str(notice.due_on)}
    notify(actor, kind, notice, organisation_id=notice.policyholder_id, policyholder_id=notice.policyholder_id,
           params=params)  # fmt: skip


def tell_reviewers_of_file(actor: Actor, batch: ImportBatch, count: int) -> None:
    params = {"number": batch.number, "count": count}
    notify_insurer(actor, "file.held", batch, Role.UNDERWRITER, batch.policyholder_id, params)


def tell_file_booked(actor: Actor, batch: ImportBatch, count: int) -> None:
    notify(actor, "file.booked", batch, organisation_id=batch.policyholder_id, policyholder_id=batch.policyholder_id,
           params={"number": batch.number, "count": count})  # fmt: skip


def _of_turnover(statement: TurnoverStatement) -> dict[str, str]:
    change = statement.change or 0
    return {"policy": str(statement.policy), "money": f"{statement.currency} {change:,.2f}"}


def tell_of_turnover(actor: Actor, kind: str, statement: TurnoverStatement) -> None:
    notify(actor, kind, statement, organisation_id=statement.policyholder_id, policyholder_id=statement.policyholder_id,
           params=_of_turnover(statement))  # fmt: skip


def tell_finance(actor: Actor, statement: TurnoverStatement) -> None:
    params = _of_turnover(statement)
    notify_insurer(actor, "turnover.stated", statement, Role.FINANCE_OFFICER, statement.policyholder_id, params)


def tell_underwriters_of(actor: Actor, statement: TurnoverStatement) -> None:
    params = _of_turnover(statement)
    notify_insurer(actor, "turnover.overdue", statement, Role.UNDERWRITER, statement.policyholder_id, params)
