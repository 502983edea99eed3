"""Year-end adjustments in the API (PRM-4)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from declarations import selectors
from declarations.api.shared import ReferenceField, ZeroAmountField
from declarations.lifecycle import TURNOVER
from declarations.models import TurnoverStatement
from declarations.services import turnover as services
from sinosure.api.parsing import DateField, StrictSerializer, asked


class TurnoverRequest(StrictSerializer):
    actual = ZeroAmountField()
    is_complete = serializers.BooleanField()
    remark = serializers.CharField(max_length=500, required=False, allow_blank=True)


class ReturnRequest(StrictSerializer):
    paid_on = DateField()
    reference = ReferenceField(max_length=60)


class TurnoverSerializer(serializers.ModelSerializer[TurnoverStatement]):
    policy_number = serializers.CharField(source="policy.number", read_only=True)
    estimated = serializers.DecimalField(18, 3, source="schedule.estimated_turnover", read_only=True)
    premium = serializers.DecimalField(18, 3, source="schedule.deposit_premium", read_only=True)
    actions = serializers.SerializerMethodField()

    class Meta:
        model = TurnoverStatement
        fields = (
            "id", "policy", "policy_number", "state", "currency", "estimated", "premium", "actual", "remark", "change",
            "notice", "opened_at", "stated_at", "settled_at", "returned_on", "return_reference", "actions",
        )  # fmt: skip

    def get_actions(self, row: TurnoverStatement) -> list[str]:
        return [move.action for move in TURNOVER.available(row, self.context["request"].actor)]


class TurnoverViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[TurnoverStatement]):
    """Premium prepaid on estimated turnover: stated by the insured, settled by finance."""

    serializer_class = TurnoverSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = selectors.nothing(TurnoverStatement)
    access = {
        "list": "declarations.view", "retrieve": "declarations.view", "state": "declarations.declare",
        "state_for_insured": "declarations.review", "settle": "premium.bill", "pay_back": "premium.book",
    }  # fmt: skip

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return selectors.nothing(TurnoverStatement)
        return selectors.statements(self.request.actor)

    def _read(self, kind: type[StrictSerializer], request: Request) -> tuple[TurnoverStatement, dict[str, Any]]:
        return self.get_object(), asked(kind, request)

    @extend_schema(request=TurnoverRequest, responses=TurnoverSerializer)
    @action(detail=True, methods=["post"])
    def state(self, request: Request, pk: str = "") -> Response:
        return self._state(request)

    @extend_schema(request=TurnoverRequest, responses=TurnoverSerializer)
    @action(detail=True, methods=["post"], url_path="state-for-insured")
    def state_for_insured(self, request: Request, pk: str = "") -> Response:
        return self._state(request)

    def _state(self, request: Request) -> Response:
        statement, data = self._read(TurnoverRequest, request)
        services.state(actor=request.actor, statement_id=statement.pk, **data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=TurnoverSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str = "") -> Response:
        services.settle(actor=request.actor, statement_id=self.get_object().pk)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=ReturnRequest, responses=TurnoverSerializer)
    @action(detail=True, methods=["post"], url_path="pay-back")
    def pay_back(self, request: Request, pk: str = "") -> Response:
        statement, data = self._read(ReturnRequest, request)
        services.pay_back(actor=request.actor, statement_id=statement.pk, **data)
        return Response(self.get_serializer(self.get_object()).data)
