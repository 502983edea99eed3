"""The register of obligors in the API."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from credit_info import facts, linking, selectors, services
from credit_info.certificates import certify
from credit_info.customers import batch
from credit_info.customers import services as marks
from credit_info.customers.batch import MOST_LINES
from credit_info.customers.selectors import Customer, customers
from credit_info.models import Alias, AliasKind, Fact, FactKind, Light, Obligor
from sinosure.api.parsing import CountryField, DateField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped


class ObligorSerializer(serializers.ModelSerializer[Obligor]):
    country_name = serializers.CharField(source="country.name", read_only=True)
    light_label = serializers.CharField(source="get_light_display", read_only=True)
    light_reasons = serializers.SerializerMethodField()

    class Meta:
        model = Obligor
        fields = (
            "id", "kind", "code", "name", "local_name", "country", "country_name", "city", "address", "registration_no",
            "bic", "industry", "section", "group_name", "parent", "standing", "source",
            "known_on", "light", "light_label", "light_as_of", "light_reasons",
        )  # fmt: skip

    def get_light_reasons(self, obligor: Obligor) -> list[dict[str, str]]:
        history = selectors.light_history(obligor, self.context["request"]._request.actor)
        return [{"light": row.light, "on": row.on, "text": row.text} for row in history]


class BuyerSerializer(StrictSerializer):
    name = NameField()
    country = CountryField()
    registration_no = NameField(required=False, allow_blank=True, max_length=40)
    local_name = NameField(required=False, allow_blank=True)
    city = NameField(required=False, allow_blank=True, max_length=80)
    address = NameField(required=False, allow_blank=True)
    industry = NameField(required=False, allow_blank=True, max_length=80)
    group_name = NameField(required=False, allow_blank=True, max_length=120)
    confirmed_new = serializers.BooleanField(required=False, default=False)


class BankSerializer(StrictSerializer):
    bic = NameField(max_length=20)
    name = NameField()
    country = CountryField()
    city = NameField(required=False, allow_blank=True, max_length=80)


class FactsSerializer(StrictSerializer):
    name = NameField(required=False)
    registration_no = NameField(required=False, allow_blank=True, max_length=40)
    local_name = NameField(required=False, allow_blank=True)
    city = NameField(required=False, allow_blank=True, max_length=80)
    address = NameField(required=False, allow_blank=True)
    industry = NameField(required=False, allow_blank=True, max_length=80)
    group_name = NameField(required=False, allow_blank=True, max_length=120)


class LightSerializer(StrictSerializer):
    light = serializers.ChoiceField(choices=Light.choices)
    reasons = serializers.ListField(child=serializers.CharField(max_length=500), max_length=20, default=list)
    as_of = DateField(required=False)


class LookedUpSerializer(serializers.Serializer[Any]):
    """What anybody may know of a company."""

    id = serializers.IntegerField(source="obligor.pk")
    name = serializers.CharField(source="obligor.name")
    country = serializers.CharField(source="obligor.country_id")
    light = serializers.CharField(source="obligor.light")
    as_of = serializers.DateField(source="obligor.light_as_of")
    meaning = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())


class CertificateSerializer(serializers.Serializer[Any]):
    """`code` is what anybody checks on the verification page."""

    document = serializers.IntegerField()
    number = serializers.CharField()
    code = serializers.CharField()


class FactSerializer(serializers.ModelSerializer[Fact]):
    class Meta:
        model = Fact
        fields = ("id", "kind", "on", "ends_on", "text", "source", "is_internal", "recorded_at")


class NewFactSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=FactKind.choices)
    on = DateField()
    text = serializers.CharField(max_length=500)
    source = NameField(max_length=120)  # type: ignore[assignment]
    is_internal = serializers.BooleanField(required=False, default=False)


class AliasSerializer(serializers.ModelSerializer[Alias]):
    class Meta:
        model = Alias
        fields = ("id", "kind", "name", "until", "source")


class NewAliasSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=AliasKind.choices)
    name = NameField()
    until = DateField(required=False)
    source = NameField(max_length=120)  # type: ignore[assignment]


class ParentSerializer(StrictSerializer):
    parent = serializers.IntegerField(min_value=1, allow_null=True)  # type: ignore[assignment]


class CustomerSerializer(serializers.Serializer[Any]):
    """One buyer or bank of the firm; `warnings` in words."""

    id = serializers.IntegerField(source="obligor.pk")
    name = serializers.CharField(source="obligor.name")
    light = serializers.CharField(source="obligor.light")
    is_favourite = serializers.BooleanField()
    is_partner = serializers.BooleanField()
    warnings = serializers.SerializerMethodField()

    def get_warnings(self, row: Customer) -> list[str]:
        return [str(one.text) for one in row.warnings]


class ListSerializer(StrictSerializer):
    names = serializers.ListField(child=serializers.CharField(max_length=300), max_length=MOST_LINES)


class CheckedSerializer(serializers.Serializer[Any]):
    """`buyer` is null when nothing fits, which is not the same as safe."""

    name = serializers.CharField(source="line.name")
    country = serializers.CharField(source="line.country")
    buyer = serializers.IntegerField(source="obligor.pk", default=None)
    found = serializers.CharField(source="obligor.name", default=None)
    light = serializers.CharField()
    likeness = serializers.FloatField()


class ObligorViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Obligor]):
    """Buyers and issuing banks. `?q=` searches name, code, BIC and registration number."""

    access = {
        "list": "buyers.view", "retrieve": "buyers.view", "create": "buyers.edit", "partial_update": "buyers.edit",
        "propose": "limits.apply", "bank": "buyers.edit", "propose_bank": "limits.apply", "light": "buyers.light",
        "look_up": "buyers.view", "certificate": "buyers.view", "facts": "buyers.view", "record_fact": "buyers.light",
        "names": "buyers.view", "add_name": "buyers.edit", "parent": "buyers.edit",
        "mine": "buyers.view", "check": "buyers.view", "mark": "buyers.view", "unmark": "buyers.view",
    }  # fmt: skip
    queryset = Obligor.objects.none()
    serializer_class = ObligorSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        given = {name: self.request.query_params.get(name, "")[:80] for name in ("q", "kind", "country", "light")}
        return selectors.listed(self.actor, **given)

    def _done(self, obligor: Obligor, code: int = status.HTTP_200_OK) -> Response:
        row = Obligor.objects.visible_to(self.actor).select_related("country").get(pk=obligor.pk)
        return Response(ObligorSerializer(row, context={"request": self.request}).data, status=code)

    @extend_schema(request=BuyerSerializer, responses={201: ObligorSerializer})
    def create(self, request: Request) -> Response:
        """Add a buyer; 409 `possible_duplicate` names those that could be the same, until `confirmed_new`."""
        return self._done(
            services.add_buyer(actor=self.actor, **asked(BuyerSerializer, request)), status.HTTP_201_CREATED
        )

    @extend_schema(request=BuyerSerializer, responses={201: ObligorSerializer})
    @action(detail=False, methods=["post"])
    def propose(self, request: Request) -> Response:
        """The same for an exporter who applies for a limit."""
        return self.create(request)

    @extend_schema(request=BankSerializer, responses={201: ObligorSerializer})
    @action(detail=False, methods=["post"])
    def bank(self, request: Request) -> Response:
        """An issuing bank by BIC; a known one is given back."""
        return self._add_bank(request)

    @extend_schema(request=BankSerializer, responses={201: ObligorSerializer})
    @action(detail=False, methods=["post"], url_path="propose-bank")
    def propose_bank(self, request: Request) -> Response:
        return self._add_bank(request)

    def _add_bank(self, request: Request) -> Response:
        bank = services.add_bank(actor=self.actor, **asked(BankSerializer, request))
        return self._done(bank, status.HTTP_201_CREATED)

    @extend_schema(request=FactsSerializer, responses=ObligorSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        obligor = self.get_object()
        return self._done(services.edit(actor=self.actor, obligor_id=obligor.pk, **asked(FactsSerializer, request)))

    @extend_schema(request=LightSerializer, responses=ObligorSerializer)
    @action(detail=True, methods=["post"])
    def light(self, request: Request, pk: str) -> Response:
        obligor = self.get_object()
        return self._done(
            services.set_light(actor=self.actor, obligor_id=obligor.pk, **asked(LightSerializer, request))
        )

    @extend_schema(responses=LookedUpSerializer(many=True))
    @action(detail=False, methods=["get"], url_path="look-up", pagination_class=None)
    def look_up(self, request: Request) -> Response:
        """`?q=` a name or number, `?country=`: the best five with light, meaning and kinds of reasons. Unknown is an empty list."""
        name, country = (request.query_params.get(key, "")[:200] for key in ("q", "country"))
        return Response(LookedUpSerializer(selectors.looked_up(name, country), many=True).data)

    @extend_schema(request=None, responses={201: CertificateSerializer})
    @action(detail=True, methods=["post"])
    def certificate(self, request: Request, pk: str) -> Response:
        """The look-up as a letter; `document` is downloaded like any other."""
        document = certify(actor=self.actor, obligor_id=self._id())
        found = {"document": document.pk, "number": document.number, "code": document.verification_code}
        return Response(CertificateSerializer(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=FactSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def facts(self, request: Request, pk: str) -> Response:
        """Dated facts behind the light, the newest first, as far as the caller may see them."""
        rows = Fact.objects.visible_to(self.actor).filter(obligor=self._id()).order_by("-on", "-id")
        return Response(FactSerializer(rows, many=True).data)

    @extend_schema(request=NewFactSerializer, responses={201: FactSerializer})
    @facts.mapping.post
    def record_fact(self, request: Request, pk: str) -> Response:
        """The light follows by rule."""
        row = facts.record(actor=self.actor, obligor_id=self._id(), **asked(NewFactSerializer, request))
        return Response(FactSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=AliasSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def names(self, request: Request, pk: str) -> Response:
        """Other names of the company."""
        return Response(AliasSerializer(self.get_object().aliases.all(), many=True).data)

    @extend_schema(request=NewAliasSerializer, responses={201: AliasSerializer})
    @names.mapping.post
    def add_name(self, request: Request, pk: str) -> Response:
        """The company is found by it from now on."""
        row = linking.add_alias(actor=self.actor, obligor_id=self._id(), **asked(NewAliasSerializer, request))
        return Response(AliasSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ParentSerializer, responses=ObligorSerializer)
    @action(detail=True, methods=["post"])
    def parent(self, request: Request, pk: str) -> Response:
        """The company above it; null: nobody."""
        above = asked(ParentSerializer, request)["parent"]
        found = get_object_or_404(Obligor.objects.visible_to(self.actor), pk=above) if above else None
        return self._done(linking.set_parent(actor=self.actor, obligor_id=self._id(), parent=found))

    @extend_schema(responses=CustomerSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=None)
    def mine(self, request: Request) -> Response:
        """我的客户: favourites, partners and warnings."""
        return Response(CustomerSerializer(customers(self.actor), many=True).data)

    @extend_schema(request=ListSerializer, responses=CheckedSerializer(many=True))
    @action(detail=False, methods=["post"], pagination_class=None)
    def check(self, request: Request) -> Response:
        """Each name of a list with its best match and light; “name, DE” narrows to a country."""
        lines = batch.lines_of("\n".join(asked(ListSerializer, request)["names"]))
        return Response(CheckedSerializer(batch.check(lines), many=True).data)

    @extend_schema(request=None, responses=ObligorSerializer)
    @action(detail=True, methods=["post"])
    def mark(self, request: Request, pk: str) -> Response:
        return self._done(marks.mark(actor=self.actor, obligor_id=self._id()))

    @extend_schema(request=None, responses=ObligorSerializer)
    @action(detail=True, methods=["post"])
    def unmark(self, request: Request, pk: str) -> Response:
        return self._done(marks.unmark(actor=self.actor, obligor_id=self._id()))
