"""The banks that may read a policy, and which of its shipments an assignment takes in (Rulebook §8.2)."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Branch, Organisation
from sinosure.accounts.querysets import of_bank

Reader = tuple[int, int | None]  # an organisation, and which branch of it

EVERYTHING = Q(countries=[], obligors=[], invoices=[])


def takes_in(country: Any, obligor: Any, invoice: Any = None) -> Q:
    """Scopes that take in one shipment, or without `invoice` one obligor. Values, or `OuterRef` to them."""
    found = EVERYTHING | Q(countries__contains=[country]) | Q(obligors__contains=[obligor])
    return found if invoice is None else found | Q(invoices__contains=[invoice])


class AssignmentScope(models.Model):
    """All exports under the policy, or those to some countries, to some obligors, or listed invoices. Never two of them.

    `obligors` are ids; `invoices` the canonical numbers of the exporter's invoices.
    """

    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    obligors = ArrayField(models.BigIntegerField(), default=list, blank=True)
    invoices = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(countries=[], obligors=[]) | Q(countries=[], invoices=[]) | Q(obligors=[], invoices=[]),
                name="%(class)s_has_one_scope",
            )
        ]

    @property
    def scope(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("countries", "obligors", "invoices")}

    @property
    def is_whole(self) -> bool:
        return not any(self.scope.values())

    def binds(self, country: str, obligor_id: int, invoice_key: str) -> bool:
        """`takes_in` for a row at hand."""
        return self.is_whole or country in self.countries or obligor_id in self.obligors or invoice_key in self.invoices


class AssigneeQuerySet(models.QuerySet[Any]):
    def now(self) -> AssigneeQuerySet:
        """Banks that are loss payee today."""
        return self.filter(until=None)

    def read_by(self, actor: Actor) -> AssigneeQuerySet:
        """Rows that open a policy to this bank's officer today."""
        return self.now().filter(of_bank(actor))

    def readers(self) -> list[Reader]:
        """Whom to tell: bank and branch, None for head office."""
        return list(self.order_by("bank_id", "branch_id").values_list("bank_id", "branch_id").distinct())

    def of_obligor(self, policy_id: int, obligor: Any) -> list[Reader]:
        """The banks that are loss payee for this obligor's invoices today."""
        return self.now().filter(takes_in(obligor.country_id, obligor.pk), policy=policy_id).readers()


class AssigneeBank(AssignmentScope):
    """A bank that an agreement makes loss payee under a policy; written by the financing app, read for scope."""

    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="assignees")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, related_name="+")  # as its agreement
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    agreement_id = models.BigIntegerField()
    edition = models.PositiveSmallIntegerField(default=1)  # the version of its terms that has this scope

    objects = AssigneeQuerySet.as_manager()

    class Meta(AssignmentScope.Meta):
        constraints = [
            *AssignmentScope.Meta.constraints,
            models.UniqueConstraint(
                fields=["policy", "bank", "agreement_id", "edition"], condition=Q(until=None), name="assignee_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_id} on {self.policy_id}"


def assigned_rows(actor: Actor, policy: str = "policy", **row: str) -> Q:
    """Rows of the policies assigned to a bank: `row` gives the paths to the country, obligor (and invoice) of each row."""
    open_rows = AssigneeBank.objects.read_by(actor)
    whole = open_rows.filter(EVERYTHING)
    refs = {name: models.OuterRef(path) for name, path in row.items()}
    partly = open_rows.exclude(EVERYTHING).filter(takes_in(**refs), policy=models.OuterRef(policy))
    return Q(**{f"{policy}__in": whole.values("policy_id")}) | (
        Q(**{f"{policy}__in": open_rows.exclude(EVERYTHING).values("policy_id")}) & Q(models.Exists(partly))
    )
