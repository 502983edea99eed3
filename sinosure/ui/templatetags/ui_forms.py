"""Forms: error summary, fields with label, help, errors and notices, the once-only key, action buttons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import template
from django.forms import BoundField
from django.middleware.csrf import get_token
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sinosure.ui.actions import Button
from sinosure.ui.forms import Form, errors_of

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: Context) -> SafeString:
    """Hidden key of one deed: sending the same form twice does it once."""
    return format_html('<input type="hidden" name="form_key" value="{}">', uuid4())


@register.simple_tag(takes_context=True)
def form_open(context: Context, form: Form | None = None) -> SafeString:
    """CSRF token, form key, hidden fields and the error summary."""
    token = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(context["request"]))
    hidden = [str(field) for field in form.hidden_fields()] if form else []
    summary = form_errors(form) if form else ""
    return format_html("{}{}{}{}", token, form_key(context), SafeString("".join(hidden)), summary)


@register.simple_tag
def form_errors(form: Form) -> SafeString | str:
    return SafeString(render_to_string("components/form_errors.html", {"errors": errors_of(form)}))


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: Any = "", help: Any = "") -> dict[str, Any]:
    return {
        "field": bound,
        "label": label or bound.label,
        "help": help or bound.help_text,
        "kind": getattr(bound.field.widget, "input_type", "") or type(bound.field.widget).__name__.lower(),
        "errors": [(error.code or "invalid", " ".join(error.messages)) for error in bound.errors.as_data()],
        "notices": getattr(bound.field, "notices", ()) if bound.form.is_bound else (),
    }


@register.inclusion_tag("components/fields.html")
def fields(form: Form) -> dict[str, Any]:
    return {"fields": form.visible_fields()}


@register.inclusion_tag("components/action_buttons.html", takes_context=True)
def action_buttons(context: Context, buttons: Iterable[Button]) -> dict[str, Any]:
    return {"buttons": buttons, "request": context["request"], "csrf_token": context.get("csrf_token")}
