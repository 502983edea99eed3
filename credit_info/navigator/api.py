"""The navigator in the API: the same reads and deeds as the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from credit_info.models import BuyerStanding, Light, Obligor, TradeContact, TradeFault, TradeImport
from credit_info.navigator import contacts, importing, products, selectors
from credit_info.navigator.models import LAST_TWELVE
from credit_info.navigator.selectors import CONTACT_KNOWN, FROM_CHINA, NOT_FROM_CHINA, Wanted
from sinosure.api.paging import KeysetPagination
from sinosure.api.parsing import CountryField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped
from sinosure.core.errors import DomainError
from sinosure.ui import fields

SORTS = {"amount": "-amount", "weight": "-weight_kg", "count": "-count"}


class ProductSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    section = serializers.IntegerField(source="industry.section", default=None)


class FoundSerializer(serializers.Serializer[Any]):
    """`product` where one is meant, else `choices`; `is_near` when nothing is called so and these sound like it."""

    product = ProductSerializer(allow_null=True)
    choices = ProductSerializer(many=True)
    is_near = serializers.BooleanField()


class FiguresSerializer(serializers.Serializer[Any]):
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="USD")
    weight_kg = serializers.DecimalField(max_digits=18, decimal_places=3)
    count = serializers.IntegerField()
    china_amount = serializers.DecimalField(max_digits=18, decimal_places=2)


class MonthSerializer(FiguresSerializer):
    """Figures of one month."""

    month = serializers.DateField()

    def to_representation(self, instance: Any) -> Any:
        return {"month": f"{instance.month:%Y-%m}", **FiguresSerializer(instance.figures).data}


class ShareSerializer(serializers.Serializer[Any]):
    """A country or product with its part of the whole; `growth` against a year earlier."""

    code = serializers.CharField(source="what.code")
    name = serializers.CharField(source="what.name")
    figures = FiguresSerializer()
    ratio = serializers.DecimalField(max_digits=9, decimal_places=4, allow_null=True)
    growth = serializers.DecimalField(max_digits=12, decimal_places=4, allow_null=True)
    buyers = serializers.IntegerField(allow_null=True)


class OriginSerializer(serializers.Serializer[Any]):
    """`ratios`: part of the amount in each of `periods`."""

    code = serializers.CharField(source="origin.code")
    name = serializers.CharField(source="origin.name")
    ratios = serializers.ListField(child=serializers.DecimalField(max_digits=9, decimal_places=4, allow_null=True))


class MarketSerializer(serializers.Serializer[Any]):
    """A product in a country or the world. `period` 0 is the last twelve months; `synthetic`: the figures are invented."""

    product = ProductSerializer()
    country = serializers.CharField(source="country.code", default=None)
    period = serializers.IntegerField()
    first = serializers.DateField(source="span.first")
    last = serializers.DateField(source="span.last")
    buyers = serializers.IntegerField()
    figures = FiguresSerializer(source="now")
    a_year_earlier = FiguresSerializer(source="earlier")
    months = MonthSerializer(many=True)
    periods = serializers.ListField(child=serializers.IntegerField())
    origins = OriginSerializer(many=True)
    synthetic = serializers.SerializerMethodField()

    def get_synthetic(self, row: Any) -> bool:
        return selectors.is_synthetic()


class StandingSerializer(serializers.ModelSerializer[BuyerStanding]):
    buyer = serializers.IntegerField(source="obligor_id")
    code = serializers.CharField(source="obligor.code")
    name = serializers.CharField(source="obligor.name")
    light = serializers.CharField(source="obligor.light")
    has_contact = serializers.BooleanField()

    class Meta:
        model = BuyerStanding
        fields = (
            "buyer",
            "code",
            "name",
            "country",
            "light",
            "has_contact",
            "amount",
            "weight_kg",
            "count",
            "china_amount",
        )


class ContactSerializer(serializers.Serializer[Any]):
    """Name, address and number of a person are masked until they are asked for by POST."""

    person = serializers.CharField()
    duty = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    website = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    is_masked = serializers.BooleanField()


class ProfileSerializer(serializers.Serializer[Any]):
    first = serializers.DateField(source="span.first")
    last = serializers.DateField(source="span.last")
    figures = FiguresSerializer()
    months = MonthSerializer(many=True)
    origins = ShareSerializer(many=True)
    products = ShareSerializer(many=True)
    countries = ShareSerializer(many=True)


class BuyerSerializer(serializers.Serializer[Any]):
    """A buyer with where to reach it and what it took; `trade` is null while there are no records."""

    buyer = serializers.IntegerField(source="obligor.pk")
    name = serializers.CharField(source="obligor.name")
    country = serializers.CharField(source="obligor.country_id")
    address = serializers.CharField(source="obligor.address")
    light = serializers.CharField(source="obligor.light")
    contacts = ContactSerializer(many=True)
    trade = ProfileSerializer(allow_null=True)
    synthetic = serializers.BooleanField()


class MarketQuery(serializers.Serializer[Any]):
    """What the address asks for."""

    product = NameField(max_length=80)
    country = CountryField(required=False)
    period = serializers.IntegerField(required=False, min_value=0, max_value=2100, default=LAST_TWELVE)
    contact = serializers.ChoiceField(choices=[CONTACT_KNOWN], required=False)
    origin = serializers.ChoiceField(choices=[FROM_CHINA, NOT_FROM_CHINA], required=False)
    least = serializers.DecimalField(max_digits=15, decimal_places=2, min_value=0, required=False)
    light = serializers.ChoiceField(choices=Light.choices, required=False)
    sort = serializers.ChoiceField(choices=list(SORTS), required=False)


class SpanQuery(serializers.Serializer[Any]):
    first = serializers.RegexField(r"^\d{4}-\d{2}$", required=False)
    last = serializers.RegexField(r"^\d{4}-\d{2}$", required=False)


class NewContactSerializer(StrictSerializer):
    person = NameField(required=False, allow_blank=True, max_length=100)
    duty = NameField(required=False, allow_blank=True, max_length=80)
    email = NameField(required=False, allow_blank=True, max_length=120)
    phone = NameField(required=False, allow_blank=True, max_length=40)
    website = NameField(required=False, allow_blank=True, max_length=120)
    source = NameField(max_length=120)  # type: ignore[assignment]


class LargestFirst(KeysetPagination):
    """By what `?sort=` says: amount, weight or count."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, str]:
        return SORTS.get(request.query_params.get("sort", ""), "-amount"), "-id"


def _asked(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    query = kind(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


class NavigatorViewSet(Scoped, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Obligor]):
    """资信导航仪: products, markets, buyers of a product, and one buyer by its id."""

    access = {
        "products": "buyers.view", "market": "buyers.view", "countries": "buyers.view", "buyers": "buyers.view", "retrieve": "buyers.view",
        "contacts": "buyers.view", "add_contact": "buyers.edit",
    }  # fmt: skip
    queryset = Obligor.objects.none()
    serializer_class = BuyerSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return Obligor.objects.visible_to(self.actor).select_related("country")

    @extend_schema(parameters=[OpenApiParameter("q", str, required=True)], responses=FoundSerializer)
    @action(detail=False, methods=["get"])
    def products(self, request: Request) -> Response:
        """`?q=` a name in Chinese or English, or an HS code of four or six digits."""
        return Response(FoundSerializer(products.find(request.query_params.get("q", "")[:80])).data)

    @extend_schema(parameters=[MarketQuery], responses=MarketSerializer)
    @action(detail=False, methods=["get"])
    def market(self, request: Request) -> Response:
        """Number of buyers, figures against a year earlier, months and origins; without `country` those of the world."""
        return Response(MarketSerializer(selectors.with_origins(self.actor, self._market()[0])).data)

    @extend_schema(parameters=[MarketQuery], responses=ShareSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=None)
    def countries(self, request: Request) -> Response:
        """Which countries buy the product, the largest first."""
        return Response(ShareSerializer(selectors.countries(self.actor, self._market()[0]), many=True).data)

    @extend_schema(parameters=[MarketQuery], responses=StandingSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=LargestFirst)
    def buyers(self, request: Request) -> Response:
        """Buyers of the product in a country, or the largest of the world."""
        found, typed = self._market()
        wanted = Wanted(**{name: typed[name] for name in ("contact", "origin", "least", "light") if name in typed})
        rows = selectors.buyers(self.actor, found.product.code, found.country, found.period, wanted)
        shown: Any = self.paginate_queryset(rows)  # type: ignore[arg-type]
        return self.get_paginated_response(StandingSerializer(shown, many=True).data)

    def _market(self) -> tuple[selectors.Market, dict[str, Any]]:
        typed = _asked(MarketQuery, self.request)
        country = selectors.country(typed.get("country", ""))
        found = selectors.market(self.actor, products.only(typed["product"]), country, typed["period"])
        if found is None:
            raise DomainError("no_records", selectors.NO_RECORDS, status=404)
        return found, typed

    @extend_schema(parameters=[SpanQuery], responses=BuyerSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Address, masked contacts and trade from `first` to `last` (2026-03); the last twelve months when left out."""
        obligor, typed = self.get_object(), _asked(SpanQuery, request)
        days = {name: fields.parsing.parse_date(f"{text}-01").value for name, text in typed.items()}
        span = selectors.span_between(days.get("first"), days.get("last"))
        known = TradeContact.objects.visible_to(self.actor).filter(obligor=obligor)
        found = {
            "obligor": obligor, "contacts": contacts.shown(known, in_full=False), "synthetic": selectors.is_synthetic(),
            "trade": selectors.profile(self.actor, obligor.pk, span) if span else None,
        }  # fmt: skip
        return Response(BuyerSerializer(found).data)

    @extend_schema(request=None, responses=ContactSerializer(many=True))
    @action(detail=True, methods=["post"], pagination_class=None)
    def contacts(self, request: Request, pk: str) -> Response:
        """The contacts in full; who asked is written down."""
        return Response(ContactSerializer(contacts.show(actor=self.actor, obligor_id=self._id()), many=True).data)

    @extend_schema(request=NewContactSerializer, responses={201: ContactSerializer})
    @action(detail=True, methods=["post"], url_path="add-contact")
    def add_contact(self, request: Request, pk: str) -> Response:
        row = contacts.add(actor=self.actor, obligor_id=self._id(), **asked(NewContactSerializer, request))
        [shown] = contacts.shown([row], in_full=True)
        return Response(ContactSerializer(shown).data, status=status.HTTP_201_CREATED)


class TradeImportSerializer(serializers.ModelSerializer[TradeImport]):
    class Meta:
        model = TradeImport
        fields = (
            "id", "file_name", "sha256", "source", "is_synthetic", "rows", "added", "replaced", "known", "refused", "taken_at",
        )  # fmt: skip


class TradeFileRequest(serializers.Serializer[Any]):
    file = serializers.FileField()
    source = NameField(max_length=120)  # type: ignore[assignment]
    is_synthetic = serializers.BooleanField(default=False)
    replace = serializers.BooleanField(default=False)


class TradeFaultSerializer(serializers.ModelSerializer[TradeFault]):
    reason = serializers.CharField(read_only=True)

    class Meta:
        model = TradeFault
        fields = ("id", "row_no", "column", "code", "value", "reason")


class InOrder(KeysetPagination):
    ordering = ("row_no", "id")  # type: ignore[assignment]


class TradeImportViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[TradeImport]
):
    """Files of trade records: hand in as multipart, read the faults."""

    access = dict.fromkeys(("list", "retrieve", "create", "faults"), "trade.import")
    queryset = TradeImport.objects.none()
    serializer_class = TradeImportSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return TradeImport.objects.visible_to(self.actor)

    def get_parsers(self) -> Any:
        request = getattr(self, "request", None)
        is_upload = request is not None and (request.content_type or "").startswith("multipart/")
        return [MultiPartParser()] if is_upload else super().get_parsers()

    @extend_schema(request={"multipart/form-data": TradeFileRequest}, responses={201: TradeImportSerializer})
    def create(self, request: Request) -> Response:
        sent = TradeFileRequest(data=request.data)
        sent.is_valid(raise_exception=True)
        typed = dict(sent.validated_data)
        upload = typed.pop("file")
        row = importing.take_in(actor=self.actor, upload=upload, file_name=upload.name, **typed)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=TradeFaultSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=InOrder)
    def faults(self, request: Request, pk: str) -> Response:
        rows: Any = self.paginate_queryset(TradeFault.objects.visible_to(self.actor).filter(batch=self._id()))  # type: ignore[arg-type]
        return self.get_paginated_response(TradeFaultSerializer(rows, many=True).data)
