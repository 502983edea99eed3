"""POST /direct-claims/: debtor, invoices and claim in one request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response

from claims.api.claims import ClaimSerializer
from claims.api.deeds import actor_of_request
from claims.direct.services import ZERO, Debtor, Request, Unpaid, file_directly
from claims.models import Claim, CoveredRisk
from limits.models import PaymentTerm
from sinosure.api.parsing import AmountField, CountryField, CurrencyField, DateField, NameField, StrictSerializer
from sinosure.core.parsing import parse_amount


class MoneyField(AmountField):
    """An amount that may be 0."""

    def read(self, text: str) -> Decimal:
        amount: Decimal = parse_amount(text, "USD", allow_zero=True).value
        return amount


class InvoiceSerializer(StrictSerializer):
    """One unpaid invoice; amounts in its currency."""

    invoice_no = serializers.CharField(max_length=60)
    currency = CurrencyField()
    amount = AmountField()
    received = MoneyField(required=False)
    shipped_on = DateField()
    due_on = DateField()
    term = serializers.ChoiceField(choices=PaymentTerm.choices, required=False)
    transport_no = serializers.CharField(max_length=60, required=False)
    customs_no = serializers.CharField(max_length=40, required=False)
    lc_no = serializers.CharField(max_length=40, required=False)


class DirectClaimSerializer(StrictSerializer):
    """`policy` is an id; `bic` only under a letter of credit, where the issuing bank owes."""

    policy = serializers.IntegerField()
    name = NameField(max_length=200)
    country = CountryField()
    bic = serializers.CharField(max_length=11, required=False, default="")
    confirmed_new = serializers.BooleanField(required=False, default=False)
    invoices = InvoiceSerializer(many=True)
    cause = serializers.ChoiceField(choices=CoveredRisk.choices)
    occurred_on = DateField()
    statement = serializers.CharField(max_length=2000)
    simplified = serializers.BooleanField(required=False, default=False)
    is_disputed = serializers.BooleanField(required=False, default=False)
    unshipped_orders = MoneyField(required=False)
    lc_documents_complied = serializers.BooleanField(required=False, allow_null=True, default=None)

    def claim(self) -> Request:
        data = self.validated_data
        return Request(
            policy_id=data["policy"], invoices=tuple(Unpaid(**line) for line in data["invoices"]), cause=data["cause"],
            debtor=Debtor(data["name"], data["country"], data["bic"], data["confirmed_new"]),
            occurred_on=data["occurred_on"], statement=data["statement"], simplified=data["simplified"],
            is_disputed=data["is_disputed"], unshipped_orders=data.get("unshipped_orders", ZERO),
            lc_documents_complied=data["lc_documents_complied"],
        )  # fmt: skip


class DirectClaimViewSet(viewsets.GenericViewSet[Claim]):
    """Claims of micro policies, filed without a notice."""

    serializer_class = ClaimSerializer
    queryset = Claim.objects.none()
    access = {"create": "claims.file"}

    @extend_schema(request=DirectClaimSerializer, responses={201: ClaimSerializer})
    def create(self, request: HttpRequest) -> Response:
        body = DirectClaimSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        claim = file_directly(actor=actor_of_request(request), request=body.claim())
        shown: Any = self.get_serializer(claim).data
        return Response(shown, status=status.HTTP_201_CREATED)
