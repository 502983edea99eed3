"""Report orders in the API: the same services as the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from credit_info.models import Obligor
from credit_info.reports import selectors, services
from credit_info.reports.lifecycle import REPORT_ORDER
from credit_info.reports.models import ReportOrder, Service
from sinosure.api.parsing import StrictSerializer, asked
from sinosure.api.scoped import Scoped


class ReportOrderSerializer(serializers.ModelSerializer[ReportOrder]):
    actions = serializers.SerializerMethodField(help_text="Moves that the caller may make now.")

    class Meta:
        model = ReportOrder
        fields = (
            "id", "number", "service", "obligor", "question", "state", "price", "currency", "promised_on", "ordered_at",
            "delivered_at", "valid_until", "findings", "actions",
        )  # fmt: skip

    def get_actions(self, row: ReportOrder) -> list[str]:
        return [move.action for move in REPORT_ORDER.available(row, self.context["request"]._request.actor)]


class OrderSerializer(StrictSerializer):
    service = serializers.ChoiceField(choices=Service.choices)
    obligor = serializers.IntegerField(required=False, min_value=1)
    question = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class FindingsSerializer(StrictSerializer):
    summary = serializers.CharField(max_length=4000)
    payment = serializers.CharField(max_length=4000)
    finance = serializers.CharField(max_length=4000)
    advice = serializers.CharField(max_length=4000)


class ReportOrderViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ReportOrder]
):
    """Credit reports and advice: order, follow, read."""

    access = {
        "list": "buyers.view", "retrieve": "buyers.view", "create": "reports.order", "take": "reports.write",
        "deliver": "reports.write", "cancel": "reports.order",
    }  # fmt: skip
    serializer_class = ReportOrderSerializer
    queryset = ReportOrder.objects.none()

    def get_queryset(self) -> Any:
        return selectors.orders(self.actor)

    @extend_schema(request=OrderSerializer, responses={201: ReportOrderSerializer})
    def create(self, request: Request) -> Response:
        typed = asked(OrderSerializer, request)
        pk = typed.pop("obligor", None)
        obligor = Obligor.objects.visible_to(self.actor).filter(pk=pk).first() if pk else None
        row = services.order(actor=self.actor, obligor=obligor, **typed)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ReportOrderSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        return self._done(services.take(actor=self.actor, order_id=self.get_object().pk))

    @extend_schema(request=None, responses=ReportOrderSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self._done(services.cancel(actor=self.actor, order_id=self.get_object().pk))

    @extend_schema(request=FindingsSerializer, responses=ReportOrderSerializer)
    @action(detail=True, methods=["post"])
    def deliver(self, request: Request, pk: str) -> Response:
        order_id = self.get_object().pk
        return self._done(services.deliver(actor=self.actor, order_id=order_id, **asked(FindingsSerializer, request)))

    def _done(self, row: ReportOrder) -> Response:
        return Response(self.get_serializer(row).data)
