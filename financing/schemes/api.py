"""Regional schemes in the API: dashboards, top-ups, cases."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from financing.schemes import fund, selectors, services
from financing.schemes.models import CaseState, RegionalScheme, SchemeCase, TopUp
from sinosure.api.parsing import AmountField, StrictSerializer, asked
from sinosure.api.scoped import Scoped


class SchemeSerializer(serializers.ModelSerializer[RegionalScheme]):
    overview = serializers.SerializerMethodField()

    class Meta:
        model = RegionalScheme
        fields = ("id", "code", "name_zh", "name_en", "currency", "starts_on", "fund_balance", "overview")

    def get_overview(self, scheme: RegionalScheme) -> dict[str, Any]:
        """In aggregate; null where fewer than five firms stand behind a figure."""
        seen = selectors.overview(scheme)
        return {
            "paid_in": f"{seen.paid_in:f}", "paid_out": f"{seen.paid_out:f}", "expected": f"{seen.expected:f}",
            "is_stopped": seen.is_stopped, "cases": seen.cases,
            "cells": [{"backing": str(one.label), "firms": one.firms, "lines": _text(one.lines), "drawn": _text(one.drawn)}
                      for one in seen.cells],
        }  # fmt: skip


def _text(amount: Any) -> str | None:
    return None if amount is None else f"{amount:f}"


class TopUpSerializer(serializers.ModelSerializer[TopUp]):
    class Meta:
        model = TopUp
        fields = ("id", "scheme", "amount", "reference", "state", "proposed_at", "decided_at")


class SchemeCaseSerializer(serializers.ModelSerializer[SchemeCase]):
    """A case; before the compensation its parts are those of today."""

    parts = serializers.SerializerMethodField()
    policyholder = serializers.SerializerMethodField()

    class Meta:
        model = SchemeCase
        fields = (
            "id", "number", "scheme", "loan", "bank", "policyholder", "backing", "state", "currency", "loss", "parts",
            "fund_paid", "reported_at", "settled_at",
        )  # fmt: skip

    def get_policyholder(self, case: SchemeCase) -> int | None:
        """Not for sponsors."""
        return case.policyholder_id if selectors.names_firms(self.context["request"]._request.actor) else None

    def get_parts(self, case: SchemeCase) -> dict[str, str]:
        if case.state == CaseState.SETTLED:
            found = {
                "indemnity": case.indemnity,
                "guarantee": case.guarantee,
                "fund": case.fund,
                "bank": case.bank_part,
            }
        else:
            parts = services.preview(case, case.scheme)
            found = {"indemnity": parts.indemnity, "guarantee": parts.guarantee, "fund": parts.fund, "bank": parts.bank}
        return {name: f"{amount:f}" for name, amount in found.items()}


class TopUpAskSerializer(StrictSerializer):
    amount = AmountField(currency="CNY")
    reference = serializers.CharField(max_length=60)


class ReportSerializer(StrictSerializer):
    loan = serializers.IntegerField(min_value=1)


class SchemeViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[RegionalScheme]):
    """Schemes that the caller sponsors, lends under, or insures."""

    access = {"list": "schemes.view", "retrieve": "schemes.view", "top_up": "schemes.fund"}
    queryset = RegionalScheme.objects.none()
    serializer_class = SchemeSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.schemes(self.actor)

    @extend_schema(request=TopUpAskSerializer, responses={201: TopUpSerializer})
    @action(detail=True, methods=["post"])
    def top_up(self, request: Request, pk: str) -> Response:
        """The first of two persons of the finance bureau."""
        row = fund.propose(actor=self.actor, scheme_id=self._id(), **asked(TopUpAskSerializer, request))
        return Response(TopUpSerializer(row).data, status=status.HTTP_201_CREATED)


class TopUpViewSet(Scoped, mixins.ListModelMixin, viewsets.GenericViewSet[TopUp]):
    """Top-ups of the caller's schemes; a second person confirms or refuses."""

    access = {"list": "schemes.view", "confirm": "schemes.fund", "refuse": "schemes.fund"}
    queryset = TopUp._default_manager.none()
    serializer_class = TopUpSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return TopUp._default_manager.filter(scheme__in=selectors.schemes(self.actor)).order_by("-id")

    @extend_schema(request=None, responses=TopUpSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Paid into the fund."""
        return Response(TopUpSerializer(fund.decide(actor=self.actor, top_up_id=self._id(), action="confirm")).data)

    @extend_schema(request=None, responses=TopUpSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """It ends here."""
        return Response(TopUpSerializer(fund.decide(actor=self.actor, top_up_id=self._id(), action="refuse")).data)


class SchemeCaseViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[SchemeCase]):
    """Losses under schemes, and who bore them."""

    access = {
        "list": "schemes.view", "retrieve": "schemes.view", "create": "schemes.report", "settle": "schemes.fund",
    }  # fmt: skip
    queryset = SchemeCase.objects.none()
    serializer_class = SchemeCaseSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.cases(self.actor)

    def _shown(self, row: SchemeCase, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data, status=code)

    @extend_schema(request=ReportSerializer, responses={201: SchemeCaseSerializer})
    def create(self, request: Request) -> Response:
        """The bank reports an overdue loan."""
        loan_id = asked(ReportSerializer, request)["loan"]
        if not selectors.own_loans(self.actor).filter(pk=loan_id).exists():
            raise Http404
        return self._shown(services.report(actor=self.actor, loan_id=loan_id), status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=SchemeCaseSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """The finance bureau pays from the fund."""
        return self._shown(services.settle(actor=self.actor, case_id=self._id()))
