"""Files of shipments in the API: hand in as multipart, poll, read the errors, confirm."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from declarations import selectors
from declarations.api.shared import policy_id_of
from declarations.importer import services as files
from declarations.models import ImportBatch, RowError
from sinosure.api.parsing import (
    StrictSerializer,
    asked,
)


class FileRequest(serializers.Serializer[Any]):
    policy = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    file = serializers.FileField()


class ConfirmRequest(StrictSerializer):
    leave_out_bad = serializers.BooleanField(required=False)
    knows_of_loss = serializers.BooleanField()


class ImportSerializer(serializers.ModelSerializer[ImportBatch]):
    """A file: poll it until `state` is READY (then confirm), BOOKED or FAILED."""

    class Meta:
        model = ImportBatch
        fields = (
            "id",
            "number",
            "policy",
            "state",
            "kind",
            "file_name",
            "sha256",
            "encoding",
            "mapping",
            "rows_total",
            "rows_done",
            "rows_good",
            "rows_bad",
            "preview",
            "failure",
            "uploaded_at",
            "booked_at",
        )


class RowErrorSerializer(serializers.ModelSerializer[RowError]):
    message = serializers.CharField(source="text", read_only=True)

    class Meta:
        model = RowError
        fields = ("id", "row_no", "column", "code", "value", "message", "params")


class ColumnsRequest(StrictSerializer):
    columns = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=200))


class ImportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ImportBatch]):
    """Files of shipments: hand in as multipart, read the errors, confirm."""

    serializer_class = ImportSerializer
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = selectors.nothing(ImportBatch)
    access = {
        "list": "declarations.view",
        "retrieve": "declarations.view",
        "errors": "declarations.view",
        "create": "declarations.declare",
        "columns": "declarations.declare",
        "confirm": "declarations.declare",
        "discard": "declarations.declare",
    }

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return selectors.nothing(ImportBatch)
        return selectors.batches(self.request.actor)

    def get_parsers(self) -> Any:
        request = getattr(self, "request", None)
        is_upload = request is not None and (request.content_type or "").startswith("multipart/")
        return [MultiPartParser()] if is_upload else super().get_parsers()

    @extend_schema(request={"multipart/form-data": FileRequest}, responses={202: ImportSerializer})
    def create(self, request: Request) -> Response:
        sent = FileRequest(data=request.data)
        sent.is_valid(raise_exception=True)
        policy_id = policy_id_of(request, sent.validated_data)
        batch = files.receive(actor=request.actor, policy_id=policy_id, upload=sent.validated_data["file"])
        return Response(self.get_serializer(batch).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses=RowErrorSerializer(many=True))
    @action(detail=True)
    def errors(self, request: Request, pk: str = "") -> Response:
        faults: Any = selectors.faults_of(self.get_object()).order_by("-id")
        rows: Any = self.paginate_queryset(faults)
        return self.get_paginated_response(RowErrorSerializer(rows, many=True).data)

    @extend_schema(request=ColumnsRequest, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def columns(self, request: Request, pk: str = "") -> Response:
        data = asked(ColumnsRequest, request)
        batch = files.confirm_mapping(actor=request.actor, batch_id=self.get_object().pk, columns=data["columns"])
        return Response(self.get_serializer(batch).data)

    @extend_schema(request=ConfirmRequest, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str = "") -> Response:
        batch = files.confirm(actor=request.actor, batch_id=self.get_object().pk, **asked(ConfirmRequest, request))
        return Response(self.get_serializer(batch).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str = "") -> Response:
        return Response(self.get_serializer(files.discard(actor=request.actor, batch_id=self.get_object().pk)).data)
