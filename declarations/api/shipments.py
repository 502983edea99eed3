"""Shipments in the API: the same services as the pages. Amounts are strings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from declarations import selectors, services
from declarations.api.shared import InvoiceNoField, ReasonSerializer, ReferenceField, ZeroAmountField, policy_id_of
from declarations.due import due_on as due_after
from declarations.importer.rows import TERMS
from declarations.lifecycle import LINE
from declarations.line import Line
from declarations.models import LineKind, Shipment
from declarations.quoting import Quote
from sinosure.api.parsing import (
    AmountField,
    CountryField,
    CurrencyField,
    DateField,
    NameField,
    StrictSerializer,
    asked,
)
from sinosure.core.errors import DomainError


class LineSerializer(StrictSerializer):
    """One shipment. `obligor` is the code of the buyer, under an L/C of the issuing bank."""

    policy = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    obligor = ReferenceField(max_length=20)
    term = serializers.ChoiceField(choices=sorted(set(TERMS.values())))
    credit_days = serializers.IntegerField(min_value=0, max_value=9999)
    invoice_no = InvoiceNoField(max_length=60)
    shipped_on = DateField()
    due_on = DateField(required=False)
    currency = CurrencyField()
    amount = AmountField()
    deposit = ZeroAmountField(required=False)
    destination = CountryField(required=False)
    kind = serializers.ChoiceField(choices=LineKind.choices, required=False)
    contract_no = ReferenceField(required=False, allow_blank=True, max_length=60)
    transport_no = ReferenceField(required=False, allow_blank=True, max_length=60)
    shares_transport = serializers.BooleanField(required=False)
    customs_no = ReferenceField(required=False, allow_blank=True, max_length=40)
    hs_code = serializers.RegexField(r"^[0-9]{6,10}$", required=False, allow_blank=True)
    description = NameField(required=False, allow_blank=True, max_length=200)
    lc_no = ReferenceField(required=False, allow_blank=True, max_length=40)
    financing_bank = ReferenceField(required=False, allow_blank=True, max_length=11, help_text="BIC")
    seller = NameField(required=False, allow_blank=True, max_length=120, help_text="Bank products: who sold the claim")
    aval_no = ReferenceField(required=False, allow_blank=True, max_length=40, help_text="Forfaiting without an L/C")
    acceptance_no = ReferenceField(
        required=False, allow_blank=True, max_length=60, help_text="A service: by which paper the buyer accepted it"
    )
    affiliate = ReferenceField(
        required=False, allow_blank=True, max_length=30, help_text="Code of the co-insured company that shipped"
    )
    knows_of_loss = serializers.BooleanField(
        help_text="Is any invoice of this buyer overdue, or an adverse event known? (DEC-3)"
    )


class CorrectionSerializer(LineSerializer):
    reason = serializers.CharField(max_length=300)
    version = serializers.IntegerField(required=False)


class CommentSerializer(StrictSerializer):
    comment = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ExtensionSerializer(ReasonSerializer):
    due_on = DateField()


def line_of(data: dict[str, Any]) -> Line:
    """The line that was sent. Raises `unknown_buyer`, `unknown_bank`."""
    obligor = selectors.obligor_by_code(data["obligor"])
    if obligor is None:
        raise DomainError(
            "unknown_buyer", _("No buyer or bank has this code. Look it up in the register."), field="obligor"
        )
    plain: dict[str, Any] = {
        name: data.get(name) or ""
        for name in (
            "contract_no",
            "transport_no",
            "customs_no",
            "hs_code",
            "description",
            "lc_no",
            "seller",
            "aval_no",
            "affiliate",
            "acceptance_no",
        )
    }
    try:
        due_on = data.get("due_on") or due_after(data["shipped_on"], data["credit_days"])
    except OverflowError as error:
        message = _("The credit period is longer than two years, which no policy covers.")
        raise DomainError("tenor_exceeds_2y", message, field="credit_days") from error
    return Line(
        obligor_id=obligor.pk,
        term=data["term"],
        credit_days=data["credit_days"],
        invoice_no=data["invoice_no"],
        shipped_on=data["shipped_on"],
        due_on=due_on,
        amount=data["amount"],
        currency=data["currency"],
        destination=data.get("destination") or obligor.country_id,
        deposit=data.get("deposit") or Decimal(0),
        kind=data.get("kind") or "GOODS",
        shares_transport=data.get("shares_transport", False),
        knows_of_loss=data["knows_of_loss"],
        financing_bank_id=bank_id_of(data.get("financing_bank") or ""),
        **plain,
    )


def bank_id_of(bic: str) -> int | None:
    if not bic:
        return None
    found = selectors.banks().filter(bic=bic.upper()).values_list("pk", flat=True).first()
    if found is None:
        raise DomainError("unknown_bank", _("No bank has this BIC."), field="financing_bank")
    return int(found)


class ShipmentSerializer(serializers.ModelSerializer[Shipment]):
    """One line; `actions` are the moves that the caller may make now. `covered` and `premium` are in policy currency."""

    obligor = serializers.CharField(source="obligor.code", read_only=True)
    obligor_name = serializers.CharField(source="obligor.name", read_only=True)
    policy_number = serializers.CharField(source="policy.number", read_only=True)
    policy_currency = serializers.CharField(source="policy.currency", read_only=True)
    destination = serializers.CharField(source="destination_id", read_only=True)
    affiliate = serializers.CharField(source="affiliate.code", read_only=True, default="")
    cover_state = serializers.CharField(read_only=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)
    cover_reason_label = serializers.CharField(source="get_cover_reason_display", read_only=True)
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Shipment
        fields = (
            "id",
            "declaration_no",
            "policy",
            "policy_number",
            "policy_currency",
            "state",
            "state_label",
            "obligor",
            "obligor_name",
            "term",
            "credit_days",
            "kind",
            "invoice_no",
            "contract_no",
            "transport_no",
            "customs_no",
            "hs_code",
            "description",
            "lc_no",
            "seller",
            "aval_no",
            "affiliate",
            "acceptance_no",
            "destination",
            "shipped_on",
            "due_on",
            "currency",
            "amount",
            "deposit",
            "open_amount",
            "fx",
            "policy_amount",
            "covered",
            "cover_state",
            "cover_reason",
            "cover_reason_label",
            "rate_pct",
            "premium",
            "premium_state",
            "is_late",
            "known_risk",
            "remark",
            "version",
            "declared_at",
            "actions",
        )
        read_only_fields = fields

    def get_actions(self, row: Shipment) -> list[str]:
        return [move.action for move in LINE.available(row, self.context["request"].actor)]


def quote_as_json(quote: Quote) -> dict[str, Any]:
    """What declaring would mean: due date, cover with its reason, premium, and the working of both."""
    return {
        "state": quote.state,
        "due_on": quote.line.due_on,
        "currency": quote.currency,
        "policy_amount": str(quote.policy_amount),
        "fx": str(quote.fx),
        "exposure": str(quote.exposure),
        "covered": str(quote.expected_cover),
        "cover_reason": quote.reason,
        "premium": str(quote.premium.premium),
        "rate_pct": str(quote.premium.rate_pct),
        "is_late": quote.is_late,
        "warnings": [str(text) for text in quote.warnings],
        "steps": [step.as_json() for step in (*quote.steps, *quote.premium.steps)],
    }


class ListFilter(StrictSerializer):
    """The filters of the list."""

    month = serializers.RegexField(r"^20[0-9]{2}-(0[1-9]|1[0-2])$", required=False)
    state = serializers.CharField(required=False, max_length=12)
    cover = serializers.CharField(required=False, max_length=12)
    q = serializers.CharField(required=False, max_length=60)


class ShipmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Shipment]):
    """Declared shipments."""

    serializer_class = ShipmentSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = selectors.nothing(Shipment)  # for the schema alone
    access = {
        "list": "declarations.view",
        "retrieve": "declarations.view",
        "create": "declarations.declare",
        "preview": "declarations.declare",
        "correct": "declarations.view",
        "withdraw": "declarations.declare",
        "extend": "declarations.declare",
        "accept": "declarations.review",
        "refuse": "declarations.review",
        "register_receivable": "declarations.declare",
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return selectors.nothing(Shipment)
        sent = ListFilter(data={n: v for n, v in self.request.query_params.items() if n in ListFilter().fields})
        sent.is_valid(raise_exception=True)
        data = dict(sent.validated_data)
        if "month" in data:
            data["month"] = selectors.first_of(data["month"])
        return selectors.listed(self.request.actor, **data).select_related("policy", "obligor")

    @extend_schema(request=LineSerializer, responses={201: ShipmentSerializer})
    def create(self, request: Request) -> Response:
        data = asked(LineSerializer, request)
        row = services.declare(actor=request.actor, policy_id=policy_id_of(request, data), line=line_of(data))
        return self._answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=LineSerializer, responses=serializers.DictField)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        data = asked(LineSerializer, request)
        found = services.preview(actor=request.actor, policy_id=policy_id_of(request, data), line=line_of(data))
        return Response(quote_as_json(found))

    @extend_schema(request=LineSerializer, responses={201: ShipmentSerializer})
    @action(detail=False, methods=["post"], url_path="register-receivable")
    def register_receivable(self, request: Request) -> Response:
        data = asked(LineSerializer, request)
        row = services.register_receivable(
            actor=request.actor, policy_id=policy_id_of(request, data), line=line_of(data)
        )
        return self._answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=CorrectionSerializer, responses={201: ShipmentSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str = "") -> Response:
        data = asked(CorrectionSerializer, request)
        row = services.correct(
            actor=request.actor,
            shipment_id=self.get_object().pk,
            line=line_of(data),
            reason=data["reason"],
            version=data.get("version"),
        )
        return self._answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=ReasonSerializer, responses=ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str = "") -> Response:
        data = asked(ReasonSerializer, request)
        return self._answer(
            services.withdraw(actor=request.actor, shipment_id=self.get_object().pk, reason=data["reason"])
        )

    @extend_schema(request=ExtensionSerializer, responses=ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str = "") -> Response:
        data = asked(ExtensionSerializer, request)
        return self._answer(services.extend_due(actor=request.actor, shipment_id=self.get_object().pk, **data))

    @extend_schema(request=CommentSerializer, responses=ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str = "") -> Response:
        data = asked(CommentSerializer, request)
        row = services.accept_held(
            actor=request.actor, shipment_id=self.get_object().pk, comment=data.get("comment", "")
        )
        return self._answer(row)

    @extend_schema(request=ReasonSerializer, responses=ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str = "") -> Response:
        data = asked(ReasonSerializer, request)
        return self._answer(
            services.refuse_held(actor=request.actor, shipment_id=self.get_object().pk, comment=data["reason"])
        )

    def _answer(self, row: Shipment, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(row).data, status=code)
