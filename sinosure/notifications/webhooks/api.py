"""Webhook endpoints and their calls in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from sinosure.api.idempotency import KEPT_BODY
from sinosure.api.parsing import StrictSerializer, asked
from sinosure.api.scoped import Scoped
from sinosure.notifications.models import Outbox
from sinosure.notifications.webhooks import selectors, services, signing
from sinosure.notifications.webhooks.addresses import LONGEST
from sinosure.notifications.webhooks.models import WebhookEndpoint


class EndpointSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    arrived = serializers.IntegerField(source="sent")
    waiting = serializers.IntegerField()
    given_up = serializers.IntegerField(source="dead")

    class Meta:
        model = WebhookEndpoint
        fields = ("id", "url", "created_at", "arrived", "waiting", "given_up")


class SecretSerializer(serializers.Serializer[Any]):
    """`secret` stands in the first answer alone; null when the answer is given again."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    secret = serializers.CharField(allow_null=True)


class NewEndpointSerializer(StrictSerializer):
    url = serializers.CharField(max_length=LONGEST)


class CallSerializer(serializers.ModelSerializer[Outbox]):
    class Meta:
        model = Outbox
        fields = ("id", "kind", "state", "attempts", "created_at", "next_try_at", "sent_at", "last_error")


class EndpointViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[WebhookEndpoint]
):  # fmt: skip
    """Where alarms are posted to. Calls are signed as standardwebhooks.com describes."""

    access = dict.fromkeys(("list", "retrieve", "create", "secret", "test", "remove", "calls"), "webhooks.manage")
    serializer_class = EndpointSerializer
    queryset = WebhookEndpoint.objects.none()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.endpoints(self.actor)

    @extend_schema(request=NewEndpointSerializer, responses={201: SecretSerializer})
    def create(self, request: Request) -> Response:
        """422 `private_address` for anything inside a private network."""
        row = services.add(actor=self.actor, **asked(NewEndpointSerializer, request))
        return _with_secret(row, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=SecretSerializer)
    @action(detail=True, methods=["post"])
    def secret(self, request: Request, pk: str) -> Response:
        """A new secret; the old one signs nothing any more."""
        return _with_secret(services.renew_secret(actor=self.actor, endpoint_id=self._id()), status.HTTP_200_OK)

    @extend_schema(request=None, responses=EndpointSerializer)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        services.test(actor=self.actor, endpoint_id=self._id())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        services.remove(actor=self.actor, endpoint_id=self._id())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=CallSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def calls(self, request: Request, pk: str) -> Response:
        """The last hundred."""
        return Response(CallSerializer(selectors.calls(self.actor, self._id())[:100], many=True).data)


def _with_secret(row: WebhookEndpoint, code: int) -> Response:
    plain = {"id": row.pk, "url": row.url, "secret": None}
    answer = Response({**plain, "secret": signing.shown(signing.opened(row.secret))}, status=code)
    setattr(answer, KEPT_BODY, plain)
    return answer


API: list[tuple[str, Any]] = [("webhooks", EndpointViewSet)]
