"""What this app registers at start-up: messages, the agreement, its place in the navigation, and what it hears."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from declarations import sellers
from declarations.signals import receipt_recorded
from financing import buyer_money, clocks, letters, messages, run_off, selectors, services
from financing.amendments import services as amendments
from financing.cover_notices import hearing
from financing.cover_notices import letters as cover_letters
from financing.factoring import selectors as factoring
from financing.microloan import letters as credit_letters
from financing.microloan import messages as credit_messages
from financing.models import Agreement, AgreementTerms, CoverNotice, CreditLine, DataAuthorisation
from financing.reminders import messages as reminders
from financing.schemes import messages as scheme_messages
from policies.models import Policy
from policies.signals import policy_ended
from sinosure.accounts.roles import Kind
from sinosure.documents.models import open_to_branches
from sinosure.ui.navigation import NavItem
from sinosure.ui.navigation import register as register_nav


def register() -> None:
    messages.register_all()
    reminders.register_all()
    letters.register_all()
    cover_letters.register_all()
    credit_letters.register_all()
    credit_messages.register_all()
    scheme_messages.register_all()
    for model in (Agreement, AgreementTerms, CoverNotice, CreditLine, DataAuthorisation):
        open_to_branches(model._meta.label_lower, model.objects.visible_to)
    hearing.connect()
    run_off.register()
    sellers.register("financing.factoring", factoring.sellers)
    clocks.register_all(services.lapse_reservations, services.expire_due, amendments.tell_account_open)
    receipt_recorded.connect(buyer_money.on_receipt, dispatch_uid="financing.receipt_recorded")
    policy_ended.connect(on_policy_ended, dispatch_uid="financing.policy_ended")
    register_nav(
        NavItem("financing", _("Financing"), "financing:list", "financing.view", 60, selectors.waiting_count,
                kinds=(Kind.EXPORTER, Kind.BANK, Kind.INSURER))
    )  # fmt: skip
    register_nav(
        NavItem("schemes", _("Regional schemes"), "financing:scheme-list", "schemes.view", 61, kinds=(Kind.SPONSOR,))
    )


def on_policy_ended(*, policy: Policy, **_named: Any) -> None:
    services.expire_agreements(policy=policy)
