"""The terms of an agreement, version by version: what it takes in, where the money goes, and on which days (FIN-1)."""

from __future__ import annotations

from datetime import date, timedelta

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing.models.agreements import Agreement, BankScoped, overlap_trigger
from policies.models import AssignmentScope
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import of_bank
from sinosure.core.states import TonedChoices


class TermsState(TonedChoices):
    PROPOSED = "PROPOSED", "grey", _("Proposed, not signed")
    SIGNED_BY_EXPORTER = "SIGNED_BY_EXPORTER", "blue", _("Signed by the exporter")
    SIGNED_BY_BANK = "SIGNED_BY_BANK", "blue", _("Signed by exporter and bank")
    IN_FORCE = "IN_FORCE", "green", _("Agreed")
    DROPPED = "DROPPED", "grey", _("Dropped")


OPEN_TERMS = ("PROPOSED", "SIGNED_BY_EXPORTER", "SIGNED_BY_BANK")

_ONLY_THE_END_MOVES = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'terms of an agreement are never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('IN_FORCE', 'DROPPED') AND
       (to_jsonb(NEW) - 'days') IS DISTINCT FROM (to_jsonb(OLD) - 'days') THEN
        RAISE EXCEPTION 'terms that were agreed or dropped never change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'IN_FORCE' AND NOT isempty(NEW.days) AND lower(NEW.days) IS DISTINCT FROM lower(OLD.days) THEN
        RAISE EXCEPTION 'only the last day of agreed terms moves' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""


class TermsQuerySet(BankScoped):
    def bank_scope(self, actor: Actor) -> Q:
        return of_bank(actor, "agreement__bank", "agreement__branch")

    def agreed(self) -> TermsQuerySet:
        return self.filter(state=TermsState.IN_FORCE)

    def open(self) -> TermsQuerySet:
        return self.filter(state__in=OPEN_TERMS)


class AgreementTerms(AssignmentScope):
    """One version. Agreed ones bind the shipments in their scope that leave on one of `days`; only the last day moves.

    From the second on a version is an amendment, signed by exporter, bank and insurer again. `account_from` is the first
    day on which money may go to an account that it changes. A version that another one replaced on its own first day has
    no days.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="terms")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=TermsState.choices, default=TermsState.PROPOSED)
    account_name = models.CharField(max_length=120)
    account_bank = models.CharField(max_length=120)
    account_no = models.CharField(max_length=40)
    is_new_account = models.BooleanField(default=False)
    ends_on = models.DateField(null=True)  # the last day that the parties agreed on, if any
    days = DateRangeField(null=True)
    account_from = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True)  # why it is amended
    remark = models.CharField(max_length=500, blank=True)  # why it was dropped
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    bank_signer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = TermsQuerySet.as_manager()

    class Meta(AssignmentScope.Meta):
        constraints = [
            *AssignmentScope.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "edition"], name="agreement_edition"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state__in=OPEN_TERMS), name="one_open_amendment_per_agreement"
            ),
            ExclusionConstraint(
                name="one_version_per_day",
                expressions=[("agreement", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(state=TermsState.IN_FORCE, days__isnull=False)
                | (~Q(state=TermsState.IN_FORCE) & Q(days=None)),
                name="agreed_terms_have_days",
            ),
            models.CheckConstraint(
                condition=~Q(state=TermsState.IN_FORCE, is_new_account=True)
                | Q(confirmed_by__isnull=False, account_from__isnull=False),
                name="new_account_was_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | (Q(bank_signer__isnull=False) & ~Q(confirmed_by=F("bank_signer"))),
                name="account_maker_is_not_checker",
            ),
        ]
        triggers = [
            overlap_trigger(
                "one_bank_per_shipment",
                states=("SIGNED_BY_EXPORTER", "SIGNED_BY_BANK"),
                policy="(SELECT policy_id FROM financing_agreement WHERE id = NEW.agreement_id)",
                agreement="NEW.agreement_id",
            ),
            pgtrigger.Trigger(
                name="only_the_end_moves",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_ONLY_THE_END_MOVES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} V{self.edition}"

    def takes(self, shipment: Shipment) -> bool:
        """Whether the shipment is in the scope, on whatever day it left; it needs its `obligor`."""
        return self.binds(shipment.obligor.country_id, shipment.obligor_id, shipment.invoice_key)

    @property
    def first_day(self) -> date | None:
        return self.days.lower if self.days and not self.days.isempty else None

    @property
    def last_day(self) -> date | None:
        """The last day that it binds; None while no end is known."""
        upper = self.days.upper if self.days and not self.days.isempty else None
        return upper - timedelta(days=1) if upper else None
