"""Parts of a page: heads, cards, rails, workings, tiles, facts, inbox rows, tabs, notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sinosure.accounts.models import Organisation
from sinosure.ui import charts, show
from sinosure.ui.parts import Todo, query_with
from sinosure.ui.templatetags.ui import chip

register = template.Library()


@register.simple_block_tag
def pagehead(content: SafeString, title: Any, sub: Any = "", chip_tone: str = "", chip_label: Any = "") -> SafeString:
    named = {
        "title": title,
        "sub": sub,
        "actions": SafeString(content.strip()),
        "chip_tone": chip_tone,
        "chip_label": chip_label,
    }
    return render_to_string("components/pagehead.html", named)


@register.simple_block_tag(takes_context=True)
def card(context: Context, content: SafeString, title: Any = "", **named: Any) -> SafeString:
    """A panel. Named: sub, id, css, foot, tabs, exports (bool), tone + chip, link + link_label."""
    named["id"] = named.get("id") or f"card-{_next_number(context)}"
    request: Any = context.get("request")
    if named.get("exports"):
        named.update(excel=query_with(request, export="xlsx"), csv=query_with(request, export="csv"))
    return render_to_string("components/card.html", {**named, "title": title, "content": content})


def _next_number(context: Context) -> int:
    """A number that no other component of this page has: ids must be unique."""
    holder: Any = context.get("request") or context.template
    if not hasattr(holder, "ui_numbers"):
        holder.ui_numbers = count(1)
    return next(holder.ui_numbers)


@register.inclusion_tag("components/rail.html")
def rail(steps: Iterable[Any]) -> dict[str, Any]:
    return {"steps": steps}


FRACTIONS = frozenset({"Portion", "Insured percentage", "Advance ratio", "Ratio"})
PLAIN_NUMBER = re.compile(r"\d+(\.\d+)?")


@register.inclusion_tag("components/working.html")
def working(steps: Iterable[Any], title: Any = "", open: bool = False) -> dict[str, Any]:
    rows = [_step(step) for step in steps or ()]
    return {"rows": rows, "title": title or _("How this figure comes about"), "open": open}


def _step(step: Any) -> dict[str, Any]:
    """A core.steps.Step or its JSON as the template shows it; a JSON label may be {"zh": …, "en": …}."""
    read = step.get if isinstance(step, dict) else lambda name, default=None: getattr(step, name, default)
    inputs = read("inputs", None) or {}
    return {
        "rule": read("rule", ""),
        "label": _in_language(read("label", "")),
        "value": read("value", None),
        "inputs": [(_in_language(name), _as_percentage(name, thing)) for name, thing in dict(inputs).items()],
    }


def _as_percentage(name: Any, thing: Any) -> Any:
    """A fraction of one, also as a stored step keeps it, is read in per cent."""
    is_fraction = isinstance(name, str) and name in FRACTIONS and PLAIN_NUMBER.fullmatch(str(thing))
    return show.ratio(Decimal(str(thing))) if is_fraction else thing


def _in_language(text: Any) -> Any:
    if isinstance(text, dict):
        return text.get((get_language() or "zh")[:2]) or next(iter(text.values()), "")
    return _(text) if isinstance(text, str) and text else text


@register.inclusion_tag("components/tiles.html")
def tiles(figures: Iterable[Any], label: Any = "") -> dict[str, Any]:
    return {"figures": figures, "label": label or _("Key figures")}


@register.inclusion_tag("components/facts.html")
def facts(pairs: Iterable[Sequence[Any]]) -> dict[str, Any]:
    return {"pairs": pairs}


@register.inclusion_tag("components/todo.html")
def todo(rows: Iterable[Todo], empty: Any = "") -> dict[str, Any]:
    return {"rows": rows, "empty": empty or _("Nothing is waiting for you.")}


@register.inclusion_tag("components/tabs.html")
def tabs(tabs: Iterable[Any], label: Any = "") -> dict[str, Any]:
    return {"tabs": tabs, "label": label or _("Views")}


@register.inclusion_tag("components/empty.html")
def empty(text: Any, url: str = "", label: Any = "") -> dict[str, Any]:
    return {"text": text, "url": url, "label": label}


@register.inclusion_tag("components/note.html")
def note(tone: str, text: Any, title: Any = "", url: str = "", label: Any = "") -> dict[str, Any]:
    return {"tone": tone, "text": text, "title": title, "url": url, "label": label}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: Any = "") -> dict[str, Any]:
    """Real progress of long work: a bar with the count in words."""
    return {"done": done, "total": total, "label": label}


@register.inclusion_tag("components/help_contact.html", takes_context=True)
def help_contact(context: Context) -> dict[str, Any]:
    """The service office of the actor's organisation, in the same place on every page."""
    actor = context.get("actor")
    pk = getattr(actor, "organisation_id", None)
    organisation = Organisation.objects.select_related("office").filter(pk=pk).first() if pk else None
    return {"office": organisation.office if organisation else None, "number": _next_number(context)}


@register.simple_tag
def bars(title: Any, points: Iterable[Sequence[Any]], **named: Any) -> SafeString:
    """A bar chart; points are (label with | for a line break, value, css class b0–b3)."""
    return charts.bars(title, points, **named)


@register.simple_tag
def trend(title: Any, points: Sequence[tuple[Any, Any]]) -> SafeString:
    """A line over equal steps; points are (label, value)."""
    return charts.trend(title, points)


@register.simple_tag
def yes_no(claim: bool) -> SafeString:
    """A fact that is met or not, with icon and word."""
    return chip("green", _("Yes")) if claim else chip("grey", _("No"))
