"""Endorsements in the API: the same steps through the same services. `terms` are fields of the schedule."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from policies.api import MoneyField, QuoteSerializer, RatioField, TextSerializer, VersionSerializer
from policies.endorsements import selectors, services
from policies.models import Endorsement
from policies.selectors import policies
from sinosure.api.parsing import DateField, StrictSerializer, asked
from sinosure.api.scoped import Scoped

DROPPED = ("version", "starts_on", "ends_on", "valid_until", "deposit_premium")


class RequestSerializer(StrictSerializer):
    """A change asked for, in words."""

    policy = serializers.IntegerField()
    wish = serializers.CharField(max_length=2000)
    effective_from = DateField()


class TermsSerializer(QuoteSerializer):
    """The terms to change; what is left out stays. Amounts in the policy currency, ratios fractions."""

    insured_ratios = serializers.DictField(child=serializers.CharField(max_length=12), required=False)
    max_liability = MoneyField(required=False)
    minimum_premium = MoneyField(required=False)
    flat_rate_pct = RatioField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return {name: field for name, field in super().get_fields().items() if name not in DROPPED}


class DraftSerializer(StrictSerializer):
    version = serializers.IntegerField(required=False)
    effective_from = DateField()
    terms = TermsSerializer()


class EndorsementSerializer(serializers.ModelSerializer[Endorsement]):
    """One endorsement; `changes` name → old and new; `actions` are the moves that the caller may make now."""

    state_label = serializers.CharField(source="get_state_display", read_only=True)
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Endorsement
        fields = (
            "id", "number", "policy", "state", "state_label", "wish", "effective_from", "changes", "is_from_insured",
            "requested_at", "drafted_at", "approved_at", "signed_at", "remark", "version", "actions",
        )  # fmt: skip

    def get_actions(self, row: Endorsement) -> list[str]:
        return [move.action for move in selectors.actions(row, self.context["request"]._request.actor)]


class EndorsementViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Endorsement]
):
    """Endorsements that the caller may see."""

    access = {
        "list": "policies.view", "retrieve": "policies.view", "create": "policies.view", "draft": "policies.quote",
        "approve": "policies.sign_insurer", "send_back": "policies.sign_insurer", "decline": "policies.underwrite",
        "sign": "policies.sign", "refuse": "policies.sign", "withdraw": "policies.apply",
    }  # fmt: skip
    queryset = Endorsement.objects.none()
    serializer_class = EndorsementSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.endorsements(self.actor)

    def _done(self, row: Endorsement, code: int = status.HTTP_200_OK) -> Response:
        fresh = selectors.endorsements(self.actor).get(pk=row.pk)
        return Response(EndorsementSerializer(fresh, context={"request": self.request}).data, status=code)

    @extend_schema(request=RequestSerializer, responses={201: EndorsementSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a change of a policy."""
        given = asked(RequestSerializer, request)
        policy_id = given.pop("policy")
        if not policies(self.actor).filter(pk=policy_id).exists():
            raise Http404
        return self._done(services.request(actor=self.actor, policy_id=policy_id, **given), status.HTTP_201_CREATED)

    @extend_schema(request=DraftSerializer, responses=EndorsementSerializer)
    @action(detail=True, methods=["post"])
    def draft(self, request: Request, pk: str) -> Response:
        known = self._id()
        return self._done(services.draft(actor=self.actor, endorsement_id=known, **asked(DraftSerializer, request)))

    @extend_schema(request=VersionSerializer, responses=EndorsementSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        known = self._id()
        return self._done(services.approve(actor=self.actor, endorsement_id=known, **asked(VersionSerializer, request)))

    @extend_schema(request=VersionSerializer, responses=EndorsementSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        known = self._id()
        return self._done(services.sign(actor=self.actor, endorsement_id=known, **asked(VersionSerializer, request)))

    @extend_schema(request=TextSerializer, responses=EndorsementSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        return self._with_reason(services.send_back, request)

    @extend_schema(request=TextSerializer, responses=EndorsementSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        return self._with_reason(services.decline, request)

    @extend_schema(request=TextSerializer, responses=EndorsementSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        return self._with_reason(services.refuse, request)

    def _with_reason(self, deed: Any, request: Request) -> Response:
        known = self._id()
        reason = asked(TextSerializer, request)["text"]
        return self._done(deed(actor=self.actor, endorsement_id=known, reason=reason))

    @extend_schema(request=None, responses=EndorsementSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._done(services.withdraw(actor=self.actor, endorsement_id=self._id()))
