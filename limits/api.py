"""Limits in the API: the same steps through the same services. Numbers are strings, ratios fractions (0.90)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from limits import selectors, services
from limits.availability import available
from limits.lifecycle import APPLICATION
from limits.models import CreditLimit, CreditLimitVersion, LimitApplication, Outcome, PaymentTerm
from limits.services.applications import Request
from limits.services.decisions import Decision
from sinosure.api.parsing import AmountField, DateField, NameField, StrictSerializer, asked
from sinosure.core.parsing import parse_amount

LONG = {"max_length": 2000, "allow_blank": True}


class ZeroAmountField(AmountField):
    """An amount in USD-like currencies in which 0 means something (a nil limit)."""

    def read(self, text: str) -> Any:
        return parse_amount(text, "USD", allow_zero=True).value


class VersionOut(serializers.ModelSerializer[CreditLimitVersion]):
    valid_from = serializers.DateField(source="effective_from")
    valid_until = serializers.DateField(source="decided_until")

    class Meta:
        model = CreditLimitVersion
        fields = [
            "number",
            "kind",
            "amount",
            "term",
            "max_credit_days",
            "insured_ratio",
            "pre_shipment",
            "conditions",
            "reason",
            "valid_from",
            "valid_until",
        ]


class LimitOut(serializers.ModelSerializer[CreditLimit]):
    buyer = serializers.CharField(source="obligor.name")
    available = serializers.SerializerMethodField()
    versions = VersionOut(many=True)

    class Meta:
        model = CreditLimit
        fields = [
            "id",
            "policy",
            "obligor",
            "buyer",
            "term_group",
            "currency",
            "amount",
            "used",
            "available",
            "is_stopped",
            "versions",
        ]

    def get_available(self, row: CreditLimit) -> Decimal:
        return available(row.amount, row.used)


class LimitViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CreditLimit]):
    """Limits with use, headroom and versions."""

    access = {"list": "limits.view", "retrieve": "limits.view"}
    serializer_class = LimitOut
    queryset = CreditLimit.objects.none()  # scoped below

    def get_queryset(self) -> Any:
        return selectors.limits(self.request.actor).prefetch_related("versions")  # type: ignore[attr-defined]


class ApplicationIn(StrictSerializer):
    policy = serializers.IntegerField(min_value=1, max_value=2**62)
    obligor = serializers.IntegerField(min_value=1, max_value=2**62)
    term = serializers.ChoiceField(choices=PaymentTerm.choices)
    credit_days = serializers.IntegerField(min_value=0, max_value=730)
    amount = AmountField()
    currency = serializers.CharField(max_length=3, required=False)
    facts = serializers.DictField(required=False)
    is_draft = serializers.BooleanField(required=False, default=False)
    pre_shipment = serializers.BooleanField(required=False, default=False)


class ConditionIn(StrictSerializer):
    code = serializers.CharField(max_length=30)
    value = serializers.CharField(max_length=200, required=False, allow_blank=True)


class DecisionIn(StrictSerializer):
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    amount = ZeroAmountField()
    term = serializers.ChoiceField(choices=PaymentTerm.choices)
    max_credit_days = serializers.IntegerField(min_value=0, max_value=730)
    effective_from = DateField()
    valid_until = DateField()
    insured_ratio = serializers.DecimalField(max_digits=7, decimal_places=6, required=False, allow_null=True)
    conditions = ConditionIn(many=True, required=False)
    reasons = serializers.CharField(required=False, **LONG)
    internal_note = serializers.CharField(required=False, **LONG)
    is_temporary = serializers.BooleanField(required=False)
    pre_shipment = serializers.BooleanField(required=False)


class TextIn(StrictSerializer):
    text = NameField(max_length=2000, required=False, allow_blank=True)


class ApplicationOut(serializers.ModelSerializer[LimitApplication]):
    buyer = serializers.CharField(source="obligor.name")
    actions = serializers.SerializerMethodField()
    limit = serializers.SerializerMethodField()

    class Meta:
        model = LimitApplication
        fields = ["id", "number", "policy", "obligor", "buyer", "state", "term", "credit_days", "amount", "currency", "facts",
                  "question", "answer", "is_priority", "pre_shipment", "submitted_at", "decided_at", "actions", "limit"]  # fmt: skip

    def get_actions(self, row: LimitApplication) -> list[str]:
        return [move.action for move in APPLICATION.available(row, self.context["request"].actor)]

    def get_limit(self, row: LimitApplication) -> int | None:
        return row.versions.values_list("limit_id", flat=True).first()


class LimitApplicationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[LimitApplication]
):
    """Applications and their moves."""

    access = {
        "list": "limits.view", "retrieve": "limits.view", "create": "limits.apply", "submit": "limits.apply",
        "take": "limits.underwrite", "ask": "limits.underwrite", "answer": "limits.apply", "propose": "limits.underwrite",
        "approve": "limits.decide", "return_proposal": "limits.decide", "decline": "limits.underwrite",
        "withdraw": "limits.apply", "raise_priority": "limits.underwrite", "lower_priority": "limits.underwrite",
    }  # fmt: skip
    serializer_class = ApplicationOut
    queryset = LimitApplication.objects.none()  # scoped below

    def get_queryset(self) -> Any:
        return selectors.applications(self.request.actor)  # type: ignore[attr-defined]

    @extend_schema(request=ApplicationIn, responses={201: ApplicationOut})
    def create(self, request: ApiRequest) -> Response:
        data = asked(ApplicationIn, request)
        wanted = Request(
            term=data["term"],
            credit_days=data["credit_days"],
            amount=data["amount"],
            facts=data.get("facts", {}),
            pre_shipment=data["pre_shipment"],
        )
        actor = request.actor  # type: ignore[attr-defined]
        row = services.create_draft(actor=actor, policy_id=data["policy"], obligor_id=data["obligor"], request=wanted)
        if not data["is_draft"]:
            row = services.submit(actor=actor, application_id=row.pk)
        return self._answer(row, status.HTTP_201_CREATED)

    def _answer(self, row: LimitApplication, code: int = 200) -> Response:
        found = get_object_or_404(self.get_queryset(), pk=row.pk)
        return Response(self.get_serializer(found).data, status=code)

    def _move(self, pk: str, deed: Callable[..., Any], **named: Any) -> Response:
        row = self.get_object()
        deed(actor=self.request.actor, application_id=row.pk, **named)  # type: ignore[attr-defined]
        return self._answer(row)

    def _text(self) -> str:
        return str(asked(TextIn, self.request).get("text", ""))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def submit(self, request: ApiRequest, pk: str) -> Response:
        return self._move(pk, services.submit)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def take(self, request: ApiRequest, pk: str) -> Response:
        return self._move(pk, services.take)

    @extend_schema(request=TextIn)
    @action(detail=True, methods=["post"])
    def ask(self, request: ApiRequest, pk: str) -> Response:
        return self._move(pk, services.ask, question=self._text())

    @extend_schema(request=TextIn)
    @action(detail=True, methods=["post"])
    def answer(self, request: ApiRequest, pk: str) -> Response:
        return self._move(pk, services.answer, answer=self._text())

    @extend_schema(request=DecisionIn)
    @action(detail=True, methods=["post"])
    def propose(self, request: ApiRequest, pk: str) -> Response:
        data = asked(DecisionIn, request)
        return self._move(pk, services.propose, decision=Decision(**data))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def approve(self, request: ApiRequest, pk: str) -> Response:
        return self._move(pk, services.approve)

    @extend_schema(request=TextIn)
    @action(detail=True, methods=["post"], url_path="return")
    def return_proposal(self, request: ApiRequest, pk: str) -> Response:
        return self._move(pk, services.return_proposal, comment=self._text())

    @extend_schema(request=TextIn)
    @action(detail=True, methods=["post"])
    def decline(self, request: ApiRequest, pk: str) -> Response:
        return self._move(pk, services.decline, reasons=self._text())

    @extend_schema(request=TextIn)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: ApiRequest, pk: str) -> Response:
        return self._move(pk, services.withdraw, reason=self._text())

    @extend_schema(request=TextIn)
    @action(detail=True, methods=["post"], url_path="raise")
    def raise_priority(self, request: ApiRequest, pk: str) -> Response:
        """Before others in the queue, for a key account, with a reason."""
        return self._move(pk, services.raise_priority, reason=self._text())

    @extend_schema(request=TextIn)
    @action(detail=True, methods=["post"], url_path="lower")
    def lower_priority(self, request: ApiRequest, pk: str) -> Response:
        return self._move(pk, services.lower_priority, reason=self._text())
