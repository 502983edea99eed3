"""Loss notices and mitigation tasks in the API: the same services, the same refusals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from claims.models import CoveredRisk, GoodsStatus, LossNotice, LossNoticeLine, MitigationTask
from claims.notices import by_bank, filing, handling, selectors, tasks
from claims.notices.facts import NoticeFacts
from claims.notices.lifecycle import NOTICE, TASK
from claims.notices.lines import lines_of
from declarations.models import Shipment
from sinosure.api.scoped import Scoped
from sinosure.core import clock


class LineSerializer(serializers.ModelSerializer[LossNoticeLine]):
    invoice_no = serializers.CharField(source="shipment.invoice_no")
    due_on = serializers.DateField(source="shipment.due_on")
    open_amount = serializers.DecimalField(source="shipment.open_amount", max_digits=18, decimal_places=3)

    class Meta:
        model = LossNoticeLine
        fields = (
            "shipment", "invoice_no", "due_on", "outstanding", "open_amount", "currency", "legal_due", "days_late",
            "added_at",
        )  # fmt: skip


class LossNoticeSerializer(serializers.ModelSerializer[LossNotice]):
    buyer = serializers.CharField(source="obligor.name")
    lines = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField(help_text="The moves the caller may make now.")
    in_time = serializers.SerializerMethodField(help_text="How the notice came in, in words.")

    class Meta:
        model = LossNotice
        fields = (
            "id", "number", "policy", "obligor", "buyer", "state", "risk", "refused_acceptance", "occurred_on", "known_on",
            "currency", "amount", "goods_status", "buyer_reason", "is_disputed", "security", "steps_taken",
            "entrusts_collection", "contact", "received_at", "legal_due", "due_provisional", "days_late", "in_time",
            "question", "answer", "closed_at", "version", "lines", "actions",
        )  # fmt: skip

    def get_lines(self, notice: LossNotice) -> list[dict[str, Any]] | None:
        if self.context["view"].action == "list":
            return None
        return list(LineSerializer(lines_of(notice), many=True).data)

    def get_actions(self, notice: LossNotice) -> list[str]:
        return [move.action for move in NOTICE.available(notice, self.context["request"]._request.actor)]

    def get_in_time(self, notice: LossNotice) -> str:
        return selectors.in_time_words(notice)[1]


class FactsSerializer(serializers.Serializer[Any]):
    """LN-7. `submitted_at` may be sent; the server's time counts and both are audited."""

    policy = serializers.IntegerField()
    obligor = serializers.IntegerField()
    risk = serializers.ChoiceField(choices=CoveredRisk.choices)
    refused_acceptance = serializers.BooleanField(default=False)
    occurred_on = serializers.DateField(required=False)
    known_on = serializers.DateField(required=False)
    goods_status = serializers.ChoiceField(choices=GoodsStatus.choices, default=GoodsStatus.WITH_BUYER)
    buyer_reason = serializers.CharField(max_length=1000, default="", allow_blank=True)
    is_disputed = serializers.BooleanField(default=False)
    security = serializers.CharField(max_length=500, default="", allow_blank=True)
    steps_taken = serializers.CharField(max_length=1000, default="", allow_blank=True)
    entrusts_collection = serializers.BooleanField(default=False)
    contact = serializers.CharField(max_length=200, default="", allow_blank=True)
    shipments = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=1000)
    submitted_at = serializers.CharField(max_length=40, required=False)

    def facts(self) -> NoticeFacts:
        data = self.validated_data
        today = clock.today()
        known = {name: data[name] for name in NoticeFacts.__dataclass_fields__ if name in data}
        return NoticeFacts(**{"occurred_on": today, "known_on": today, **known})


class ByBankSerializer(FactsSerializer):
    """The same from a bank whose agreement gives it the right, from one of its invoices."""

    policy = None  # type: ignore[assignment]
    obligor = None  # type: ignore[assignment]
    shipments = None  # type: ignore[assignment]
    shipment = serializers.IntegerField()


class TextSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=1000)


class TaskInSerializer(serializers.Serializer[Any]):
    instruction = serializers.CharField(max_length=500)
    due_on = serializers.DateField()
    cost_estimate = serializers.DecimalField(max_digits=18, decimal_places=3, min_value=0, default=Decimal(0))
    with_consent = serializers.BooleanField(default=False)


class CostSerializer(serializers.Serializer[Any]):
    cost_estimate = serializers.DecimalField(max_digits=18, decimal_places=3, min_value=0)


class TaskSerializer(serializers.ModelSerializer[MitigationTask]):
    actions = serializers.SerializerMethodField(help_text="The moves the caller may make now.")

    class Meta:
        model = MitigationTask
        fields = (
            "id", "notice", "number", "instruction", "due_on", "state", "cost_estimate", "consented", "consent_no",
            "result", "assigned_at", "done_at", "actions",
        )  # fmt: skip

    def get_actions(self, task: MitigationTask) -> list[str]:
        return [move.action for move in TASK.available(task, self.context["request"]._request.actor)]


class LossNoticeViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[LossNotice]):
    """Loss notices. POST draws up and files; with a notice open on the buyer the new invoices join it (409 if none)."""

    access = {
        "list": "claims.view", "retrieve": "claims.view", "create": "notices.file", "prepare": "notices.file",
        "by_bank": "notices.file",
        "file": "notices.file", "add_lines": "notices.file", "accept": "notices.triage", "ask": "notices.triage",
        "answer": "notices.file", "assign_task": "mitigation.assign", "resolve_paid": "notices.triage",
        "close_no_claim": "notices.triage", "withdraw": "notices.file",
    }  # fmt: skip
    serializer_class = LossNoticeSerializer
    queryset = LossNotice.objects.none()

    def get_queryset(self) -> Any:
        return selectors.visible(self.actor).select_related("obligor", "policy", "policyholder")

    def _answer(self, notice: LossNotice, code: int = 200) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=notice.pk)).data, status=code)

    def _read(self, kind: type[serializers.Serializer[Any]]) -> Any:
        reader = kind(data=self.request.data)
        reader.is_valid(raise_exception=True)
        return reader

    @extend_schema(request=FactsSerializer, responses={201: LossNoticeSerializer})
    def create(self, request: Request) -> Response:
        arrived_at, reader = clock.now(), self._read(FactsSerializer)
        data = reader.validated_data
        notice = filing.report(
            actor=self.actor, policy_id=data["policy"], obligor_id=data["obligor"], facts=reader.facts(),
            shipment_ids=data.get("shipments"), arrived_at=arrived_at, claimed_at=data.get("submitted_at", ""),
        )  # fmt: skip
        return self._answer(notice, status.HTTP_201_CREATED)

    @extend_schema(request=ByBankSerializer, responses={201: LossNoticeSerializer})
    @action(detail=False, methods=["post"], url_path="by-bank")
    def by_bank(self, request: Request) -> Response:
        """A bank with claim rights files on the buyer of one of its invoices. 409 `no_claim_rights` without them."""
        arrived_at, reader = clock.now(), self._read(ByBankSerializer)
        shipment_id = reader.validated_data["shipment"]
        if not Shipment.objects.visible_to(self.actor).filter(pk=shipment_id).exists():
            raise Http404
        notice = by_bank.report(actor=self.actor, shipment_id=shipment_id, facts=reader.facts(), arrived_at=arrived_at)
        return self._answer(notice, status.HTTP_201_CREATED)

    @extend_schema(request=FactsSerializer, responses={201: LossNoticeSerializer})
    @action(detail=False, methods=["post"])
    def prepare(self, request: Request) -> Response:
        """A draft that can be filed later; for risks other than default its ten working days are armed."""
        reader = self._read(FactsSerializer)
        data = reader.validated_data
        notice = filing.prepare(
            actor=self.actor, policy_id=data["policy"], obligor_id=data["obligor"], facts=reader.facts()
        )
        return self._answer(notice, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=LossNoticeSerializer)
    @action(detail=True, methods=["post"])
    def file(self, request: Request, pk: str) -> Response:
        arrived_at = clock.now()
        return self._answer(filing.file(actor=self.actor, notice_id=self.get_object().pk, arrived_at=arrived_at))

    @extend_schema(request=None, responses=LossNoticeSerializer)
    @action(detail=True, methods=["post"], url_path="add-lines")
    def add_lines(self, request: Request, pk: str) -> Response:
        return self._answer(filing.add_lines(actor=self.actor, notice_id=self.get_object().pk, arrived_at=clock.now()))

    @extend_schema(request=None, responses=LossNoticeSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        return self._answer(handling.accept(actor=self.actor, notice_id=self.get_object().pk))

    @extend_schema(request=TextSerializer, responses=LossNoticeSerializer)
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: str) -> Response:
        text = self._read(TextSerializer).validated_data["text"]
        return self._answer(handling.ask(actor=self.actor, notice_id=self.get_object().pk, question=text[:500]))

    @extend_schema(request=TextSerializer, responses=LossNoticeSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        text = self._read(TextSerializer).validated_data["text"]
        return self._answer(handling.answer(actor=self.actor, notice_id=self.get_object().pk, answer=text))

    @extend_schema(request=TaskInSerializer, responses={201: TaskSerializer})
    @action(detail=True, methods=["post"], url_path="tasks")
    def assign_task(self, request: Request, pk: str) -> Response:
        data = self._read(TaskInSerializer).validated_data
        task = tasks.assign(actor=self.actor, notice_id=self.get_object().pk, **data)
        shown = TaskSerializer(task, context=self.get_serializer_context())
        return Response(shown.data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=LossNoticeSerializer)
    @action(detail=True, methods=["post"], url_path="resolve-paid")
    def resolve_paid(self, request: Request, pk: str) -> Response:
        return self._answer(handling.resolve_paid(actor=self.actor, notice_id=self.get_object().pk))

    @extend_schema(request=TextSerializer, responses=LossNoticeSerializer)
    @action(detail=True, methods=["post"], url_path="close-no-claim")
    def close_no_claim(self, request: Request, pk: str) -> Response:
        text = self._read(TextSerializer).validated_data["text"]
        return self._answer(
            handling.close_no_claim(actor=self.actor, notice_id=self.get_object().pk, reason=text[:500])
        )

    @extend_schema(request=TextSerializer, responses=LossNoticeSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        text = self._read(TextSerializer).validated_data["text"]
        return self._answer(handling.withdraw(actor=self.actor, notice_id=self.get_object().pk, reason=text[:500]))


class MitigationTaskViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[MitigationTask]
):
    """The insurer's instructions and the answers to them."""

    access = {
        "list": "claims.view", "retrieve": "claims.view", "accept": "mitigation.answer", "refuse": "mitigation.answer",
        "done": "mitigation.answer", "consent": "mitigation.assign",
    }  # fmt: skip
    serializer_class = TaskSerializer
    queryset = MitigationTask.objects.none()

    def get_queryset(self) -> Any:
        return MitigationTask.objects.visible_to(self.actor).select_related("notice")

    def _run(self, service: Any, kind: type[serializers.Serializer[Any]], rename: str = "") -> Response:
        reader = kind(data=self.request.data)
        reader.is_valid(raise_exception=True)
        data = dict(reader.validated_data)
        if rename:
            data = {rename: data["text"]}
        task = service(actor=self.actor, task_id=self.get_object().pk, **data)
        return Response(self.get_serializer(task).data)

    @extend_schema(request=CostSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        return self._run(tasks.accept, CostSerializer)

    @extend_schema(request=TextSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        return self._run(tasks.refuse, TextSerializer, "result")

    @extend_schema(request=TextSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str) -> Response:
        return self._run(tasks.done, TextSerializer, "result")

    @extend_schema(request=CostSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def consent(self, request: Request, pk: str) -> Response:
        return self._run(tasks.consent, CostSerializer)
