"""What the tests of the navigator ask: a file of records, a page as text."""

from __future__ import annotations

import io
from datetime import date

from django.test import Client
from django.urls import reverse

from credit_info.models import (
    TradeImport,
)
from credit_info.navigator import importing, products
from tests.factories.people import actor, user

TODAY = date(2026, 11, 23)
HEAD = "buyer,country,hs,origin,month,weight_kg,amount,count"
LAMPS = products.product_of("9405")


def file_of(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\n".join([head, *rows, ""]).encode(encoding))


def take_in(*rows: str, who: str = "cao", **named) -> TradeImport:
    upload = named.pop("upload", None) or file_of(*rows)
    return importing.take_in(actor=actor(who), upload=upload, file_name="t.csv", source="Customs", **named)


def client_of(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(name: str, **query) -> str:
    answer = client_of(name).get(reverse("credit_info:navigator"), query)
    assert answer.status_code == 200
    return answer.content.decode()
