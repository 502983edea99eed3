"""Pooled platforms in the API: the same steps by the same services; figures as the caller may see them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from policies.models import Product
from policies.pooled import issue, lists, money, platforms, selectors
from policies.pooled.figures import Line, figures
from policies.pooled.lifecycle import MEMBER, MEMBER_LIST, PLATFORM
from policies.pooled.models import (
    IssueRun,
    ListRow,
    MemberList,
    PlatformMember,
    PooledPlan,
    PooledPlatform,
    SubsidyReceipt,
)
from policies.pooled.states import SubsidyMode
from sinosure.accounts.models import Organisation
from sinosure.api.parsing import AmountField, DateField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped
from sinosure.reference.models import Office


class PlanSerializer(serializers.ModelSerializer[PooledPlan]):
    tier = serializers.CharField(source="tier.code", default=None)

    class Meta:
        model = PooledPlan
        fields = (
            "version", "product", "currency", "max_exports", "tier", "flat_rate_pct", "minimum_premium", "max_liability",
            "subsidy_mode", "subsidy_ratio",
        )  # fmt: skip


class PlatformSerializer(serializers.ModelSerializer[PooledPlatform]):
    plan = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = PooledPlatform
        fields = (
            "id", "number", "name_zh", "name_en", "product", "year", "starts_on", "ends_on", "state", "eligible_firms", "plan",
            "actions",
        )  # fmt: skip

    def get_plan(self, row: PooledPlatform) -> dict[str, Any]:
        return dict(PlanSerializer(platforms.current_plan(row)).data)

    def get_actions(self, row: PooledPlatform) -> list[str]:
        return [move.action for move in PLATFORM.available(row, self.context["view"].actor)]


class PlanRequest(StrictSerializer):
    """`tier` for MICRO; `flat_rate_pct`, `max_liability` for SME. `subsidy_ratio` is a fraction."""

    product = serializers.ChoiceField(choices=[Product.MICRO.value, Product.SME.value])
    max_exports = AmountField(currency="USD")
    tier = serializers.CharField(max_length=4, required=False, default="")
    flat_rate_pct = serializers.DecimalField(max_digits=9, decimal_places=6, required=False, default=None)
    max_liability = AmountField(currency="USD", required=False, default=None)
    subsidy_mode = serializers.ChoiceField(choices=SubsidyMode.choices)
    subsidy_ratio = serializers.DecimalField(max_digits=7, decimal_places=6, required=False, default=Decimal(1))


class PlatformRequest(StrictSerializer):
    """`commerce` and `finance` are codes of sponsors, `office` the code of an office of the insurer."""

    name_zh = NameField(max_length=200)
    name_en = NameField(max_length=200)
    commerce = serializers.SlugRelatedField(slug_field="code", queryset=selectors.nothing(Organisation))
    finance = serializers.SlugRelatedField(slug_field="code", queryset=selectors.nothing(Organisation))
    office = serializers.SlugRelatedField(slug_field="code", queryset=selectors.nothing(Office))
    starts_on = DateField()
    eligible_firms = serializers.IntegerField(min_value=1, max_value=10_000_000)
    plan = PlanRequest()

    def get_fields(self) -> Any:
        found = super().get_fields()
        found["commerce"].queryset = found["finance"].queryset = selectors.sponsors()
        found["office"].queryset = selectors.offices()
        return found


class SubsidyRequest(StrictSerializer):
    amount = AmountField(currency="USD")
    received_on = DateField()
    reference = NameField(max_length=60)


class ReceiptSerializer(serializers.ModelSerializer[SubsidyReceipt]):
    class Meta:
        model = SubsidyReceipt
        fields = ("id", "currency", "amount", "members", "received_on", "reference")


class RunSerializer(serializers.ModelSerializer[IssueRun]):
    """Poll it until `state` is DONE; `issued` and `refused` are what is committed."""

    class Meta:
        model = IssueRun
        fields = (
            "id",
            "number",
            "platform",
            "state",
            "total",
            "issued",
            "refused",
            "asked_at",
            "finished_at",
            "digest",
        )


class ListSerializer(serializers.ModelSerializer[MemberList]):
    actions = serializers.SerializerMethodField()

    class Meta:
        model = MemberList
        fields = (
            "id", "number", "platform", "state", "file_name", "sha256", "encoding", "rows_total", "rows_good", "rows_bad",
            "uploaded_at", "confirmed_at", "published_at", "subsidy_confirmed_at", "actions",
        )  # fmt: skip

    def get_actions(self, row: MemberList) -> list[str]:
        return [move.action for move in MEMBER_LIST.available(row, self.context["view"].actor)]


class ListRequest(serializers.Serializer[Any]):
    platform = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    file = serializers.FileField()


class ConfirmRequest(StrictSerializer):
    leave_out_bad = serializers.BooleanField(required=False, default=False)


class RowSerializer(serializers.ModelSerializer[ListRow]):
    message = serializers.CharField(source="reason")

    class Meta:
        model = ListRow
        fields = ("id", "row_no", "raw", "code", "field", "message", "params")


class MemberSerializer(serializers.ModelSerializer[PlatformMember]):
    policy_number = serializers.CharField(source="policy.number", default=None)
    actions = serializers.SerializerMethodField()

    class Meta:
        model = PlatformMember
        fields = (
            "id", "platform", "list", "uscc", "name_zh", "name_en", "city", "exports_last_year", "currency", "subsidy_mode",
            "gross", "subsidy", "payable", "state", "reason", "policy_number", "actions",
        )  # fmt: skip

    def get_actions(self, row: PlatformMember) -> list[str]:
        return [move.action for move in MEMBER.available(row, self.context["view"].actor)]


class _Pooled(Scoped):
    """What the viewsets share."""

    lookup_value_regex = r"[0-9]{1,18}"


class PooledPlatformViewSet(_Pooled, viewsets.ReadOnlyModelViewSet[PooledPlatform]):
    """Platforms, their figures, and the moves of the insurer."""

    serializer_class = PlatformSerializer
    queryset = selectors.nothing(PooledPlatform)
    access = {
        "list": "pooled.view", "retrieve": "pooled.view", "figures": "pooled.view", "create": "pooled.manage",
        "plan": "pooled.manage", "open": "pooled.manage", "close": "pooled.manage", "issue": "pooled.manage",
        "subsidy": "pooled.book",
    }  # fmt: skip

    def get_queryset(self) -> Any:
        return selectors.platforms(self.actor)

    @extend_schema(request=PlatformRequest, responses={201: PlatformSerializer})
    def create(self, request: Request) -> Response:
        data = asked(PlatformRequest, request)
        offer = platforms.Offer(**data.pop("plan"))
        row = platforms.create(actor=self.actor, region=platforms.Region(**data), offer=offer)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=serializers.DictField())
    @action(detail=True)
    def figures(self, request: Request, pk: str) -> Response:
        """PLT-6 by city, USD. `null`: not told, because it is of fewer than five firms or would give one of those away."""
        found = figures(self.get_object(), self.actor)
        return Response({
            "currency": "USD", "eligible": found.eligible, "coverage": found.coverage, "total": _told(found.total),
            "cities": {line.name: _told(line) for line in found.lines},
        })  # fmt: skip

    @extend_schema(request=PlanRequest, responses=PlatformSerializer)
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> Response:
        key = self._id()
        platforms.plan(actor=self.actor, platform_id=key, offer=platforms.Offer(**asked(PlanRequest, request)))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=PlatformSerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        row = platforms.open_for_lists(actor=self.actor, platform_id=self._id())
        return Response(self.get_serializer(row).data)

    @extend_schema(request=None, responses=PlatformSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        return Response(self.get_serializer(platforms.close(actor=self.actor, platform_id=self._id())).data)

    @extend_schema(request=None, responses={202: RunSerializer})
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, pk: str) -> Response:
        """Start the run; a member that has its policy is not looked at again."""
        run = issue.ask(actor=self.actor, platform_id=self._id())
        return Response(RunSerializer(run).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=SubsidyRequest, responses={201: ReceiptSerializer})
    @action(detail=True, methods=["post"])
    def subsidy(self, request: Request, pk: str) -> Response:
        """Book what the authority has paid."""
        key = self._id()
        receipt = money.book(actor=self.actor, platform_id=key, **asked(SubsidyRequest, request))
        return Response(ReceiptSerializer(receipt).data, status=status.HTTP_201_CREATED)


def _told(line: Line) -> dict[str, Decimal | None]:
    return {name: getattr(line, name).value for name in ("firms", "exports", "paid", "lent")}


class MemberListViewSet(_Pooled, viewsets.ReadOnlyModelViewSet[MemberList]):
    """Lists of exporters: hand in as multipart, read the bad rows, confirm, publish; finance confirms the subsidy."""

    serializer_class = ListSerializer
    queryset = selectors.nothing(MemberList)
    access = {
        "list": "pooled.view", "retrieve": "pooled.view", "errors": "pooled.view", "create": "pooled.list",
        "confirm": "pooled.list", "publish": "pooled.list", "discard": "pooled.list", "grant": "pooled.subsidy",
    }  # fmt: skip

    def get_queryset(self) -> Any:
        return selectors.lists(self.actor).order_by("-id")

    def get_parsers(self) -> Any:
        request = getattr(self, "request", None)
        is_upload = request is not None and (request.content_type or "").startswith("multipart/")
        return [MultiPartParser()] if is_upload else super().get_parsers()

    @extend_schema(request={"multipart/form-data": ListRequest}, responses={201: ListSerializer})
    def create(self, request: Request) -> Response:
        sent = ListRequest(data=request.data)
        sent.is_valid(raise_exception=True)
        key, upload = sent.validated_data["platform"], sent.validated_data["file"]
        if not selectors.platforms(self.actor).filter(pk=key).exists():
            raise serializers.ValidationError({"platform": "unknown"})
        found = lists.receive(actor=self.actor, platform_id=key, upload=upload)
        return Response(self.get_serializer(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=RowSerializer(many=True))
    @action(detail=True)
    def errors(self, request: Request, pk: str) -> Response:
        """The rows that are not right, each with its first fault."""
        faults: Any = selectors.rows_of(self.get_object(), only_bad=True).order_by("-id")
        rows: Any = self.paginate_queryset(faults)
        return self.get_paginated_response(RowSerializer(rows, many=True).data)

    @extend_schema(request=ConfirmRequest, responses=ListSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        key = self._id()
        return self._answer(lists.confirm(actor=self.actor, list_id=key, **asked(ConfirmRequest, request)))

    @extend_schema(request=None, responses=ListSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        return self._answer(lists.publish(actor=self.actor, list_id=self._id()))

    @extend_schema(request=None, responses=ListSerializer)
    @action(detail=True, methods=["post"])
    def grant(self, request: Request, pk: str) -> Response:
        """The finance authority answers for the subsidy."""
        return self._answer(lists.grant(actor=self.actor, list_id=self._id()))

    @extend_schema(request=None, responses=ListSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        return self._answer(lists.discard(actor=self.actor, list_id=self._id()))

    def _answer(self, found: MemberList) -> Response:
        return Response(self.get_serializer(found).data)


class PlatformMemberViewSet(_Pooled, viewsets.ReadOnlyModelViewSet[PlatformMember]):
    """Members with their part of the premium; nothing of their trade or claims."""

    serializer_class = MemberSerializer
    queryset = selectors.nothing(PlatformMember)
    access = {"list": "pooled.view", "retrieve": "pooled.view", "withdraw": "pooled.list"}

    def get_queryset(self) -> Any:
        return selectors.members(self.actor).order_by("-id")

    @extend_schema(request=None, responses=MemberSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it off before it has a policy."""
        return Response(self.get_serializer(lists.withdraw(actor=self.actor, member_id=self._id())).data)


class PooledRunViewSet(_Pooled, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[IssueRun]):
    """Runs that issue policies, with their progress."""

    serializer_class = RunSerializer
    queryset = selectors.nothing(IssueRun)
    access = {"list": "pooled.view", "retrieve": "pooled.view"}

    def get_queryset(self) -> Any:
        return selectors.runs(self.actor).order_by("-id")
