"""Assignment agreements between exporter, bank and insurer."""

from __future__ import annotations

from collections.abc import Iterable

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from financing.interest import HIGHEST_PCT
from policies.models import AssignmentScope, Policy
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Branch, Organisation
from sinosure.accounts.querysets import ScopedQuerySet, of_bank
from sinosure.core.fields import RateField
from sinosure.core.states import TonedChoices


class AgreementState(TonedChoices):
    DRAFT = "DRAFT", "grey", _("Draft")
    SIGNED_BY_EXPORTER = "SIGNED_BY_EXPORTER", "blue", _("Signed by the exporter")
    SIGNED_BY_BANK = "SIGNED_BY_BANK", "blue", _("Signed by exporter and bank")
    ACTIVE = "ACTIVE", "green", _("In force")
    AMENDING = "AMENDING", "amber", _("In force, being amended")
    RELEASED = "RELEASED", "grey", _("Released")
    EXPIRED = "EXPIRED", "grey", _("Expired")


IN_FORCE = ("ACTIVE", "AMENDING")


class AgreementKind(models.TextChoices):
    INDEMNITY = "INDEMNITY", _("Indemnity assignment")
    RECEIVABLE = "RECEIVABLE", _("Receivable assignment")


def rate_check(name: str) -> models.CheckConstraint:
    """A rate a year of 0 to 24 %, or none agreed."""
    return models.CheckConstraint(condition=Q(rate_pct=None) | Q(rate_pct__gte=0, rate_pct__lte=HIGHEST_PCT), name=name)


class BankScoped(ScopedQuerySet):
    """Rows of a bank; `branch_path` leads to the branch that handles them."""

    branch_path = "branch"

    def bank_scope(self, actor: Actor) -> Q:
        return of_bank(actor, branch=self.branch_path)


class OfAgreement(BankScoped):
    branch_path = "agreement__branch"


class OfLoan(BankScoped):
    branch_path = "loan__branch"


_ONE_BANK_PER_SHIPMENT = """
    IF NEW.state IN ({states}) THEN
        PERFORM 1 FROM policies_policy WHERE id = {policy} FOR UPDATE;
        IF EXISTS (
            SELECT 1 FROM (
                SELECT id, countries, obligors, invoices FROM financing_agreement
                WHERE policy_id = {policy} AND state IN ('SIGNED_BY_EXPORTER', 'SIGNED_BY_BANK', 'ACTIVE', 'AMENDING')
                UNION ALL
                SELECT t.agreement_id, t.countries, t.obligors, t.invoices
                FROM financing_agreementterms t JOIN financing_agreement g ON g.id = t.agreement_id
                WHERE g.policy_id = {policy} AND t.state IN ('SIGNED_BY_EXPORTER', 'SIGNED_BY_BANK')
            ) a
            WHERE a.id <> {agreement}
              AND (cardinality(a.countries) + cardinality(a.obligors) + cardinality(a.invoices) = 0
                OR cardinality(NEW.countries) + cardinality(NEW.obligors) + cardinality(NEW.invoices) = 0
                OR a.countries && NEW.countries OR a.obligors && NEW.obligors OR a.invoices && NEW.invoices
                OR EXISTS (SELECT 1 FROM credit_info_obligor o WHERE o.id = ANY(a.obligors || NEW.obligors)
                           AND o.country_id = ANY(a.countries || NEW.countries))
                OR EXISTS (SELECT 1 FROM declarations_shipment s JOIN credit_info_obligor o ON o.id = s.obligor_id
                           WHERE s.policy_id = {policy} AND s.state NOT IN ('REVERSED', 'REFUSED')
                           AND s.invoice_key = ANY(a.invoices || NEW.invoices)
                           AND (o.id = ANY(a.obligors || NEW.obligors)
                             OR o.country_id = ANY(a.countries || NEW.countries))))
        ) THEN
            RAISE EXCEPTION 'another live agreement binds some of these shipments' USING ERRCODE = 'exclusion_violation';
        END IF;
    END IF;
    RETURN NEW;
"""


def overlap_trigger(name: str, states: Iterable[str], policy: str, agreement: str) -> pgtrigger.Trigger:
    """One receivable, one bank, in whatever row a scope stands; `policy` and `agreement` are SQL of that row."""
    quoted = ", ".join(f"'{state}'" for state in states)
    func = _ONE_BANK_PER_SHIPMENT.format(states=quoted, policy=policy, agreement=agreement)
    return pgtrigger.Trigger(name=name, operation=pgtrigger.Insert | pgtrigger.Update, when=pgtrigger.Before, func=func)


class Agreement(AssignmentScope):
    """《赔款转让协议》 or 《应收账款转让协议》 between exporter, bank and insurer. Money goes to `account_no`.

    It binds from `active_from` to `active_until`, both included. Scope, account and agreed last day are those of its newest
    version; what binds a shipment is the version of its day (`AgreementTerms`, FIN-1).
    """

    number = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=10, choices=AgreementKind.choices, default=AgreementKind.INDEMNITY)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="agreements")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, related_name="+")  # None: head office
    claim_rights = models.BooleanField(
        default=False
    )  # 索赔权 given by a clause; a receivable assignment has it by nature
    state = models.CharField(max_length=20, choices=AgreementState.choices, default=AgreementState.DRAFT)
    account_name = models.CharField(max_length=120)
    account_bank = models.CharField(max_length=120)
    account_no = models.CharField(max_length=40)
    contract_no = models.CharField(max_length=60, blank=True)  # the financing contract of bank and exporter
    contract_on = models.DateField(null=True)
    rate_pct = RateField(null=True)  # a year, as the contract says it; what new loans begin with
    ends_on = models.DateField(null=True)  # the last day that the parties agreed on, if any
    active_from = models.DateField(null=True)
    active_until = models.DateField(null=True)
    remark = models.CharField(max_length=500, blank=True)  # why it was sent back or released
    version = models.PositiveIntegerField(default=1)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    objects = BankScoped.as_manager()

    class Meta(AssignmentScope.Meta):
        constraints = [
            *AssignmentScope.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state__in=IN_FORCE) | Q(active_from__isnull=False), name="agreement_active_has_date"
            ),
            models.CheckConstraint(
                condition=Q(contract_no="", contract_on=None) | (~Q(contract_no="") & Q(contract_on__isnull=False)),
                name="agreement_contract_has_day",
            ),
            rate_check("agreement_rate_sane"),
        ]
        indexes = [models.Index(fields=["policy", "state"], name="agreement_by_policy")]
        triggers = [
            overlap_trigger(
                "one_live_per_shipment",
                states=("SIGNED_BY_EXPORTER", "SIGNED_BY_BANK", "ACTIVE", "AMENDING"),
                policy="NEW.policy_id",
                agreement="NEW.id",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def is_with(self, actor: Actor) -> bool:
        """Whether the actor works for the bank of this agreement, at its branch or at head office."""
        return self.bank_id == actor.organisation_id and actor.branch_id in (None, self.branch_id)

    @property
    def gives_claim_rights(self) -> bool:
        """Whether the bank may notify losses itself (Rulebook §8.2, “Who may claim”)."""
        return self.claim_rights or self.kind == AgreementKind.RECEIVABLE
