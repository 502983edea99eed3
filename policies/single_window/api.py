"""The single window in the API: the same seven steps through the same services."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from policies.micro.api import OrderSerializer
from policies.single_window import selectors, services
from policies.single_window.identity import Method
from policies.single_window.models import WindowApplication, WindowStep
from sinosure.api.parsing import AmountField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped


class DoneSerializer(serializers.ModelSerializer[WindowStep]):
    """`earlier_on`: the day on which the firm had done this step before; null when it was done here."""

    class Meta:
        model = WindowStep
        fields = ("step", "done_at", "earlier_on")


class ApplicationSerializer(serializers.ModelSerializer[WindowApplication]):
    """`next_step` is the one that this person may take now; `policy` is the id of the application once submitted."""

    steps = DoneSerializer(many=True, read_only=True)
    next_step = serializers.SerializerMethodField()

    class Meta:
        model = WindowApplication
        fields = ("id", "started_at", "submitted_at", "withdrawn_at", "policy", "next_step", "steps")

    def get_next_step(self, row: WindowApplication) -> str | None:
        return selectors.step_of(row, self.context["view"].actor) if row.is_open else None


class IdentitySerializer(StrictSerializer):
    """Of `number` the last four characters are kept."""

    method = serializers.ChoiceField(choices=Method.choices)
    name = NameField(max_length=60)
    number = NameField(max_length=40)


class EntrySerializer(StrictSerializer):
    exports_last_year = AmountField(currency="USD")


class ReadSerializer(StrictSerializer):
    has_read = serializers.BooleanField()


class TickSerializer(StrictSerializer):
    is_ticked = serializers.BooleanField()


class WindowViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[WindowApplication]
):
    """Applications in the single window; POST begins one or gives back the unfinished one."""

    access = {
        "list": "policies.view", "retrieve": "policies.view", "create": "policies.apply", "identity": "policies.apply",
        "entry": "policies.apply", "proposal": "policies.apply", "seal": "policies.apply",
        "agreement": "policies.apply", "authorisation": "policies.apply", "withdraw": "policies.apply",
    }  # fmt: skip
    queryset = WindowApplication.objects.none()
    serializer_class = ApplicationSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.applications(self.actor)

    @extend_schema(request=None, responses={201: ApplicationSerializer})
    def create(self, request: Request) -> Response:
        row = services.start(actor=self.actor)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=IdentitySerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def identity(self, request: Request, pk: str) -> Response:
        """Step 1, in every session anew."""
        pk_, data = self._id(), asked(IdentitySerializer, request)
        return self._answer(services.authenticate(actor=self.actor, application_id=pk_, **data))

    @extend_schema(request=EntrySerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def entry(self, request: Request, pk: str) -> Response:
        """Step 2: whether the product fits."""
        pk_, data = self._id(), asked(EntrySerializer, request)
        return self._answer(services.enter(actor=self.actor, application_id=pk_, **data))

    @extend_schema(request=OrderSerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def proposal(self, request: Request, pk: str) -> Response:
        """Step 3: tier, facts and declaration."""
        pk_, body = self._id(), OrderSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self._answer(services.confirm(actor=self.actor, application_id=pk_, order=body.order()))

    @extend_schema(request=None, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def seal(self, request: Request, pk: str) -> Response:
        """Step 4: the electronic seal."""
        return self._answer(services.make_seal(actor=self.actor, application_id=self._id()))

    @extend_schema(request=ReadSerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def agreement(self, request: Request, pk: str) -> Response:
        """Step 5: sign the service agreement with the seal."""
        pk_, data = self._id(), asked(ReadSerializer, request)
        return self._answer(services.sign_agreement(actor=self.actor, application_id=pk_, **data))

    @extend_schema(request=TickSerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def authorisation(self, request: Request, pk: str) -> Response:
        """Step 6: authorise the data; the application is submitted with it."""
        pk_, data = self._id(), asked(TickSerializer, request)
        return self._answer(services.authorise(actor=self.actor, application_id=pk_, **data))

    @extend_schema(request=None, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Before it is submitted."""
        return self._answer(services.withdraw(actor=self.actor, application_id=self._id()))

    def _answer(self, row: WindowApplication) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data)
