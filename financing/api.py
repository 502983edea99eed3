"""Agreements and loans in the API: the same steps through the same services. Amounts are strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from declarations.models import Shipment
from financing import cockpit, flow, selectors, services
from financing.lifecycle import AGREEMENT, LOAN
from financing.models import Agreement, AgreementKind, Loan, Repayment
from financing.scopes import MOST, Given
from financing.verification import Ask, Verdict
from sinosure.api.parsing import AmountField, CurrencyField, DateField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped
from sinosure.core import clock
from sinosure.core.errors import DomainError
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
    kind = serializers.ChoiceField(choices=AgreementKind.choices, default=AgreementKind.INDEMNITY)
    claim_rights = serializers.BooleanField(default=False)


def scope_of(data: dict[str, Any]) -> dict[str, Any]:
    """The body with its scope as the services take it."""
    names = ("countries", "obligors", "invoices")
    return {"given": Given(*(tuple(data.pop(name)) for name in names)), **data}


def _given(data: dict[str, Any]) -> dict[str, Any]:
    return {"bank_id": data.pop("bank"), **scope_of(data)}


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
    version = serializers.IntegerField(required=False)


class FlowStepSerializer(serializers.Serializer[RailStep]):
    """One step; `state` is done, now or next."""

    label = serializers.CharField()
    state = serializers.CharField()
    who = serializers.CharField()
    note = serializers.CharField()


class AgreementReasonSerializer(StrictSerializer):
    """Why an agreement is sent back or released."""

    reason = serializers.CharField(max_length=500)
    version = serializers.IntegerField(required=False)


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    """One agreement; `actions` are the moves that the caller may make now."""

    policy_number = serializers.CharField(source="policy.number", read_only=True)
    policyholder_name = serializers.CharField(source="policyholder.name", read_only=True)
    bank_name = serializers.CharField(source="bank.name", read_only=True)
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Agreement
        fields = (
            "id", "number", "kind", "policy", "policy_number", "policyholder", "policyholder_name", "bank", "bank_name",
            "state", "claim_rights", "countries", "obligors", "invoices", "ends_on",
            "contract_no", "contract_on", "account_name", "account_bank", "account_no", "active_from", "active_until", "remark", "version",
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
        "contract": "financing.lend", "flow": "financing.view",
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

    @extend_schema(request=AgreementReasonSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        return self._reason(services.release)


class LendSerializer(StrictSerializer):
    """A loan on one shipment, in the currency of its invoice, which is repeated here. Without `drawn_on` it is reserved."""

    shipment = serializers.IntegerField(min_value=1)
    currency = CurrencyField()
    principal = AmountField()
    drawn_on = DateField(required=False)
    matures_on = DateField()
    customs_value = AmountField(required=False)


class DrawSerializer(StrictSerializer):
    drawn_on = DateField()


class GiveUpSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=500)


class VerdictSerializer(serializers.Serializer[Verdict]):
    """The answer of a verification: OK or the first refusal, every failed reason, and what would pass."""

    code = serializers.CharField()
    failed = serializers.ListField(child=serializers.CharField())
    reasons = serializers.ListField(child=serializers.CharField())
    headroom = serializers.SerializerMethodField()
    latest = serializers.DateField()

    @extend_schema_field(serializers.DictField())
    def get_headroom(self, verdict: Verdict) -> dict[str, str]:
        return {"amount": f"{verdict.headroom.amount:f}", "currency": verdict.headroom.currency}


class RepaySerializer(StrictSerializer):
    currency = CurrencyField()
    amount = AmountField()
    paid_on = DateField()
    reference = NameField(max_length=60)


class RepaymentSerializer(serializers.ModelSerializer[Repayment]):
    class Meta:
        model = Repayment
        fields = ("amount", "paid_on", "reference", "recorded_at")


class LoanRowSerializer(serializers.ModelSerializer[Loan]):
    """A loan in a list."""

    invoice_no = serializers.CharField(source="shipment.invoice_no", read_only=True)
    bank_name = serializers.CharField(source="bank.name", read_only=True)
    state = serializers.CharField(source="shown_state.value", read_only=True)
    outstanding = serializers.DecimalField(max_digits=18, decimal_places=3, read_only=True)

    class Meta:
        model = Loan
        fields = (
            "id", "number", "agreement", "bank", "bank_name", "policyholder", "shipment", "invoice_no", "state",
            "currency", "principal", "repaid", "outstanding", "reserved_until", "drawn_on", "matures_on",
        )  # fmt: skip


class LoanSerializer(LoanRowSerializer):
    """One loan with its repayments and what a bank wants to know of it."""

    repayments = RepaymentSerializer(many=True, read_only=True)
    cockpit = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta(LoanRowSerializer.Meta):
        fields = (*LoanRowSerializer.Meta.fields, "repayments", "cockpit", "actions")  # type: ignore[assignment]

    @extend_schema_field(serializers.DictField())
    def get_cockpit(self, loan: Loan) -> dict[str, Any]:
        row = cockpit.loan_rows([loan])[0]
        names = ("declared", "limit", "premium", "overdue", "notice")
        money = row.indemnity.money
        return {
            **{name: {"tone": getattr(row, name).tone, "text": str(getattr(row, name).label)} for name in names},
            "expected_indemnity": {"amount": f"{money.amount:f}", "currency": money.currency} if money else None,
            "payee": {"organisation": row.payee.organisation_id, "account_no": row.payee.account_no},
        }

    def get_actions(self, loan: Loan) -> list[str]:
        return [move.action for move in LOAN.available(loan, self.context["request"]._request.actor)]


class LoanViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Loan]):
    """Loans that the caller may see."""

    access = {
        "list": "financing.view",
        "retrieve": "financing.view",
        "create": "financing.lend",
        "verify": "financing.lend",
        "draw": "financing.lend",
        "give_up": "financing.lend",
        "repay": "financing.lend",
    }
    queryset = Loan.objects.none()
    serializer_class = LoanSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.loans(self.actor)

    def get_serializer_class(self) -> Any:
        return LoanRowSerializer if self.action == "list" else LoanSerializer

    def _done(self, loan: Loan, code: int = status.HTTP_200_OK) -> Response:
        row = self.get_queryset().get(pk=loan.pk)
        return Response(LoanSerializer(row, context={"request": self.request}).data, status=code)

    @extend_schema(request=LendSerializer, responses={201: LoanSerializer})
    def create(self, request: Request) -> Response:
        """Register a loan on a shipment."""
        data = self._lending(request)
        deed = services.lend if data.get("drawn_on") else services.approve
        return self._done(deed(actor=self.actor, **data), status.HTTP_201_CREATED)

    def _lending(self, request: Request) -> dict[str, Any]:
        data = asked(LendSerializer, request)
        shipment = Shipment.objects.visible_to(self.actor).filter(pk=data["shipment"]).first()
        if shipment is None:
            raise Http404
        _same_currency(data.pop("currency"), shipment.currency)
        return {"shipment_id": data.pop("shipment"), **data}

    @extend_schema(request=LendSerializer, responses=VerdictSerializer)
    @action(detail=False, methods=["post"])
    def verify(self, request: Request) -> Response:
        """Ask whether a loan would pass. Nothing is reserved; the question is kept."""
        data = self._lending(request)
        ask = Ask(data["principal"], data.get("drawn_on") or clock.today(), data["matures_on"])
        found = services.verify(
            actor=self.actor, shipment_id=data["shipment_id"], ask=ask, customs_value=data.get("customs_value")
        )
        return Response(VerdictSerializer(found).data)

    @extend_schema(request=DrawSerializer, responses=LoanSerializer)
    @action(detail=True, methods=["post"])
    def draw(self, request: Request, pk: str) -> Response:
        """Register the drawdown of a reserved loan."""
        pk_known = self._id()
        return self._done(services.draw(actor=self.actor, loan_id=pk_known, **asked(DrawSerializer, request)))

    @extend_schema(request=GiveUpSerializer, responses=LoanSerializer)
    @action(detail=True, methods=["post"])
    def give_up(self, request: Request, pk: str) -> Response:
        """Give up a reservation."""
        pk_known = self._id()
        return self._done(services.give_up(actor=self.actor, loan_id=pk_known, **asked(GiveUpSerializer, request)))

    @extend_schema(request=RepaySerializer, responses=LoanSerializer)
    @action(detail=True, methods=["post"])
    def repay(self, request: Request, pk: str) -> Response:
        """Book money received on a loan."""
        pk_known = self._id()
        data = asked(RepaySerializer, request)
        _same_currency(data.pop("currency"), self.get_queryset().get(pk=pk_known).currency)
        return self._done(services.repay(actor=self.actor, loan_id=pk_known, **data))


def _same_currency(given: str, wanted: str) -> None:
    """Amounts are never converted here."""
    if given != wanted:
        message = _("The amount is in %(currency)s here.")
        raise DomainError("other_currency", message, field="currency", currency=wanted)
