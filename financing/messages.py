"""What people are told about agreements and loans."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from financing.models import Agreement, Authorisation, Loan
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.notifications import kinds
from sinosure.notifications.services import notify, notify_insurer

_GRANT = "financing:authorisation-detail"
_PAGE, _LOAN, _NOTICE = "financing:agreement-detail", "financing:loan-detail", "financing:notice-detail"
KINDS: tuple[tuple[str, Any, str, str], ...] = (
    ("agreement.signed_by_exporter", _("%(insured)s has signed assignment agreement %(number)s. Your bank signs next."), _PAGE, "blue"),
    ("agreement.signed_by_bank", _("%(bank)s has signed assignment agreement %(number)s. The insurer signs next."), _PAGE, "blue"),
    ("agreement.active", _("Agreement %(number)s is in force: indemnities of policy %(policy)s go to %(bank)s."), _PAGE, "green"),
    ("agreement.returned", _("Assignment agreement %(number)s was sent back: %(reason)s"), _PAGE, "amber"),
    ("agreement.withdrawn", _("%(insured)s has taken back its signature on assignment agreement %(number)s."), _PAGE, "grey"),
    ("agreement.contract", _("%(bank)s has recorded the financing contract under agreement %(number)s."), _PAGE, "green"),
    ("agreement.last_day_passed", _("Agreement %(number)s has reached its agreed last day. Earlier shipments stay bound."), _PAGE, "grey"),
    ("amendment.proposed", _("Version %(edition)s of agreement %(number)s is proposed: %(reason)s"), _PAGE, "blue"),
    ("amendment.signed_by_exporter",
     _("%(insured)s has signed version %(edition)s of agreement %(number)s. Your bank signs next."), _PAGE, "blue"),
    ("amendment.confirm_account",
     _("Agreement %(number)s changes the account to %(account)s. A second approver of your bank confirms it."), _PAGE, "amber"),
    ("amendment.signed_by_bank",
     _("%(bank)s has signed version %(edition)s of agreement %(number)s. The insurer signs next."), _PAGE, "blue"),
    ("amendment.in_force", _("Version %(edition)s of agreement %(number)s is in force from today on."), _PAGE, "green"),
    ("amendment.dropped", _("Version %(edition)s of agreement %(number)s was dropped: %(reason)s"), _PAGE, "grey"),
    ("amendment.account_open",
     _("The cooling-off day is over: indemnities under agreement %(number)s go to account %(account)s."), _PAGE, "green"),
    ("agreement.released", _("%(bank)s has released assignment agreement %(number)s of policy %(policy)s."), _PAGE, "amber"),
    ("agreement.expired", _("Agreement %(number)s has ended with policy %(policy)s. Earlier shipments stay bound."), _PAGE, "grey"),
    ("agreement.moved", _("Agreement %(number)s with %(insured)s has moved to your branch, with its open loans."), _PAGE, "blue"),
    ("agreement.moved_away", _("Agreement %(number)s was moved to another branch by head office."), "financing:agreement-list", "grey"),
    ("cover.issued", _("Notice of cover %(number)s for invoice %(invoice)s: cover stands."), _NOTICE, "green"),
    ("cover.changed", _("Notice of cover %(number)s for invoice %(invoice)s replaces the one before it."), _NOTICE, "amber"),
    ("cover.revoked", _("Notice of cover for invoice %(invoice)s is revoked: see %(number)s."), _NOTICE, "red"),
    ("cover.not_issued", _("No notice of cover could be issued for invoice %(invoice)s. Ask for one to see why."),
     "declarations:shipment-detail", "amber"),
    ("cover.many_stand", _("%(count)s notices of cover under agreement %(number)s are issued or replaced: cover stands."), _PAGE, "green"),
    ("cover.many_revoked", _("%(count)s notices of cover under agreement %(number)s are revoked. See the list of notices."), _PAGE, "red"),
    ("cover.many_not_issued", _("No notice of cover could be issued for %(count)s invoices of one file. Ask for one to see why."),
     "declarations:shipment-detail", "amber"),
    ("authorisation.granted", _("%(insured)s lets your bank read its indicators until %(until)s."), _GRANT, "green"),
    ("authorisation.revoked", _("%(insured)s has revoked the authorisation %(number)s."), _GRANT, "red"),
    ("loan.drawn", _("%(bank)s has lent %(amount)s on invoice %(invoice)s: loan %(number)s."), _LOAN, "green"),
    ("loan.buyer_paid",
     _("The buyer paid %(amount)s on invoice %(invoice)s: %(due)s to loan %(number)s, %(surplus)s to the exporter."),
     _LOAN, "blue"),
    ("loan.lapsed", _("The reservation for loan %(number)s on invoice %(invoice)s has lapsed. The invoice is free again."), _LOAN, "amber"),
    ("loan.repaid", _("Loan %(number)s on invoice %(invoice)s is repaid in full."), _LOAN, "green"),
)  # fmt: skip


def register_all() -> None:
    for kind, text, page, tone in KINDS:
        kinds.register(kind, text, page, tone)


def tell_exporter(actor: Actor, kind: str, row: Agreement | Loan, **params: Any) -> None:
    _tell(actor, kind, row, row.policyholder_id, params)


def tell_bank(actor: Actor, kind: str, row: Agreement | Loan, **params: Any) -> None:
    """Its branch, or head office."""
    _tell(actor, kind, row, row.bank_id, params, row.branch_id)


def tell_underwriters(actor: Actor, kind: str, row: Agreement, **params: Any) -> None:
    named = _params(row, params)
    notify_insurer(actor, kind, row, Role.UNDERWRITER, policyholder_id=row.policyholder_id, params=named)


def tell_of_authorisation(actor: Actor, kind: str, row: Authorisation, organisation_id: int) -> None:
    params = {"number": row.number, "insured": row.policyholder.name_zh, "until": str(row.valid_until)}
    notify(actor, kind, row, organisation_id=organisation_id, policyholder_id=row.policyholder_id, params=params)


def _tell(
    actor: Actor, kind: str, row: Agreement | Loan, organisation_id: int, params: dict[str, Any], branch_id: int | None = None
) -> None:  # fmt: skip
    notify(
        actor, kind, row, organisation_id=organisation_id, branch_id=branch_id, policyholder_id=row.policyholder_id,
        params=_params(row, params),
    )  # fmt: skip


def _params(row: Agreement | Loan, more: dict[str, Any]) -> dict[str, Any]:
    named = {"number": row.number, "bank": row.bank.name_zh, **{name: str(value) for name, value in more.items()}}
    if isinstance(row, Loan):
        return {**named, "invoice": row.shipment.invoice_no}
    return {**named, "insured": row.policyholder.name_zh, "policy": str(row.policy)}
