"""Goods in production under the pre-shipment extension (出口前附加险, §1.3): contracts, direct costs, written instructions."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from declarations.models.premium import PremiumNotice
from declarations.models.shipments import Shipment
from limits.models import CreditLimit, CreditLimitVersion, PaymentTerm
from policies.models import Policy
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, RatioField, amount_check
from sinosure.core.states import TonedChoices


class ContractState(TonedChoices):
    IN_PRODUCTION = "IN_PRODUCTION", "blue", _("In production")
    SHIPPED = "SHIPPED", "green", _("Shipped: cover is that of the shipment")
    IN_CLAIM = "IN_CLAIM", "amber", _("Claimed before shipment")
    ENDED = "ENDED", "grey", _("Ended without shipment")


# Whatever writes the claim or the shipment, one contract is never both (§1.3: never double count).
_SHIPPED_OR_CLAIMED = Q(state="SHIPPED", shipment__isnull=False) | (~Q(state="SHIPPED") & Q(shipment=None))


class ProductionContract(models.Model):
    """One export contract whose goods are being made: one contract line is one delivery.

    `price` is in contract currency, `policy_price`, `costs` and `covered` in the policy's. `covered` is what the direct
    costs draw on the limit whose version stood on the day of declaration, and keeps standing for this contract (LIM-9).
    """

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="production_contracts")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="production_contracts")
    limit = models.ForeignKey(CreditLimit, on_delete=models.PROTECT, related_name="production_contracts")
    limit_version = models.ForeignKey(CreditLimitVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=13, choices=ContractState.choices, default=ContractState.IN_PRODUCTION)
    contract_no = models.CharField(max_length=60)
    contract_key = models.CharField(max_length=60)
    goods = models.CharField(max_length=200)
    term = models.CharField(max_length=10, choices=PaymentTerm.choices)
    credit_days = models.PositiveSmallIntegerField()
    price = AmountField()
    currency = models.CharField(max_length=3)
    fx = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    policy_price = AmountField()
    production_from = models.DateField()
    ships_by = models.DateField()
    insured_ratio = RatioField()
    premium = AmountField()
    premium_notice = models.OneToOneField(PremiumNotice, on_delete=models.PROTECT, null=True, related_name="production")
    costs = AmountField(default=0)
    covered = AmountField(default=0)
    shipment = models.OneToOneField(Shipment, on_delete=models.PROTECT, null=True, related_name="production")
    declared_on = models.DateField()
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "obligor", "contract_key"], condition=~Q(state="ENDED"), name="contract_declared_once"
            ),
            amount_check("contract_amounts", "price", "policy_price", "premium", "costs", "covered"),
            models.CheckConstraint(
                condition=Q(covered__lte=F("policy_price")) & Q(covered__lte=F("costs")), name="contract_cover_within"
            ),
            models.CheckConstraint(
                condition=Q(ships_by__gte=F("production_from"))
                & Q(ships_by__lte=models.ExpressionWrapper(F("production_from") + 180, models.DateField())),
                name="contract_180_days",
            ),
            models.CheckConstraint(condition=_SHIPPED_OR_CLAIMED, name="contract_shipped_or_claimed"),
            models.CheckConstraint(
                condition=Q(insured_ratio__gt=0, insured_ratio__lte="0.9"), name="contract_hard_cap"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["IN_PRODUCTION", "IN_CLAIM"]) | Q(covered=0), name="contract_over_holds_nothing"
            ),
        ]
        indexes = [
            # what a declared shipment may end, by its contract number
            models.Index(
                fields=["policy", "contract_key"], condition=Q(state__in=["IN_PRODUCTION", "IN_CLAIM"]),
                name="contract_running",
            ),
            models.Index(fields=["policyholder", "-id"], name="contract_by_holder"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def loss_base(self) -> Decimal:
        """What may be lost before shipment: the covered direct costs, never more than the price."""
        return min(self.covered, self.policy_price)


class CostKind(models.TextChoices):
    MATERIAL = "MATERIAL", _("Materials")
    LABOUR = "LABOUR", _("Labour")
    FREIGHT = "FREIGHT", _("Freight committed")


class UncoveredReason(models.TextChoices):
    """Why a cost, or a part of it, is not covered; blank when it is."""

    BEFORE_DECLARATION = "BEFORE_DECLARATION", _("Incurred before the contract was declared")
    AFTER_PLAN = "AFTER_PLAN", _("Incurred after the planned day of shipment")
    AFTER_STOP = "AFTER_STOP", _("Incurred after the instruction to stop")
    STOPPED = "STOPPED", _("Cover on the buyer was stopped and nobody instructed to continue")
    OVER_PRICE = "OVER_PRICE", _("Above the contract price")
    OVER_LIMIT = "OVER_LIMIT", _("Above what was free under the limit")


class DirectCost(models.Model):
    """Materials, labour or freight of one contract with its voucher; the file hangs on it as an attachment."""

    contract = models.ForeignKey(ProductionContract, on_delete=models.PROTECT, related_name="cost_lines")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=CostKind.choices)
    description = models.CharField(max_length=200)
    voucher_no = models.CharField(max_length=60)
    incurred_on = models.DateField()
    amount = AmountField()
    currency = models.CharField(max_length=3)
    fx = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    policy_amount = AmountField()
    covered = AmountField(default=0)
    uncovered_reason = models.CharField(max_length=18, choices=UncoveredReason.choices, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind", "voucher_no"], condition=Q(voided_at=None), name="voucher_once"
            ),
            amount_check("cost_amounts", "amount", "policy_amount", "covered"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(covered__lte=F("policy_amount")), name="cost_covered_within"
            ),
            models.CheckConstraint(condition=Q(voided_at=None) | ~Q(void_reason=""), name="void_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind} {self.policy_amount}"


class InstructionKind(TonedChoices):
    CONTINUE = "CONTINUE", "green", _("Continue production")
    STOP = "STOP", "red", _("Stop production")


class ProductionInstruction(models.Model):
    """The insurer's written word on one contract: go on or stop, from a day on. The last one that applies counts."""

    number = models.CharField(max_length=30, unique=True)
    contract = models.ForeignKey(ProductionContract, on_delete=models.PROTECT, related_name="instructions")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=InstructionKind.choices)
    effective_from = models.DateField()
    reasons = models.CharField(max_length=1000)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reasons=""), name="instruction_has_reasons")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number
