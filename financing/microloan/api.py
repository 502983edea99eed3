"""信保贷 in the API: apply, offer, sign, draw; every refusal as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from declarations.models import Shipment
from financing.api import LoanRowSerializer
from financing.microloan import authorising, drawing, selectors, services, showing
from financing.microloan.lifecycle import CREDIT_LINE
from financing.models import CreditLine, CreditProduct, ProductTerms
from sinosure.api.parsing import AmountField, CountryField, CurrencyField, DateField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped


class TermsSerializer(serializers.ModelSerializer[ProductTerms]):
    class Meta:
        model = ProductTerms
        fields = ("grade", "rate_pct", "share_ratio")


class CreditProductSerializer(serializers.ModelSerializer[CreditProduct]):
    terms = TermsSerializer(many=True, read_only=True)

    class Meta:
        model = CreditProduct
        fields = (
            "id", "code", "version", "name_zh", "name_en", "bank", "currency", "max_amount", "instant_up_to",
            "max_tenor_days", "terms",
        )  # fmt: skip


class CreditLineRowSerializer(serializers.ModelSerializer[CreditLine]):
    """A line in a list."""

    state = serializers.CharField(source="shown_state.value", read_only=True)

    class Meta:
        model = CreditLine
        fields = (
            "id", "number", "policyholder", "bank", "policy", "product", "agreement", "state", "currency", "asked",
            "points", "grade", "amount", "rate_pct", "tenor_days", "offered_until", "ends_on", "applied_at",
        )  # fmt: skip


class CreditLineSerializer(CreditLineRowSerializer):
    """One line with what judged it, its use and its loans."""

    score = serializers.SerializerMethodField()
    drawn = serializers.SerializerMethodField()
    left = serializers.SerializerMethodField()
    loans = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta(CreditLineRowSerializer.Meta):
        fields = (*CreditLineRowSerializer.Meta.fields, "score", "drawn", "left", "loans", "actions")  # type: ignore[assignment]

    def get_score(self, line: CreditLine) -> dict[str, Any] | None:
        """Empty for a bank whose authorisation was revoked."""
        if not selectors.may_read_data(line, self._actor):
            return None
        rows = showing.scored(line)
        return {
            "scorecard": line.scorecard, "facts": line.facts, "working": line.working,
            "factors": [
                {"code": code, "points": row.points, "most": row.most, "reason": str(row.words), "helps": str(row.helps)}
                for code, row in zip(line.reasons, rows, strict=True)
            ],
            "declined_for": [{"code": code, "reason": str(why), "helps": str(helps)}
                             for code, (why, helps) in zip(line.barred, showing.barred(line), strict=True)],
        }  # fmt: skip

    def get_drawn(self, line: CreditLine) -> str:
        return f"{selectors.use_of(line).drawn:f}"

    def get_left(self, line: CreditLine) -> str:
        return f"{selectors.use_of(line).left:f}"

    def get_loans(self, line: CreditLine) -> list[dict[str, Any]]:
        rows = [one.loan for one in line.drawdowns.select_related("loan__shipment", "loan__bank").order_by("id")]
        return list(LoanRowSerializer(rows, many=True).data)

    def get_actions(self, line: CreditLine) -> list[str]:
        return [move.action for move in CREDIT_LINE.available(line, self._actor)]

    @property
    def _actor(self) -> Any:
        return self.context["request"]._request.actor


class ApplySerializer(StrictSerializer):
    product = serializers.IntegerField(min_value=1)
    asked = AmountField(currency="CNY")
    tenor_days = serializers.IntegerField(min_value=1, max_value=3660)
    authorises = serializers.BooleanField()


class OfferSerializer(StrictSerializer):
    amount = AmountField(currency="CNY")
    rate_pct = serializers.DecimalField(max_digits=7, decimal_places=4)
    tenor_days = serializers.IntegerField(min_value=1, max_value=3660)


class DeclineSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=500)


class DrawdownSerializer(StrictSerializer):
    shipment = serializers.IntegerField(min_value=1)
    currency = CurrencyField()
    principal = AmountField()
    matures_on = DateField(required=False)


class InvoiceSerializer(StrictSerializer):
    buyer = NameField(max_length=200)
    country = CountryField()
    confirmed_new = serializers.BooleanField(default=False)
    invoice_no = serializers.CharField(max_length=60)
    currency = CurrencyField()
    amount = AmountField()
    shipped_on = DateField()
    due_on = DateField()
    transport_no = serializers.CharField(max_length=60, required=False, default="")


class CreditProductViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[CreditProduct]):
    """What banks lend on micro policies now."""

    access = {"list": "financing.view"}
    queryset = CreditProduct._default_manager.none()
    serializer_class = CreditProductSerializer

    def get_queryset(self) -> Any:
        return selectors.products().prefetch_related("terms")


class CreditLineViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CreditLine]):
    """Applications for micro credit, and the lines that come of them."""

    access = {
        "list": "financing.view", "retrieve": "financing.view", "create": "financing.sign_exporter",
        "offer": "financing.lend", "decline": "financing.lend", "sign": "financing.sign_exporter",
        "sign_bank": "financing.sign_bank", "withdraw": "financing.sign_exporter", "close": "financing.sign_bank",
        "revoke": "financing.sign_exporter", "authorise": "financing.sign_exporter",
        "register_invoice": "financing.sign_exporter", "draw": "financing.sign_exporter",
    }  # fmt: skip
    queryset = CreditLine.objects.none()
    serializer_class = CreditLineSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.lines(self.actor)

    def get_serializer_class(self) -> Any:
        return CreditLineRowSerializer if self.action == "list" else CreditLineSerializer

    def _shown(self, line_id: int, code: int = status.HTTP_200_OK) -> Response:
        row = self.get_queryset().get(pk=line_id)
        return Response(CreditLineSerializer(row, context={"request": self.request}).data, status=code)

    def _done(self, deed: Callable[..., CreditLine], **data: Any) -> Response:
        return self._shown(deed(actor=self.actor, line_id=self._id(), **data).pk)

    @extend_schema(request=ApplySerializer, responses={201: CreditLineSerializer})
    def create(self, request: Request) -> Response:
        """Apply and authorise; the answer stands in the line that comes back."""
        data = asked(ApplySerializer, request)
        row = services.apply(actor=self.actor, product_id=data.pop("product"), **data)
        return self._shown(row.pk, status.HTTP_201_CREATED)

    @extend_schema(request=OfferSerializer, responses=CreditLineSerializer)
    @action(detail=True, methods=["post"])
    def offer(self, request: Request, pk: str) -> Response:
        """The bank's offer, within the scorecard."""
        return self._done(services.offer, **asked(OfferSerializer, request))

    @extend_schema(request=DeclineSerializer, responses=CreditLineSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """The bank says no."""
        return self._done(services.decline, **asked(DeclineSerializer, request))

    @extend_schema(request=None, responses=CreditLineSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        """The exporter signs contract and assignment."""
        return self._done(services.sign)

    @extend_schema(request=None, responses=CreditLineSerializer)
    @action(detail=True, methods=["post"])
    def sign_bank(self, request: Request, pk: str) -> Response:
        """The bank's approver signs."""
        return self._done(services.sign_bank)

    @extend_schema(request=None, responses=CreditLineSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Before the bank has signed."""
        return self._done(services.withdraw)

    @extend_schema(request=None, responses=CreditLineSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Once all is repaid."""
        return self._done(services.close)

    @extend_schema(request=None, responses=CreditLineSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """The data authorisation ends at once."""
        return self._done(authorising.revoke)

    @extend_schema(request=None, responses=CreditLineSerializer)
    @action(detail=True, methods=["post"])
    def authorise(self, request: Request, pk: str) -> Response:
        """The same data once more, for a signed line."""
        return self._done(authorising.authorise)

    @extend_schema(request=InvoiceSerializer, responses=serializers.DictField)
    @action(detail=True, methods=["post"])
    def register_invoice(self, request: Request, pk: str) -> Response:
        """An invoice to draw on: `shipment` is what `draw` asks for."""
        invoice = drawing.Invoice(**asked(InvoiceSerializer, request))
        row = drawing.register_invoice(actor=self.actor, line_id=self._id(), invoice=invoice)
        return Response({"shipment": row.pk, "number": row.declaration_no}, status=status.HTTP_201_CREATED)

    @extend_schema(request=DrawdownSerializer, responses={201: LoanRowSerializer})
    @action(detail=True, methods=["post"])
    def draw(self, request: Request, pk: str) -> Response:
        """Money on one registered invoice, at once. `currency` is that of the invoice."""
        data = asked(DrawdownSerializer, request)
        if not Shipment.objects.visible_to(self.actor).filter(pk=data["shipment"]).exists():
            raise Http404
        loan = drawing.draw(
            actor=self.actor, line_id=self._id(), shipment_id=data["shipment"], principal=data["principal"],
            matures_on=data.get("matures_on"), currency=data["currency"],
        )  # fmt: skip
        return Response(LoanRowSerializer(loan).data, status=status.HTTP_201_CREATED)
