"""Micro policies in the API: the tiers on sale, instant purchase and renewal."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from policies.api import PolicySerializer
from policies.micro import buying
from policies.micro.selectors import tiers
from policies.models import MicroCover, MicroTier
from sinosure.api.parsing import AmountField, NameField, StrictSerializer


class TierSerializer(serializers.ModelSerializer[MicroTier]):
    class Meta:
        model = MicroTier
        fields = ("code", "version", "currency", "buyer_cap", "annual_cap", "premium", "unshipped_premium")


class CoverSerializer(serializers.ModelSerializer[MicroCover]):
    """A micro policy with its tier; `policy` is its id."""

    policy = PolicySerializer(read_only=True)
    tier = serializers.CharField(source="tier.code")

    class Meta:
        model = MicroCover
        fields = (
            "policy", "tier", "currency", "buyer_cap", "annual_cap", "premium", "covers_unshipped", "exports_last_year",
            "threshold", "declared_at",
        )  # fmt: skip


class OrderSerializer(StrictSerializer):
    """`exports_last_year` in USD; `is_truthful` is the declaration."""

    tier = serializers.CharField(max_length=4)
    uscc = NameField(max_length=40)
    exports_last_year = AmountField(currency="USD")
    contact_name = NameField(max_length=60)
    contact_phone = NameField(max_length=40)
    covers_unshipped = serializers.BooleanField(required=False, default=False)
    is_truthful = serializers.BooleanField()

    def order(self) -> buying.Order:
        return buying.Order(**self.validated_data)


class MicroPolicyViewSet(viewsets.ReadOnlyModelViewSet[MicroCover]):
    """Micro policies; POST buys one, `renew` the next year of one."""

    serializer_class = CoverSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = MicroCover.objects.none()
    access = {
        "list": "policies.view",
        "retrieve": "policies.view",
        "create": "policies.apply",
        "renew": "policies.apply",
        "tiers": "policies.view",
    }

    def get_queryset(self) -> Any:
        actor = self.request._request.actor  # type: ignore[attr-defined]
        rows = MicroCover.objects.visible_to(actor).select_related("tier", "policy__policyholder", "policy__wording")
        return rows.annotate(id=F("policy_id")).order_by("-id")  # the key that keyset paging goes by

    @extend_schema(request=OrderSerializer, responses={201: CoverSerializer})
    def create(self, request: Request) -> Response:
        body = OrderSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        policy = buying.buy(actor=request._request.actor, order=body.order())  # type: ignore[attr-defined]
        return self._answer(policy.pk)

    @extend_schema(request=OrderSerializer, responses={201: CoverSerializer})
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, pk: str) -> Response:
        """The next year at the same or another tier."""
        found = self.get_object()
        body = OrderSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        policy = buying.renew(actor=request._request.actor, policy_id=found.pk, order=body.order())  # type: ignore[attr-defined]
        return self._answer(policy.pk)

    @extend_schema(responses=TierSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=None)
    def tiers(self, request: Request) -> Response:
        """The five tiers on sale."""
        return Response(TierSerializer(tiers(), many=True).data)

    def _answer(self, pk: int) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data, status=status.HTTP_201_CREATED)
