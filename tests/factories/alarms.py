"""Alarms, published by Cao through the services."""

from __future__ import annotations

from typing import Any

from credit_info.alarms import publishing
from credit_info.alarms.publishing import NewEvent
from credit_info.models import Obligor, RiskEvent
from sinosure.core import clock
from sinosure.reference.models import Country
from sinosure.reference.seed.load import load_reference
from tests.factories.people import actor


def a_new_event(**changes: Any) -> NewEvent:
    """A warning about late payments, of today."""
    plain: dict[str, Any] = {
        "severity": "WARNING", "kind": "PAYMENT", "title_zh": "拖欠供应商货款", "title_en": "Pays its suppliers late",
        "source": "Trade press", "happened_on": clock.today(),
    }  # fmt: skip
    return NewEvent(**{**plain, **changes})


def an_alarm(obligor: Obligor | None = None, country: str = "DE", **changes: Any) -> RiskEvent:
    """On the company, else on the country."""
    if not Country.objects.exists():
        load_reference()
    subject = ("COMPANY", obligor.code) if obligor else ("COUNTRY", country)
    return publishing.publish(actor=actor("cao"), subject=subject, event=a_new_event(**changes))
