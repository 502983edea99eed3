"""What people are told about a claim, in the transaction of the deed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from policies.models import AssigneeBank
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.notifications import kinds
from sinosure.notifications.services import notify_each, notify_insurer

_CLAIM = "claims:claim-detail"

KINDS: tuple[tuple[str, Any, str], ...] = (
    ("claim.filed", _("Claim %(number)s on %(buyer)s was filed."), "blue"),
    ("claim.withdrawn", _("Claim %(number)s on %(buyer)s was withdrawn by the insured."), "grey"),
    ("claim.documents_requested", _("Claim %(number)s: please provide the documents listed."), "amber"),
    ("claim.documents_provided", _("Claim %(number)s: the insured has provided the documents asked for."), "blue"),
    ("claim.accepted", _("Claim %(number)s on %(buyer)s was accepted."), "green"),
    ("claim.suspended", _("Claim %(number)s on %(buyer)s stands still until the trade dispute is settled."), "amber"),
    ("claim.resumed", _("Claim %(number)s on %(buyer)s goes on."), "blue"),
    ("claim.proposed", _("Claim %(number)s on %(buyer)s: an opinion waits for your decision."), "blue"),
    ("claim.returned", _("Claim %(number)s: the approver returned the opinion with a comment."), "amber"),
    ("claim.decided", _("Claim %(number)s on %(buyer)s is decided. Send the letter."), "blue"),
    (
        "claim.notice_sent",
        _("Claim %(number)s: your indemnity notice is here. Return four papers for payment."),
        "green",
    ),
    ("claim.rejected", _("Claim %(number)s on %(buyer)s was not accepted. The letter gives the reasons."), "red"),
    ("claim.disputed", _("Claim %(number)s on %(buyer)s: the insured disputes the refusal."), "amber"),
    ("claim.voided", _("Claim %(number)s on %(buyer)s: the amount has moved. The loss is adjusted again."), "amber"),
    ("claim.reopened", _("Claim %(number)s on %(buyer)s was reopened."), "amber"),
    ("claim.return_provided", _("Claim %(number)s: a return document came in."), "blue"),
    ("claim.return_refused", _("Claim %(number)s: a return document was not accepted. See why."), "amber"),
    ("claim.verified", _("Claim %(number)s: all four papers are verified. Prepare the payment."), "blue"),
    ("claim.payment_prepared", _("Claim %(number)s: a payment waits for a second person."), "blue"),
    ("claim.payment_returned", _("Claim %(number)s: the bank returned the payment."), "red"),
    ("claim.paid", _("Claim %(number)s on %(buyer)s: the indemnity was paid."), "green"),
    ("claim.recovery_due", _("Claim %(number)s on %(buyer)s is paid. Open the recovery case."), "blue"),
    ("claim.closed", _("Claim %(number)s on %(buyer)s is closed."), "grey"),
    ("claim.clock_missed", _("Claim %(number)s on %(buyer)s: a deadline of ours was missed."), "red"),
    ("claim.interim_due", _("Claim %(number)s on %(buyer)s: propose an interim indemnity."), "amber"),
    ("recovery.recorded", _("Claim %(number)s on %(buyer)s: money was recovered and waits to be split."), "blue"),
    ("recovery.remitted", _("Claim %(number)s on %(buyer)s: a recovery was shared out."), "green"),
    ("recovery.remit_overdue", _("Claim %(number)s: please remit our share of what %(buyer)s paid you."), "red"),
    ("recovery.instalment_missed", _("Claim %(number)s: %(buyer)s missed an instalment."), "amber"),
)


def register_all() -> None:
    for kind, text, tone in KINDS:
        kinds.register(kind, text, _CLAIM, tone)


def tell_insured(actor: Actor, kind: str, claim: Claim) -> None:
    """The policyholder, and the banks that are loss payee for the obligor."""
    banks = AssigneeBank.objects.of_obligor(claim.policy_id, claim.obligor)
    readers = [(claim.policyholder_id, None), *banks]
    notify_each(actor, kind, claim, readers, policyholder_id=claim.policyholder_id, params=params_of(claim))


def tell_officers(actor: Actor, kind: str, claim: Claim) -> None:
    tell_insurer(actor, kind, claim, Role.CLAIMS_OFFICER)


def tell_insurer(actor: Actor, kind: str, claim: Claim, role: str) -> None:
    notify_insurer(actor, kind, claim, role, policyholder_id=claim.policyholder_id, params=params_of(claim))


def params_of(claim: Claim) -> dict[str, str]:
    return {"number": claim.number, "buyer": claim.obligor.name}
