"""A bank's consents in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from policies import services
from policies.api import OptionalTextSerializer, TextSerializer
from policies.ending import selectors
from policies.models import PolicyConsent
from sinosure.api.scoped import Scoped


class ConsentSerializer(serializers.ModelSerializer[PolicyConsent]):
    reason = serializers.CharField(source="notice.reason", read_only=True)
    policy_number = serializers.CharField(source="policy.number", read_only=True)

    class Meta:
        model = PolicyConsent
        fields = ("id", "policy", "policy_number", "bank", "state", "reason", "asked_at", "answered_at", "remark")


class ConsentViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[PolicyConsent]):
    """Consents to terminations that the caller may see; the bank that was asked answers."""

    access = {
        "list": "policies.view", "retrieve": "policies.view", "give": "financing.sign_bank",
        "refuse": "financing.sign_bank",
    }  # fmt: skip
    queryset = PolicyConsent.objects.none()
    serializer_class = ConsentSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.consents(self.actor)

    def _answer(self, deed: Any, serializer: Any) -> Response:
        serializer.is_valid(raise_exception=True)
        pk = self._id()
        deed(actor=self.actor, consent_id=pk, remark=serializer.validated_data.get("text", ""))
        return Response(ConsentSerializer(selectors.consents(self.actor).get(pk=pk)).data)

    @extend_schema(request=OptionalTextSerializer, responses=ConsentSerializer)
    @action(detail=True, methods=["post"])
    def give(self, request: Request, pk: str) -> Response:
        return self._answer(services.give_consent, OptionalTextSerializer(data=request.data))

    @extend_schema(request=TextSerializer, responses=ConsentSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        return self._answer(services.refuse_consent, TextSerializer(data=request.data))
