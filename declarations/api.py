"""Shipments, receipts, premium and files in the API: the same services as the pages. Amounts are strings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from declarations import selectors, services
from declarations.due import due_on as due_after
from declarations.importer import services as files
from declarations.importer.rows import TERMS
from declarations.lifecycle import LINE, NOTICE
from declarations.line import Line
from declarations.models import DeclarationPeriod, ImportBatch, LineKind, PremiumNotice, Receipt, RowError, Shipment
from declarations.quoting import Quote
from policies.models import Policy
from sinosure.api.parsing import (
    AmountField,
    CountryField,
    CurrencyField,
    DateField,
    NameField,
    ParsedField,
    StrictSerializer,
)
from sinosure.core.errors import DomainError
from sinosure.core.parsing import canonical_invoice_no, clean_reference, parse_amount, parse_currency


class ZeroAmountField(AmountField):
    """An amount that may be 0."""

    def read(self, text: str) -> Any:
        data = self.parent.initial_data if hasattr(self.parent, "initial_data") else {}
        return parse_amount(
            text, parse_currency(str(data.get(self.currency_field) or "USD")).value, allow_zero=True
        ).value


class ReferenceField(ParsedField):
    def read(self, text: str) -> Any:
        return clean_reference(text, self.max_length or 60).value


class InvoiceNoField(ParsedField):
    def read(self, text: str) -> Any:
        canonical_invoice_no(text)
        return text.strip()


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
    knows_of_loss = serializers.BooleanField(
        help_text="Is any invoice of this buyer overdue, or an adverse event known? (DEC-3)"
    )


class CorrectionSerializer(LineSerializer):
    reason = serializers.CharField(max_length=300)
    version = serializers.IntegerField(required=False)


class ReasonSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=300)


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
        for name in ("contract_no", "transport_no", "customs_no", "hs_code", "description", "lc_no")
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
        financing_bank_id=_bank(data.get("financing_bank") or ""),
        **plain,
    )


def _bank(bic: str) -> int | None:
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
        asked = ListFilter(data={n: v for n, v in self.request.query_params.items() if n in ListFilter().fields})
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        if "month" in data:
            data["month"] = selectors.first_of(data["month"])
        return selectors.listed(self.request.actor, **data).select_related("policy", "obligor")

    @extend_schema(request=LineSerializer, responses={201: ShipmentSerializer})
    def create(self, request: Request) -> Response:
        data = _asked(LineSerializer, request)
        row = services.declare(actor=request.actor, policy_id=_policy_id(request, data), line=line_of(data))
        return self._answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=LineSerializer, responses=serializers.DictField)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        data = _asked(LineSerializer, request)
        found = services.preview(actor=request.actor, policy_id=_policy_id(request, data), line=line_of(data))
        return Response(quote_as_json(found))

    @extend_schema(request=LineSerializer, responses={201: ShipmentSerializer})
    @action(detail=False, methods=["post"], url_path="register-receivable")
    def register_receivable(self, request: Request) -> Response:
        data = _asked(LineSerializer, request)
        row = services.register_receivable(actor=request.actor, policy_id=_policy_id(request, data), line=line_of(data))
        return self._answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=CorrectionSerializer, responses={201: ShipmentSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str = "") -> Response:
        data = _asked(CorrectionSerializer, request)
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
        data = _asked(ReasonSerializer, request)
        return self._answer(
            services.withdraw(actor=request.actor, shipment_id=self.get_object().pk, reason=data["reason"])
        )

    @extend_schema(request=ExtensionSerializer, responses=ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str = "") -> Response:
        data = _asked(ExtensionSerializer, request)
        return self._answer(services.extend_due(actor=request.actor, shipment_id=self.get_object().pk, **data))

    @extend_schema(request=CommentSerializer, responses=ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str = "") -> Response:
        data = _asked(CommentSerializer, request)
        row = services.accept_held(
            actor=request.actor, shipment_id=self.get_object().pk, comment=data.get("comment", "")
        )
        return self._answer(row)

    @extend_schema(request=ReasonSerializer, responses=ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str = "") -> Response:
        data = _asked(ReasonSerializer, request)
        return self._answer(
            services.refuse_held(actor=request.actor, shipment_id=self.get_object().pk, comment=data["reason"])
        )

    def _answer(self, row: Shipment, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(row).data, status=code)


def _asked(kind: type[StrictSerializer], request: Request) -> dict[str, Any]:
    asked = kind(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _policy_id(request: Request, data: dict[str, Any]) -> int:
    """404 for a policy that is not the caller's."""
    if not Policy.objects.visible_to(request.actor).filter(pk=data["policy"]).exists():
        raise Http404
    return int(data["policy"])


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
        data = _asked(ReceiptRequest, request)
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
        data = _asked(ReasonSerializer, request)
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
        asked = PaymentRequest(data={**request.data} if isinstance(request.data, dict) else request.data)
        asked.fields["amount"].currency = notice.currency
        asked.is_valid(raise_exception=True)
        services.book_payment(actor=request.actor, notice_id=notice.pk, **asked.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=ReasonSerializer, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str = "") -> Response:
        data = _asked(ReasonSerializer, request)
        notice = services.cancel_notice(actor=request.actor, notice_id=self.get_object().pk, reason=data["reason"])
        return Response(self.get_serializer(notice).data)


class FileRequest(serializers.Serializer[Any]):
    policy = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    file = serializers.FileField()


class ConfirmRequest(StrictSerializer):
    leave_out_bad = serializers.BooleanField(required=False)
    knows_of_loss = serializers.BooleanField()


class ImportSerializer(serializers.ModelSerializer[ImportBatch]):
    """A file: poll it until `state` is READY (then confirm), BOOKED or FAILED."""

    class Meta:
        model = ImportBatch
        fields = (
            "id",
            "number",
            "policy",
            "state",
            "kind",
            "file_name",
            "sha256",
            "encoding",
            "mapping",
            "rows_total",
            "rows_done",
            "rows_good",
            "rows_bad",
            "preview",
            "failure",
            "uploaded_at",
            "booked_at",
        )


class RowErrorSerializer(serializers.ModelSerializer[RowError]):
    message = serializers.CharField(source="text", read_only=True)

    class Meta:
        model = RowError
        fields = ("id", "row_no", "column", "code", "value", "message", "params")


class ColumnsRequest(StrictSerializer):
    columns = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=200))


class ImportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ImportBatch]):
    """Files of shipments: hand in as multipart, read the errors, confirm."""

    serializer_class = ImportSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = selectors.nothing(ImportBatch)
    access = {
        "list": "declarations.view",
        "retrieve": "declarations.view",
        "errors": "declarations.view",
        "create": "declarations.declare",
        "columns": "declarations.declare",
        "confirm": "declarations.declare",
        "discard": "declarations.declare",
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return selectors.nothing(ImportBatch)
        return selectors.batches(self.request.actor)

    def get_parsers(self) -> Any:
        request = getattr(self, "request", None)
        is_upload = request is not None and (request.content_type or "").startswith("multipart/")
        return [MultiPartParser()] if is_upload else super().get_parsers()

    @extend_schema(request={"multipart/form-data": FileRequest}, responses={202: ImportSerializer})
    def create(self, request: Request) -> Response:
        asked = FileRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        policy_id = _policy_id(request, asked.validated_data)
        batch = files.receive(actor=request.actor, policy_id=policy_id, upload=asked.validated_data["file"])
        return Response(self.get_serializer(batch).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses=RowErrorSerializer(many=True))
    @action(detail=True)
    def errors(self, request: Request, pk: str = "") -> Response:
        faults: Any = selectors.faults_of(self.get_object()).order_by("-id")
        rows: Any = self.paginate_queryset(faults)
        return self.get_paginated_response(RowErrorSerializer(rows, many=True).data)

    @extend_schema(request=ColumnsRequest, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def columns(self, request: Request, pk: str = "") -> Response:
        data = _asked(ColumnsRequest, request)
        batch = files.confirm_mapping(actor=request.actor, batch_id=self.get_object().pk, columns=data["columns"])
        return Response(self.get_serializer(batch).data)

    @extend_schema(request=ConfirmRequest, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str = "") -> Response:
        batch = files.confirm(actor=request.actor, batch_id=self.get_object().pk, **_asked(ConfirmRequest, request))
        return Response(self.get_serializer(batch).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str = "") -> Response:
        return Response(self.get_serializer(files.discard(actor=request.actor, batch_id=self.get_object().pk)).data)


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
        data = _asked(CloseRequest, request)
        period = services.close_month(
            actor=request.actor, period_id=self.get_object().pk, is_nil=data.get("is_nil", False)
        )
        return Response(self.get_serializer(period).data)
