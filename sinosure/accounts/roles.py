"""Roles and what each may do. A capability is `area.verb`; views, API, services and buttons all ask for the same one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an organisation is."""

    EXPORTER = "EXPORTER", _("Exporter")
    BANK = "BANK", _("Bank")
    INSURER = "INSURER", _("Insurer")
    SPONSOR = "SPONSOR", _("Platform sponsor")


class Role(models.TextChoices):
    EXPORTER_CLERK = "EXPORTER_CLERK", _("Exporter clerk")
    EXPORTER_REVIEWER = "EXPORTER_REVIEWER", _("Exporter reviewer")
    EXPORTER_SIGNER = "EXPORTER_SIGNER", _("Exporter signer")
    UNDERWRITER = "UNDERWRITER", _("Underwriter")
    COMMITTEE = "COMMITTEE", _("Underwriting committee")
    CLAIMS_OFFICER = "CLAIMS_OFFICER", _("Claims officer")
    CLAIMS_APPROVER = "CLAIMS_APPROVER", _("Claims approver")
    RECOVERY_OFFICER = "RECOVERY_OFFICER", _("Recovery officer")
    FINANCE_OFFICER = "FINANCE_OFFICER", _("Finance officer")
    CREDIT_ANALYST = "CREDIT_ANALYST", _("Credit analyst")
    SYSTEM_ADMIN = "SYSTEM_ADMIN", _("System administrator")
    SECURITY_ADMIN = "SECURITY_ADMIN", _("Security administrator")
    AUDITOR = "AUDITOR", _("Auditor (read-only)")
    BANK_OFFICER = "BANK_OFFICER", _("Bank officer")
    BANK_APPROVER = "BANK_APPROVER", _("Bank approver")
    BANK_VIEWER = "BANK_VIEWER", _("Bank head-office viewer")
    SPONSOR = "SPONSOR", _("Platform sponsor")


_SEES_POLICIES = {"policies.view", "limits.view", "declarations.view", "claims.view", "documents.view", "buyers.view"}
_SEES_ALL = {*_SEES_POLICIES, "financing.view"}
_CLERK = {
    *_SEES_ALL, "policies.apply", "limits.apply", "financing.draft", "financing.notice", "declarations.declare", "declarations.receipt",
    "notices.file", "mitigation.answer", "claims.file", "claims.return_documents", "documents.attach",
    "reports.order",
}  # fmt: skip
_SIGNER = {*_CLERK, "policies.accept", "policies.sign", "financing.sign_exporter", "claims.sign_return"}
# what only the insured itself does: nobody else, not even a bank that is loss payee under the policy
INSURED_DUTIES = frozenset(_SIGNER - _SEES_ALL)
# both sides of an assignment agreement
_AMENDS = {"financing.amend"}
_BANK_SEES = {"policies.view", "limits.view", "declarations.view", "claims.view", "documents.view", "financing.view"}
# what concerns all branches of a bank
HEAD_OFFICE = frozenset({"financing.book", "financing.branches", "webhooks.manage"})
# a bank may be the insured itself, under a bank or forfaiting policy of its own
_INSURED_BANK = {*_BANK_SEES, "buyers.view", *(_CLERK - _SEES_ALL - {"financing.draft"})}

CAPABILITIES: dict[str, frozenset[str]] = {
    role: frozenset(held)
    for role, held in {
        Role.EXPORTER_CLERK: {*_CLERK, *_AMENDS},
        Role.EXPORTER_REVIEWER: {*_CLERK, *_AMENDS},
        Role.EXPORTER_SIGNER: {*_SIGNER, *_AMENDS, "webhooks.manage"},
        Role.UNDERWRITER: {
            *_SEES_ALL, "policies.underwrite", "policies.quote", "policies.sign_insurer", "limits.underwrite",
            "limits.decide", "limits.stop", "countries.view", "countries.propose", "countries.decide", "declarations.review",
            "financing.sign_insurer", "buyers.edit", "documents.attach", "pooled.view", "pooled.manage", "schemes.view",
        },
        Role.COMMITTEE: {*_SEES_ALL, "limits.decide", "countries.view", "countries.decide", "schemes.view"},
        Role.CLAIMS_OFFICER: {
            *_SEES_ALL, "schemes.view", "notices.triage", "mitigation.assign", "claims.handle", "claims.adjust", "claims.verify_return",
            "declarations.review", "documents.attach",
        },
        Role.CLAIMS_APPROVER: {*_SEES_ALL, "claims.decide", "claims.reopen"},
        Role.RECOVERY_OFFICER: {*_SEES_ALL, "recoveries.manage", "documents.attach"},
        Role.FINANCE_OFFICER: {
            *_SEES_ALL, "schemes.view", "premium.bill", "premium.book", "payments.prepare", "payments.approve", "recoveries.book",
            "ledger.view", "pooled.view", "pooled.book",
        },
        Role.CREDIT_ANALYST: {
            *_SEES_ALL, "buyers.edit", "buyers.light", "reports.write", "academy.edit", "trade.import", "countries.view",
            "countries.propose", "alarms.publish",
        },
        Role.SYSTEM_ADMIN: {"reference.calendar", "reference.clock", "operations.view", "operations.mend"},
        Role.SECURITY_ADMIN: {"accounts.manage", "audit.view"},
        Role.AUDITOR: {
            *_SEES_ALL, "audit.view", "countries.view", "financing.book", "ledger.view", "operations.view", "pooled.view", "schemes.view",
        },
        Role.BANK_OFFICER: {*_INSURED_BANK, *_AMENDS, "financing.lend", "financing.book", "schemes.view", "schemes.report"},
        Role.BANK_APPROVER: {
            *_INSURED_BANK, *_AMENDS, "policies.accept", "policies.sign", "claims.sign_return", "financing.sign_bank", "financing.lend",
            "financing.branches", "financing.book", "schemes.view", "schemes.report", "webhooks.manage",
        },
        Role.BANK_VIEWER: {*_BANK_SEES, "schemes.view"},
        Role.SPONSOR: {"pooled.view", "pooled.list", "pooled.subsidy", "schemes.view", "schemes.fund"},
    }.items()
}  # fmt: skip
ALL_CAPABILITIES = frozenset().union(*CAPABILITIES.values())
