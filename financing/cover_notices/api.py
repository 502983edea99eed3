"""Notices of cover in the API: what the bank's own system polls, or asks for."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from declarations.models import Shipment
from financing.cover_notices import letters, selectors, services
from financing.models import CoverNotice
from sinosure.api.parsing import StrictSerializer, asked
from sinosure.api.scoped import Scoped


class CoverNoticeSerializer(serializers.ModelSerializer[CoverNotice]):
    """One version; `is_newest` tells whether a later one replaced it. `covered` and `limit_amount` in policy currency."""

    invoice_no = serializers.CharField(source="shipment.invoice_no", read_only=True)
    currency = serializers.CharField(source="shipment.currency", read_only=True)
    policy_currency = serializers.CharField(source="shipment.policy.currency", read_only=True)

    class Meta:
        model = CoverNotice
        fields = (
            "id", "number", "shipment", "invoice_no", "agreement", "bank", "policyholder", "version", "state", "cause",
            "reasons", "covered", "limit_amount", "policy_currency", "open_amount", "currency", "issued_at",
        )  # fmt: skip


class CoverNoticeDetailSerializer(CoverNoticeSerializer):
    is_newest = serializers.SerializerMethodField()
    verification_code = serializers.SerializerMethodField()

    class Meta(CoverNoticeSerializer.Meta):
        fields = (*CoverNoticeSerializer.Meta.fields, "is_newest", "verification_code")  # type: ignore[assignment]

    def get_is_newest(self, row: CoverNotice) -> bool:
        return selectors.is_newest(self.context["request"]._request.actor, row)

    def get_verification_code(self, row: CoverNotice) -> str:
        return letters.document_of(row).verification_code


class AskSerializer(StrictSerializer):
    shipment = serializers.IntegerField(min_value=1)


class CoverNoticeViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CoverNotice]
):
    """The newest notice on each shipment; any version by its id."""

    access = {"list": "financing.view", "retrieve": "financing.view", "create": "financing.notice"}
    queryset = CoverNotice.objects.none()
    serializer_class = CoverNoticeDetailSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.listed(self.actor) if self.action == "list" else selectors.notices(self.actor)

    def get_serializer_class(self) -> Any:
        return CoverNoticeSerializer if self.action == "list" else CoverNoticeDetailSerializer

    @extend_schema(request=AskSerializer, responses={201: CoverNoticeDetailSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a notice on a shipment."""
        pk = asked(AskSerializer, request)["shipment"]
        if not Shipment.objects.visible_to(self.actor).filter(pk=pk).exists():
            raise Http404
        row = services.issue(actor=self.actor, shipment_id=pk)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)
