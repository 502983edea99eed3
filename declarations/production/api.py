"""Goods in production in the API: the same services as the pages. Amounts are strings."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from declarations import selectors as registered
from declarations.api.shared import ReasonSerializer, ReferenceField, policy_id_of
from declarations.models import CostKind, DirectCost, InstructionKind, ProductionContract, ProductionInstruction
from declarations.production import selectors, services
from declarations.production.lifecycle import CONTRACT
from declarations.production.rules import Contract, Cost
from limits.models import PaymentTerm
from sinosure.api.parsing import AmountField, CurrencyField, DateField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped
from sinosure.core.errors import DomainError
from sinosure.core.parsing import clean_reference


class ContractRequest(StrictSerializer):
    """One delivery, declared before its costs arise. `obligor`: the code of the buyer, under an L/C of the bank."""

    policy = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    obligor = ReferenceField(max_length=20)
    contract_no = ReferenceField(max_length=60)
    goods = NameField(max_length=200)
    term = serializers.ChoiceField(choices=PaymentTerm.choices)
    credit_days = serializers.IntegerField(min_value=0, max_value=730)
    price = AmountField()
    currency = CurrencyField()
    production_from = DateField()
    ships_by = DateField()


class CostRequest(serializers.Serializer[Any]):
    """Multipart: one direct cost with the file that proves it."""

    kind = serializers.ChoiceField(choices=CostKind.choices)
    description = NameField(max_length=200)
    voucher_no = ReferenceField(max_length=60)
    incurred_on = DateField()
    amount = AmountField()
    currency = CurrencyField()
    evidence = serializers.FileField()


class InstructionRequest(StrictSerializer):
    kind = serializers.ChoiceField(choices=InstructionKind.choices)
    effective_from = DateField(required=False)
    reasons = serializers.CharField(max_length=1000)


class VoidRequest(ReasonSerializer):
    cost = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class CostSerializer(serializers.ModelSerializer[DirectCost]):
    class Meta:
        model = DirectCost
        fields = (
            "id", "kind", "description", "voucher_no", "incurred_on", "amount", "currency", "policy_amount", "covered",
            "uncovered_reason", "voided_at", "void_reason",
        )  # fmt: skip


class InstructionSerializer(serializers.ModelSerializer[ProductionInstruction]):
    class Meta:
        model = ProductionInstruction
        fields = ("number", "kind", "effective_from", "reasons", "given_at")


class ContractSerializer(serializers.ModelSerializer[ProductionContract]):
    """One contract; `costs` and `covered` in policy currency; `actions` are the moves that the caller may make now."""

    obligor = serializers.CharField(source="obligor.code", read_only=True)
    obligor_name = serializers.CharField(source="obligor.name", read_only=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)
    cost_lines = CostSerializer(many=True, read_only=True)
    instructions = InstructionSerializer(many=True, read_only=True)
    actions = serializers.SerializerMethodField()

    class Meta:
        model = ProductionContract
        fields = (
            "id", "number", "policy", "obligor", "obligor_name", "state", "state_label", "contract_no", "goods", "term",
            "credit_days", "price", "currency", "policy_price", "production_from", "ships_by", "insured_ratio", "premium",
            "premium_notice", "costs", "covered", "shipment", "declared_at", "cost_lines", "instructions", "actions",
        )  # fmt: skip

    def get_actions(self, row: ProductionContract) -> list[str]:
        return [move.action for move in CONTRACT.available(row, self.context["request"]._request.actor)]


class ProductionViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ProductionContract]
):
    """Contracts in production under the pre-shipment extension."""

    access = {
        "list": "declarations.view", "retrieve": "declarations.view", "create": "declarations.declare",
        "add_cost": "declarations.declare", "void_cost": "declarations.declare", "instruct": "declarations.review",
        "end": "declarations.declare",
    }  # fmt: skip
    queryset = ProductionContract.objects.none()
    serializer_class = ContractSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.contracts(self.actor).prefetch_related("cost_lines", "instructions")

    def _done(self, contract_id: int, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=contract_id)).data, status=code)

    @extend_schema(request=ContractRequest, responses={201: ContractSerializer})
    def create(self, request: Request) -> Response:
        """Declare a contract."""
        data = asked(ContractRequest, request)
        policy_id, obligor = policy_id_of(request, data), registered.obligor_by_code(data.pop("obligor"))
        data.pop("policy")
        if obligor is None:
            message = _("No buyer or bank has this code. Look it up in the register.")
            raise DomainError("unknown_buyer", message, field="obligor")
        row = services.declare_contract(
            actor=self.actor, policy_id=policy_id, contract=Contract(obligor_id=obligor.pk, **data)
        )
        return self._done(row.pk, status.HTTP_201_CREATED)

    @extend_schema(request=CostRequest, responses={201: ContractSerializer})
    @action(detail=True, methods=["post"], url_path="costs", parser_classes=[MultiPartParser, FormParser, JSONParser])
    def add_cost(self, request: Request, pk: str) -> Response:
        """Record a direct cost with its evidence."""
        known, body = self._id(), CostRequest(data=request.data)
        body.is_valid(raise_exception=True)
        data = dict(body.validated_data)
        evidence = data.pop("evidence")
        data["voucher_no"] = clean_reference(data["voucher_no"], 60).value
        services.record_cost(actor=self.actor, contract_id=known, cost=Cost(**data), evidence=evidence)
        return self._done(known, status.HTTP_201_CREATED)

    @extend_schema(request=VoidRequest, responses=ContractSerializer)
    @action(detail=True, methods=["post"], url_path="costs/void")
    def void_cost(self, request: Request, pk: str) -> Response:
        """Take a cost back that was recorded by mistake."""
        known, data = self._id(), asked(VoidRequest, request)
        line = get_object_or_404(DirectCost.objects.visible_to(self.actor), contract=known, pk=data["cost"])
        services.void_cost(actor=self.actor, cost_id=line.pk, reason=data["reason"])
        return self._done(known)

    @extend_schema(request=InstructionRequest, responses={201: ContractSerializer})
    @action(detail=True, methods=["post"])
    def instruct(self, request: Request, pk: str) -> Response:
        """The insurer's written instruction to continue or stop production."""
        known = self._id()
        services.instruct(actor=self.actor, contract_id=known, **asked(InstructionRequest, request))
        return self._done(known, status.HTTP_201_CREATED)

    @extend_schema(request=ReasonSerializer, responses=ContractSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """The contract was given up without a loss."""
        known = self._id()
        services.end(actor=self.actor, contract_id=known, reason=asked(ReasonSerializer, request)["reason"])
        return self._done(known)
