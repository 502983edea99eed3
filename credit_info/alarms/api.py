"""Alarms in the API: read, follow, publish. The same services as the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from credit_info.alarms import following, publishing, selectors
from credit_info.alarms.models import BY_SYSTEM, Dimension, EventKind, RiskEvent, Severity, Subscription
from credit_info.alarms.publishing import DatedFact, NewEvent
from sinosure.api.parsing import DateField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped


class SubjectSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Dimension.choices)
    key = serializers.CharField(help_text="Country code, number of the industry, or code of the company.")
    name = serializers.CharField()


class AlarmSerializer(serializers.ModelSerializer[RiskEvent]):
    subject = SubjectSerializer()
    corrects = serializers.CharField(source="corrects.number", default=None)
    corrected_by = serializers.CharField(source="correction.number", default=None)

    class Meta:
        model = RiskEvent
        fields = (
            "id", "number", "subject", "severity", "kind", "title_zh", "title_en", "text_zh", "text_en", "facts",
            "source", "happened_on", "published_at", "origin", "corrects", "corrected_by",
        )  # fmt: skip


class FactSerializer(StrictSerializer):
    on = DateField()
    text = NameField(max_length=300)


class EventSerializer(StrictSerializer):
    severity = serializers.ChoiceField(choices=Severity.choices)
    kind = serializers.ChoiceField(choices=[one for one in EventKind.choices if one[0] not in BY_SYSTEM])
    happened_on = DateField()
    title_zh = NameField(max_length=120)
    title_en = NameField(max_length=200)
    text_zh = serializers.CharField(required=False, allow_blank=True, max_length=10_000, default="")
    text_en = serializers.CharField(required=False, allow_blank=True, max_length=10_000, default="")
    source = NameField(max_length=200)  # type: ignore[assignment]
    facts = FactSerializer(many=True, required=False, default=list)


class NewAlarmSerializer(EventSerializer):
    dimension = serializers.ChoiceField(choices=Dimension.choices)
    key = serializers.CharField(max_length=20)


class AlarmViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[RiskEvent]):
    """Alarms. `?followed=1`, `?dimension=`, `?severity=`, `?country=`, `?section=`, `?q=` narrow the list."""

    access = {
        "list": "buyers.view", "retrieve": "buyers.view", "create": "alarms.publish", "correct": "alarms.publish",
    }  # fmt: skip
    serializer_class = AlarmSerializer
    queryset = RiskEvent.objects.none()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        given = {name: self.request.query_params.get(name, "").replace("\0", "")[:80] for name in _FILTERS}
        given["section"] = given["section"] if given["section"].isascii() and given["section"].isdigit() else ""
        rows = selectors.found(self.actor, **{**given, "section": given["section"][:4]})
        is_narrow = self.request.query_params.get("followed") == "1"
        return rows.filter(selectors.watch_of(self.actor).of_events) if is_narrow else rows

    @extend_schema(request=NewAlarmSerializer, responses={201: AlarmSerializer})
    def create(self, request: Request) -> Response:
        """Publish; a severe one puts every limit that it touches before the underwriters."""
        typed = asked(NewAlarmSerializer, request)
        subject = (typed.pop("dimension"), typed.pop("key"))
        return self._made(publishing.publish(actor=self.actor, subject=subject, event=_event(typed)))

    @extend_schema(request=EventSerializer, responses={201: AlarmSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """A new alarm on the same subject in place of a wrong one."""
        event_id, typed = self._id(), asked(EventSerializer, request)
        return self._made(publishing.correct(actor=self.actor, event_id=event_id, event=_event(typed)))

    def _made(self, row: RiskEvent) -> Response:
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)


_FILTERS = ("q", "dimension", "severity", "country", "section")


def _event(typed: dict[str, Any]) -> NewEvent:
    facts = tuple(DatedFact(**one) for one in typed.pop("facts"))
    return NewEvent(facts=facts, **typed)


class FollowSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=Dimension.choices)
    key = serializers.CharField(max_length=20)
    by_email = serializers.BooleanField(required=False, default=True)
    by_webhook = serializers.BooleanField(required=False, default=True)


class UnfollowSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=Dimension.choices)
    key = serializers.CharField(max_length=20)


class FollowedSerializer(serializers.Serializer[Any]):
    """`is_default`: the firm deals with the company, or it has a buyer in the country."""

    kind = serializers.CharField()
    key = serializers.CharField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    by_email = serializers.BooleanField()
    by_webhook = serializers.BooleanField()


class SubscriptionViewSet(Scoped, viewsets.GenericViewSet[Subscription]):
    """What the caller follows, with the channels; the inbox of the portal is always one of them."""

    access = {"list": "buyers.view", "create": "buyers.view", "unfollow": "buyers.view"}
    serializer_class = FollowedSerializer
    queryset = Subscription.objects.none()
    pagination_class = None

    @extend_schema(responses=FollowedSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(FollowedSerializer(selectors.watch_of(self.actor).rows(), many=True).data)

    @extend_schema(request=FollowSerializer, responses={201: FollowedSerializer})
    def create(self, request: Request) -> Response:
        """Follow; doing it twice changes the channels and nothing else. 422 `unknown_subject`."""
        row = following.follow(actor=self.actor, **asked(FollowSerializer, request))
        return Response(_followed(row), status=status.HTTP_201_CREATED)

    @extend_schema(request=UnfollowSerializer, responses=FollowedSerializer)
    @action(detail=False, methods=["post"])
    def unfollow(self, request: Request) -> Response:
        """Take it off; remembered also for what follows by default."""
        return Response(_followed(following.unfollow(actor=self.actor, **asked(UnfollowSerializer, request))))


def _followed(row: Subscription) -> dict[str, Any]:
    subject = row.subject
    same = {name: getattr(row, name) for name in ("is_default", "by_email", "by_webhook")}
    return {"kind": subject.kind, "key": subject.key, "name": subject.name, **same}
