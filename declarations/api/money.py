"""Receipts, premium notices and the months of a policy in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from declarations import selectors, services
from declarations.api.shared import ReasonSerializer, ReferenceField
from declarations.lifecycle import NOTICE
from declarations.models import DeclarationPeriod, PremiumNotice, Receipt
from declarations.services import online
from sinosure.api.parsing import (
    AmountField,
    CurrencyField,
    DateField,
    StrictSerializer,
    asked,
)
from sinosure.core.errors import DomainError


class ReceiptRequest(StrictSerializer):
    """Money from a buyer; `invoice_no` is the invoice that the buyer named, if any."""

    obligor = ReferenceField(max_length=20)
    currency = CurrencyField()
    amount = AmountField()
    received_on = DateField()
    reference = ReferenceField(max_length=60)
    invoice_no = ReferenceField(max_length=60, required=False, allow_blank=True)


class AllocationSerializer(serializers.Serializer[Any]):
    shipment = serializers.IntegerField(source="shipment_id", read_only=True)
    invoice_no = serializers.CharField(source="shipment.invoice_no", read_only=True)
    amount = serializers.DecimalField(18, 3, read_only=True)
    rule = serializers.CharField(read_only=True)


class ReceiptSerializer(serializers.ModelSerializer[Receipt]):
    obligor = serializers.CharField(source="obligor.code", read_only=True)
    allocations = AllocationSerializer(many=True, read_only=True)

    class Meta:
        model = Receipt
        fields = (
            "id",
            "obligor",
            "amount",
            "currency",
            "received_on",
            "reference",
            "is_reversal",
            "reverses",
            "unallocated",
            "recorded_at",
            "allocations",
        )


class ReceiptViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Receipt]):
    """Money received from buyers, with its allocation."""

    serializer_class = ReceiptSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = selectors.nothing(Receipt)
    access = {
        "list": "declarations.view",
        "retrieve": "declarations.view",
        "create": "declarations.receipt",
        "reverse": "declarations.receipt",
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return selectors.nothing(Receipt)
        return selectors.receipts(self.request.actor).prefetch_related("allocations__shipment")

    @extend_schema(request=ReceiptRequest, responses={201: ReceiptSerializer})
    def create(self, request: Request) -> Response:
        data = asked(ReceiptRequest, request)
        obligor = selectors.obligor_by_code(data.pop("obligor"))
        if obligor is None:
            raise DomainError(
                "unknown_buyer", _("No buyer or bank has this code. Look it up in the register."), field="obligor"
            )
        receipt = services.record_receipt(actor=request.actor, obligor_id=obligor.pk, **data)
        return Response(self.get_serializer(receipt).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ReasonSerializer, responses=ReceiptSerializer)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str = "") -> Response:
        data = asked(ReasonSerializer, request)
        back = services.reverse_receipt(actor=request.actor, receipt_id=self.get_object().pk, reason=data["reason"])
        return Response(self.get_serializer(back).data)


class PaymentRequest(StrictSerializer):
    amount = AmountField()
    received_on = DateField()
    reference = ReferenceField(max_length=60)


class NoticeSerializer(serializers.ModelSerializer[PremiumNotice]):
    policy_number = serializers.CharField(source="policy.number", read_only=True)
    actions = serializers.SerializerMethodField()

    class Meta:
        model = PremiumNotice
        fields = (
            "id",
            "number",
            "policy",
            "policy_number",
            "kind",
            "month",
            "currency",
            "gross",
            "set_off",
            "subsidy",
            "payable",
            "paid",
            "state",
            "issued_on",
            "due_on",
            "actions",
        )

    def get_actions(self, row: PremiumNotice) -> list[str]:
        return [move.action for move in NOTICE.available(row, self.context["request"].actor)]


class PremiumNoticeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[PremiumNotice]):
    """Premium notices; finance books what was paid on them."""

    serializer_class = NoticeSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = selectors.nothing(PremiumNotice)
    access = {
        "list": "declarations.view",
        "retrieve": "declarations.view",
        "book": "premium.book",
        "pay": "policies.sign",
        "cancel": "premium.bill",
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return selectors.nothing(PremiumNotice)
        return selectors.notices(self.request.actor)

    @extend_schema(request=PaymentRequest, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def book(self, request: Request, pk: str = "") -> Response:
        notice = self.get_object()
        sent = PaymentRequest(data={**request.data} if isinstance(request.data, dict) else request.data)
        sent.fields["amount"].currency = notice.currency
        sent.is_valid(raise_exception=True)
        services.book_payment(actor=request.actor, notice_id=notice.pk, **sent.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def pay(self, request: Request, pk: str = "") -> Response:
        """The insured pays what is open, through the simulated channel of the portal."""
        online.pay_online(actor=request.actor, notice_id=self.get_object().pk)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=ReasonSerializer, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str = "") -> Response:
        data = asked(ReasonSerializer, request)
        notice = services.cancel_notice(actor=request.actor, notice_id=self.get_object().pk, reason=data["reason"])
        return Response(self.get_serializer(notice).data)


class PeriodSerializer(serializers.Serializer[Any]):
    """One month of a policy."""

    id = serializers.IntegerField(read_only=True)
    policy = serializers.IntegerField(source="policy_id", read_only=True)
    month = serializers.DateField(read_only=True)
    is_nil = serializers.BooleanField(read_only=True)
    closed_at = serializers.DateTimeField(read_only=True)


class CloseRequest(StrictSerializer):
    is_nil = serializers.BooleanField(required=False)


class PeriodViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """The months to be declared and closed; closing issues the premium notice."""

    serializer_class = PeriodSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = selectors.nothing(DeclarationPeriod)
    access = {"list": "declarations.view", "retrieve": "declarations.view", "close": "declarations.declare"}

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return selectors.nothing(DeclarationPeriod)
        return selectors.periods(self.request.actor)

    @extend_schema(request=CloseRequest, responses=PeriodSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str = "") -> Response:
        data = asked(CloseRequest, request)
        period = services.close_month(
            actor=request.actor, period_id=self.get_object().pk, is_nil=data.get("is_nil", False)
        )
        return Response(self.get_serializer(period).data)
