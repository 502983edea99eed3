"""Loans in the API: the same steps through the same services. Amounts are strings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from declarations.models import Shipment
from financing import accruing, cockpit, selectors, services
from financing.api.fields import RateField
from financing.lifecycle import LOAN
from financing.models import Loan, Repayment
from financing.verification import Ask, Verdict
from sinosure.api.parsing import AmountField, CurrencyField, DateField, NameField, StrictSerializer, asked
from sinosure.api.scoped import Scoped
from sinosure.core import clock
from sinosure.core.errors import DomainError


class LendSerializer(StrictSerializer):
    """A loan on one shipment, in the currency of its invoice, which is repeated here. Without `drawn_on` it is reserved."""

    shipment = serializers.IntegerField(min_value=1)
    currency = CurrencyField()
    principal = AmountField()
    drawn_on = DateField(required=False)
    matures_on = DateField()
    customs_value = AmountField(required=False)
    rate_pct = RateField()


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
    """`amount` of principal; `interest` beside it, where a rate was agreed."""

    currency = CurrencyField()
    amount = AmountField(required=False)
    interest = AmountField(required=False)
    paid_on = DateField()
    reference = NameField(max_length=60)


class RepaymentSerializer(serializers.ModelSerializer[Repayment]):
    class Meta:
        model = Repayment
        fields = ("amount", "interest", "paid_on", "reference", "recorded_at")


class LoanRowSerializer(serializers.ModelSerializer[Loan]):
    """A loan in a list."""

    invoice_no = serializers.CharField(source="shipment.invoice_no", read_only=True)
    bank_name = serializers.CharField(source="bank.name", read_only=True)
    state = serializers.CharField(source="shown_state.value", read_only=True)
    outstanding = serializers.DecimalField(max_digits=18, decimal_places=3, read_only=True)

    class Meta:
        model = Loan
        fields = (
            "id", "number", "agreement", "bank", "bank_name", "branch", "policyholder", "shipment", "invoice_no", "state",
            "currency", "principal", "repaid", "outstanding", "rate_pct", "interest_paid", "reserved_until", "drawn_on", "matures_on",
        )  # fmt: skip


class LoanSerializer(LoanRowSerializer):
    """One loan with its repayments and what a bank wants to know of it."""

    repayments = RepaymentSerializer(many=True, read_only=True)
    interest = serializers.SerializerMethodField()
    cockpit = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta(LoanRowSerializer.Meta):
        fields = (*LoanRowSerializer.Meta.fields, "repayments", "interest", "cockpit", "actions")  # type: ignore[assignment]

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_interest(self, loan: Loan) -> dict[str, Any] | None:
        """Accrued up to today, paid and due, with the working; null where no rate was agreed."""
        found = accruing.of_loan(loan, loan.repayments.all())
        if found is None:
            return None
        sums = {"accrued": found.interest.amount, "paid": found.paid, "due": found.due}
        working = [step.as_json() for step in found.interest.steps]
        return {"until": found.until, **{name: f"{sum:f}" for name, sum in sums.items()}, "working": working}

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
        return self._done(services.repay(actor=self.actor, loan_id=pk_known, **{"amount": Decimal(0), **data}))


def _same_currency(given: str, wanted: str) -> None:
    """Amounts are never converted here."""
    if given != wanted:
        message = _("The amount is in %(currency)s here.")
        raise DomainError("other_currency", message, field="currency", currency=wanted)
