"""The picture of an electronic seal, on pages and in letters."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from policies.single_window.seals import drawn

register = template.Library()


@register.simple_tag
def round_seal(name: str) -> SafeString:
    """The round seal of a firm as inline SVG."""
    return drawn(name)
