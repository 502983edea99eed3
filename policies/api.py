"""Policies in the API: the same steps through the same services. Numbers are strings, ratios fractions (0.90)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from policies import selectors, services
from policies.affiliates import Affiliate, read
from policies.affiliates_api import AffiliateSerializer, NamedAffiliateSerializer
from policies.lifecycle import offered
from policies.micro import applying
from policies.models import (
    DeclarationMode,
    Policy,
    PolicySchedule,
    Product,
    RateBasis,
    Scope,
)
from policies.proposal import QUESTIONS, ZERO_ALLOWED, Kind, Question
from policies.schedule import ScheduleTerms
from sinosure.api.parsing import (
    AmountField,
    CountryField,
    CurrencyField,
    DateField,
    NameField,
    ParsedField,
    StrictSerializer,
    asked,
)
from sinosure.api.scoped import Scoped
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.parsing import parse_amount, parse_country, parse_currency


class MoneyField(AmountField):
    """An amount, 0 where that means something."""

    def __init__(self, allow_zero: bool = False, **named: Any) -> None:
        super().__init__(**named)
        self.allow_zero = allow_zero

    def read(self, text: str) -> Any:
        data = self.parent.initial_data if hasattr(self.parent, "initial_data") else {}
        currency = self.currency or str(data.get(self.currency_field) or "USD")
        return parse_amount(text, parse_currency(currency).value, allow_zero=self.allow_zero).value


class RatioField(ParsedField):
    """A fraction such as 0.90, or a factor; never a float."""

    def read(self, text: str) -> Decimal:
        if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,6})?", text):
            raise DomainError("bad_number", _("Write a fraction such as 0.90."), status=400)
        return Decimal(text)


def _field(question: Question) -> serializers.Field[Any, Any, Any, Any]:
    named: dict[str, Any] = {"required": False, "help_text": str(question.name)}
    made: dict[Kind, Any] = {
        Kind.TEXT: lambda: NameField(**named),
        Kind.COMMENT: lambda: serializers.CharField(max_length=2000, allow_blank=True, **named),
        Kind.USCC: lambda: NameField(**named),
        Kind.COUNT: lambda: serializers.IntegerField(min_value=0, max_value=question.most or 1_000_000, **named),
        Kind.AMOUNT: lambda: MoneyField(allow_zero=question.name in ZERO_ALLOWED, **named),
        Kind.RATIO: lambda: RatioField(**named),
        Kind.DAY: lambda: DateField(**named),
        Kind.CHOICE: lambda: serializers.ChoiceField(
            choices=[(value, str(value)) for value, _label in question.choices], **named
        ),
        Kind.COUNTRY: lambda: CountryField(**named),
        Kind.CURRENCY: lambda: CurrencyField(**named),
        Kind.YES_NO: lambda: serializers.BooleanField(**named),
        Kind.TICK: lambda: serializers.BooleanField(**named),
    }
    return made[question.kind]()


class ProposalSerializer(StrictSerializer):
    """The answers of the 投保单; what is missing is asked for at submission."""

    version = serializers.IntegerField(required=False)
    product = serializers.ChoiceField(
        choices=Product.choices, required=False, help_text="By default COMPREHENSIVE; kept from then on."
    )

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), **{name: _field(question) for name, question in QUESTIONS.items()}}


class NewProposalSerializer(ProposalSerializer):
    """The first time with the product; comprehensive by default."""

    product = serializers.ChoiceField(choices=[(name, name) for name in Product.values], required=False)


class QuoteSerializer(StrictSerializer):
    """The schedule of a quote; amounts in the policy currency."""

    version = serializers.IntegerField(required=False)
    insured_ratios = serializers.DictField(child=serializers.CharField(max_length=12))
    max_liability = MoneyField()
    minimum_premium = MoneyField()
    deposit_premium = MoneyField(allow_zero=True, required=False)
    starts_on = DateField()
    ends_on = DateField()
    valid_until = DateField()
    rate_basis = serializers.ChoiceField(choices=RateBasis.choices, required=False)
    flat_rate_pct = RatioField(required=False)
    experience_factor = RatioField(required=False)
    estimated_turnover = MoneyField(required=False)
    deductible = MoneyField(allow_zero=True, required=False)
    discretionary_limit = MoneyField(allow_zero=True, required=False)
    declaration_mode = serializers.ChoiceField(choices=DeclarationMode.choices, required=False)
    max_credit_days = serializers.IntegerField(min_value=0, max_value=9999, required=False)
    long_credit_reason = serializers.CharField(max_length=500, required=False)
    scope = serializers.ChoiceField(choices=Scope.choices, required=False)
    covers_services = serializers.BooleanField(required=False)
    excluded_countries = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=300
    )
    affiliates = AffiliateSerializer(many=True, required=False)
    pre_shipment = serializers.BooleanField(required=False)
    pre_shipment_ratio = RatioField(required=False)
    pre_shipment_rate_pct = RatioField(required=False)
    special_terms = serializers.CharField(max_length=2000, required=False)

    def validate_insured_ratios(self, given: dict[str, str]) -> dict[str, Decimal]:
        reader = RatioField()
        return {risk: reader.to_internal_value(text) for risk, text in given.items()}

    def validate_affiliates(self, given: list[dict[str, Any]]) -> tuple[Affiliate, ...]:
        try:
            return tuple(read(one) for one in given)
        except DomainError as error:
            raise serializers.ValidationError(error.text, code=error.code) from error

    def validate_excluded_countries(self, given: list[str]) -> tuple[str, ...]:
        try:
            return tuple(parse_country(text).value for text in given)
        except DomainError as error:
            raise serializers.ValidationError(error.text, code=error.code) from error


class TextSerializer(StrictSerializer):
    """A question, an answer or a reason."""

    text = serializers.CharField(max_length=1000)


class OptionalTextSerializer(StrictSerializer):
    text = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class KeyAccountSerializer(OptionalTextSerializer):
    is_key = serializers.BooleanField()


class VersionSerializer(StrictSerializer):
    """The version that was read; another one meanwhile gives 409 `stale`."""

    version = serializers.IntegerField(required=False)


class RenewSerializer(StrictSerializer):
    product = serializers.ChoiceField(choices=[(name, name) for name in Product.values], required=False)


class ScheduleSerializer(serializers.ModelSerializer[PolicySchedule]):
    affiliates = NamedAffiliateSerializer(many=True, read_only=True)

    class Meta:
        model = PolicySchedule
        fields = (
            "version", "effective_from", "insured_ratios", "max_liability", "minimum_premium", "deposit_premium",
            "rate_basis", "flat_rate_pct", "experience_factor", "deductible", "discretionary_limit", "declaration_mode",
            "max_credit_days", "long_credit_reason", "scope", "covers_services", "excluded_countries", "special_terms",
            "affiliates", "pre_shipment", "pre_shipment_ratio", "pre_shipment_rate_pct", "endorsement_no",
        )  # fmt: skip


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """One policy; `actions` are the moves that the caller may make now."""

    policyholder_name = serializers.CharField(source="policyholder.name", read_only=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)
    schedule = serializers.SerializerMethodField()
    liability_left = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Policy
        fields = (
            "id", "number", "application_no", "policyholder", "policyholder_name", "product", "state", "state_label",
            "currency", "starts_on", "ends_on", "proposal", "question", "answer", "remark", "submitted_at", "quoted_at",
            "quote_valid_until", "accepted_at", "insured_signed_at", "signed_at", "in_force_at", "deposit_received",
            "terminated_on", "key_account", "version", "schedule", "liability_left", "actions",
        )  # fmt: skip

    @extend_schema_field(ScheduleSerializer(allow_null=True))
    def get_schedule(self, policy: Policy) -> dict[str, Any] | None:
        schedule = selectors.schedule_on(policy, clock.today())
        return ScheduleSerializer(schedule).data if schedule else None

    def get_liability_left(self, policy: Policy) -> str | None:
        left = selectors.liability_left(policy)
        return f"{left.amount:f}" if left else None

    def get_actions(self, policy: Policy) -> list[str]:
        return [move.action for move in offered(policy, self.context["request"]._request.actor)]


class PolicyRowSerializer(serializers.ModelSerializer[Policy]):
    """A policy in a list."""

    policyholder_name = serializers.CharField(source="policyholder.name", read_only=True)

    class Meta:
        model = Policy
        fields = (
            "id", "number", "application_no", "policyholder", "policyholder_name", "product", "state", "currency",
            "starts_on", "ends_on", "version",
        )  # fmt: skip


class PolicyViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Policy]):
    """Applications and policies that the caller may see."""

    access = {
        "list": "policies.view", "retrieve": "policies.view", "create": "policies.apply", "partial_update": "policies.apply",
        "submit": "policies.apply", "answer": "policies.apply", "renew": "policies.apply", "accept": "policies.accept",
        "refuse": "policies.accept", "sign": "policies.sign", "take": "policies.underwrite", "ask": "policies.underwrite",
        "decline": "policies.underwrite", "quote": "policies.quote", "countersign": "policies.sign_insurer",
        "approve": "policies.sign_insurer", "key_account": "policies.underwrite", "notice": "policies.view",
        "withdraw_notice": "policies.view", "close": "policies.underwrite",
    }  # fmt: skip
    queryset = Policy.objects.none()
    serializer_class = PolicySerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.policies(self.actor)

    def get_serializer_class(self) -> Any:
        return PolicyRowSerializer if self.action == "list" else PolicySerializer

    def _done(self, policy: Policy, code: int = status.HTTP_200_OK) -> Response:
        row = selectors.policies(self.actor).get(pk=policy.pk)
        return Response(PolicySerializer(row, context={"request": self.request}).data, status=code)

    @extend_schema(request=NewProposalSerializer, responses={201: PolicySerializer})
    def create(self, request: Request) -> Response:
        """Begin an application."""
        answers = asked(NewProposalSerializer, request)
        answers.pop("version", None)
        product = answers.pop("product", Product.COMPREHENSIVE)
        draft = services.create_draft(actor=self.actor, proposal=answers, product=product)
        return self._done(draft, status.HTTP_201_CREATED)

    @extend_schema(request=ProposalSerializer, responses=PolicySerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Replace the answers of a draft."""
        answers = asked(ProposalSerializer, request)
        version = answers.pop("version", None)
        answers.pop("product", None)
        return self._done(
            services.save_draft(actor=self.actor, policy_id=self._id(), proposal=answers, version=version)
        )

    @extend_schema(request=VersionSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        return self._done(services.submit(actor=self.actor, policy_id=self._id(), **asked(VersionSerializer, request)))

    @extend_schema(request=None, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        return self._done(services.take(actor=self.actor, policy_id=self._id()))

    @extend_schema(request=TextSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: str) -> Response:
        text = asked(TextSerializer, request)["text"]
        return self._done(services.ask(actor=self.actor, policy_id=self._id(), question=text))

    @extend_schema(request=TextSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        text = asked(TextSerializer, request)["text"]
        return self._done(services.answer(actor=self.actor, policy_id=self._id(), answer=text))

    @extend_schema(request=TextSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        text = asked(TextSerializer, request)["text"]
        return self._done(services.decline(actor=self.actor, policy_id=self._id(), reason=text))

    @extend_schema(request=QuoteSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def quote(self, request: Request, pk: str) -> Response:
        pk_known = self._id()
        terms = asked(QuoteSerializer, request)
        version = terms.pop("version", None)
        return self._done(
            services.quote(actor=self.actor, policy_id=pk_known, terms=ScheduleTerms(**terms), version=version)
        )

    @extend_schema(request=VersionSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        return self._done(services.accept(actor=self.actor, policy_id=self._id(), **asked(VersionSerializer, request)))

    @extend_schema(request=OptionalTextSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        text = asked(OptionalTextSerializer, request).get("text", "")
        return self._done(services.refuse(actor=self.actor, policy_id=self._id(), reason=text))

    @extend_schema(request=VersionSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        return self._done(services.sign(actor=self.actor, policy_id=self._id(), **asked(VersionSerializer, request)))

    @extend_schema(request=VersionSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def countersign(self, request: Request, pk: str) -> Response:
        return self._done(
            services.countersign(actor=self.actor, policy_id=self._id(), **asked(VersionSerializer, request))
        )

    @extend_schema(request=VersionSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """A micro application, at the price of its tier."""
        return self._done(applying.approve(actor=self.actor, policy_id=self._id(), **asked(VersionSerializer, request)))

    @extend_schema(request=RenewSerializer, responses={201: PolicySerializer})
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, pk: str) -> Response:
        """A draft for the next period, of the same product or the next one on the ladder."""
        known = self._id()
        chosen = asked(RenewSerializer, request)
        return self._done(services.renew(actor=self.actor, policy_id=known, **chosen), status.HTTP_201_CREATED)

    @extend_schema(request=TextSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def notice(self, request: Request, pk: str) -> Response:
        """Notice of termination, with its reason."""
        known = self._id()
        reason = asked(TextSerializer, request)["text"]
        return self._done(services.give_notice(actor=self.actor, policy_id=known, reason=reason).policy)

    @extend_schema(request=None, responses=PolicySerializer)
    @action(detail=True, methods=["post"], url_path="notice/withdraw")
    def withdraw_notice(self, request: Request, pk: str) -> Response:
        return self._done(services.withdraw_notice(actor=self.actor, policy_id=self._id()).policy)

    @extend_schema(request=None, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close the run-off; refused while anything is open."""
        return self._done(services.close_run_off(actor=self.actor, policy_id=self._id()))

    @extend_schema(request=KeyAccountSerializer, responses=PolicySerializer)
    @action(detail=True, methods=["post"], url_path="key-account")
    def key_account(self, request: Request, pk: str) -> Response:
        """Mark the holder as a key account, or take the mark away."""
        known = self._id()
        given = asked(KeyAccountSerializer, request)
        return self._done(
            services.mark_key_account(
                actor=self.actor, policy_id=known, is_key=given["is_key"], reason=given.get("text", "")
            )
        )
