"""What the apps above show on a buyer's page: exposure, limits, overdue, claims. They register in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from credit_info.models import Obligor
from sinosure.accounts.actor import Actor

Panel = Callable[[Actor, Obligor], tuple[str, dict[str, Any]] | None]
_panels: list[Panel] = []


def register_panel(panel: Panel) -> None:
    """`panel(actor, obligor)` gives (template, context), or None when the actor has nothing to see there."""
    if panel not in _panels:
        _panels.append(panel)


def render(request: HttpRequest, actor: Actor, obligor: Obligor) -> list[SafeString]:
    """Every panel that has something for this actor, in order of registration."""
    found = (panel(actor, obligor) for panel in _panels)
    return [render_to_string(one[0], {**one[1], "obligor": obligor}, request) for one in found if one]
