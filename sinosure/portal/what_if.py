"""What would be paid, shared, charged, due: the calculators as pages and as API, with every step."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.showing import RATIO_INPUTS, RATIO_RULES
from sinosure.accounts.access import SIGNED_IN, access
from sinosure.api.problems import problem
from sinosure.core.errors import DomainError
from sinosure.core.steps import Step
from sinosure.portal.calculators import answer, calculators
from sinosure.portal.what_if_examples import EXAMPLES, Example
from sinosure.portal.what_if_forms import FORMS, WhatIfForm
from sinosure.reference.services import calendar_of
from sinosure.ui import show
from sinosure.ui.pages import page
from sinosure.ui.parts import Tab

TITLES: dict[str, Any] = {
    "indemnity": _("What would be paid?"),
    "recovery": _("How is a recovery shared?"),
    "premium": _("What does cover cost?"),
    "deadline": _("When is a loss notice due?"),
}
NAMES: dict[str, Any] = {
    "indemnity": _("Indemnity"),
    "recovery": _("Recovery"),
    "premium": _("Premium"),
    "deadline": _("Deadline"),
}
FIGURES: dict[str, Any] = {
    "assessed_loss": _("Assessed loss"),
    "claim_base": _("Claim base"),
    "indemnity_total": _("Indemnity in all"),
    "payable_now": _("Payable now"),
    "to_assignee_bank": _("To the bank"),
    "to_insured": _("To the insured"),
    "insurer": _("Insurer's share"),
    "premium": _("Premium"),
}
FIRST_YEAR, LAST_YEAR = 2004, 2100


def _calculated(kind: str, case: Any) -> dict[str, Any]:
    return answer(calculators(calendar_of(FIRST_YEAR, LAST_YEAR))[kind], case)


@access(SIGNED_IN)
def calculator(request: HttpRequest, kind: str) -> HttpResponse:
    """A form and its answer; the address holds what was entered, so that it can be passed on."""
    if kind not in FORMS:
        raise Http404
    example = _example(kind, request.GET.get("example", ""))
    asked = request.GET if "_go" in request.GET else example.fields if example else None
    form = FORMS[kind](asked)
    result = _result(kind, form) if asked is not None and form.is_valid() else None
    context = {
        "kind": kind, "title": TITLES[kind], "tabs": _tabs(kind), "examples": EXAMPLES[kind], "example": example,
        "result": result, "figures": _figures(result)[:-1], "main_figure": _main(result), "lines": _lines(result),
        "steps": _steps(result), "days": _days(result),
        "form_template": f"portal/_what_if_{'indemnity' if kind == 'indemnity' else 'plain'}.html",
    }  # fmt: skip
    return page(request, "portal/what_if.html", context, form)


def _example(kind: str, code: str) -> Example | None:
    return next((row for row in EXAMPLES[kind] if row.code == code), None)


def _result(kind: str, form: WhatIfForm) -> dict[str, Any] | None:
    """The answer, or None after the refusal was put at its field."""
    result = _calculated(kind, form.case())
    if "error" not in result:
        return result
    error = result["error"]
    form.add_domain_error(DomainError(error["code"], error["message"], form.place_of(error["field"] or "")))
    return None


def _tabs(kind: str) -> list[Tab]:
    return [Tab(NAMES[name], reverse("portal:calculator", args=[name]), name == kind) for name in FORMS]


def _figures(result: dict[str, Any] | None) -> list[tuple[Any, str]]:
    """The figures of the answer in order; the last one is what was asked for."""
    return [(label, _amount(result[name])) for name, label in FIGURES.items() if result and name in result]


def _main(result: dict[str, Any] | None) -> tuple[Any, str] | None:
    figures = _figures(result)
    return figures[-1] if figures else None


def _lines(result: dict[str, Any] | None) -> list[dict[str, str]]:
    """The waterfall with thousands."""
    names = ("received", "loss", "limit", "covered", "indemnity")
    lines = (result or {}).get("lines", ())
    return [{"id": line["id"], **{f"{name}_shown": _amount(line[name]) for name in names}} for line in lines]


def _amount(text: str | None) -> str:
    return show.NOTHING if text is None else show.plain_amount(Decimal(text), "USD")


def _steps(result: dict[str, Any] | None) -> list[Step]:
    """Steps with thousands and percentages; the calculators know no currency."""
    if result is None:
        return []
    ratio_names = {gettext(name) for name in RATIO_INPUTS}
    return [_step(step, ratio_names) for step in result.get("steps", ())]


def _step(step: dict[str, Any], ratio_names: Iterable[str]) -> Step:
    value = step["value"]
    is_ratio = step["rule"] in RATIO_RULES and _number(value) is not None and Decimal(value) <= 1 and "." in value
    inputs = {name: _said(text, name in ratio_names) for name, text in step.get("inputs", {}).items()}
    return Step(step["rule"], step["label"], _said(value, is_ratio), inputs)


def _said(text: str, is_ratio: bool) -> str:
    number = _number(text)
    if number is None:
        return text
    if is_ratio:
        return show.ratio(number)
    return show.plain_amount(number, "USD") if "." in text else f"{number:,f}"


def _number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", str(text)) else None


def _days(result: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The count day by day, dates as dates."""
    return [{**day, "date": date.fromisoformat(day["date"])} for day in (result or {}).get("days", ())]


class CalculatorView(APIView):
    """One case of one calculator; numbers are strings, the result carries its steps."""

    access = SIGNED_IN

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, kind: str) -> Response:
        if kind not in FORMS:
            raise Http404
        result = _calculated(kind, request.data)
        error = result.get("error")
        if error is None:
            return Response(result)
        return problem(422, error["code"], error["message"], field=error["field"])
