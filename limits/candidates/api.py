"""Stop-cover candidates in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from limits.candidates import selectors, services
from limits.candidates.lifecycle import CANDIDATE
from limits.candidates.models import StopCandidate
from limits.candidates.stake import at_stake
from sinosure.api.parsing import StrictSerializer, asked
from sinosure.api.scoped import Scoped


class StakeOut(serializers.Serializer[Any]):
    currency = serializers.CharField()
    policies = serializers.IntegerField()
    limit = serializers.CharField()
    used = serializers.CharField()
    shipments = serializers.IntegerField()
    open_amount = serializers.CharField()


class CandidateOut(serializers.ModelSerializer[StopCandidate]):
    """`at_stake`: while open as of now, afterwards as the decision saw it."""

    alarm = serializers.CharField(source="event.number")
    buyer = serializers.CharField(source="obligor.name")
    at_stake = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = StopCandidate
        fields = (
            "id",
            "event",
            "alarm",
            "obligor",
            "buyer",
            "state",
            "opened_at",
            "decided_at",
            "comment",
            "at_stake",
            "actions",
        )

    @extend_schema_field(StakeOut(many=True))
    def get_at_stake(self, row: StopCandidate) -> list[dict[str, Any]]:
        return row.at_stake or [line.as_json() for line in at_stake([row.obligor_id])[row.obligor_id]]

    def get_actions(self, row: StopCandidate) -> list[str]:
        return [move.action for move in CANDIDATE.available(row, self.context["request"]._request.actor)]


class ReasonSerializer(StrictSerializer):
    comment = serializers.CharField(max_length=500)


class CandidateViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[StopCandidate]
):  # fmt: skip
    """Whether cover on a buyer goes on after a severe alarm. `?state=OPEN` narrows the list."""

    access = {"list": "limits.stop", "retrieve": "limits.stop", "stop": "limits.stop", "keep": "limits.stop"}
    serializer_class = CandidateOut
    queryset = StopCandidate.objects.none()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.candidates(self.actor, self.request.query_params.get("state", ""))

    @extend_schema(request=ReasonSerializer, responses=CandidateOut)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Stop every limit on the buyer."""
        return self._decided(request, services.stop)

    @extend_schema(request=ReasonSerializer, responses=CandidateOut)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: str) -> Response:
        return self._decided(request, services.keep)

    def _decided(self, request: Request, deed: Any) -> Response:
        row = self.get_object()
        comment = asked(ReasonSerializer, request)["comment"]
        [done] = deed(actor=self.actor, event_id=row.event_id, candidate_ids=[row.pk], comment=comment)
        return Response(self.get_serializer(done).data)
