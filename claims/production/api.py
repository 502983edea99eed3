"""Losses before shipment in the API."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from claims.models import CoveredRisk, LossNotice
from claims.notices import selectors
from claims.notices.api import LossNoticeSerializer
from claims.notices.facts import NoticeFacts
from claims.production.reporting import report
from declarations.models import ProductionContract
from sinosure.api.parsing import DateField, StrictSerializer, asked
from sinosure.api.scoped import Scoped


class ReportRequest(StrictSerializer):
    """A covered risk on goods in production. `contract`: the id of the contract."""

    contract = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    risk = serializers.ChoiceField(choices=CoveredRisk.choices)
    occurred_on = DateField()
    known_on = DateField()
    buyer_reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    steps_taken = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    contact = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ProductionNoticeViewSet(Scoped, viewsets.GenericViewSet[LossNotice]):
    """Loss notices on goods in production; afterwards they are loss notices like any other."""

    access = {"create": "notices.file"}
    queryset = LossNotice.objects.none()
    serializer_class = LossNoticeSerializer

    def get_queryset(self) -> Any:
        return selectors.visible(self.actor)

    @extend_schema(request=ReportRequest, responses={201: LossNoticeSerializer})
    def create(self, request: Request) -> Response:
        """File the notice of a loss before shipment."""
        data = asked(ReportRequest, request)
        contract = get_object_or_404(ProductionContract.objects.visible_to(self.actor), pk=data.pop("contract"))
        notice = report(actor=self.actor, contract_id=contract.pk, facts=NoticeFacts(**data))
        shown = self.get_serializer(self.get_queryset().get(pk=notice.pk))
        return Response(shown.data, status=status.HTTP_201_CREATED)
