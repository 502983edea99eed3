"""The handbook's nine covered risks, and what a bank may see of notices and claims."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.actor import Actor
from sinosure.accounts.querysets import ScopedQuerySet


class CoveredRisk(models.TextChoices):
    """The handbook's nine risks (Rulebook §1.2)."""

    BUYER_INSOLVENCY = "BUYER_INSOLVENCY", _("Buyer bankrupt or insolvent")
    BUYER_DEFAULT = "BUYER_DEFAULT", _("Buyer's protracted default")
    BUYER_REJECTION = "BUYER_REJECTION", _("Buyer rejects the goods")
    BANK_INSOLVENCY = "BANK_INSOLVENCY", _("Issuing bank insolvent, closed or taken over")
    BANK_DEFAULT = "BANK_DEFAULT", _("Issuing bank defaults or refuses acceptance")
    POL_TRANSFER = "POL_TRANSFER", _("Payment prohibited or restricted")
    POL_IMPORT = "POL_IMPORT", _("Import prohibited or licence revoked")
    POL_WAR = "POL_WAR", _("War, civil war, rebellion, revolution or riot")
    POL_MORATORIUM = "POL_MORATORIUM", _("Moratorium on payments")


class PolicyBankQuerySet(ScopedQuerySet):
    def bank_scope(self, actor: Actor) -> Q:
        return Q(policy__assignees__bank_id=actor.organisation_id, policy__assignees__until=None)
