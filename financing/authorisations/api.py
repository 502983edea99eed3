"""Authorisations in the API: grant, revoke, read."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from financing.authorisations import services
from financing.models import Authorisation, Indicator, Reading
from sinosure.api.parsing import DateField, StrictSerializer, asked
from sinosure.api.scoped import Scoped
from sinosure.core import clock


class AuthorisationSerializer(serializers.ModelSerializer[Authorisation]):
    state = serializers.SerializerMethodField()

    class Meta:
        model = Authorisation
        fields = (
            "id", "number", "policyholder", "bank", "indicators", "valid_from", "valid_until", "granted_at", "revoked_at", "state",
        )  # fmt: skip

    def get_state(self, row: Authorisation) -> str:
        return str(row.standing(clock.today()).value)


class GrantSerializer(StrictSerializer):
    bank = serializers.IntegerField(min_value=1)
    indicators = serializers.ListField(child=serializers.ChoiceField(choices=Indicator.choices))
    valid_from = DateField()
    valid_until = DateField()


class ReadingSerializer(serializers.ModelSerializer[Reading]):
    """What was shown, in bands and rounded shares."""

    class Meta:
        model = Reading
        fields = ("id", "authorisation", "read_at", "shown")


class AuthorisationViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Authorisation]
):
    """What exporters let banks read."""

    access = {
        "list": "financing.view", "retrieve": "financing.view", "create": "financing.sign_exporter",
        "revoke": "financing.sign_exporter", "read": "financing.lend", "readings": "financing.view",
    }  # fmt: skip
    queryset = Authorisation.objects.none()
    serializer_class = AuthorisationSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return Authorisation.objects.visible_to(self.actor)

    @extend_schema(request=GrantSerializer, responses={201: AuthorisationSerializer})
    def create(self, request: Request) -> Response:
        data = asked(GrantSerializer, request)
        row = services.grant(actor=self.actor, bank_id=data.pop("bank"), names=data.pop("indicators"), **data)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=AuthorisationSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """At once."""
        return Response(self.get_serializer(services.revoke(actor=self.actor, authorisation_id=self._id())).data)

    @extend_schema(request=None, responses=ReadingSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        """The indicators of now; the reading is kept and the exporter sees it."""
        return Response(ReadingSerializer(services.read(actor=self.actor, authorisation_id=self._id())).data)

    @extend_schema(responses=ReadingSerializer(many=True))
    @action(detail=True, methods=["get"])
    def readings(self, request: Request, pk: str) -> Response:
        """The newest fifty."""
        rows = Reading.objects.visible_to(self.actor).filter(authorisation=self._id()).order_by("-id")[:50]
        return Response(ReadingSerializer(rows, many=True).data)
