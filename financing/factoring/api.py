"""Factoring agreements in the API, and the six steps of their bank policy."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from financing.api import FlowStepSerializer
from financing.factoring import flow, selectors, services
from financing.models import FactoringContract
from sinosure.api.parsing import DateField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped


class RecordSerializer(StrictSerializer):
    policy = serializers.IntegerField(min_value=1)
    seller_name = NameField(max_length=120)
    seller_uscc = NameField(max_length=60)
    number = NameField(max_length=60)
    signed_on = DateField()


class FactoringSerializer(serializers.ModelSerializer[FactoringContract]):
    policy_number = serializers.CharField(source="policy.number", read_only=True)

    class Meta:
        model = FactoringContract
        fields = ("id", "policy", "policy_number", "seller_name", "seller_uscc", "number", "signed_on", "recorded_at")


class FactoringViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[FactoringContract]
):
    """Factoring agreements that the caller may see."""

    access = {
        "list": "financing.view",
        "retrieve": "financing.view",
        "create": "financing.lend",
        "flow": "financing.view",
    }
    queryset = FactoringContract.objects.none()
    serializer_class = FactoringSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.contracts(self.actor)

    @extend_schema(request=RecordSerializer, responses={201: FactoringSerializer})
    def create(self, request: Request) -> Response:
        """Record one under a bank policy of the caller's own."""
        data = asked(RecordSerializer, request)
        policy_id = data.pop("policy")
        if not selectors.bank_policies(self.actor).filter(pk=policy_id).exists():
            raise Http404
        row = services.record(actor=self.actor, policy_id=policy_id, **data)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=FlowStepSerializer(many=True))
    @action(detail=True, methods=["get"])
    def flow(self, request: Request, pk: str) -> Response:
        """The six steps of the policy behind it."""
        row = self.get_queryset().get(pk=self._id())
        return Response(FlowStepSerializer(flow.steps(row.policy, self.actor), many=True).data)
