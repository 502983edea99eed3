"""Strict JSON: no duplicate keys, no NaN, unknown fields are named and refused."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from sinosure.core import parsing
from sinosure.core.errors import DomainError


class StrictJSONParser(JSONParser):
    """JSON in which a key stands once and numbers are finite."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return json.loads(
                stream.read().decode(), object_pairs_hook=_once_each, parse_constant=_refuse, parse_float=str
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(str(error), code="bad_json") from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not a number")


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that only parses, and names fields it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            text = _("This field is not known here.")
            errors = {name: [serializers.ErrorDetail(str(text), code="unknown_field")] for name in sorted(unknown)}
            raise serializers.ValidationError(errors)
        return super().to_internal_value(data)


def asked(kind: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """What the body says, read by `kind`; a fault rises with its field."""
    sent = kind(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


class ParsedField(serializers.CharField):
    """A field read by the same door as forms and files; `parse` returns Parsed or raises DomainError."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 400)
        super().__init__(**kwargs)
        self.text_validators, self.validators = self.validators, []

    def to_internal_value(self, data: Any) -> Any:
        """The text is held to its length before it is read; what comes out may be a date or a number."""
        text = super().to_internal_value(data)
        for validator in self.text_validators:
            validator(text)  # type: ignore[call-arg]
        try:
            return self.read(text)
        except DomainError as error:
            raise serializers.ValidationError(error.text, code=error.code) from error

    def read(self, text: str) -> Any:
        raise NotImplementedError


class DateField(ParsedField):
    def read(self, text: str) -> Any:
        return parsing.parse_date(text).value


class AmountField(ParsedField):
    """An amount in the currency that stands in the sibling field `currency_field` (or a fixed `currency`)."""

    def __init__(self, currency: str = "", currency_field: str = "currency", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency, self.currency_field = currency, currency_field

    def read(self, text: str) -> Any:
        data = self.parent.initial_data if hasattr(self.parent, "initial_data") else {}
        currency = self.currency or str(data.get(self.currency_field) or "USD")
        return parsing.parse_amount(text, parsing.parse_currency(currency).value).value


class CurrencyField(ParsedField):
    def read(self, text: str) -> Any:
        return parsing.parse_currency(text).value


class CountryField(ParsedField):
    def read(self, text: str) -> Any:
        return parsing.parse_country(text).value


class NameField(ParsedField):
    def read(self, text: str) -> Any:
        return parsing.clean_name(text).value
