"""What the viewsets of this app share: fields, what was asked, whose policy it is."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request

from policies.models import Policy
from sinosure.api.parsing import (
    AmountField,
    ParsedField,
    StrictSerializer,
)
from sinosure.core.parsing import canonical_invoice_no, clean_reference, parse_amount, parse_currency


class ZeroAmountField(AmountField):
    """An amount that may be 0."""

    def read(self, text: str) -> Any:
        data = self.parent.initial_data if hasattr(self.parent, "initial_data") else {}
        return parse_amount(
            text, parse_currency(str(data.get(self.currency_field) or "USD")).value, allow_zero=True
        ).value


class ReferenceField(ParsedField):
    def read(self, text: str) -> Any:
        return clean_reference(text, self.max_length or 60).value


class InvoiceNoField(ParsedField):
    def read(self, text: str) -> Any:
        canonical_invoice_no(text)
        return text.strip()


class ReasonSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=300)


def policy_id_of(request: Request, data: dict[str, Any]) -> int:
    """404 for a policy that is not the caller's."""
    if not Policy.objects.visible_to(request.actor).filter(pk=data["policy"]).exists():
        raise Http404
    return int(data["policy"])
