"""Agreements in the API: the same steps through the same services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from financing import flow, selectors, services
from financing.api.fields import RateField
from financing.lifecycle import AGREEMENT
from financing.models import Agreement, AgreementKind
from financing.scopes import MOST, Given
from sinosure.accounts.models import Branch
from sinosure.accounts.selectors import branches
from sinosure.api.parsing import DateField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped
from sinosure.ui.parts import RailStep


class TermsSerializer(StrictSerializer):
    """Scope, account and agreed last day. No scope: all exports under the policy."""

    account_name = NameField(max_length=120)
    account_bank = NameField(max_length=120)
    account_no = NameField(max_length=60)
    ends_on = DateField(required=False)
    countries = serializers.ListField(child=serializers.CharField(max_length=2), max_length=MOST, default=list)
    obligors = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=MOST, default=list)
    invoices = serializers.ListField(child=serializers.CharField(max_length=60), max_length=MOST, default=list)


class AccountSerializer(TermsSerializer):
    """The same with the bank, and what is assigned."""

    bank = serializers.IntegerField(min_value=1)
    branch = serializers.IntegerField(min_value=1, required=False)
    kind = serializers.ChoiceField(choices=AgreementKind.choices, default=AgreementKind.INDEMNITY)
    claim_rights = serializers.BooleanField(default=False)


def scope_of(data: dict[str, Any]) -> dict[str, Any]:
    """The body with its scope as the services take it."""
    names = ("countries", "obligors", "invoices")
    return {"given": Given(*(tuple(data.pop(name)) for name in names)), **data}


def _given(data: dict[str, Any]) -> dict[str, Any]:
    return {"bank_id": data.pop("bank"), "branch_id": data.pop("branch", None), **scope_of(data)}


class DraftSerializer(AccountSerializer):
    policy = serializers.IntegerField(min_value=1)


class EditSerializer(AccountSerializer):
    version = serializers.IntegerField(required=False)


class SignSerializer(StrictSerializer):
    """The version that was read; another one meanwhile gives 409 `stale`."""

    version = serializers.IntegerField(required=False)


class ContractSerializer(StrictSerializer):
    """The financing contract between bank and exporter."""

    contract_no = NameField(max_length=60)
    contract_on = DateField()
    rate_pct = RateField()
    version = serializers.IntegerField(required=False)


class FlowStepSerializer(serializers.Serializer[RailStep]):
    """One step; `state` is done, now or next."""

    label = serializers.CharField()
    state = serializers.CharField()
    who = serializers.CharField()
    note = serializers.CharField()


class BranchSerializer(serializers.ModelSerializer[Branch]):
    """A branch of a bank."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = Branch
        fields = ("id", "bank", "code", "name", "name_zh", "name_en")


class MoveSerializer(StrictSerializer):
    """The branch that takes over, null for head office."""

    branch = serializers.IntegerField(min_value=1, allow_null=True)
    version = serializers.IntegerField(required=False)


class AgreementReasonSerializer(StrictSerializer):
    """Why an agreement is sent back or released."""

    reason = serializers.CharField(max_length=500)
    version = serializers.IntegerField(required=False)


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    """One agreement; `actions` are the moves that the caller may make now."""

    policy_number = serializers.CharField(source="policy.number", read_only=True)
    policyholder_name = serializers.CharField(source="policyholder.name", read_only=True)
    bank_name = serializers.CharField(source="bank.name", read_only=True)
    branch_name = serializers.CharField(source="branch.name", read_only=True, default="")
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Agreement
        fields = (
            "id", "number", "kind", "policy", "policy_number", "policyholder", "policyholder_name", "bank", "bank_name",
            "branch", "branch_name", "state", "claim_rights", "countries", "obligors", "invoices", "ends_on",
            "contract_no", "contract_on", "rate_pct",
            "account_name", "account_bank", "account_no", "active_from", "active_until", "remark", "version",
            "actions",
        )  # fmt: skip

    def get_actions(self, row: Agreement) -> list[str]:
        return [move.action for move in AGREEMENT.available(row, self.context["request"]._request.actor)]


class AgreementViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Agreement]):
    """Assignment agreements that the caller may see."""

    access = {
        "list": "financing.view", "retrieve": "financing.view", "create": "financing.draft",
        "partial_update": "financing.draft", "sign_exporter": "financing.sign_exporter", "withdraw": "financing.sign_exporter",
        "sign_bank": "financing.sign_bank", "return_bank": "financing.sign_bank", "release": "financing.sign_bank",
        "contract": "financing.lend", "move_branch": "financing.branches", "branches": "financing.view", "flow": "financing.view",
        "sign_insurer": "financing.sign_insurer", "return_insurer": "financing.sign_insurer",
    }  # fmt: skip
    queryset = Agreement.objects.none()
    serializer_class = AgreementSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.agreements(self.actor)

    def _done(self, row: Agreement, code: int = status.HTTP_200_OK) -> Response:
        found = self.get_queryset().filter(pk=row.pk).first() or row
        return Response(AgreementSerializer(found, context={"request": self.request}).data, status=code)

    @extend_schema(request=DraftSerializer, responses={201: AgreementSerializer})
    def create(self, request: Request) -> Response:
        """Draft an agreement."""
        data = asked(DraftSerializer, request)
        policy_id = data.pop("policy")
        if not selectors.assignable_policies(self.actor).filter(pk=policy_id).exists():
            raise Http404
        row = services.draft(actor=self.actor, policy_id=policy_id, **_given(data))
        return self._done(row, status.HTTP_201_CREATED)

    @extend_schema(request=EditSerializer, responses=AgreementSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Replace scope, bank and account of a draft."""
        pk_known = self._id()
        data = asked(EditSerializer, request)
        return self._done(services.edit(actor=self.actor, agreement_id=pk_known, **_given(data)))

    def _sign(self, service: Callable[..., Agreement]) -> Response:
        pk_known = self._id()
        return self._done(service(actor=self.actor, agreement_id=pk_known, **asked(SignSerializer, self.request)))

    def _reason(self, service: Callable[..., Agreement], **named: Any) -> Response:
        pk_known = self._id()
        data = asked(AgreementReasonSerializer, self.request)
        return self._done(service(actor=self.actor, agreement_id=pk_known, **data, **named))

    @extend_schema(request=SignSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def sign_exporter(self, request: Request, pk: str) -> Response:
        return self._sign(services.sign_exporter)

    @extend_schema(request=SignSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def sign_bank(self, request: Request, pk: str) -> Response:
        return self._sign(services.sign_bank)

    @extend_schema(request=SignSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def sign_insurer(self, request: Request, pk: str) -> Response:
        return self._sign(services.sign_insurer)

    @extend_schema(request=AgreementReasonSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._reason(services.send_back, action="withdraw")

    @extend_schema(request=AgreementReasonSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def return_bank(self, request: Request, pk: str) -> Response:
        return self._reason(services.send_back, action="return_bank")

    @extend_schema(request=AgreementReasonSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def return_insurer(self, request: Request, pk: str) -> Response:
        return self._reason(services.send_back, action="return_insurer")

    @extend_schema(responses=FlowStepSerializer(many=True))
    @action(detail=True, methods=["get"])
    def flow(self, request: Request, pk: str) -> Response:
        """The steps to the money: what is done, whose turn it is, and what comes."""
        return Response(
            FlowStepSerializer(flow.steps(self.get_queryset().get(pk=self._id()), self.actor), many=True).data
        )

    @extend_schema(request=ContractSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def contract(self, request: Request, pk: str) -> Response:
        """Record the financing contract, the gate before any drawdown."""
        pk_known = self._id()
        data = asked(ContractSerializer, request)
        return self._done(services.record_contract(actor=self.actor, agreement_id=pk_known, **data))

    @extend_schema(responses=BranchSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=None, filter_backends=[])
    def branches(self, request: Request) -> Response:
        """The branches of all banks; an agreement without a branch is with head office."""
        return Response(BranchSerializer(branches(), many=True).data)

    @extend_schema(request=MoveSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def move_branch(self, request: Request, pk: str) -> Response:
        """Head office hands the agreement, with its open loans, to a branch."""
        pk_known = self._id()
        data = asked(MoveSerializer, request)
        named = {"branch_id": data.pop("branch"), **data}
        return self._done(services.move_to_branch(actor=self.actor, agreement_id=pk_known, **named))

    @extend_schema(request=AgreementReasonSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        return self._reason(services.release)
