"""The academy's place in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sinosure.ui.navigation import NavItem
from sinosure.ui.navigation import register as register_nav


def register() -> None:
    register_nav(NavItem(key="academy", label=_("Academy"), url_name="academy:home", order=70))
