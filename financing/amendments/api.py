"""Versions of agreements in the API: read them, propose one, sign, confirm a changed account, drop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from financing import selectors as agreements
from financing.amendments import selectors, services
from financing.amendments.lifecycle import AMENDMENT
from financing.api import AgreementReasonSerializer, SignSerializer, TermsSerializer, scope_of
from financing.models import AgreementTerms
from sinosure.api.parsing import asked
from sinosure.api.scoped import Scoped


class ProposeSerializer(TermsSerializer):
    """The next version in full, and why."""

    agreement = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=500)
    version = serializers.IntegerField(required=False)


class AmendmentSerializer(serializers.ModelSerializer[AgreementTerms]):
    """One version; it binds shipments from `first_day` to `last_day` (null: no end is known)."""

    agreement_number = serializers.CharField(source="agreement.number", read_only=True)
    first_day = serializers.DateField(read_only=True)
    last_day = serializers.DateField(read_only=True)
    is_confirmed = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = AgreementTerms
        fields = (
            "id", "agreement", "agreement_number", "edition", "state", "countries", "obligors", "invoices",
            "account_name", "account_bank", "account_no", "is_new_account", "is_confirmed", "account_from", "ends_on",
            "first_day", "last_day", "reason", "remark", "proposed_at", "version", "actions",
        )  # fmt: skip

    def get_is_confirmed(self, row: AgreementTerms) -> bool:
        return row.confirmed_by_id is not None

    def get_actions(self, row: AgreementTerms) -> list[str]:
        return [move.action for move in AMENDMENT.available(row, self.context["request"]._request.actor)]


class AmendmentViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[AgreementTerms]
):
    """Versions of the agreements that the caller may see."""

    access = {
        "list": "financing.view", "retrieve": "financing.view", "create": "financing.amend", "drop": "financing.amend",
        "sign_exporter": "financing.sign_exporter", "sign_bank": "financing.sign_bank",
        "confirm_account": "financing.sign_bank", "sign_insurer": "financing.sign_insurer",
        "return_insurer": "financing.sign_insurer",
    }  # fmt: skip
    queryset = AgreementTerms.objects.none()
    serializer_class = AmendmentSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.amendments(self.actor)

    def _done(self, row: AgreementTerms, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data, status=code)

    @extend_schema(request=ProposeSerializer, responses={201: AmendmentSerializer})
    def create(self, request: Request) -> Response:
        """Propose the next version of an agreement in force."""
        data = scope_of(asked(ProposeSerializer, request))
        agreement_id = data.pop("agreement")
        if not agreements.agreements(self.actor).filter(pk=agreement_id).exists():
            raise Http404
        return self._done(
            services.propose(actor=self.actor, agreement_id=agreement_id, **data), status.HTTP_201_CREATED
        )

    def _sign(self, service: Callable[..., AgreementTerms]) -> Response:
        pk_known = self._id()
        return self._done(service(actor=self.actor, terms_id=pk_known, **asked(SignSerializer, self.request)))

    def _end(self, service: Callable[..., AgreementTerms]) -> Response:
        pk_known = self._id()
        return self._done(
            service(actor=self.actor, terms_id=pk_known, **asked(AgreementReasonSerializer, self.request))
        )

    @extend_schema(request=SignSerializer, responses=AmendmentSerializer)
    @action(detail=True, methods=["post"])
    def sign_exporter(self, request: Request, pk: str) -> Response:
        return self._sign(services.sign_exporter)

    @extend_schema(request=SignSerializer, responses=AmendmentSerializer)
    @action(detail=True, methods=["post"])
    def sign_bank(self, request: Request, pk: str) -> Response:
        return self._sign(services.sign_bank)

    @extend_schema(request=SignSerializer, responses=AmendmentSerializer)
    @action(detail=True, methods=["post"])
    def confirm_account(self, request: Request, pk: str) -> Response:
        """A second approver of the bank, not the one who signed."""
        return self._sign(services.confirm_account)

    @extend_schema(request=SignSerializer, responses=AmendmentSerializer)
    @action(detail=True, methods=["post"])
    def sign_insurer(self, request: Request, pk: str) -> Response:
        """In force from today on."""
        return self._sign(services.sign_insurer)

    @extend_schema(request=AgreementReasonSerializer, responses=AmendmentSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        return self._end(services.drop)

    @extend_schema(request=AgreementReasonSerializer, responses=AmendmentSerializer)
    @action(detail=True, methods=["post"])
    def return_insurer(self, request: Request, pk: str) -> Response:
        return self._end(services.send_back)
